"""`menzhen diff`: two rosters of one week side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from scheduler.cli import shared
from scheduler.cli.voice import console, say, table, words_for
from scheduler.errors import InputError, Problem, Where
from scheduler.words import Words, message

if TYPE_CHECKING:
    from scheduler.compare import SessionChange
    from scheduler.scenario.week import Scenario
    from scheduler.tables.roster.read import StandaloneRoster

_SHOWN = 40
"""So many sessions are listed; a file has them all."""


def add_to(app: typer.Typer, words: Words) -> None:
    """Add the command to the app."""

    @app.command(
        "diff",
        help=words.say(
            message("Two rosters of one week side by side: the ratio a day, and the sessions that differ.")
        ),
    )
    def diff(
        first: Path = typer.Argument(
            ..., metavar="DIR1", help=words.say(message("The folder of a roster (sessions.csv)."))
        ),
        second: Path = typer.Argument(
            ..., metavar="DIR2", help=words.say(message("The folder of the roster to compare it with."))
        ),
        scenario: Path | None = typer.Option(
            None,
            "--scenario",
            help=words.say(
                message(
                    "Scenario of the rosters: doctors' names, its calendar, its ratio; without it the usual ones."
                )
            ),
        ),
        out: Path | None = typer.Option(
            None, "--out", help=words.say(message("CSV file for every session that differs.")), metavar="FILE"
        ),
        lang: str = shared.lang(words),
    ) -> None:
        raise typer.Exit(_diff(first, second, scenario, out, words_for(lang)))


def _diff(first: Path, second: Path, source: Path | None, out: Path | None, words: Words) -> int:
    from scheduler.compare import compare_rosters, summarize

    rosters = _read((first, second))
    scenario = _scenario(source, rosters)
    one, other = (lone.roster for lone in rosters)
    found = compare_rosters(one, other)
    if out is not None:
        _write(found, rosters, out)
    say(summarize(found, one, other), words)
    _tell_days(scenario, rosters, words)
    if found:
        _tell_sessions(found, rosters, scenario, words)
    return 1 if found else 0


def _read(folders: Sequence[Path]) -> list[StandaloneRoster]:
    from scheduler.tables.roster.read import read_standalone_roster

    found: list[StandaloneRoster] = []
    problems: list[Problem] = []
    for folder in folders:
        try:
            found.append(read_standalone_roster(folder))
        except InputError as error:
            problems += (_in_folder(problem, folder) for problem in error.problems)
    if problems:
        raise InputError(problems)
    _refuse_strangers(found[0], found[1], folders[1])
    return found


def _in_folder(problem: Problem, folder: Path) -> Problem:
    # Both rosters have files of the same names.
    if problem.where.file == str(folder):
        return problem
    return replace(problem, where=replace(problem.where, file=str(folder / problem.where.file)))


def _refuse_strangers(first: StandaloneRoster, second: StandaloneRoster, folder: Path) -> None:
    where, remedy = Where(file=str(folder)), message("Compare two rosters of one week of one hospital.")
    if first.week != second.week:
        wrong = message(
            "this roster is of the week {second}, the other of {first}",
            first=str(first.week),
            second=str(second.week),
        )
        raise InputError([Problem(where, wrong, remedy)])
    ones, others = ({session.doctor for session in lone.roster.sessions} for lone in (first, second))
    if not ones & others:
        raise InputError([Problem(where, message("the rosters have no doctor in common"), remedy)])


def _scenario(source: Path | None, rosters: Sequence[StandaloneRoster]) -> Scenario:
    """Return the scenario that was named, or one that holds no more than the week and the usual policy."""
    from scheduler.scenario.week import Scenario
    from scheduler.tables.scenario.files import read_scenario

    week = rosters[0].week
    if source is None:
        return Scenario(week=week)
    scenario = read_scenario(source, [])
    if scenario.week != week:
        wrong = message("the scenario is of another week than the rosters, {week}", week=str(week))
        remedy = message("Name the scenario of the rosters, or leave --scenario out.")
        raise InputError([Problem(Where(file=str(source)), wrong, remedy, str(scenario.week))])
    return scenario


def _specialties(rosters: Sequence[StandaloneRoster]) -> dict[str, str]:
    return {**rosters[1].specialties, **rosters[0].specialties}


def _write(found: Sequence[SessionChange], rosters: Sequence[StandaloneRoster], path: Path) -> None:
    from scheduler.compare import COLUMNS, difference_cells
    from scheduler.tables.grids.csv_out import csv_bytes
    from scheduler.tables.grids.folder import write_file

    specialties = _specialties(rosters)
    write_file(path, csv_bytes(COLUMNS, (difference_cells(one, specialties) for one in found)))


def _tell_days(scenario: Scenario, rosters: Sequence[StandaloneRoster], words: Words) -> None:
    from scheduler.balance import balance
    from scheduler.report.voice import Voice

    voice, policy = Voice(words.language), scenario.policy.ratio
    lines = []
    for date in scenario.working_dates:
        line = [voice.date(date)]
        for lone in rosters:
            found = balance(scenario, [session for session in lone.roster.held if session.at.date == date])
            line += [voice.number(found.am), voice.number(found.pm), voice.ratio(found, policy)]
        lines.append(line)
    sides = [message("first: AM"), message("PM"), message("AM : PM")]
    sides += [message("second: AM"), message("PM"), message("AM : PM")]
    if lines:
        console().print(table(words, [message("day"), *sides], lines, right=range(1, 7)))


def _tell_sessions(
    found: Sequence[SessionChange], rosters: Sequence[StandaloneRoster], scenario: Scenario, words: Words
) -> None:
    headings = [message("doctor"), message("specialty"), message("clinic"), message("what differs")]
    console().print(table(words, headings, _lines(found[:_SHOWN], rosters, scenario, words)))
    if len(found) > _SHOWN:
        left = message("{n} more sessions differ; --out FILE writes them all.", n=len(found) - _SHOWN)
        say(left, words)


def _lines(
    found: Sequence[SessionChange], rosters: Sequence[StandaloneRoster], scenario: Scenario, words: Words
) -> Iterator[tuple[str, ...]]:
    from scheduler.compare import clinics_of, describe_difference

    names = {key: doctor.name for key, doctor in scenario.doctor_of.items()}
    specialties = _specialties(rosters)
    for one in found:
        clinics = clinics_of(one.session)
        yield (
            names.get(one.session.doctor) or one.session.doctor,
            specialties.get(clinics[0], ""),
            " + ".join(clinics),
            words.say(describe_difference(one, names)),
        )
