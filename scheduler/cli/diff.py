"""`menzhen diff`: two rosters side by side, of one week or of two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scheduler.cli import shared
from scheduler.cli.voice import console, say, table, words_for
from scheduler.errors import MOST_LINES, InputError, Problem, Where
from scheduler.words import Words, marked, message

if TYPE_CHECKING:
    from scheduler.compare import SessionChange
    from scheduler.roster import Roster
    from scheduler.scenario.week import Scenario
    from scheduler.tables.roster.standalone import StandaloneRoster

app = typer.Typer()


@app.command(
    help=marked("Compare two rosters, of one week or two: each day's ratio, and the sessions that differ.")
)
def diff(
    first: Annotated[
        Path, typer.Argument(metavar="DIR1", help=marked("The folder of a roster (sessions.csv)."))
    ],
    second: Annotated[
        Path, typer.Argument(metavar="DIR2", help=marked("The folder of the roster to compare it with."))
    ],
    scenario: Annotated[
        Path | None,
        typer.Option(
            "--scenario",
            help=marked(
                "Scenario of the rosters: doctors' names, calendar and ratio; without it the usual ones."
            ),
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help=marked("CSV file for every session that differs."), metavar="FILE"),
    ] = None,
    lang: shared.Lang = None,
) -> None:
    """Print the differences, and write them with `out`; exit 1 where the rosters differ."""
    from scheduler.compare import compare_rosters, summarize
    from scheduler.roster import Plan, with_named_rooms

    words = words_for(lang)
    rosters = _read_rosters((first, second))
    weeks = _read_weeks(scenario, rosters)
    plans = (with_named_rooms(week, Plan(one.roster)) for week, one in zip(weeks, rosters, strict=True))
    before, after = (plan.roster for plan in plans)
    changes = compare_rosters(before, after)
    if out is not None:
        _write_changes(changes, weeks, out)
    say(summarize(changes, before, after), words)
    _print_days(weeks, (before, after), words)
    if changes:
        _print_changes(changes, weeks, words)
    raise typer.Exit(1 if changes else 0)


def _read_rosters(folders: Sequence[Path]) -> list[StandaloneRoster]:
    from scheduler.tables.roster.standalone import problem_in_folder, read_standalone_roster

    rosters: list[StandaloneRoster] = []
    problems: list[Problem] = []
    for folder in folders:
        try:
            rosters.append(read_standalone_roster(folder))
        except InputError as error:
            problems += (problem_in_folder(problem, folder) for problem in error.problems)
    if problems:
        raise InputError(problems)
    _refuse_unlike_rosters(rosters[0], rosters[1], folders[1])
    return rosters


def _refuse_unlike_rosters(first: StandaloneRoster, second: StandaloneRoster, folder: Path) -> None:
    where, remedy = Where(file=str(folder)), message("Compare two rosters of one hospital.")
    doctors, others = ({session.doctor for session in each.roster.sessions} for each in (first, second))
    if not doctors & others:
        raise InputError([Problem(where, message("the rosters have no doctor in common"), remedy)])


def _read_weeks(source: Path | None, rosters: Sequence[StandaloneRoster]) -> tuple[Scenario, ...]:
    """Return the scenario that was named in the week of each roster, or what the rosters tell by themselves."""
    from scheduler.tables.scenario.files import read_scenario

    if source is None:
        return tuple(roster.as_week() for roster in rosters)
    scenario, weeks = read_scenario(source, []), [roster.week for roster in rosters]
    if scenario.week not in weeks:
        wrong = message(
            "the scenario is of another week than the rosters, {week}",
            week=list(map(str, dict.fromkeys(weeks))),
        )
        remedy = message("Name the scenario of the rosters, or leave --scenario out.")
        raise InputError([Problem(Where(file=str(source)), wrong, remedy, str(scenario.week))])
    return tuple(roster.in_scenario(scenario) for roster in rosters)


def _specialties(weeks: Sequence[Scenario]) -> dict[str, str]:
    return {key: clinic.specialty for week in reversed(weeks) for key, clinic in week.clinic_of.items()}


def _write_changes(changes: Sequence[SessionChange], weeks: Sequence[Scenario], path: Path) -> None:
    from scheduler.compare import COLUMNS, difference_cells
    from scheduler.tables.grids.csv_out import csv_bytes
    from scheduler.tables.grids.folder import write_file

    specialties = _specialties(weeks)
    write_file(path, csv_bytes(COLUMNS, (difference_cells(change, specialties) for change in changes)))


def _print_days(weeks: Sequence[Scenario], rosters: Sequence[Roster], words: Words) -> None:
    from scheduler.balance import balance
    from scheduler.report.voice import Voice

    voice, policy = Voice(words.language), weeks[0].policy.ratio
    lines = []
    for dates in zip(*(week.week.dates for week in weeks), strict=True):
        if not any(date in week.working_dates for week, date in zip(weeks, dates, strict=True)):
            continue
        line = [" / ".join(dict.fromkeys(voice.date(date) for date in dates))]
        for week, roster, date in zip(weeks, rosters, dates, strict=True):
            day = balance(week, [session for session in roster.held if session.at.date == date])
            line += [voice.number(day.am), voice.number(day.pm), voice.ratio(day, policy)]
        lines.append(line)
    sides = [message("first: AM"), message("PM"), message("AM : PM")]
    sides += [message("second: AM"), message("PM"), message("AM : PM")]
    if lines:
        console().print(table(words, [message("day"), *sides], lines, right=range(1, 7)))


def _print_changes(changes: Sequence[SessionChange], weeks: Sequence[Scenario], words: Words) -> None:
    headings = [message("doctor"), message("specialty"), message("clinic"), message("what differs")]
    console().print(table(words, headings, _change_rows(changes[:MOST_LINES], weeks, words)))
    if len(changes) > MOST_LINES:
        say(
            message(
                "{n:more session differs|more sessions differ}; --out FILE writes them all.",
                n=len(changes) - MOST_LINES,
            ),
            words,
        )


def _change_rows(
    changes: Sequence[SessionChange], weeks: Sequence[Scenario], words: Words
) -> Iterator[tuple[str, ...]]:
    from scheduler.compare import clinics_of, describe_difference

    names = {key: doctor.name for key, doctor in weeks[0].doctor_of.items()}
    specialties, by_weekday = _specialties(weeks), weeks[0].week != weeks[1].week
    for change in changes:
        clinics = clinics_of(change.session)
        yield (
            names.get(change.session.doctor) or change.session.doctor,
            specialties.get(clinics[0], ""),
            " + ".join(clinics),
            words.say(describe_difference(change, names, by_weekday=by_weekday)),
        )
