"""`menzhen options`: who could take a session, best first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from scheduler.cli import shared
from scheduler.cli.voice import console, say, table, words_for
from scheduler.errors import CallError, Problem, Where
from scheduler.words import Message, Words, message

if TYPE_CHECKING:
    from scheduler.adjust.candidates import Candidate
    from scheduler.clock import Cell
    from scheduler.scenario.week import Scenario


def add_to(app: typer.Typer, words: Words) -> None:
    """Add the command to the app."""

    @app.command(
        "options",
        help=words.say(message("Rank the doctors who could take a session, with the effect on every rule.")),
    )
    def options_(
        scenario: Path = shared.scenario(words),
        roster: Path = shared.roster(words),
        at: str | None = typer.Option(
            None,
            "--at",
            help=words.say(message("The half-day of a further session, such as fri-pm or 2026-07-24-PM.")),
            metavar="HALF-DAY",
        ),
        clinic: str | None = typer.Option(
            None, "--clinic", help=words.say(message("The clinic of that session."))
        ),
        session: str | None = typer.Option(
            None,
            "--session",
            help=words.say(message("Or a session of the roster that another doctor takes over.")),
        ),
        everybody: bool = typer.Option(
            False, "--all", help=words.say(message("Tell also who could not, and which rule forbids it."))
        ),
        settings: list[str] = shared.settings(words),
        lang: str = shared.lang(words),
    ) -> None:
        voice = words_for(lang)
        if (session is None) == (at is None or clinic is None) or (session and (at or clinic)):
            remedy = message(
                "Give --at and --clinic for a further session, or --session for one of the roster."
            )
            raise CallError([Problem(Where(), message("it is not clear which session is meant"), remedy)])
        from scheduler.tables.scenario.files import read_scenario

        week = read_scenario(scenario, settings)
        found = _candidates(week, roster, None if at is None else _cell(week, at), clinic or "", session)
        raise typer.Exit(_tell_candidates(week, found, voice, everybody=everybody))


def _cell(week: Scenario, text: str) -> Cell:
    from scheduler.adjust.stops import parse_cell

    try:
        return parse_cell(week.week, text)
    except ValueError:
        remedy = message("Write fri-pm or 2026-07-24-PM.")
        raise CallError(
            [Problem(Where(field="--at"), message("this is no half-day"), remedy, text)]
        ) from None


def _candidates(
    week: Scenario, roster: Path, cell: Cell | None, clinic: str, session: str | None
) -> tuple[Candidate, ...]:
    from scheduler.adjust.candidates import who_could_cover, who_could_sit
    from scheduler.tables.roster.read import read_plan

    plan = read_plan(week, roster)
    if session is not None:
        return who_could_cover(week, plan, session)
    assert cell is not None, "one of the two is given"
    return who_could_sit(week, plan, cell, clinic)


def _tell_candidates(week: Scenario, found: Sequence[Candidate], words: Words, *, everybody: bool) -> int:
    """Print the ranking, and with `everybody` also who could not; return 1 where nobody could."""
    from scheduler.report.words import LEVEL_WORDS
    from scheduler.rules import rule

    able = [candidate for candidate in found if not candidate.forbidden_by]
    keys = [key for key in _rules(week) if any(key in candidate.more_units for candidate in able)]
    if able:
        rows = [
            (
                str(number),
                one.doctor,
                words.say(LEVEL_WORDS[week.doctor_of[one.doctor].level]),
                *(f"{one.more_units[key]:+d}" if key in one.more_units else "" for key in keys),
            )
            for number, one in enumerate(able, start=1)
        ]
        headings: list[Message | str] = [
            message("no."),
            message("doctor"),
            message("level"),
            *(rule(key).name for key in keys),
        ]
        console().print(table(words, headings, rows, right=(0, *range(3, 3 + len(keys)))))
        say(message("Units that each rule gains (+) or loses (-); the first doctor is the best."), words)
    unable = [candidate for candidate in found if candidate.forbidden_by]
    count = message("{able} doctors could take it, {unable} could not", able=len(able), unable=len(unable))
    if unable and not everybody:
        say(message("{count}; --all tells why.", count=count), words)
    else:
        say(message("{count}.", count=count), words)
    if everybody and unable:
        lines = [
            (one.doctor, words.say(rule(v.rule).name), words.say(v.sentence))
            for one in unable
            for v in one.forbidden_by
        ]
        console().print(table(words, (message("doctor"), message("rule"), message("what is wrong")), lines))
    return 0 if able else 1


def _rules(week: Scenario) -> list[str]:
    """Return the rules in the order of the ranking: the tiers, then the others in catalogue order."""
    from scheduler.rules import KEYS

    return [*week.tiers, *(key for key in KEYS if key not in week.tiers)]
