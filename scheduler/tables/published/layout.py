"""How a published sheet is laid out: where its headings stand, what its columns hold, which day and half they belong to.

Every layout is one model. A column is a label, which holds something of the whole row (its doctor, its day), or it
belongs to a moment that its heading names (周一 over 上午), and then holds what the other labels leave open: names,
clinics, ticks. A flat list has labels only; a grid has both; a sheet with its days down the side is turned.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from scheduler.tables.columns.moments import Moment, Sort, names_a_moment, read_moments
from scheduler.tables.columns.values import parse_level, parse_status
from scheduler.tables.published.columns import TIMES, column_named, preference
from scheduler.tables.published.marks import marked_times
from scheduler.tables.published.names import PLACE, ROOM
from scheduler.tables.published.table import Cells, Table
from scheduler.text_cache import text_cache

_SAMPLE = 200
_LOOKED_AT = 60
"""Rows from the top in which the first heading is looked for."""


@dataclass(frozen=True)
class Group:
    """Columns that together hold one session of a row: what they hold by place, under the moment of their heading.

    `value` is the column that holds whatever the row's labels leave open, `above` the clinic that the heading names;
    `labels` are those of a block of columns that has its own (科室 once under 上午 and once under 下午).
    """

    moment: Moment
    fields: Mapping[str, int]
    value: int | None = None
    above: str = ""
    labels: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Heading:
    """Rows of headings understood: `labels` by column name, `groups` across, headings that are `ignored`, all headings.

    `guessed` are the labels that their cells alone tell.
    `rows` are the row numbers of the headings; places of columns count from 0.
    """

    rows: tuple[int, ...]
    labels: Mapping[str, int]
    groups: tuple[Group, ...]
    ignored: tuple[str, ...]
    headings: Mapping[int, str]
    guessed: frozenset[str] = frozenset()

    def missing(self) -> list[str]:
        """Return the columns without which no session can be read."""
        held = set(self.labels) | {name for group in self.groups for name in group.fields}
        moments = [group.moment for group in self.groups]
        missing = []
        if not held & {"date", "day", "when"} and not any(moment.days for moment in moments):
            missing.append("date")
        if not held & {"half", "when", "start"} and not any(moment.halves for moment in moments):
            missing.append("half")
        values = any(group.value is not None for group in self.groups)
        if not values and not held & {"doctor", "number"}:
            missing.append("doctor")
        return missing


@text_cache
def sort_of_heading(text: str) -> str:
    """Return `field`, `time`, `other` or nothing for a cell that may be a heading."""
    if not text:
        return ""
    if column_named(text) is not None:
        return "field"
    return "time" if _moment_of_cell(text) is not None else "other"


@text_cache
def _moment_of_cell(text: str) -> Moment | None:
    return _moment_of([text])


def _moment_of(parts: Sequence[str]) -> Moment | None:
    """Return the moment that the parts of a heading name together, or None."""
    for texts in (" ".join(parts), "".join(parts)):
        if (moment := _one_moment(texts)) is not None:
            return moment
    moment = Moment()
    for part in parts if sum(map(len, parts)) <= _LONGEST else ():
        for piece in (part, *re.split(r"[()（）\[\]【】\n/]", part), _FIELD_WORD.sub("", part)):
            if (one := _one_moment(piece)) is not None:
                moment = moment.joined(one)
                break
    return None if moment == Moment() else moment


_LONGEST = 200
_FIELD_WORD = re.compile("出诊|坐诊|医生|医师|专家|姓名|限号|号源|诊室")
"""Words of headings that may follow a moment: 上午医生."""


@text_cache
def _one_moment(text: str) -> Moment | None:
    try:
        moments = read_moments(text, "date" if re.fullmatch(r"\d{5}", text) else "")
    except ValueError:
        return None
    return moments[0] if len(moments) == 1 and not moments[0].aside else None


def headings_of(table: Table) -> Iterator[int]:
    """Yield the places of the rows that may be the first of the headings, from the top."""
    for place, (_, cells) in enumerate(table.rows[:_LOOKED_AT]):
        if is_heading(cells):
            yield place


def is_heading(cells: Cells) -> bool:
    """Return whether a row may be the first of the headings: enough of its cells are words of headings or times."""
    distinct = {cell for cell in cells if cell}
    sorts = Counter(map(sort_of_heading, distinct))
    bare = sum(cell in _BARE_DAYS for cell in distinct)
    bare = bare if bare >= 3 else 0
    moments = [moment for cell in distinct if (moment := _moment_of_cell(cell)) is not None]
    # Days, or halves: a day beside a half is how a row of a list begins.
    times = (
        max(sum(bool(moment.days) for moment in moments), sum(bool(moment.halves) for moment in moments))
        + bare
    )
    fields, others = sorts["field"], sorts["other"] - bare
    return (fields >= 2 or times >= 2) and (fields + times >= others or (times >= 2 and others <= 1))


_BARE_DAYS = frozenset("一二三四五六日天")


def _is_more_heading(cells: Cells) -> bool:
    """Return whether a row below a heading belongs to it: all its cells are words of headings."""
    distinct = {cell for cell in cells if cell}
    if len(distinct) == 1 and cells[0]:
        return False  # one text at the left, or merged over the row, begins a section
    return len(distinct) > 0 and all(
        sort_of_heading(cell) in ("field", "time") or cell in _BARE_DAYS for cell in distinct
    )


def read_heading(table: Table, place: int) -> Heading:
    """Return what the heading that starts at `place` of the table's rows says of each column."""
    depth = 1
    while depth < 4 and place + depth < len(table.rows) and _is_more_heading(table.rows[place + depth][1]):
        depth += 1
    above = [list(cells) for _, cells in table.rows[place : place + depth]]
    body = [cells for _, cells in table.rows[place + depth : place + depth + _SAMPLE]]
    _fill_to_the_right(above)
    columns = range(len(above[0]))
    parts = {c: list(dict.fromkeys(row[c].strip() for row in above if row[c].strip())) for c in columns}
    headings = {c: " ".join(parts[c]) for c in columns}
    named = {
        c: next((n for n in map(column_named, reversed(parts[c])) if n is not None), None) for c in columns
    }
    moments = {c: _moment_of_column(parts, c) for c in columns}
    across = {c: moment for c, moment in moments.items() if moment is not None and named[c] not in TIMES}
    blocks_labels = _labels_of_blocks(across, named)
    across = {c: moment for c, moment in across.items() if c not in blocks_labels}
    down = {c: named[c] for c in columns if c not in across and c not in blocks_labels}
    numbers = tuple(number for number, _ in table.rows[place : place + depth])
    if across:
        labels, unused = _labels(down, headings, body, grid=True)
        clinics = (
            {} if {"clinic", "specialty"} & set(labels) else _clinics_above({c: parts[c] for c in across})
        )
        groups = tuple(_groups(across, named, clinics, blocks_labels))
    else:
        blocks = _blocks(down)
        labels, unused = _labels(blocks.common, headings, body, grid=False)
        groups = tuple(Group(Moment(), fields) for fields in blocks.repeated)
    ignored = tuple(headings[c] for c in unused if headings[c])
    guessed = frozenset(
        name for name, c in labels.items() if named[c] != name and (name, named[c]) != ("clinic", "specialty")
    )
    return Heading(numbers, labels, groups, ignored, headings, guessed)


