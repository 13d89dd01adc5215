"""`menzhen check`: the independent checker on a roster."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scheduler.cli import shared
from scheduler.cli.next_steps import NextStep, RosterCalls, say_next_steps
from scheduler.cli.voice import console, say, table, words_for
from scheduler.errors import CallError, Problem, Where, group_problems
from scheduler.words import Message, Words, marked, message

if TYPE_CHECKING:
    from scheduler.adjust.roster_folder import RosterFolder
    from scheduler.check.violation import Violation
    from scheduler.scenario.week import Scenario

app = typer.Typer()


@app.command(help=marked("Check a roster against every rule, independently of the engine."))
def check(
    scenario: shared.ScenarioSource,
    roster: shared.RosterFolder,
    move: Annotated[list[str], typer.Option("--move", hidden=True)] = [],
    every: Annotated[
        bool, typer.Option("--all", help=marked("Print every violation, also of soft rules."))
    ] = False,
    settings: shared.Settings = [],
    lang: shared.Lang = None,
) -> None:
    """Print verdict and violations; exit 1 where a hard rule is broken, or the ledger would refuse the roster."""
    words = words_for(lang)
    if move:
        wrong = message("moves are not tried here any more")
        remedy = message("Write `menzhen edit SCENARIO DIR --dry-run --move ...`.")
        raise CallError([Problem(Where(field="--move"), wrong, remedy, move[0])])
    raise typer.Exit(_print_violations(scenario, roster, settings, words, every=every))


_MOST_LINES = 20
"""Most violations of hard rules that are printed without --all."""


def _print_violations(source: Path, folder: Path, settings: list[str], words: Words, *, every: bool) -> int:
    """Print the verdict and all that is wrong; return 1 where a hard rule is broken or the ledger would refuse it."""
    from scheduler.adjust.roster_folder import read_roster_folder
    from scheduler.check.run import find_violations
    from scheduler.tables.scenario.files import read_scenario

    scenario = read_scenario(source, settings)
    roster = read_roster_folder(scenario, folder)
    violations = find_violations(scenario, roster.plan)
    for sentence in roster.edits if folder.is_file() else ():
        say(sentence, words)
    hard = [violation for violation in violations if violation.hard]
    if hard:
        broken = len({violation.rule for violation in hard})
        say(message("Hard rules broken: {rules}; violations: {count}.", rules=broken, count=len(hard)), words)
    else:
        say(message("Every hard rule holds."), words)
    _print_violation_table(hard if every else hard[:_MOST_LINES], words)
    if len(hard) > _MOST_LINES and not every:
        say(message("and {more} more: print them with --all", more=len(hard) - _MOST_LINES), words)
    ignored = not folder.is_file() and bool(roster.edits or roster.unread)
    if ignored:
        _print_workbook(roster, words)
    _print_problems(message("`menzhen publish` would refuse this roster:"), roster.refusals, words)
    _print_problems(
        message("Cells that are not read, and say something else than what is:"), roster.stale, words
    )
    if every:
        _print_violation_table([violation for violation in violations if not violation.hard], words)
    _print_soft_rules(scenario, violations, words)
    good = not (hard or roster.refusals or ignored)
    say_next_steps(_next_steps(scenario, RosterCalls(source, folder, settings), roster, good=good), words)
    return 0 if good else 1


def _next_steps(
    scenario: Scenario, calls: RosterCalls, roster: RosterFolder, *, good: bool
) -> list[NextStep]:
    """Return what may follow a check; of a workbook and of tables without slots nothing is published."""
    from scheduler.adjust.edited_file import before_edits

    if calls.folder.is_file():
        return []
    if good:
        return [calls.publish()] if roster.plan.slots else []
    if roster.edits:
        return [calls.keep("roster.xlsx")]
    was_edited = before_edits(scenario, roster.plan).roster != roster.plan.roster
    return [calls.keep("sessions.csv") if roster.refusals or was_edited else calls.edit()]


def _print_workbook(roster: RosterFolder, words: Words) -> None:
    """Print what a planner changed in the workbook alone, and how to keep it."""
    if roster.edits:
        say(message("roster.xlsx has changes that are not in the tables yet:"), words)
        for sentence in roster.edits[:_MOST_LINES]:
            say(f"  - {words.say(sentence)}", words)
        if len(roster.edits) > _MOST_LINES:
            say(message("and {more} more", more=len(roster.edits) - _MOST_LINES), words)
    _print_problems(message("roster.xlsx cannot be read back:"), roster.unread, words)


def _print_problems(headline: Message, problems: Sequence[Problem], words: Words) -> None:
    """Print a line for each kind of problem, under a headline."""
    groups = group_problems(problems)
    if groups:
        say(headline, words)
    for group in groups[:_MOST_LINES]:
        say(f"  - {words.say(group.sentence())}", words)
    if len(groups) > _MOST_LINES:
        say(message("and {more} more kinds", more=len(groups) - _MOST_LINES), words)


def _print_soft_rules(scenario: Scenario, violations: Sequence[Violation], words: Words) -> None:
    from scheduler.check.run import totals
    from scheduler.rules import RULES

    units = totals(violations)
    soft = [each for each in RULES if scenario.strictness(each.key) == "soft"]
    if soft:
        headings = (message("soft rule"), message("units"), message("what a unit is"))
        rows = [(words.say(each.name), str(units[each.key]), words.say(each.unit)) for each in soft]
        console().print(table(words, headings, rows, right=(1,)))


def _print_violation_table(violations: Sequence[Violation], words: Words) -> None:
    from scheduler.rules import rule

    if violations:
        # The sentence names the place, in the reader's language; the place itself is a key for programs.
        rows = [(words.say(rule(v.rule).name), str(v.amount), words.say(v.sentence)) for v in violations]
        headings = (message("rule"), message("units"), message("what is wrong"))
        console().print(table(words, headings, rows, right=(1,)))
