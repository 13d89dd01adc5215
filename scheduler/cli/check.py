"""`menzhen check`: the independent checker on a roster, and what moving a few of its sessions would change."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scheduler.cli import shared
from scheduler.cli.voice import console, say, table, words_for
from scheduler.errors import CallError, Problem, Where
from scheduler.words import Message, Words, marked, message

if TYPE_CHECKING:
    from scheduler.adjust.edit import Move
    from scheduler.check.standings import Effect
    from scheduler.check.violation import Violation
    from scheduler.roster import Plan, Session
    from scheduler.scenario.week import Scenario

app = typer.Typer()


@app.command(help=marked("Check a roster against every rule, independently of the engine."))
def check(
    scenario: shared.ScenarioSource,
    roster: shared.RosterFolder,
    move: Annotated[
        list[str],
        typer.Option(
            "--move",
            help=marked(
                "Show only what would change if a session moved: 2026-W30.D001.mon-am@fri-pm or 王医生@mon-am@fri-pm."
            ),
            metavar="SESSION@HALF-DAY",
        ),
    ] = [],
    every: Annotated[
        bool, typer.Option("--all", help=marked("Print every violation, also of soft rules."))
    ] = False,
    settings: shared.Settings = [],
    lang: shared.Lang = None,
) -> None:
    """Print verdict and violations, or what moves change; exit 1 where a hard rule is broken, or would be more so."""
    words = words_for(lang)
    if move:
        raise typer.Exit(_print_moves(scenario, roster, move, settings, words))
    raise typer.Exit(_print_violations(scenario, roster, settings, words, every=every))


_MOST_LINES = 20
"""Most violations of hard rules that are printed without --all."""


def _print_violations(source: Path, folder: Path, settings: list[str], words: Words, *, every: bool) -> int:
    """Print the verdict, what breaks hard rules, and soft rules as counts; return 1 where a hard rule is broken."""
    from scheduler.check.run import find_violations, totals
    from scheduler.rules import RULES
    from scheduler.tables.roster.read import read_plan
    from scheduler.tables.scenario.files import read_scenario

    scenario = read_scenario(source, settings)
    violations = find_violations(scenario, read_plan(scenario, folder))
    hard = [violation for violation in violations if violation.hard]
    if hard:
        broken = len({violation.rule for violation in hard})
        say(message("Hard rules broken: {rules}; violations: {count}.", rules=broken, count=len(hard)), words)
    else:
        say(message("Every hard rule holds."), words)
    _print_violation_table(hard if every else hard[:_MOST_LINES], words)
    if len(hard) > _MOST_LINES and not every:
        say(message("and {more} more: print them with --all", more=len(hard) - _MOST_LINES), words)
    if every:
        _print_violation_table([violation for violation in violations if not violation.hard], words)
    units = totals(violations)
    soft = [each for each in RULES if scenario.strictness(each.key) == "soft"]
    if soft:
        headings = (message("soft rule"), message("units"), message("what a unit is"))
        rows = [(words.say(each.name), str(units[each.key]), words.say(each.unit)) for each in soft]
        console().print(table(words, headings, rows, right=(1,)))
    return 1 if hard else 0


def _print_violation_table(violations: Sequence[Violation], words: Words) -> None:
    from scheduler.rules import rule

    if violations:
        rows = [
            (words.say(rule(v.rule).name), v.place, str(v.amount), words.say(v.sentence)) for v in violations
        ]
        headings = (message("rule"), message("where"), message("units"), message("what is wrong"))
        console().print(table(words, headings, rows, right=(2,)))


def _print_moves(source: Path, folder: Path, texts: Sequence[str], settings: list[str], words: Words) -> int:
    """Print what the moves change; return 1 where a hard rule would be broken that is not now, or more than now."""
    from scheduler.adjust.edit import Draft
    from scheduler.tables.roster.read import read_plan
    from scheduler.tables.scenario.files import read_scenario

    scenario = read_scenario(source, settings)
    plan = read_plan(scenario, folder)
    draft, moves = Draft(scenario, plan), _parse_moves(scenario, plan, texts)
    for session in draft.sessions(moves):
        say(_session_place(session), words)
    effect = draft.effect(moves)
    _print_effect(effect, words)
    return 1 if effect.worse else 0


def _parse_moves(scenario: Scenario, plan: Plan, texts: Sequence[str]) -> list[Move]:
    """Return the moves written `SESSION@fri-pm` or `DOCTOR@mon-am@fri-pm`; raises CallError with all that are not."""
    from scheduler.adjust.candidates import find_session
    from scheduler.adjust.edit import Move

    moves: list[Move] = []
    problems: list[Problem] = []
    for text in texts:
        session, _, at = text.rpartition("@")
        if not session:
            remedy = message("Write SESSION@fri-pm, with a session of sessions.csv, or DOCTOR@mon-am@fri-pm.")
            problems.append(Problem(Where(field="--move"), message("this is not a move"), remedy, text))
            continue
        held = find_session(scenario, plan, session)
        session = session if held is None else held.session
        try:
            moves.append(Move(session, shared.parse_half_day(scenario, at, "--move")))
        except CallError as error:
            problems += error.problems
    if problems:
        raise CallError(problems)
    return moves


def _session_place(session: Session) -> Message:
    from scheduler.names import cell_name

    return message(
        "{session}: {cell}, room {room}",
        session=session.session,
        cell=cell_name(session.at),
        room=session.room or "-",
    )


def _print_effect(effect: Effect, words: Words) -> None:
    from scheduler.rules import rule

    if effect.units:
        rows = [
            (words.say(rule(key).name), str(now), str(then), f"{then - now:+d}")
            for key, (now, then) in effect.units.items()
        ]
        headings = (message("rule"), message("now"), message("then"), message("change"))
        console().print(table(words, headings, rows, right=(1, 2, 3)))
    else:
        say(message("No rule gains or loses a unit."), words)
    changes = [(message("vanishes"), violation) for violation in effect.vanished]
    changes += [(message("appears"), violation) for violation in effect.appeared]
    if changes:
        lines = [
            (words.say(what), words.say(rule(v.rule).name), str(v.amount), words.say(v.sentence))
            for what, v in changes
        ]
        places = (message("what"), message("rule"), message("units"), message("what is wrong"))
        console().print(table(words, places, lines, right=(2,)))
    if effect.worse:
        say(
            message("{count:violation|violations} of hard rules would be new.", count=len(effect.worse)),
            words,
        )
    else:
        say(message("No hard rule would be broken further."), words)
