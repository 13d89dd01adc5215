"""Rosters as clients read them again and again: tables parsed once a version, responses cached while they are in use."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import structlog
from sqlalchemy import Row

from api.jobs.results import make_facts, plan_from_files
from api.memory import Memory
from api.store.files import read_file, store_files
from api.store.jobs import job_row
from api.store.models import ROSTERS
from api.store.scenarios import Scenarios
from scheduler.adjust.edit import Draft
from scheduler.errors import StoreError
from scheduler.report.exports.ticket_platform import safe_cell
from scheduler.report.facts import ReportFacts
from scheduler.roster import Plan, Roster, Slot
from scheduler.scenario.week import Scenario
from scheduler.tables.grids.csv_out import csv_bytes
from scheduler.tables.roster.headings import ROSTER_TABLES
from scheduler.tables.roster.write import PLAN_FILES, appointment_lines, ticket_lines
from scheduler.tickets.store import Store

FILTERS = ("doctor", "specialty", "date", "clinic", "campus")
"""What their rows can be filtered by."""

Span = tuple[str, str]
"""The first and the last date of rows, each empty where there is none."""

_DATE = FILTERS.index("date")
_LAST = "9999-12-31"
_NUMBERS = ("tickets", "reserved")
_BYTES_OF_ONE = 10
"""Memory that a byte of a roster's files comes to at most, once its plan, its report's facts and its tables are made."""

_log = structlog.get_logger()

Line = dict[str, str | int | None]


@dataclass(frozen=True)
class View:
    """A version of a roster: its scenario, how its solve ended, its files; all else is computed when first needed."""

    job: str
    version: int
    scenario: Scenario
    outcome: Mapping[str, Any]
    files: Mapping[str, bytes]

    @property
    def size(self) -> int:
        """About how many bytes it takes, with all that is computed of it."""
        return _BYTES_OF_ONE * sum(map(len, self.files.values()))

    @cached_property
    def plan(self) -> Plan | None:
        """The plan; None where the solve gave no roster."""
        return plan_from_files(self.scenario, self.files) if self.files else None

    @cached_property
    def facts(self) -> ReportFacts:
        """What reports are made from, checked anew."""
        return make_facts(self.scenario, self.outcome, self.plan, edited=self.version > 1)

    @cached_property
    def draft(self) -> Draft:
        """The plan as it can be edited, checked as a whole once."""
        return Draft(self.scenario, self.plan or Plan(Roster(())))

    def lines(self, table: str, filters: Mapping[str, str], span: Span = ("", "")) -> Sequence[Line]:
        """Return the rows of a table that fit the `filters`, by FILTERS, and lie in the span of dates."""
        return _fitting(self._lines(table), self._values_of, filters, span)

    def ticket_lines(
        self, table: str, plan: Plan, filters: Mapping[str, str], span: Span = ("", "")
    ) -> Sequence[Line]:
        """Return the rows of the channels or appointments of `plan`, this one with its tickets of some time.

        Filters are their slots'.
        """
        if filters or any(span):
            plan = replace(plan, slots=self._slots(plan, filters, span))
            chosen = {slot.slot for slot in plan.slots}
            plan = replace(plan, holdings=tuple(one for one in plan.holdings if one.slot in chosen))
        policy = self.scenario.policy.slots
        lines = ticket_lines(plan) if table == "channels" else appointment_lines(plan, policy)
        names = columns(table)
        return [
            {name: None if value == "" else value for name, value in zip(names, line, strict=True)}
            for line in lines
        ]

    def _slots(self, plan: Plan, filters: Mapping[str, str], span: Span) -> tuple[Slot, ...]:
        lines = _fitting(self._lines("slots"), self._values_of, filters, span)
        chosen = {line["slot"] for line in lines}
        return tuple(slot for slot in plan.slots if slot.slot in chosen)

    @cached_property
    def _parsed(self) -> dict[str, list[Line]]:
        return {}

    def _lines(self, table: str) -> list[Line]:
        # Most readers want one table of the two, and its reading takes its time.
        if table not in self._parsed:
            self._parsed[table] = [self._named(_line(row)) for row in _read(self.files[f"{table}.csv"])]
        return self._parsed[table]

    def _named(self, line: Line) -> Line:
        """Return the line with the doctor as people know them, which no file of a roster has."""
        if "doctor" in line:
            line["doctor_name"] = self.scenario.doctor_name(str(line["doctor"]))
        return line

    def _values_of(self, line: Line) -> tuple[Any, ...]:
        clinic = self.scenario.clinic_of.get(str(line["clinic"]))
        specialty, campus = (None, None) if clinic is None else (clinic.specialty, clinic.campus)
        return line["doctor"], specialty, line["date"], line["clinic"], campus


def _fitting(
    whole: Sequence[Line],
    values_of: Callable[[Line], tuple[Any, ...]],
    filters: Mapping[str, str],
    span: Span,
) -> Sequence[Line]:
    first, last = span
    if not filters and not any(span):
        return whole
    return [
        line
        for line, values in zip(whole, map(values_of, whole), strict=True)
        if all(values[FILTERS.index(key)] == value for key, value in filters.items())
        and first <= (values[_DATE] or "") <= (last or _LAST)
    ]


def _read(content: bytes) -> csv.DictReader[str]:
    return csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))


def _line(row: Mapping[str, str]) -> Line:
    return {key: _value(key, text) for key, text in row.items()}


def _value(key: str, text: str) -> str | int | None:
    if key in _NUMBERS:
        return int(text) if text else None
    return text or None


_OF_THE_LEDGER = {"channels": ("claimed",), "appointments": ("channel", "holder", "claimed")}
"""What the rows of a table tell beside its columns in the files."""


def columns(table: str) -> Sequence[str]:
    """Return the headings of a table of a roster as it is served: channels and appointments tell what is claimed."""
    keys = next(known.keys for known in ROSTER_TABLES if known.key == table)
    return (*keys, *_OF_THE_LEDGER.get(table, ()))


class Rosters:
    """The rosters of one store."""

    def __init__(self, store: Store, scenarios: Scenarios, memory: Memory) -> None:
        self._store, self._scenarios, self._memory = store, scenarios, memory

    def row(self, job: str) -> Row[Any] | None:
        """Return the roster's row."""
        return self._store.read(lambda connection: job_row(connection, job, ROSTERS))

    def view(self, job: str, version: int) -> View:
        """Return a version of a roster; raises KeyError where there is none."""
        return self._memory.get(
            ("view", job, version), lambda: self._read(job, version), lambda view: view.size
        )

    def _read(self, job: str, version: int) -> View:
        def step(connection: Any) -> tuple[Row[Any] | None, dict[str, bytes | None]]:
            files = {name: read_file(connection, job, version, name) for name in PLAN_FILES}
            return job_row(connection, job), files

        row, contents = self._store.read(step)
        if row is None:
            raise KeyError(job)
        files = {name: content for name, content in contents.items() if content is not None}
        return View(job, version, self._scenarios.get(row.scenario), row.outcome, files)

    def answer(self, key: tuple[Any, ...], make: Callable[[], bytes]) -> bytes:
        """Return the response under `key`, made where it is not cached; a version never changes."""
        return self._memory.get(("answer", *key), make, len)

    def derived(self, job: str, version: int, name: str, make: Callable[[], bytes]) -> bytes:
        """Return a file that follows from a version, made and stored in the database where it is not there yet."""
        stored = self._store.read(lambda c: read_file(c, job, version, name, own=True))
        if stored is not None:
            return stored
        made = make()
        try:
            self._store.write(lambda c: store_files(c, job, version, {name: made}))
        except StoreError as error:
            # It is made anew the next time: a full disk keeps nobody from reading.
            _log.warning("database", error=str(error))
        return made


def page_json(table: str, lines: Sequence[Line], offset: int, limit: int) -> bytes:
    """Return a page of a table as JSON: the rows from `offset`, how many there are, and where the next page begins."""
    page = lines[offset : offset + limit]
    following = offset + limit if offset + limit < len(lines) else None
    content = {"table": table, "total": len(lines), "offset": offset, "next": following, "rows": page}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def page_csv(table: str, lines: Sequence[Line], offset: int, limit: int | None) -> bytes:
    """Return a page of a table as a spreadsheet opens it: at most `limit` rows from `offset`; text is never a formula."""
    names = columns(table)
    page = lines[offset : None if limit is None else offset + limit]
    return csv_bytes(names, ([_safe(line[name]) for name in names] for line in page))


def _safe(value: str | int | None) -> str | int | None:
    return safe_cell(value) if isinstance(value, str) else value
