"""The sheets of a published file as one flat list: what the cells of each session say, with their place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from scheduler.tables.columns.moments import Moment, names_a_moment, read_moments
from scheduler.tables.columns.spellings import folded, simplified
from scheduler.tables.grids.sheets import Sheet
from scheduler.tables.published.columns import TIMES, column_named
from scheduler.tables.published.layout import (
    Heading,
    headings_of,
    is_heading,
    read_heading,
    sort_of_heading,
)
from scheduler.tables.published.names import BRACKETED, CAMPUS, NOTHING, PLACE, kind_of_words
from scheduler.tables.published.table import Cells, NumberedRow, Table
from scheduler.text_cache import text_cache
from scheduler.words import Message, message

_FILLED_DOWN = ("date", "day", "half", "when", "clinic", "specialty", "campus")


class Record(NamedTuple):
    """What the cells of one session say, by column; `cell` is what a grid holds under its moment.

    `row` (from 1) and `column` (from 0) are the place of the deciding cell in the sheet; `moment` is what headings,
    section rows and the sheet's name say of the time.
    """

    reading: SheetReading
    row: int
    column: int
    texts: dict[str, str]
    moment: Moment


@dataclass
class SheetReading:
    """A sheet as it was understood.

    `place` is what its name or title says of campus and department; `passed_over` the rows that hold no session
    (number and text); `filled_down` how many blank cells took what stands above them.
    """

    table: Table
    at: int  # the place of the first heading among the table's rows
    heading: Heading
    place: Mapping[str, str]
    moment: Moment
    passed_over: list[tuple[int, str]] = field(default_factory=list)
    filled_down: int = 0
    sections_are_departments: bool = False
    records: list[Record] = field(default_factory=list)

    @property
    def names_departments(self) -> bool:
        """Whether a column, the sheet's name, a title or section rows tell the department of each session."""
        labels = {*self.heading.labels, *(name for group in self.heading.groups for name in group.labels)}
        return "specialty" in labels or "specialty" in self.place or self.sections_are_departments

    @property
    def sheet(self) -> Sheet:
        """The sheet."""
        return self.table.sheet

    def layout(self) -> Message:
        """Return what stands down and what across, and where the headings are."""
        moments = [group.moment for group in self.heading.groups if group.moment != Moment()]
        at = self.heading.rows[0]
        if not moments:
            return message("one session a row; headings in row {row}", row=at)
        of_blocks = (name for group in self.heading.groups for name in group.labels)
        held = {*self.heading.labels, *self.place, *of_blocks}
        labels = [_LABELS[name] for name in _LABELS if name in held] or [message("halves")]
        across = [_ACROSS[any(m.days for m in moments), any(m.halves for m in moments)]]
        down, right = (across, labels) if self.table.turned else (labels, across)
        where = message("column {column}", column=at) if self.table.turned else message("row {row}", row=at)
        return message(
            "{down} down, {across} across; headings in {where}", down=down, across=right, where=where
        )


_LABELS = {
    "doctor": message("doctors"),
    "clinic": message("clinics"),
    "specialty": message("specialties"),
    "day": message("weekdays"),
    "date": message("dates"),
    "half": message("halves"),
    "when": message("times"),
}
_ACROSS = {
    (True, True): message("weekdays and halves"),
    (True, False): message("weekdays"),
    (False, True): message("halves"),
    (False, False): message("times"),
}


_SAMPLE = 300
"""Rows below a heading by which the ways to read a sheet are compared."""

_MOST_TO_TURN = 400


def ways_to_read(sheet: Sheet) -> Iterator[SheetReading]:
    """Yield a sample of the sheet in every way that it may be meant: each heading, upright, then turned."""
    table = Table.of(sheet)
    upright = [(table, place) for place in headings_of(table)]
    for way, place in upright:
        yield read_from(way, place, most=_SAMPLE)
    if len(table.rows) <= _MOST_TO_TURN:
        turned = table.turn()
        for place in headings_of(turned):
            yield read_from(turned, place, most=_SAMPLE)


