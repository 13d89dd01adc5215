"""A roster read without its scenario: its week, and what its sessions tell of their doctors and clinics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from scheduler.clock import Week
from scheduler.errors import InputError, Problem, Where
from scheduler.roster import Roster
from scheduler.scenario.hospital import Clinic, Doctor, usual_pool
from scheduler.scenario.week import Scenario
from scheduler.tables.columns.cells import KIND, LEVEL, Reading
from scheduler.tables.columns.rows import Rows
from scheduler.tables.roster.headings import SESSIONS
from scheduler.tables.roster.read import sessions_of_rows
from scheduler.tables.roster.sessions import sessions_of
from scheduler.tables.roster.tables import RosterTables
from scheduler.words import message


@dataclass(frozen=True)
class StandaloneRoster:
    """A roster as its sessions.csv has it, and its week; `rows` are those of the table."""

    roster: Roster
    week: Week
    rows: Rows

    @cached_property
    def clinics(self) -> Mapping[str, Clinic]:
        """The clinics of the sessions by key, as far as the rows tell of them."""
        return {values["clinic"]: _clinic(values) for _, values in reversed(self.rows.values)}

    @cached_property
    def doctors(self) -> Mapping[str, Doctor]:
        """The doctors of the sessions by key: of the specialty and level of their first session."""
        return {key: doctor for _, values in reversed(self.rows.values) for key, doctor in _doctors(values)}

    def as_week(self) -> Scenario:
        """Return a scenario that holds no more than the week, doctors and clinics of the roster."""
        return self._joined_to(Scenario(week=self.week))

    def in_scenario(self, scenario: Scenario) -> Scenario:
        """Return the scenario in the roster's week.

        In another week than its own there are doctors and clinics that it does not know: those of the roster join it.
        """
        return scenario if self.week == scenario.week else self._joined_to(scenario)

    def _joined_to(self, scenario: Scenario) -> Scenario:
        calendar = tuple(row for row in scenario.calendar if row.date in self.week.dates)
        return scenario.changed(
            week=self.week,
            calendar=calendar,
            doctors=(
                *scenario.doctors,
                *(d for key, d in self.doctors.items() if key not in scenario.doctor_of),
            ),
            clinics=(
                *scenario.clinics,
                *(c for key, c in self.clinics.items() if key not in scenario.clinic_of),
            ),
        )

    def roster_in(self, scenario: Scenario) -> Roster:
        """Return the roster as one of the scenario's week; raises InputError for doctors and clinics it does not know."""
        return sessions_of_rows(scenario, self.rows)


_NO_SPECIALTY = "-"
"""Stands for the specialty where the table has no such column: a clinic has one."""


def _clinic(values: Mapping[str, Any]) -> Clinic:
    campus, specialty = values.get("campus", ""), values.get("specialty") or _NO_SPECIALTY
    pool = usual_pool(campus, specialty)
    told = _told("kind", KIND, values)
    return Clinic(clinic=values["clinic"], specialty=specialty, campus=campus, pool=pool, **told)


def _doctors(values: Mapping[str, Any]) -> Iterator[tuple[str, Doctor]]:
    specialty = values.get("specialty") or _NO_SPECIALTY
    if "was_doctor" in values:
        yield values["was_doctor"], Doctor(doctor=values["was_doctor"], specialty=specialty)
    yield (
        values["doctor"],
        Doctor(doctor=values["doctor"], specialty=specialty, **_told("level", LEVEL, values)),
    )


def _told(key: str, reading: Reading, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the field where the row tells it; what follows from other columns is not checked here."""
    try:
        return {key: reading.parse(values[key])} if key in values else {}
    except ValueError:
        return {}


def read_standalone_roster(folder: Path) -> StandaloneRoster:
    """Return the roster in `folder`, of which only sessions.csv is read; its week is that of its first date.

    Raises InputError with every problem, also where there is no such folder or no date.
    """
    if not folder.is_dir():
        wrong = message("there is no such folder")
        remedy = message("Name the folder of a roster, with its sessions.csv.")
        raise InputError([Problem(Where(file=str(folder)), wrong, remedy)])
    tables = RosterTables(folder, (SESSIONS,))
    problems, rows = tables.problems, tables.get(SESSIONS)
    values = () if rows is None else rows.values
    dates = [row[key] for _, row in values for key in ("date", "was_date") if key in row]
    if rows is None or not dates:
        if not problems:
            where, wrong = Where(file=f"{SESSIONS.key}.csv"), message("no session has a date")
            problems.append(Problem(where, wrong, message("Name the folder of a roster.")))
        raise InputError(problems)
    week = Week.of(min(dates))
    sessions, faults = sessions_of(week, rows)
    if problems or faults:
        raise InputError([*problems, *faults])
    return StandaloneRoster(Roster(sessions), week, rows)


def problem_in_folder(problem: Problem, folder: Path) -> Problem:
    """Return the problem with the folder before its file's name: rosters have files of the same names."""
    if problem.where.file.startswith(str(folder)):
        return problem
    return replace(problem, where=replace(problem.where, file=str(folder / problem.where.file)))
