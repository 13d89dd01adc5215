"""Weeks read for forms: rosters of a scenario's own week or of others of the same hospital."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from scheduler.clock import Week
from scheduler.errors import InputError, Problem, Where
from scheduler.forms.facts import WeekRoster
from scheduler.scenario.week import Scenario
from scheduler.tables.roster.standalone import problem_in_folder, read_standalone_roster
from scheduler.words import message


def read_weeks(scenario: Scenario, folders: Sequence[Path]) -> tuple[WeekRoster, ...]:
    """Return the rosters in folders, each with the scenario of its week.

    A roster of another week may have doctors and clinics that the scenario does not know, but some that it does. Raises
    InputError with the problems of every folder.
    """
    weeks: list[WeekRoster] = []
    problems: list[Problem] = []
    for folder in folders:
        try:
            weeks.append(_read_week(scenario, folder))
        except InputError as error:
            problems += (problem_in_folder(problem, folder) for problem in error.problems)
    if problems:
        raise InputError(problems)
    return tuple(weeks)


def _read_week(scenario: Scenario, folder: Path) -> WeekRoster:
    read = read_standalone_roster(folder)
    if read.doctors.keys().isdisjoint(scenario.doctor_of):
        wrong = message("the scenario knows none of the roster's doctors")
        remedy = message("Name the scenario of this hospital.")
        raise InputError([Problem(Where(file=str(folder)), wrong, remedy)])
    week = read.in_scenario(scenario)
    return WeekRoster(week, read.roster_in(week))


def calendar_of(weeks: Sequence[WeekRoster], folders: Sequence[Path]) -> tuple[WeekRoster, ...]:
    """Return the weeks in order of time; raises InputError where two are the same week. `folders` are theirs."""
    first: dict[Week, Path] = {}
    problems = []
    for one, folder in zip(weeks, folders, strict=True):
        other = first.setdefault(one.scenario.week, folder)
        if other is not folder:
            wrong = message("this roster is of the week of {other}", other=str(other))
            remedy = message("Name one roster a week.")
            problems.append(Problem(Where(file=str(folder)), wrong, remedy, str(one.scenario.week)))
    if problems:
        raise InputError(problems)
    return tuple(sorted(weeks, key=lambda one: one.scenario.week))
