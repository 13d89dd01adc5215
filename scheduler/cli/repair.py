"""`menzhen repair`: a published week repaired for stopped doctors."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scheduler.cli import shared
from scheduler.cli.next_steps import RosterCalls, say_next_steps
from scheduler.cli.plan import print_answer
from scheduler.cli.progress import show_progress
from scheduler.cli.voice import IN_THE_REPORT, say, say_error, say_list, words_for
from scheduler.errors import CallError, Problem, SettingError, Where, suggest
from scheduler.words import Words, marked, message

if TYPE_CHECKING:
    from scheduler.adjust.repair import Repair
    from scheduler.adjust.stops import Stop
    from scheduler.engine.options import Options
    from scheduler.forms.notices.changes import Notice
    from scheduler.roster import Plan
    from scheduler.scenario.week import Scenario

app = typer.Typer()

COVER_LEVELS = ("same-or-higher", "same")
"""The choices of --cover-level, those of `scheduler.adjust.published.CoverLevel`."""

_Stops = Annotated[
    list[str],
    typer.Option(
        "--stop",
        help=marked(
            "A doctor who cannot come: 王医生@wed-pm, 王医生@2026-07-22 (the day) or 王医生 (the week)."
        ),
        metavar="DOCTOR@HALF-DAY",
    ),
]
_LeaveList = Annotated[
    Path | None,
    typer.Option(
        "--leave",
        help=marked(
            "A leave list (csv or xlsx): doctor, from, to, half, reason, cover; headings may be Chinese."
        ),
        metavar="FILE",
    ),
]
_CoverLevel = Annotated[
    str,
    typer.Option(
        "--cover-level",
        help=marked("Level of a doctor who takes over, compared with the stopped one's."),
        metavar="|".join(COVER_LEVELS),
    ),
]
_Budget = Annotated[
    int | None,
    typer.Option("--budget", help=marked("Most sessions that may change; without it any number.")),
]
_FirstDate = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        help=marked("First date that may change; without it today. What is before is not touched."),
        metavar="DATE",
    ),
]


_MOST_NOTES = 50
"""Most notes on a leave list that are printed: more are those of another list."""


@dataclass(frozen=True)
class _Absences:
    """Who cannot come, as --stop and --leave say it, and the first date that may change."""

    stops: tuple[str, ...]
    leave: Path | None
    since: dt.date

    def read(self, week: Scenario, published: Plan, words: Words) -> tuple[Stop, ...]:
        """Return them as stops, and print what a leave list says that stops nothing."""
        from scheduler.adjust.leave import leave_stops
        from scheduler.adjust.stops import parse_stops
        from scheduler.tables.leave_list import read_leave_list

        listed: tuple[Stop, ...] = ()
        if self.leave is not None:
            leave = read_leave_list(self.leave)
            listed, warnings = leave_stops(week, published.roster, leave.rows, self.since)
            notes = (*leave.warnings, *warnings)
            for note in notes[:_MOST_NOTES]:
                say_error(note, words)
            if len(notes) > _MOST_NOTES:
                say_error(message("and {more} more", more=len(notes) - _MOST_NOTES), words)
        return (*listed, *parse_stops(week, self.stops))


@app.command(help=marked("Repair a published week for stopped doctors, with the fewest changes to it."))
def repair(
    scenario: shared.ScenarioSource,
    roster: shared.RosterFolder,
    out: shared.OutFolder,
    stop: _Stops = [],
    leave: _LeaveList = None,
    cover_level: _CoverLevel = COVER_LEVELS[0],
    budget: _Budget = None,
    as_of: _FirstDate = None,
    settings: shared.Settings = [],
    solver: shared.Solver = "highs",
    seconds: shared.Seconds = 60.0,
    seed: shared.Seed = 0,
    lang: shared.Lang = None,
) -> None:
    """Write the repaired roster and print its changes; exit 1 where there is none or it breaks further rules."""
    from scheduler.tables.scenario.files import read_scenario

    words = words_for(lang)
    options = shared.solver_options(solver, seconds, seed)
    _check_call(cover_level, budget)
    since = dt.date.today() if as_of is None else _parse_date(as_of)
    week = read_scenario(scenario, settings)
    absences = _Absences(tuple(stop), leave, since)
    repaired = _repair_week(week, roster, absences, cover_level, budget, options, words)
    if repaired.outcome.roster is None:
        raise typer.Exit(_print_failure(repaired, words))
    code = _write_and_print(week, repaired, out, words)
    calls = RosterCalls(scenario, out, settings)
    reason = words.say(message("stopped doctors"))
    say_next_steps([calls.check(), *([] if code else [calls.publish(reason)])], words)
    raise typer.Exit(code)


def _check_call(cover_level: str, budget: int | None) -> None:
    """Raise SettingError with what is wrong in the options of this command."""
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


def _parse_date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        remedy = message("Write a date such as 2026-07-22.")
        wrong = message("this is not a date")
        raise CallError([Problem(Where(field="--as-of"), wrong, remedy, text)]) from None


def _repair_week(
    week: Scenario,
    roster: Path,
    absences: _Absences,
    cover_level: str,
    budget: int | None,
    options: Options,
    words: Words,
) -> Repair:
    from scheduler.adjust.published import CoverLevel
    from scheduler.adjust.repair import repair as repair_plan
    from scheduler.tables.roster.read import read_plan
    from scheduler.tables.roster.told_times import require_told_times

    published = read_plan(week, roster)
    require_told_times(week, roster)
    stopped = absences.read(week, published, words)
    with show_progress(words) as on_progress:
        return repair_plan(
            week,
            published,
            stopped,
            as_of=absences.since,
            cover_level=CoverLevel(cover_level),
            budget=budget,
            options=options,
            on_progress=on_progress,
            runner=shared.engine_runner(),
        )


def _write_and_print(week: Scenario, repaired: Repair, out: Path, words: Words) -> int:
    """Write the repaired roster and print what changes; return 1 where it breaks a rule that was kept before."""
    from scheduler.compare import describe_change, plan_changes
    from scheduler.forms.notices.changes import notices_of, patients_hurt
    from scheduler.results import write_repaired

    week_before, reasons = repaired.published, repaired.reasons
    facts = write_repaired(week, repaired.plan, week_before, repaired.planned, reasons, out, words.language)
    notices = notices_of(week, repaired.scenario, week_before, repaired.repaired, reasons)
    names = {key: doctor.name for key, doctor in week.doctor_of.items()}
    changes = [describe_change(change, names) for change in plan_changes(repaired.repaired.roster)]
    say_list(changes, words, IN_THE_REPORT)
    for sentence in patients_hurt(notices):
        say(sentence, words)
    print_answer(facts, out, words, listed=True)
    _say_notices(week, notices, words)
    worse = repaired.difference.worse
    if worse:
        say(message("What the repair breaks that was kept before:"), words)
        say_list([violation.sentence for violation in worse], words, IN_THE_REPORT)
    return 1 if worse else 0


def _say_notices(week: Scenario, notices: tuple[Notice, ...], words: Words) -> None:
    """Print where the notices are, and that leave which the scenario does not know yet belongs into it."""
    if notices:
        say(message("Notices to print and to send: notices.html, .xlsx, .docx and .txt."), words)
    known = {(session.doctor, session.cell) for session in week.on_leave}
    if any(notice.to is None and (notice.doctor, notice.at) not in known for notice in notices):
        remedy = message(
            "Enter the leave in the table availability too: check and publish count minimum sessions by it."
        )
        say(remedy, words)


def _print_failure(repaired: Repair, words: Words) -> int:
    """Print why there is no repair; return 1."""
    from scheduler.outcome import Status

    if repaired.outcome.status is Status.INFEASIBLE:
        say(message("No repair keeps all the rules that must hold; nothing was written."), words)
    else:
        say(message("No repair was found in the time given; nothing was written."), words)
    say_list(repaired.outcome.reasons, words)
    return 1
