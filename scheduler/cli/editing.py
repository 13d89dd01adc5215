"""`menzhen check --move`: what a few sessions moved by hand would change, before they are moved."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from scheduler.cli.voice import console, say, table
from scheduler.cli.why import half_day
from scheduler.errors import CallError, Problem, Where
from scheduler.words import Message, Words, message

if TYPE_CHECKING:
    from scheduler.adjust.edit import Move
    from scheduler.check.standings import Effect
    from scheduler.roster import Session
    from scheduler.scenario.week import Scenario


def tell_moves(source: Path, folder: Path, moves: Sequence[str], settings: list[str], words: Words) -> int:
    """Print what the moves change; return 1 where a hard rule would be broken that is not now, or more than now."""
    from scheduler.adjust.edit import Draft
    from scheduler.tables.roster.read import read_plan
    from scheduler.tables.scenario.files import read_scenario

    scenario = read_scenario(source, settings)
    draft = Draft(scenario, read_plan(scenario, folder))
    edits = _parsed(scenario, moves)
    for session in draft.sessions(edits):
        say(_moved(session), words)
    effect = draft.effect(edits)
    _tell(effect, words)
    return 1 if effect.worse else 0


def _parsed(scenario: Scenario, moves: Sequence[str]) -> list[Move]:
    """Return the moves written `SESSION@fri-pm`; raises CallError with all that are not."""
    from scheduler.adjust.edit import Move

    found: list[Move] = []
    problems: list[Problem] = []
    for text in moves:
        session, _, at = text.rpartition("@")
        if not session:
            remedy = message("Write SESSION@fri-pm, with a session of sessions.csv.")
            problems.append(Problem(Where(field="--move"), message("this is no move"), remedy, text))
            continue
        try:
            found.append(Move(session, half_day(scenario, at, "--move")))
        except CallError as error:
            problems += error.problems
    if problems:
        raise CallError(problems)
    return found


def _moved(session: Session) -> Message:
    from scheduler.names import cell_name

    return message(
        "{session}: {cell}, room {room}",
        session=session.session,
        cell=cell_name(session.at),
        room=session.room or "-",
    )


def _tell(effect: Effect, words: Words) -> None:
    from scheduler.rules import rule

    if effect.units:
        rows = [
            (words.say(rule(key).name), str(was), str(now), f"{now - was:+d}")
            for key, (was, now) in effect.units.items()
        ]
        headings = (message("rule"), message("now"), message("then"), message("change"))
        console().print(table(words, headings, rows, right=(1, 2, 3)))
    else:
        say(message("No rule gains or loses a unit."), words)
    found = [(message("vanishes"), one) for one in effect.vanished]
    found += [(message("appears"), one) for one in effect.appeared]
    if found:
        lines = [
            (words.say(what), words.say(rule(one.rule).name), str(one.amount), words.say(one.sentence))
            for what, one in found
        ]
        places = (message("what"), message("rule"), message("units"), message("what is wrong"))
        console().print(table(words, places, lines, right=(2,)))
    if effect.worse:
        say(message("{count} violations of hard rules would be new.", count=len(effect.worse)), words)
    else:
        say(message("No hard rule would be broken anew."), words)
