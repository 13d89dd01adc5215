"""The sheets of a published file as one flat list: what the cells of each session say, with their place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from scheduler.tables.columns.values import folded, simplified
from scheduler.tables.grids.sheets import Sheet
from scheduler.tables.published.columns import TIMES, column_named
from scheduler.tables.published.layout import (
    Cells,
    Heading,
    Table,
    headings_of,
    is_heading,
    read_heading,
    sort_of_heading,
)
from scheduler.tables.published.moments import Moment, names_a_moment, read_moments
from scheduler.tables.published.names import CAMPUS, NOTHING, PLACE
from scheduler.words import Message, message

_FILLED_DOWN = ("date", "day", "half", "when", "clinic", "specialty", "campus")
_PLACES = ("clinic", "specialty", "campus")


@dataclass(slots=True)
class Record:
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
    heading: Heading
    place: Mapping[str, str]
    moment: Moment
    passed_over: list[tuple[int, str]] = field(default_factory=list)
    filled_down: int = 0
    records: list[Record] = field(default_factory=list)

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
        held = {**self.heading.labels, **dict.fromkeys(self.place, -1)}
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


def read_sheet(sheet: Sheet) -> SheetReading | None:
    """Return the sheet read in the way that gives the most sessions; None where no way gives any."""
    table = Table.of(sheet)
    best: SheetReading | None = None
    for candidate in (table, table.turn() if len(table.rows) <= 400 else None):
        if candidate is None or (
            best is not None and best.records and _is_whole(best) and not _is_guess(best)
        ):
            continue
        for place in headings_of(candidate):
            reading = _read(candidate, place)
            if reading is not None and (best is None or _worth(reading) > _worth(best)):
                best = reading
            if best is not None and _is_whole(best):
                break
    return best if best is not None and best.records else None


def nearest_heading(sheets: Sequence[Sheet]) -> tuple[Sheet, Heading] | None:
    """Return the heading, of all that the sheets may have, that leaves the least open; None where there is none."""
    found = [
        (len(heading.missing()), number, sheet, heading)
        for number, sheet in enumerate(sheets)
        for table in [Table.of(sheet)]
        for place in headings_of(table)
        for heading in [read_heading(table, place)]
    ]
    return min(found, key=lambda one: one[:2])[2:] if found else None


def _worth(reading: SheetReading) -> int:
    return 2 * len(reading.records) - len(reading.passed_over)


def _is_guess(reading: SheetReading) -> bool:
    """Return whether the column of doctors was known by its cells alone, while others may be like it."""
    place = reading.heading.labels.get("doctor")
    return place is not None and column_named(reading.heading.headings[place]) != "doctor"


def _is_whole(reading: SheetReading) -> bool:
    return len(reading.records) >= 2 * len(reading.passed_over)


def _read(table: Table, place: int) -> SheetReading | None:
    heading = read_heading(table, place)
    titles = [" ".join(dict.fromkeys(cell for cell in cells if cell)) for _, cells in table.rows[:place]]
    about, moment = _about_sheet(table.sheet.name, titles, heading)
    reading = SheetReading(table, heading, about, moment)
    missing = (
        set(heading.missing()) - ({"date"} if moment.days else set()) - ({"half"} if moment.halves else set())
    )
    if missing - ({"date"} if _has_day_sections(table, place) else set()):
        return None
    reading.passed_over = [
        (number, text) for (number, _), text in zip(table.rows, titles, strict=False) if text
    ]
    reading.records = list(_records(reading, place))
    return reading


def _has_day_sections(table: Table, place: int) -> bool:
    return any(
        len(distinct := {cell for cell in cells if cell}) == 1 and names_a_moment(next(iter(distinct)))
        for _, cells in table.rows[place + 1 :]
    ) or any(names_a_moment(cell) for _, cells in table.rows[:place] for cell in cells if cell)


_NO_NAME = re.compile(r"(sheet|工作表|表|页|table)\s*\(?\d*\)?|\d+|csv", re.IGNORECASE)
_OF_A_TITLE = re.compile(
    r".*医院(?!区)|第?\s*\d+\s*周|\d{2,4}\s*[-/.年]|\d{1,2}\s*[-/.月]|\d{1,2}\s*[日号]|[-~至—()（）]"
    r"|(专家|医生|医师|门诊)*(出诊|排班|坐诊|停诊|值班)?(时间|信息)?(安排|公示|通知)?(一览)?表?$"
)


def _about_sheet(name: str, titles: Sequence[str], heading: Heading) -> tuple[dict[str, str], Moment]:
    """Return what the sheet's name, or else a title, says of campus, department and time that no column says."""
    about: dict[str, str] = {}
    moment = Moment()
    held = set(heading.labels) | {name for group in heading.groups for name in group.fields}
    for number, text in enumerate((name, *reversed(titles))):
        text = text.strip()
        if not text or _NO_NAME.fullmatch(text):
            continue
        if names_a_moment(text):
            read = read_moments(text)
            # Headings of a grid above its halves name many days; a title or a sheet names one.
            if len(read) == 1 and len(read[0].days) <= 1:
                moment = moment.joined(read[0])
            continue
        named = text if number == 0 else _OF_A_TITLE.sub("", text).strip()
        key = folded(named)
        if not key:
            continue
        if CAMPUS.fullmatch(key):
            about.setdefault("campus", named)
        elif (
            not held & {"clinic", "specialty"}
            and not about.keys() & {"specialty"}
            and (number == 0 or PLACE.fullmatch(key))
        ):
            about["specialty"] = named
        elif "specialty" not in held and number == 0 and PLACE.fullmatch(key):
            about.setdefault("specialty", named)
    return {key: value for key, value in about.items() if key not in held}, moment


