"""`menzhen options`: who could take a session, best first."""

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
    from scheduler.adjust.candidates import Candidate
    from scheduler.clock import Cell
    from scheduler.scenario.week import Scenario


app = typer.Typer()


@app.command(help=marked("Rank the doctors who could take a session, with the effect on every rule."))
def options(
    scenario: shared.ScenarioSource,
    roster: shared.RosterFolder,
    at: Annotated[
        str | None,
        typer.Option(
            "--at",
            help=marked("The half-day of a further session, such as fri-pm or 2026-07-24-PM."),
            metavar="HALF-DAY",
        ),
    ] = None,
    clinic: Annotated[
        str | None, typer.Option("--clinic", help=marked("The clinic of that session."))
    ] = None,
    session: Annotated[
        str | None,
        typer.Option(
            "--session",
            help=marked(
                "Or a session that another doctor takes over: its key, or DOCTOR@fri-pm as it is now."
            ),
        ),
    ] = None,
    everybody: Annotated[
        bool, typer.Option("--all", help=marked("List also who could not, and which rule forbids it."))
    ] = False,
    settings: shared.Settings = [],
    lang: shared.Lang = None,
) -> None:
    """Print the ranking; exit 1 where no doctor could take the session."""
    words = words_for(lang)
    if (session is None) == (at is None or clinic is None) or (session and (at or clinic)):
        remedy = message("Give --at and --clinic for a further session, or --session for one of the roster.")
        raise CallError([Problem(Where(), message("it is not clear which session is meant"), remedy)])
    from scheduler.tables.scenario.files import read_scenario

    week = read_scenario(scenario, settings)
    cell = None if at is None else shared.parse_half_day(week, at, "--at")
    candidates = _rank_candidates(week, roster, cell, clinic or "", session)
    raise typer.Exit(_print_candidates(week, candidates, words, everybody=everybody))


def _rank_candidates(
    week: Scenario, roster: Path, cell: Cell | None, clinic: str, session: str | None
) -> tuple[Candidate, ...]:
    from scheduler.adjust.candidates import who_could_cover, who_could_sit
    from scheduler.tables.roster.read import read_plan

    plan = read_plan(week, roster)
    if session is not None:
        return who_could_cover(week, plan, session)
    assert cell is not None, "one of the two is given"
    return who_could_sit(week, plan, cell, clinic)


def _print_candidates(
    week: Scenario, candidates: Sequence[Candidate], words: Words, *, everybody: bool
) -> int:
    """Print the ranking, and with `everybody` also who could not; return 1 where nobody could."""
    from scheduler.rules import rule

    able = [candidate for candidate in candidates if not candidate.forbidden_by]
    unable = [candidate for candidate in candidates if candidate.forbidden_by]
    if able:
        _print_ranking(week, able, words)
    count = message(
        "{able:doctor|doctors} could take it, {unable} could not", able=len(able), unable=len(unable)
    )
    if unable and not everybody:
        say(message("{count}; --all shows why.", count=count), words)
    else:
        say(message("{count}.", count=count), words)
    if everybody and unable:
        lines = [
            (candidate.doctor, words.say(rule(violation.rule).name), words.say(violation.sentence))
            for candidate in unable
            for violation in candidate.forbidden_by
        ]
        console().print(table(words, (message("doctor"), message("rule"), message("what is wrong")), lines))
    return 0 if able else 1


def _print_ranking(week: Scenario, able: Sequence[Candidate], words: Words) -> None:
    from scheduler.names import LEVEL_WORDS
    from scheduler.rules import rule

    keys = [key for key in _rules(week) if any(key in candidate.more_units for candidate in able)]
    rows = [
        (
            str(number),
            f"{candidate.doctor} *" if candidate.over_limit else candidate.doctor,
            words.say(LEVEL_WORDS[week.doctor_of[candidate.doctor].level]),
            *(f"{candidate.more_units[key]:+d}" if key in candidate.more_units else "" for key in keys),
        )
        for number, candidate in enumerate(able, start=1)
    ]
    headings: list[Message | str] = [message("no."), message("doctor"), message("level")]
    headings += [rule(key).name for key in keys]
    console().print(table(words, headings, rows, right=(0, *range(3, 3 + len(keys)))))
    say(message("Units that each rule gains (+) or loses (-); the first doctor is the best."), words)
    if any(candidate.over_limit for candidate in able):
        marked_ones = message(
            "* one session more than the doctor's most: a check says so until max_sessions is raised in doctors.csv."
        )
        say(marked_ones, words)


def _rules(week: Scenario) -> list[str]:
    """Return the rules in the order of the ranking: the tiers, then the others in catalogue order."""
    from scheduler.rules import KEYS

    return [*week.tiers, *(key for key in KEYS if key not in week.tiers)]