def _labels_of_blocks(across: Mapping[int, Moment], named: Mapping[int, str | None]) -> dict[int, str]:
    """Return the columns, and what they hold, that stand under a half alone while others name its days as well."""
    if not any(moment.days for moment in across.values()):
        return {}
    return {c: name for c, moment in across.items() if not moment.days and (name := named[c]) in _OF_A_BLOCK}


_OF_A_BLOCK = ("specialty", "clinic", "campus", "doctor", "number", "title")


def _fill_to_the_right(above: list[list[str]]) -> None:
    """Fill blanks right of a moment in an upper heading row where the row below goes on: merged cells saved as csv."""
    for upper, lower in itertools.pairwise(above):
        last = ""
        for c, cell in enumerate(upper):
            if cell:
                last = cell if sort_of_heading(cell) == "time" else ""
            elif last and lower[c]:
                upper[c] = last


def _moment_of_column(parts: Mapping[int, Sequence[str]], c: int) -> Moment | None:
    bare = sum(texts[-1] in _BARE_DAYS for texts in parts.values() if texts)
    if bare >= 3 and parts[c] and parts[c][-1] in _BARE_DAYS:
        return read_moments("周" + parts[c][-1])[0]
    return _moment_of(parts[c])


def _labels(
    named: Mapping[int, str | None], headings: Mapping[int, str], body: Sequence[Cells], *, grid: bool
) -> tuple[dict[str, int], list[int]]:
    """Return the label columns by what they hold, and the columns that are of no use.

    Of two columns with headings of one meaning the better heading wins; a second department is the clinic. What
    headings leave open is taken from what the cells look like.
    """
    labels: dict[str, int] = {}
    open_columns: list[int] = []
    for c in sorted(named, key=lambda c: (preference(named[c] or "", headings[c]), c)):
        name = named[c]
        if (name in TIMES and (grid or name == "when") and not _holds_times(body, c, name)) or (
            name == "room" and not _WHERE & {*labels, *named.values()} and _names_clinics(body, c)
        ):
            open_columns.append(c)
        elif name == "specialty" and name in labels and "clinic" not in {*labels, *named.values()}:
            labels["clinic"] = c
        elif name and name not in labels:
            labels[name] = c
        elif name is None:
            open_columns.append(c)
    for c in sorted(open_columns):
        guess = _guess([cells[c] for cells in body if cells[c]], labels, grid=grid)
        if guess:
            labels[guess] = c
    return labels, [c for c in sorted(named) if c not in labels.values()]