def nearest_heading(sheets: Sequence[Sheet]) -> tuple[Table, int, Heading] | None:
    """Return the heading, of all that the sheets may have, that leaves the least open; None where there is none."""
    found = [
        (len(heading.missing()), number, table, place, heading)
        for number, sheet in enumerate(sheets)
        for table in [Table.of(sheet)]
        for place in headings_of(table)
        for heading in [read_heading(table, place)]
    ]
    return min(found, key=lambda one: one[:2])[2:] if found else None


def doctors_are_guessed(reading: SheetReading) -> bool:
    """Return whether the column of doctors is known by its cells alone, while other columns may be like it."""
    place = reading.heading.labels.get("doctor")
    return place is not None and column_named(reading.heading.headings[place]) != "doctor"


def read_from(table: Table, place: int, most: int | None = None) -> SheetReading:
    """Return the table read from the heading at `place` of its rows on, `most` rows of it or all."""
    heading = read_heading(table, place)
    above = [
        (number, " ".join(dict.fromkeys(cell for cell in cells if cell)))
        for number, cells in table.rows[:place]
    ]
    titles = [(number, text) for number, text in (*table.titles, *above) if text]
    about, moment = _about_sheet(table.sheet.name, [text for _, text in titles], heading)
    reading = SheetReading(table, place, heading, about, moment)
    reading.passed_over = titles
    end = None if most is None else place + len(heading.rows) + most
    reading.records = list(_records(reading, table.rows[:end]))
    return reading


_NO_NAME = re.compile(r"(sheet|工作表|表|页|table)\s*\(?\d*\)?|\d+|csv", re.IGNORECASE)
_ANY_TIMETABLE = re.compile(
    r"[a-z]|(本|上|下|第?[\d一二三四五]+)?(周|月|期)?(专家|医生|医师|人员)?"
    r"(门诊|出诊|排班|坐诊|值班|号源|时间|信息|安排|公示|总|一览)*表?",
    re.IGNORECASE,
)
"""Names of sheets that say that it is a timetable, and not whose."""

_LONGEST_TITLE = 200
_BEFORE_A_NAME = re.compile(r"^\s*(科室|科别|专业|专科|部门|门诊|院区)\s*[:：]")
_OF_A_TITLE = re.compile(
    r".*医院(?!区)|第?\s*\d+\s*周|\d{2,4}\s*[-/.年]|\d{1,2}\s*[-/.月]|\d{1,2}\s*[日号]|[-~至—()（）]"
    r"|(专家|医生|医师|门诊)*(出诊|排班|坐诊|停诊|值班)?(时间|信息)?(安排|公示|通知)?(一览)?表?$"
)


def _about_sheet(name: str, titles: Sequence[str], heading: Heading) -> tuple[dict[str, str], Moment]:
    """Return what the sheet's name, or else a title, says of campus, department and time that no column says.

    A name of a sheet that is like no department is one only where nothing else names any; one such as 排班 stands as
    `sheet`, the last resort of a session that no cell names a clinic of.
    """
    about: dict[str, str] = {}
    moment = Moment()
    held = set(heading.labels) | {name for group in heading.groups for name in (*group.fields, *group.labels)}
    is_named = bool(name.strip()) and not _NO_NAME.fullmatch(name.strip())
    for text in (name if is_named else "", *(title[:_LONGEST_TITLE] for title in reversed(titles))):
        if names_a_moment(text):
            read = read_moments(text)
            # Headings of a grid above its halves name many days; a title or a sheet names one.
            if len(read) == 1 and len(read[0].days) <= 1:
                moment = moment.joined(read[0])
            continue
        named = (
            text if text is name else _OF_A_TITLE.sub("", _BEFORE_A_NAME.sub("", _section_name(text))).strip()
        )
        key = folded(named)
        if CAMPUS.fullmatch(key):
            about.setdefault("campus", named)
        elif PLACE.fullmatch(key) and (text is name or "clinic" not in held):
            about.setdefault("specialty", named)
    if is_named and not {"clinic", "specialty"} & (held | set(about)) and about.get("campus") != name:
        about["sheet" if _ANY_TIMETABLE.fullmatch(name.strip()) else "specialty"] = name.strip()
    return {key: value for key, value in about.items() if key not in held}, moment


