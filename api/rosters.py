"""Rosters as they are asked for again and again: tables read once a version, answers kept while they are in use."""

from __future__ import annotations

import csv
import io
import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import structlog
from sqlalchemy import Row

from api.jobs.results import make_facts, plan_from_files
from api.store.files import read_file, store_files
from api.store.jobs import job_row
from api.store.models import ROSTERS
from api.store.scenarios import Scenarios
from scheduler.adjust.edit import Draft
from scheduler.errors import StoreError
from scheduler.report.facts import ReportFacts
from scheduler.roster import Plan, Roster
from scheduler.scenario.week import Scenario
from scheduler.tables.roster.headings import ROSTER_TABLES
from scheduler.tables.roster.write import PLAN_FILES
from scheduler.tickets.store import Store

TABLES = ("sessions", "slots", "channels")
"""The tables of a roster that are served."""

FILTERS = ("doctor", "specialty", "date", "clinic")
"""What their rows can be chosen by."""

_NUMBERS = ("tickets", "reserved")
_KEPT_BYTES = 128_000_000

_log = structlog.get_logger()

Line = dict[str, str | int | None]


@dataclass(frozen=True)
class View:
    """A version of a roster: its scenario, how its solve ended, its files; worked out when first asked for."""

    job: str
    version: int
    scenario: Scenario
    outcome: Mapping[str, Any]
    files: Mapping[str, bytes]

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

    def lines(self, table: str, chosen: Mapping[str, str]) -> Sequence[Line]:
        """Return the rows of a table that fit `chosen`, by FILTERS."""
        whole = self._lines(table)
        if not chosen:
            return whole
        return [
            line
            for line, told in zip(whole, self._told(table), strict=True)
            if all(told[FILTERS.index(key)] == value for key, value in chosen.items())
        ]

    @cached_property
    def _known(self) -> dict[str, list[Line]]:
        return {}

    def _lines(self, table: str) -> list[Line]:
        # Most readers want one table of the three, and its reading takes its time.
        if table not in self._known:
            self._known[table] = list(map(_line, _read(self.files[f"{table}.csv"])))
        return self._known[table]

    def _told(self, table: str) -> list[tuple[Any, ...]]:
        """Return the filters' values of every row; a channel has those of its slot."""
        if table == "channels":
            slots = {line["slot"]: self._values(line) for line in self._lines("slots")}
            nothing = (None,) * len(FILTERS)
            return [slots.get(line["slot"], nothing) for line in self._lines(table)]
        return [self._values(line) for line in self._lines(table)]

    def _values(self, line: Line) -> tuple[Any, ...]:
        clinic = self.scenario.clinic_of.get(str(line["clinic"]))
        return line["doctor"], None if clinic is None else clinic.specialty, line["date"], line["clinic"]


def _read(content: bytes) -> csv.DictReader[str]:
    return csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))


def _line(row: Mapping[str, str]) -> Line:
    return {key: _value(key, text) for key, text in row.items()}


def _value(key: str, text: str) -> str | int | None:
    if key in _NUMBERS:
        return int(text) if text else None
    return text or None


def columns(table: str) -> Sequence[str]:
    """Return the headings of a table of a roster."""
    return next(known.keys for known in ROSTER_TABLES if known.key == table)


class Rosters:
    """The rosters of one store."""

    def __init__(self, store: Store, scenarios: Scenarios) -> None:
        self._store, self._scenarios = store, scenarios
        self.view = lru_cache(maxsize=4)(self._view)
        self._answers: OrderedDict[tuple[Any, ...], bytes] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def row(self, job: str) -> Row[Any] | None:
        """Return the roster's row."""
        return self._store.read(lambda connection: job_row(connection, job, ROSTERS))

    def _view(self, job: str, version: int) -> View:
        def step(connection: Any) -> tuple[Row[Any] | None, dict[str, bytes | None]]:
            files = {name: read_file(connection, job, version, name) for name in PLAN_FILES}
            return job_row(connection, job), files

        row, found = self._store.read(step)
        if row is None:
            raise KeyError(job)
        files = {name: content for name, content in found.items() if content is not None}
        return View(job, version, self._scenarios.get(row.scenario), row.outcome, files)

    def answer(self, key: tuple[Any, ...], make: Callable[[], bytes]) -> bytes:
        """Return the answer under `key`, made where it is not kept; what a version says never changes."""
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]
        made = make()
        with self._lock:
            if key not in self._answers and len(made) <= _KEPT_BYTES // 4:
                self._answers[key] = made
                self._size += len(made)
            while self._size > _KEPT_BYTES:
                self._size -= len(self._answers.popitem(last=False)[1])
        return made

    def derived(self, job: str, version: int, name: str, make: Callable[[], bytes]) -> bytes:
        """Return a file that follows from a version, made and kept in the database where it is not there yet."""
        found = self._store.read(lambda c: read_file(c, job, version, name, own=True))
        if found is not None:
            return found
        made = make()
        try:
            self._store.write(lambda c: store_files(c, job, version, {name: made}))
        except StoreError as error:
            # It is made anew the next time: a disk that is full keeps nobody from reading.
            _log.warning("database", error=str(error))
        return made


def page_json(table: str, lines: Sequence[Line], offset: int, limit: int) -> bytes:
    """Return a page of a table as JSON: the rows from `offset`, how many there are, and where the next page begins."""
    page = lines[offset : offset + limit]
    following = offset + limit if offset + limit < len(lines) else None
    told = {"table": table, "total": len(lines), "offset": offset, "next": following, "rows": page}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
