"""`menzhen plan --weeks` and `--carryover`: week after week, and what each leaves to the next."""

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
    from scheduler.carryover import CarryOver, WeekBudget
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


def refuse_ledger(value: str | None) -> None:
    """Raise SettingError where the option is given that --carryover was called before."""
    if value is not None:
        wrong, remedy = message("this option is called --carryover now"), message("Write --carryover FILE.")
        raise SettingError([Problem(Where(field="--ledger"), wrong, remedy, value)])


def opened(path: Path | None, scenario: Scenario) -> CarryOver:
    """Return the carry-over to start from: that in `path`, or an empty one; raises InputError."""
    from scheduler.carryover import CarryOver
    from scheduler.tables.carryover import read_carryover

    return CarryOver() if path is None else read_carryover(path, scenario.week)


def plan_one(scenario: Scenario, carryover: CarryOver, solve: Solve, out: Path, words: Words) -> ReportFacts:
    """Plan one week from a carry-over, write it as usual and the carry-over beside it; return the reports' facts."""
    from scheduler.results import RESULT_FILES, write_results
    from scheduler.tables.carryover import CARRYOVER_FILES, write_carryover
    from scheduler.tables.grids.folder import new_folder
    from scheduler.weeks import plan_weeks

    with new_folder(out, RESULT_FILES | CARRYOVER_FILES) as folder:
        with watched(words) as on_progress:
            (week,) = plan_weeks(scenario, 1, carryover, lambda one: solve(one, on_progress))
        write_carryover(week.carryover, folder)
        return write_results(week.planned, folder, words.language)


def plan_many(
    scenario: Scenario, weeks: int, carryover: CarryOver, solve: Solve, out: Path, words: Words
) -> int:
    """Plan so many weeks into folders named after them, with the carry-over beside them; return the exit code."""
    from scheduler.report.voice import Voice
    from scheduler.results import write_results
    from scheduler.tables.carryover import CARRYOVER_FILES, write_carryover
    from scheduler.tables.grids.folder import new_folder
    from scheduler.weeks import plan_weeks

    told: list[ReportFacts] = []
    with new_folder(out, CARRYOVER_FILES | _weeks_in(out)) as folder:
        with watched(words) as on_progress:
            for week in plan_weeks(scenario, weeks, carryover, lambda one: solve(one, on_progress)):
                one = folder / str(week.planned.scenario.week)
                one.mkdir()
                told.append(write_results(week.planned, one, words.language))
                carryover = week.carryover
        write_carryover(carryover, folder)
    _tell(told, carryover, out, Voice(words.language))
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


def _tell(told: list[ReportFacts], carryover: CarryOver, out: Path, voice: Voice) -> None:
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
    weeks = {week.week: week for week in carryover.weeks}
    rows = [_row(facts, weeks[facts.scenario.week], voice) for facts in told]
    console().print(table(voice, headings, rows, right=(2, 3, 4, 5, 6)))
    for facts in told:
        if not _is_good(facts):
            say(f"{facts.scenario.week}: {headline(facts, voice)}", voice)
            for reason in facts.outcome.reasons:
                say(f"  - {voice.say(reason)}", voice)
    say(
        message(
            "Results are in {folder}: each week has its report.html; the next week starts from carryover.csv.",
            folder=str(out),
        ),
        voice,
    )


def _row(facts: ReportFacts, week: WeekBudget, voice: Voice) -> tuple[str, ...]:
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