def _records(reading: SheetReading, rows: Sequence[NumberedRow]) -> Iterator[Record]:
    """Yield the records below the heading; a heading repeated, or another one, inside the sheet is followed."""
    at = reading.at + len(reading.heading.rows)
    headings = [cells for _, cells in rows[reading.at : at]]
    body = _Body(reading, rows[at:], reading.heading)
    while at < len(rows):
        number, cells = rows[at]
        if cells == headings[0] and [cells for _, cells in rows[at : at + len(headings)]] == headings:
            at += len(headings)
            body.follow(reading.heading, rows[at:])
            continue
        # Asked of every row: most have a word in one of the first cells that no heading has.
        if (
            all(sort_of_heading(cell) in _WORDS for cell in cells if cell)
            and is_heading(cells)
            and (again := _heading_again(reading.table, at)) is not None
        ):
            at += len(again.rows)
            body.follow(again, rows[at:])
            continue
        if not body.takes(number, cells):
            yield from body.records(number, cells)
        at += 1


@text_cache
def _is_total_or_note(first: str) -> bool:
    return bool(_TOTAL.fullmatch(simplified(first).strip()) or _NOTE.match(first))


class _Body:
    """The rows below a heading: the section they stand in, and what stood above in columns that are filled down."""

    def __init__(self, reading: SheetReading, rows: Sequence[NumberedRow], heading: Heading) -> None:
        self.reading = reading
        self.section = dict(reading.place)
        self.moment = reading.moment
        self.follow(heading, rows)

    def follow(self, heading: Heading, rows: Sequence[NumberedRow]) -> None:
        """Go on below another heading."""
        self.heading = heading
        self.above: dict[str, str] = {}
        self.filled = _columns_to_fill(rows, heading)
        self.crosses = _crosses(rows, heading)
        self.who_and_where = [heading.labels[name] for name in _WHO_AND_WHERE if name in heading.labels]

    def takes(self, number: int, cells: Cells) -> bool:
        """Return whether the row holds no session: it begins a section, or is passed over."""
        first = next(filter(None, cells))
        one_text = len(cells) > 1 and all(cell in ("", first) for cell in cells)
        if one_text and _tells_no_session(cells, self.heading):
            if names_a_moment(first):
                self.moment, self.above = read_moments(first)[0].joined(self.reading.moment), {}
            elif kind_of_words(folded(first)) is not None and "kind" not in self.heading.labels:
                self.section = {**self.section, "kind": first}
            elif not {"clinic", "specialty"} & set(self.heading.labels) and _is_section(first):
                name = _section_name(first)
                sort = "campus" if CAMPUS.fullmatch(folded(name)) else "specialty"
                self.section = {**self.reading.place, sort: name}
                self.reading.sections_are_departments |= _DEPARTMENT.search(folded(name)) is not None
            else:
                self.reading.passed_over.append((number, first))
            return True
        if _is_total_or_note(first) or (self.heading.groups and column_named(first) == "note"):
            self.reading.passed_over.append((number, " ".join(cell for cell in cells if cell)))
            return True
        return False

    def records(self, number: int, cells: Cells) -> Iterator[Record]:
        """Yield the sessions of a row: its own, or one for each group of columns that holds something."""
        reading, heading = self.reading, self.heading
        texts = self._texts(cells)
        if not heading.groups:
            yield Record(
                reading, *_place(reading, number, heading.labels.get("doctor", 0)), texts, self.moment
            )
        for group in heading.groups:
            held = {name: cells[c] for name, c in group.fields.items() if folded(cells[c]) not in NOTHING}
            if group.value is not None and (cell := self._cell(cells[group.value])):
                held["cell"] = cell
            if group.above:
                held["specialty"] = group.above
            if held.keys() & _ABOUT_A_SESSION:
                column = group.fields.get("doctor", 0) if group.value is None else group.value
                moment = group.moment.joined(self.moment)
                own = {name: cells[c] for name, c in group.labels.items() if cells[c]}
                yield Record(reading, *_place(reading, number, column), {**texts, **own, **held}, moment)

    def _cell(self, text: str) -> str:
        """Return what a cell of the grid says; nothing where it is one of the words for that."""
        key = folded(text)
        return "√" if key in self.crosses else "" if key in NOTHING else text

    def _texts(self, cells: Cells) -> dict[str, str]:
        """Return what the labels of a row say, blanks that mean what stands above filled."""
        labels = self.heading.labels
        texts = {**self.section, **{name: cells[c] for name, c in labels.items() if cells[c]}}
        goes_on = not any(cells[c] for c in self.who_and_where)
        for name in (*self.filled, *(_WHO_AND_WHERE if goes_on else ())):
            if name not in labels:
                continue
            if cells[labels[name]]:
                self.above[name] = texts[name]
            elif name in self.above and name not in texts:
                texts[name] = self.above[name]
                self.reading.filled_down += 1
        for name in _WHO_AND_WHERE:
            if name in texts and not goes_on:
                self.above[name] = texts[name]
        return texts