def _holds_times(body: Sequence[Cells], c: int, name: str) -> bool:
    cells = [cells[c] for cells in body if cells[c]]
    sort: Sort = name if name != "when" else ""  # type: ignore[assignment]  # a time column is a sort
    times = sum(names_a_moment(cell, sort) or bool(marked_times(cell, name)) for cell in cells)
    return not cells or 3 * times >= len(cells)


_WHERE = {"clinic", "specialty"}


def _names_clinics(body: Sequence[Cells], c: int) -> bool:
    """Return whether a column of rooms (诊室) holds clinics: 内科专家门诊 and no 201."""
    cells = [cells[c] for cells in body if cells[c]]
    return bool(cells) and _most(
        cells, lambda cell: PLACE.fullmatch(cell) is not None and ROOM.fullmatch(cell) is None
    )


_PERSON = re.compile(r"[\u4e00-\u9fff·]{2,4}")
_PLACE_END = re.compile(r"(科|门诊|中心|病房|病区|诊区|专病|专科|专业|组|室|部|病)$")


def _guess(cells: Sequence[str], labels: Mapping[str, int], *, grid: bool) -> str:
    """Return what a column without a known heading holds, by its cells; nothing where no such column is needed."""
    if not cells:
        return ""
    times = not {"half", "when", "start"} & set(labels) or not {"date", "day", "when"} & set(labels)
    if times and "when" not in labels and _most(cells, names_a_moment):
        return "when"
    if not grid and "doctor" in labels and {"clinic", "specialty"} & set(labels):
        return "status" if "status" not in labels and _most(cells, _is_status) else ""
    looks = (
        ("title", lambda cell: _reads(parse_level, cell)),
        (
            "doctor",
            lambda cell: bool(_PERSON.fullmatch(cell.replace(" ", ""))) and not _PLACE_END.search(cell),
        ),
        ("specialty" if "specialty" not in labels else "clinic", lambda cell: not cell[0].isdigit()),
    )
    return next((name for name, fits in looks if name not in labels and _most(cells, fits)), "")


def _is_status(cell: str) -> bool:
    """Return whether a cell is a word of status, and no number or English word, which may mean anything."""
    return not cell.isascii() and _reads(parse_status, cell)


def _most(cells: Sequence[str], fits: Callable[[str], bool]) -> bool:
    return 4 * sum(map(fits, cells)) >= 3 * len(cells)


def _reads(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


def _clinics_above(parts: Mapping[int, Sequence[str]]) -> dict[int, str]:
    """Return the words of each column's heading that are no time and no column: where they differ they are clinics."""
    words = {
        c: " ".join(part for part in texts if sort_of_heading(part) == "other") for c, texts in parts.items()
    }
    return words if len(set(words.values()) - {""}) > 1 else {}


def _groups(
    across: Mapping[int, Moment],
    named: Mapping[int, str | None],
    clinics: Mapping[int, str],
    labels: Mapping[int, str],
) -> Iterator[Group]:
    """Yield the columns under each moment: a run of columns with one moment, parted where what they hold repeats."""
    runs: list[tuple[tuple[Moment, str], list[int]]] = []
    for c in sorted(across):
        head = across[c], clinics.get(c, "")
        if runs and runs[-1][0] == head and named[c] and named[c] not in {named[d] for d in runs[-1][1]}:
            runs[-1][1].append(c)
        else:
            runs.append((head, [c]))
    for (moment, above), places in runs:
        fields = {name: c for c in places if (name := named[c])}
        own = {labels[c]: c for c in sorted(labels) if c < places[0]}
        yield Group(moment, fields, next((c for c in places if not named[c]), None), above, own)


@dataclass(frozen=True)
class _Blocks:
    """Columns of a list: those of the whole row, and those of each of several lists that stand side by side."""

    common: Mapping[int, str | None]
    repeated: tuple[Mapping[str, int], ...]


def _blocks(named: Mapping[int, str | None]) -> _Blocks:
    """Part a list whose headings repeat (医生, 时间, 医生, 时间) into the lists that stand side by side."""
    times = Counter(name for name in named.values() if name)
    if times["doctor"] < 2:
        return _Blocks(named, ())
    repeated: list[dict[str, int]] = []
    for c, name in sorted(named.items()):
        if name and times[name] == times["doctor"]:
            if not repeated or name in repeated[-1]:
                repeated.append({})
            repeated[-1][name] = c
    used = {c for fields in repeated for c in fields.values()}
    return _Blocks({c: name for c, name in named.items() if c not in used}, tuple(repeated))
