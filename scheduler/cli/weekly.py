"""`menzhen plan --weeks` and `--ledger`: week after week, and the book that is kept of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from scheduler.cli.progress import watched
from scheduler.cli.voice import console, say, table
from scheduler.clock import Week
from scheduler.engine.options import ProgressCallback
from scheduler.errors import Problem, SettingError, Where
from scheduler.words import Words, message

if TYPE_CHECKING:
    from scheduler.carryover import Ledger, Spending
    from scheduler.plan import Planned
    from scheduler.report.facts import ReportFacts
    from scheduler.report.voice import Voice
    from scheduler.scenario.week import Scenario

Solve = Callable[["Scenario", ProgressCallback], "Planned"]
"""Plans one week; its progress is reported to the callback."""


def checked(weeks: int | None) -> int | None:
    """Return the number of weeks; raises SettingError where it is out of range."""
    from scheduler.weeks import MOST_WEEKS

    if weeks is not None and not 1 <= weeks <= MOST_WEEKS:
        remedy = message("Give a whole number from 1 to {most}.", most=MOST_WEEKS)
        wrong = message("the number of weeks is out of range")
        raise SettingError([Problem(Where(field="--weeks"), wrong, remedy, str(weeks))])
    return weeks


def opened(path: Path | None, scenario: Scenario) -> Ledger:
    """Return the ledger to start from: that in `path`, or an empty one; raises InputError."""
    from scheduler.carryover import Ledger
    from scheduler.tables.carryover import read_ledger

    return Ledger() if path is None else read_ledger(path, scenario.week)


def plan_one(scenario: Scenario, ledger: Ledger, solve: Solve, out: Path, words: Words) -> ReportFacts:
    """Plan one week from a ledger, write it as usual and the ledger beside it; return the reports' facts."""
    from scheduler.results import RESULT_FILES, write_results
    from scheduler.tables.carryover import LEDGER_FILES, write_ledger
    from scheduler.tables.grids.folder import new_folder
    from scheduler.weeks import plan_weeks

    with new_folder(out, RESULT_FILES | LEDGER_FILES) as folder:
        with watched(words) as on_progress:
            (week,) = plan_weeks(scenario, 1, ledger, lambda one: solve(one, on_progress))
        write_ledger(week.ledger, folder)
        return write_results(week.planned, folder, words.language)


def plan_many(scenario: Scenario, weeks: int, ledger: Ledger, solve: Solve, out: Path, words: Words) -> int:
    """Plan so many weeks into folders named after them, with the ledger beside them; return the exit code."""
    from scheduler.report.voice import Voice
    from scheduler.results import write_results
    from scheduler.tables.carryover import LEDGER_FILES, write_ledger
    from scheduler.tables.grids.folder import new_folder
    from scheduler.weeks import plan_weeks

    told: list[ReportFacts] = []
    with new_folder(out, LEDGER_FILES | _weeks_in(out)) as folder:
        with watched(words) as on_progress:
            for week in plan_weeks(scenario, weeks, ledger, lambda one: solve(one, on_progress)):
                one = folder / str(week.planned.scenario.week)
                one.mkdir()
                told.append(write_results(week.planned, one, words.language))
                ledger = week.ledger
        write_ledger(ledger, folder)
    _tell(told, ledger, out, Voice(words.language))
    return 0 if all(_is_good(facts) for facts in told) else 1


def _weeks_in(out: Path) -> frozenset[str]:
    """Return the names of folders in `out` that hold a planned week and nothing else, so may be replaced."""
    from scheduler.results import RESULT_FILES

    if not out.is_dir():
        return frozenset()
    folders = (entry for entry in out.iterdir() if entry.is_dir() and _is_week(entry.name))
    return frozenset(f.name for f in folders if {entry.name for entry in f.iterdir()} <= RESULT_FILES)


def _is_week(name: str) -> bool:
    try:
        return str(Week.parse(name)) == name
    except ValueError:
        return False


def _is_good(facts: ReportFacts) -> bool:
    from scheduler.outcome import Status

    solved = facts.outcome.status in (Status.OPTIMAL, Status.FEASIBLE)
    return solved and not any(violation.hard for violation in facts.violations)


def _tell(told: list[ReportFacts], ledger: Ledger, out: Path, voice: Voice) -> None:
    """Print a row a week, and what may be read in them."""
    from scheduler.report.headline import headline

    headings = (
        message("week"),
        message("status"),
        message("changed"),
        message("points"),
        message("highest day"),
        message("above fair share"),
        message("carried over"),
    )
    weeks = {week.week: week for week in ledger.weeks}
    rows = [_row(facts, weeks[facts.scenario.week], voice) for facts in told]
    console().print(table(voice, headings, rows, right=(2, 3, 4, 5, 6)))
    for facts in told:
        if not _is_good(facts):
            say(f"{facts.scenario.week}: {headline(facts, voice)}", voice)
            for reason in facts.outcome.reasons:
                say(f"  - {voice.say(reason)}", voice)
    say(
        message(
            "Results are in {folder}: each week has its report.html; ledger.csv carries on.", folder=str(out)
        ),
        voice,
    )


def _row(facts: ReportFacts, week: Spending, voice: Voice) -> tuple[str, ...]:
    from scheduler.balance import highest_day
    from scheduler.report.words import STATUS_WORDS

    tiers = {tier.key: tier.value for tier in facts.outcome.tiers}
    highest = highest_day(facts.ratio_after) if facts.ratio_after is not None else None
    return (
        str(facts.scenario.week),
        voice.say(STATUS_WORDS[facts.outcome.status]),
        voice.number(week.spent) if facts.solved else "-",
        _number(tiers.get("changes"), voice),
        "-" if highest is None else voice.ratio(highest[1], facts.scenario.policy.ratio),
        _number(tiers.get("fairness"), voice),
        "-" if week.budget is None else voice.number(week.carried),
    )


def _number(value: int | None, voice: Voice) -> str:
    return "-" if value is None else voice.number(value)
