"""Records of consultations out of files: columns of numbers in one order, whatever the order of the rows was."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scheduler.clock import Half
from scheduler.errors import InputError, Problem, Where
from scheduler.pace.headings import RECORDS, VisitKind
from scheduler.tables.columns.headings import Column, heading_key
from scheduler.tables.grids.sheets import Sheet, read_sheets
from scheduler.tickets.personal_data import column_problems, key_problems, record_problems
from scheduler.words import Message, message

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from scheduler.scenario.week import Scenario

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]
    Bools = npt.NDArray[np.bool_]

KINDS = tuple(VisitKind)
HALVES = tuple(Half)

_TITLES = 10
"""Rows among which the headings are sought."""

_LOOKED_AT = 1_000
"""Texts of a column that are looked through for what tells of patients; one that holds it holds it everywhere."""


@dataclass(frozen=True)
class Records:
    """Consultations as arrays of one length, sorted by all of them.

    `doctor` and `clinic` are places in `doctors` and `clinics` (a clinic nobody knows: -1), `day` is the proleptic
    ordinal, `half` 0 to 2, `session` a place in the file's words for sessions (none: -1). Times are minutes after
    midnight and `service` minutes, NaN where unknown. `shown` is 1, 0 or -1 (unknown), `kind` a place in KINDS or -1,
    `booked_days` -1 where unknown.
    """

    doctors: tuple[str, ...]
    clinics: tuple[str, ...]
    doctor: Ints
    day: Ints
    half: Ints
    session: Ints
    start: Floats
    end: Floats
    service: Floats
    appointment: Floats
    arrived: Floats
    clinic: Ints
    shown: Ints
    kind: Ints
    booked_days: Ints

    def __len__(self) -> int:
        return len(self.day)

    def take(self, rows: Any) -> Records:
        """Return the records that a mask or places choose, in this order."""
        return replace(self, **{name: getattr(self, name)[rows] for name in ARRAYS})

    @property
    def stayed_away(self) -> Bools:
        """Which records are of booked patients who did not come."""
        away: Bools = self.shown == 0
        return away


ARRAYS = tuple(f.name for f in fields(Records))[2:]
"""The columns of numbers, in the order by which records are sorted."""


@dataclass
class RecordsRead:
    """What was read: the records, how many rows the files have, and how many were left out, by reason with an example."""

    records: Records
    rows: int = 0
    left_out: Counter[Message] = field(default_factory=Counter)
    ignored_columns: tuple[str, ...] = ()


def read_records(paths: Iterable[Path], scenario: Scenario, since: dt.date | None = None) -> RecordsRead:
    """Return the records in csv files and workbooks, those from `since` on.

    Rows that cannot be read and those of doctors the scenario does not know are left out and counted. Raises InputError
    where a file cannot be read, lacks a column, or tells who patients were.
    """
    sheets = [
        _below_titles(sheet)
        for path in paths
        for sheet in read_sheets(path)
        if sheet.cells and not sheet.hidden
    ]
    problems = [problem for sheet in sheets for problem in _sheet_problems(sheet)]
    if problems:
        raise InputError(problems)
    tables = [_RecordTable(sheet, scenario) for sheet in sheets]
    left_out: Counter[Message] = Counter()
    for table in tables:
        left_out.update(table.left_out)
    records = _joined(tables, scenario)
    if since is not None:
        records = records.take(records.day >= since.toordinal())
    ignored = dict.fromkeys(heading for sheet in sheets for heading in _unknown_headings(sheet))
    return RecordsRead(records, sum(len(s.cells) - 1 for s in sheets), left_out, tuple(ignored))


def _below_titles(sheet: Sheet) -> Sheet:
    """Return the sheet from its headings on: queue systems put a title above them, and the dates of the export."""
    for place, (_, cells) in enumerate(sheet.cells[:_TITLES]):
        if sum(heading_key(cell) in RECORDS.column_of for cell in cells) >= 3:
            return replace(sheet, cells=sheet.cells[place:])
    return sheet


def _columns(sheet: Sheet) -> list[Column | None]:
    return [RECORDS.column_of.get(heading_key(heading)) for heading in sheet.cells[0][1]]


def _unknown_headings(sheet: Sheet) -> list[str]:
    return [h for h, column in zip(sheet.cells[0][1], _columns(sheet), strict=True) if column is None and h]


def _sheet_problems(sheet: Sheet) -> Iterator[Problem]:
    """Yield columns that are missing or twice there, and what tells who a patient was."""
    columns = _columns(sheet)
    seen = Counter(column.key for column in columns if column)
    for column in RECORDS.columns:
        where = Where(sheet.file, sheet.name, column=column.key)
        if column.required and not seen[column.key]:
            remedy = message(
                "Add a column with the heading {key} or {chinese}.", key=column.key, chinese=column.chinese
            )
            yield Problem(where, message("the column is missing"), remedy)
        if seen[column.key] > 1:
            yield Problem(where, message("two columns mean this"), message("Keep one of the two."))
    for place, known in enumerate(columns):
        heading = sheet.cells[0][1][place]
        where = Where(sheet.file, sheet.name, column=heading)
        refused = () if known or not heading else column_problems(heading, where)
        yield from refused
        if not refused and (known is None or known.key in ("doctor", "clinic", "session")):
            yield from _value_problems(sheet, place, heading, key_problems if known else record_problems)


def _value_problems(
    sheet: Sheet, place: int, heading: str, problems_of: Callable[[str, Where], tuple[Problem, ...]]
) -> Iterator[Problem]:
    texts = dict.fromkeys([row[place] for _, row in sheet.cells[1:] if place < len(row)])
    where = Where(sheet.file, sheet.name, column=heading)
    found = (problem for text in islice(texts, _LOOKED_AT) for problem in problems_of(text, where))
    yield from islice(found, 20)


class _RecordTable:
    """One sheet's rows as arrays, with what was left out of them."""

    def __init__(self, sheet: Sheet, scenario: Scenario) -> None:
        import numpy as np

        self.left_out: Counter[Message] = Counter()
        width = len(sheet.cells[0][1])
        rows = [row if len(row) == width else (row + ("",) * width)[:width] for _, row in sheet.cells[1:]]
        texts = list(zip(*rows, strict=True)) if rows else [()] * width
        known = [(n, column.key) for n, column in enumerate(_columns(sheet)) if column is not None]
        self._texts = {key: texts[n] for n, key in known}
        self._headings = {key: sheet.cells[0][1][n] for n, key in known}
        self._unread = np.zeros(len(rows), bool)
        columns = self._values(scenario, len(rows))
        unknown = (columns["doctor"] < 0) & ~self._unread
        self._count_unknown(unknown)
        good = ~self._unread & ~unknown & (columns["day"] >= 0)
        self.columns = {name: columns[name][good] for name in ARRAYS}

    def _count_unknown(self, unknown: Bools) -> None:
        names = sorted({self._texts["doctor"][n] for n in unknown.nonzero()[0]})[:3]
        if names:
            self.left_out[message("doctors that the scenario does not know ({names})", names=names)] += int(
                unknown.sum()
            )

    def _leave(self, rows: Bools, reason: Message) -> None:
        """Leave rows out for a reason, if there are any that no other reason leaves out."""
        if count := int((rows & ~self._unread).sum()):
            self.left_out[reason] += count
        self._unread |= rows

    def _values(self, scenario: Scenario, count: int) -> dict[str, Any]:
        import numpy as np

        nan = float("nan")
        values = {
            "doctor": self._mapped("doctor", _places_of_doctors(scenario), -1),
            "clinic": self._mapped("clinic", {c: n for n, c in enumerate(scenario.clinic_of)}, -1),
            "day": self._parsed("date", -1, lambda date: date.toordinal()),
            "half": self._parsed("half", -1, HALVES.index),
            "shown": self._parsed("shown", -1, int),
            "kind": self._parsed("kind", -1, KINDS.index),
            "booked_days": self._parsed("booked_days", -1, lambda days: days if 0 <= days <= 365 else -1),
            "start": self._parsed("start", nan),
            "end": self._parsed("end", nan),
            "appointment": self._parsed("appointment", nan),
            "arrived": self._parsed("arrived", nan),
            "service": self._parsed("service_seconds", nan, lambda seconds: seconds / 60),
        }
        texts = self._texts.get("session", ("",) * count)
        words = {text: n for n, text in enumerate(sorted(set(texts) - {""}))}
        values["session"] = np.array([words.get(text, -1) for text in texts], dtype=np.int64)
        # A patient without a start who is not said to have come stayed away.
        missing = np.isnan(values["start"])
        values["shown"] = np.where(missing, np.where(values["shown"] == 1, -2, 0), values["shown"])
        self._leave(values["shown"] == -2, message("patients who came, without a start"))
        return {
            name: self._sized(array, count) for name, array in self._with_halves(values, scenario).items()
        }

    def _with_halves(self, values: dict[str, Any], scenario: Scenario) -> dict[str, Any]:
        import numpy as np

        time = np.where(np.isnan(values["start"]), values["appointment"], values["start"])
        hours = [scenario.halves[half] for half in Half]
        bounds = [(one.end + other.start) / 2 for one, other in pairwise(hours)]
        half = values["half"]
        values["half"] = np.where(
            half >= 0, half, np.searchsorted(bounds, np.nan_to_num(time, nan=0.0), side="right")
        )
        return values

    @staticmethod
    def _sized(array: Any, count: int) -> Any:
        import numpy as np

        return array if array.shape == (count,) else np.full(count, array)

    def _mapped(self, key: str, places: Mapping[str, int], default: int) -> Any:
        import numpy as np

        texts = self._texts.get(key)
        return (
            np.array(default)
            if texts is None
            else np.array([places.get(t, default) for t in texts], np.int64)
        )

    def _parsed(self, key: str, default: float, then: Any = None) -> Any:
        """Return the values of a column, `default` where there is none; rows that cannot be read are marked."""
        import numpy as np

        kind = np.float64 if isinstance(default, float) else np.int64
        texts = self._texts.get(key)
        if texts is None:
            return np.array(default, dtype=kind)
        parse = next(column for column in RECORDS.columns if column.key == key).reading.parse
        known: dict[str, float | None] = {"": default}
        for text in dict.fromkeys(texts):
            if text:
                try:
                    value = parse(text)
                    known[text] = value if then is None else then(value)
                except ValueError:
                    known[text] = None
        values = [known[text] for text in texts]
        if None in values:
            # What may tell who a patient is, such as a telephone number in the wrong column, is not repeated.
            wrong = (text for text, value in known.items() if value is None)
            shown = list(islice((text for text in wrong if not record_problems(text, Where())), 3))
            reason = message("{column}: not understood ({values})", column=self._headings[key], values=shown)
            self._leave(np.array([value is None for value in values]), reason)
            values = [default if value is None else value for value in values]
        return np.array(values, dtype=kind)


def _places_of_doctors(scenario: Scenario) -> dict[str, int]:
    """Return the place of each doctor by key, and by name where one doctor alone bears it."""
    keys = {key: n for n, key in enumerate(scenario.doctor_of)}
    bearers = Counter(doctor.name for doctor in scenario.doctors if doctor.name)
    names = {d.name: keys[key] for key, d in scenario.doctor_of.items() if bearers[d.name] == 1}
    return {**names, **keys}


def _joined(tables: Sequence[_RecordTable], scenario: Scenario) -> Records:
    """Return the records of all tables in one order: the order of rows and files makes no difference."""
    import numpy as np

    kinds: dict[str, Any] = {name: np.float64 if name in _TIMES else np.int64 for name in ARRAYS}
    columns: dict[str, Any] = {
        name: np.concatenate([np.empty(0, kinds[name]), *(table.columns[name] for table in tables)]).astype(
            kinds[name]
        )
        for name in ARRAYS
    }
    order = np.lexsort([columns[name] for name in reversed(ARRAYS)])
    return Records(
        tuple(scenario.doctor_of),
        tuple(scenario.clinic_of),
        **{name: columns[name][order] for name in ARRAYS},
    )


_TIMES = frozenset(("start", "end", "service", "appointment", "arrived"))
