"""`menzhen repair`: a published week put right for stopped doctors."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from scheduler.cli import shared, solving
from scheduler.cli.plan import tell_answer
from scheduler.cli.progress import watched
from scheduler.cli.voice import say, words_for
from scheduler.errors import CallError, Problem, SettingError, Where, suggest
from scheduler.words import Words, message

if TYPE_CHECKING:
    from scheduler.adjust.repair import Repair
    from scheduler.engine.options import Options
    from scheduler.scenario.week import Scenario

COVER_LEVELS = ("same-or-higher", "same")
"""The choices of --cover-level, those of `scheduler.adjust.published.CoverLevel`."""


def add_to(app: typer.Typer, words: Words) -> None:
    """Add the command to the app."""

    @app.command(
        "repair",
        help=words.say(
            message("Repair a published week for stopped doctors, with the fewest changes to it.")
        ),
    )
    def repair(
        scenario: Path = shared.scenario(words),
        roster: Path = shared.roster(words),
        out: Path = shared.out(words),
        stop: list[str] = typer.Option(
            [],
            "--stop",
            help=words.say(
                message("A doctor who cannot come, such as 王医生@2026-07-22-PM or 王医生@wed-pm.")
            ),
            metavar="DOCTOR@HALF-DAY",
        ),
        cover_level: str = typer.Option(
            COVER_LEVELS[0],
            "--cover-level",
            help=words.say(message("Level of a doctor who takes over, compared with the stopped one's.")),
            metavar="|".join(COVER_LEVELS),
        ),
        budget: int | None = typer.Option(
            None, "--budget", help=words.say(message("Most sessions that may change; without it any number."))
        ),
        as_of: str | None = typer.Option(
            None,
            "--as-of",
            help=words.say(
                message("First date that may change; without it today. What is before is not touched.")
            ),
            metavar="DATE",
        ),
        settings: list[str] = shared.settings(words),
        solver: str = solving.solver(words),
        seconds: float = solving.seconds(words),
        seed: int = solving.seed(words),
        lang: str = shared.lang(words),
    ) -> None:
        voice = words_for(lang)
        how = solving.chosen(solver, seconds, seed)
        _check_call(cover_level, budget)
        since = dt.date.today() if as_of is None else _date(as_of)
        from scheduler.tables.scenario.files import read_scenario

        week = read_scenario(scenario, settings)
        found = _repaired(week, roster, stop, cover_level, budget, since, how, voice)
        raise typer.Exit(_write_and_tell(week, found, out, voice))


def _check_call(cover_level: str, budget: int | None) -> None:
    problems = []
    if cover_level not in COVER_LEVELS:
        wrong = message("there is no such choice")
        where = Where(field="--cover-level")
        problems.append(Problem(where, wrong, suggest(cover_level, COVER_LEVELS), cover_level))
    if budget is not None and budget < 0:
        remedy = message("Give 0 or more.")
        problems.append(
            Problem(Where(field="--budget"), message("the number is out of range"), remedy, str(budget))
        )
    if problems:
        raise SettingError(problems)


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        remedy = message("Write a date such as 2026-07-22.")
        raise CallError([Problem(Where(field="--as-of"), message("this is no date"), remedy, text)]) from None


def _repaired(
    week: Scenario,
    roster: Path,
    stops: Sequence[str],
    cover_level: str,
    budget: int | None,
    since: dt.date,
    how: Options,
    words: Words,
) -> Repair:
    from scheduler.adjust.published import CoverLevel
    from scheduler.adjust.repair import repair
    from scheduler.adjust.stops import parse_stops
    from scheduler.engine.process import run_apart
    from scheduler.tables.roster.read import read_plan

    told = parse_stops(week.week, stops)
    published = read_plan(week, roster)
    with watched(words) as on_progress:
        return repair(
            week,
            published,
            told,
            as_of=since,
            cover_level=CoverLevel(cover_level),
            budget=budget,
            options=how,
            on_progress=on_progress,
            runner=run_apart,
        )


def _write_and_tell(week: Scenario, found: Repair, out: Path, words: Words) -> int:
    """Write the repaired roster and print what changes; without one nothing is written, and 1 returned."""
    from scheduler.compare import describe_change, plan_changes
    from scheduler.report.facts import ReportFacts
    from scheduler.report.write import write_reports
    from scheduler.results import RESULT_FILES
    from scheduler.tables.grids.folder import new_folder
    from scheduler.tables.roster.write import write_plan

    if found.outcome.roster is None:
        return _tell_no_roster(found, words)
    planned = found.planned
    facts = ReportFacts(planned.scenario, planned.outcome, planned.plan, planned.violations)
    with new_folder(out, RESULT_FILES) as folder:
        write_plan(found.plan, week, folder)
        write_reports(facts, planned.seconds, folder, words.language)
    for change in plan_changes(found.repaired.roster):
        say(f"  - {words.say(describe_change(change))}", words)
    tell_answer(facts, out, words)
    worse = found.difference.worse
    if worse:
        say(message("What the repair breaks that was whole before:"), words)
        for violation in worse:
            say(f"  - {words.say(violation.sentence)}", words)
    return 1 if worse else 0


def _tell_no_roster(found: Repair, words: Words) -> int:
    from scheduler.outcome import Status

    if found.outcome.status is Status.INFEASIBLE:
        say(message("No repair keeps all the rules that must hold; nothing was written."), words)
    else:
        say(message("No repair was found in the time given; nothing was written."), words)
    for reason in found.outcome.reasons:
        say(f"  - {words.say(reason)}", words)
    return 1
