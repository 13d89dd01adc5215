"""Weeks read for forms: rosters of a scenario's own week or of others that were planned from it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from scheduler.clock import Week
from scheduler.errors import InputError, Problem, Where
from scheduler.forms.facts import WeekRoster
from scheduler.scenario.week import Scenario
from scheduler.tables.roster.headings import SESSIONS
from scheduler.tables.roster.read import problem_in_folder, read_sessions, read_standalone_roster
from scheduler.words import message


def scenario_of_week(scenario: Scenario, week: Week) -> Scenario:
    """Return the scenario in another week, with the rows of its calendar that lie there."""
    if week == scenario.week:
        return scenario
    calendar = tuple(row for row in scenario.calendar if row.date in week.dates)
    return scenario.changed(week=week, calendar=calendar)


def scenario_of_folder(scenario: Scenario, folder: Path) -> Scenario:
    """Return the scenario in the week of the roster in `folder`; raises InputError where there is none."""
    return scenario_of_week(scenario, read_standalone_roster(folder).week)


def read_weeks(scenario: Scenario, folders: Sequence[Path]) -> tuple[WeekRoster, ...]:
    """Return the rosters in folders by week, each with the scenario of its week.

    Raises InputError with the problems of every folder.
    """
    weeks: list[WeekRoster] = []
    problems: list[Problem] = []
    for folder in folders:
        try:
            week = scenario_of_folder(scenario, folder)
            weeks.append(WeekRoster(week, read_sessions(week, folder / f"{SESSIONS.key}.csv")))
        except InputError as error:
            problems += (problem_in_folder(problem, folder) for problem in error.problems)
    if problems:
        raise InputError(problems)
    return tuple(weeks)


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