_WHO_AND_WHERE = ("doctor", "number", "title", "level", "clinic", "specialty", "campus")
"""Labels that a row without any of them takes from the row above: it goes on with another time of the same doctor."""

_ABOUT_A_SESSION = {"cell", "doctor", "number", "clinic", "capacity", "status", "room"}
_CROSSES = frozenset(("x", "×", "✗"))


def _crosses(rows: Sequence[NumberedRow], heading: Heading) -> frozenset[str]:
    """Return the crosses that are ticks: those of a grid that has no other mark."""
    places = [group.value for group in heading.groups if group.value is not None]
    marks = {folded(cells[c]) for _, cells in rows for c in places}
    return _CROSSES if marks - {""} and marks - {""} <= _CROSSES else frozenset()


_TOTAL = re.compile(r"(合计|总计|小计|共计|总数|统计|total|sum)[:：]?.*")
_NOTE = re.compile(
    r"\s*[(（]?(注意?|备注|说明|温馨提示|提示|制表|审核|填表|联系电话|咨询电话|地址|note|remark)s?\s*[\d]*[:：)）]",
    re.IGNORECASE,
)


_WORDS = ("field", "time")


def _heading_again(table: Table, at: int) -> Heading | None:
    heading = read_heading(table, at)
    return heading if len(heading.labels) + len(heading.groups) >= 3 or len(heading.groups) >= 2 else None


def _tells_no_session(cells: Cells, heading: Heading) -> bool:
    """Return whether a row with one text only is a section or a note: it says neither who, nor ticks anything."""
    held = {c for c, cell in enumerate(cells) if cell}
    if len(held) > 1:
        return True  # merged over several columns
    if any(heading.labels.get(name) in held for name in TIMES) and heading.groups:
        return False  # a half of a clinic in which nobody sits
    who = {heading.labels[name] for name in ("doctor", "number") if name in heading.labels}
    across = {c for group in heading.groups for c in (*group.fields.values(), group.value)}
    return not held & who if not heading.groups else not held & across


_WHEREABOUTS = re.compile(r"[楼层室区]|电话|\d")
"""What a section's brackets may hold that is not part of its name: 心内科（门诊二楼）."""
_DEPARTMENT = re.compile(r"(科|病区|中心)[\d一二三四五六七八九十]*$")
"""A section that is a department; 骨科专家门诊 may be one of several clinics of the same doctors."""


def _section_name(text: str) -> str:
    return BRACKETED.sub(lambda match: "" if _WHEREABOUTS.search(match[1]) else match[0], text).strip()


def _is_section(text: str) -> bool:
    key = folded(BRACKETED.sub("", text))
    return len(key) <= 20 and bool(PLACE.fullmatch(key) or CAMPUS.fullmatch(key))


def _columns_to_fill(rows: Sequence[NumberedRow], heading: Heading) -> list[str]:
    """Return the labels whose blanks mean what stands above: most cells are blank, or a session needs the cell."""
    filled = []
    for name in _FILLED_DOWN:
        if name in heading.labels:
            cells = [cells[heading.labels[name]] for _, cells in rows]
            blank = sum(not cell for cell in cells)
            if blank and (name in TIMES or 3 * blank >= len(cells)):
                filled.append(name)
    return filled


def _place(reading: SheetReading, number: int, column: int) -> tuple[int, int]:
    """Return row (from 1) and column (from 0) in the sheet as it stands in the file."""
    if not reading.table.turned:
        return number, column
    return reading.table.across[column], number - 1