def _records(reading: SheetReading, place: int) -> Iterator[Record]:
    """Yield the records below the heading; a heading repeated, or another one, inside the sheet is followed."""
    rows = reading.table.rows
    body = _Body(reading, rows[place + len(reading.heading.rows) :], reading.heading)
    at = place + len(reading.heading.rows)
    while at < len(rows):
        number, cells = rows[at]
        if is_heading(cells) and (again := _heading_again(reading.table, at)) is not None:
            at += len(again.rows)
            body.follow(again, rows[at:])
            continue
        if not body.takes(number, cells):
            yield from _records_of_row(reading, body.heading, number, cells, body.texts(cells), body.moment)
        at += 1


class _Body:
    """The rows below a heading: the section they stand in, and what stood above in columns that are filled down."""

    def __init__(self, reading: SheetReading, rows: Sequence[tuple[int, Cells]], heading: Heading) -> None:
        self.reading = reading
        self.section = dict(reading.place)
        self.moment = reading.moment
        self.follow(heading, rows)

    def follow(self, heading: Heading, rows: Sequence[tuple[int, Cells]]) -> None:
        """Go on below another heading."""
        self.heading = heading
        self.above: dict[str, str] = {}
        self.filled = _columns_to_fill(rows, heading)

    def takes(self, number: int, cells: Cells) -> bool:
        """Return whether the row holds no session: it begins a section, or is passed over."""
        distinct = {cell for cell in cells if cell}
        first = next(cell for cell in cells if cell)
        if len(distinct) == 1 and len(cells) > 1 and _tells_no_session(cells, self.heading):
            if names_a_moment(first):
                self.moment, self.above = read_moments(first)[0].joined(self.reading.moment), {}
            elif not {"clinic", "specialty"} & set(self.heading.labels) and _is_section(first):
                sort = "campus" if CAMPUS.fullmatch(folded(first)) else "specialty"
                self.section = {**self.reading.place, sort: first}
            else:
                self.reading.passed_over.append((number, first))
            return True
        if _TOTAL.fullmatch(simplified(first).strip()) or _NOTE.match(first):
            self.reading.passed_over.append((number, " ".join(cell for cell in cells if cell)))
            return True
        return False

    def texts(self, cells: Cells) -> dict[str, str]:
        """Return what the labels of a row say, blanks that mean what stands above filled."""
        texts = {**self.section, **{name: cells[c] for name, c in self.heading.labels.items() if cells[c]}}
        for name in self.filled:
            if cells[self.heading.labels[name]]:
                self.above[name] = texts[name]
            elif name in self.above:
                texts[name] = self.above[name]
                self.reading.filled_down += 1
        return texts


_TOTAL = re.compile(r"(合计|总计|小计|共计|总数|统计|total|sum)[:：]?.*")
_NOTE = re.compile(
    r"\s*[(（]?(注意?|备注|说明|温馨提示|提示|制表|审核|填表|联系电话|咨询电话|地址|note|remark)s?\s*[\d]*[:：)）]",
    re.IGNORECASE,
)


def _heading_again(table: Table, at: int) -> Heading | None:
    cells = table.rows[at][1]
    if any(cell and sort_of_heading(cell) not in ("field", "time") for cell in cells):
        return None
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


def _is_section(text: str) -> bool:
    key = folded(text)
    return len(key) <= 20 and bool(PLACE.fullmatch(key) or CAMPUS.fullmatch(key))


def _columns_to_fill(rows: Sequence[tuple[int, Cells]], heading: Heading) -> list[str]:
    """Return the labels whose blanks mean what stands above: most cells are blank, or a session needs the cell."""
    filled = []
    for name in _FILLED_DOWN:
        if name in heading.labels:
            cells = [cells[heading.labels[name]] for _, cells in rows]
            blank = sum(not cell for cell in cells)
            if blank and (name in TIMES or 3 * blank >= len(cells)):
                filled.append(name)
    return filled


def _records_of_row(
    reading: SheetReading, heading: Heading, number: int, cells: Cells, texts: dict[str, str], moment: Moment
) -> Iterator[Record]:
    if not heading.groups:
        yield Record(reading, *_place(reading, number, heading.labels.get("doctor", 0)), texts, moment)
        return
    for group in heading.groups:
        held = {name: cells[c] for name, c in group.fields.items() if folded(cells[c]) not in NOTHING}
        if group.value is not None and folded(cells[group.value]) not in NOTHING:
            held["cell"] = cells[group.value]
        if held and (
            "cell" in held or set(held) & {"doctor", "number", "clinic", "capacity", "status", "room"}
        ):
            column = group.value if "cell" in held else group.fields.get("doctor", min(group.fields.values()))
            yield Record(
                reading, *_place(reading, number, column or 0), {**texts, **held}, group.moment.joined(moment)
            )


def _place(reading: SheetReading, number: int, column: int) -> tuple[int, int]:
    """Return row (from 1) and column (from 0) in the sheet as it stands in the file."""
    if not reading.table.turned:
        return number, column
    return reading.table.sheet.cells[column][0], number - 1
