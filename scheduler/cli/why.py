"""`menzhen why`: why a doctor is not there, or is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from scheduler.cli import shared, solving
from scheduler.cli.progress import watched
from scheduler.cli.voice import console, say, table, words_for
from scheduler.words import Words, message

if TYPE_CHECKING:
    from scheduler.clock import Cell
    from scheduler.explain.question import Reply
    from scheduler.scenario.week import Scenario


def add_to(app: typer.Typer, words: Words) -> None:
    """Add the command to the app."""

    @app.command(
        "why",
        help=words.say(
            message("Ask why a doctor has no session at a half-day: what it would cost, or what forbids it.")
        ),
    )
    def why(
        scenario: Path = shared.scenario(words),
        roster: Path = shared.roster(words),
        doctor: str = typer.Option(..., "--doctor", help=words.say(message("The doctor."))),
        at: str = typer.Option(
            ...,
            "--at",
            help=words.say(message("The half-day, such as fri-pm or 2026-07-24-PM.")),
            metavar="HALF-DAY",
        ),
        clinic: str = typer.Option(
            "", "--clinic", help=words.say(message("Only sessions of this clinic count."))
        ),
        absent: bool = typer.Option(
            False, "--not", help=words.say(message("Ask instead why the doctor does have a session there."))
        ),
        settings: list[str] = shared.settings(words),
        solver: str = solving.solver(words),
        seconds: float = solving.seconds(words),
        seed: int = solving.seed(words),
        lang: str = shared.lang(words),
    ) -> None:
        voice = words_for(lang)
        how = solving.chosen(solver, seconds, seed)
        from scheduler.engine.process import run_apart
        from scheduler.explain.question import Question
        from scheduler.explain.why import why as ask
        from scheduler.tables.roster.read import read_plan
        from scheduler.tables.scenario.files import read_scenario

        week = read_scenario(scenario, settings)
        plan = read_plan(week, roster)
        question = Question(doctor, half_day(week, at, "--at"), clinic, absent)
        with watched(voice) as on_progress:
            reply = ask(week, plan, question, how, on_progress, runner=run_apart)
        _tell(reply, voice)


def half_day(week: Scenario, text: str, option: str) -> Cell:
    """Return the half-day of the week written `fri-pm` or `2026-07-24-PM`; raises CallError for anything else."""
    from scheduler.adjust.stops import parse_cell
    from scheduler.errors import CallError, Problem, Where, suggest

    try:
        return parse_cell(week.week, text)
    except ValueError:
        remedy = suggest(text.lower(), [cell.key for cell in week.cells])
        wrong = message("this is no half-day")
        raise CallError([Problem(Where(field=option), wrong, remedy, text)]) from None


def _tell(reply: Reply, words: Words) -> None:
    from scheduler.rules import rule

    for sentence in reply.sentences:
        say(sentence, words)
    if not reply.tiers:
        return
    rows = [
        (
            words.say(rule(tier.key).name),
            words.say(rule(tier.key).sentence),
            str(tier.before),
            str(tier.after),
            f"{tier.after - tier.before:+d}" if tier.after != tier.before else "",
            str(tier.bound),
        )
        for tier in reply.tiers
    ]
    headings = (
        message("tier"),
        message("rule"),
        message("now"),
        message("then"),
        message("change"),
        message("bound"),
    )
    console().print(table(words, headings, rows, right=(2, 3, 4, 5)))
    binding = [rule(tier.key).name for tier in reply.binding]
    if binding:
        say(message("Rules that stand against it: {rules}.", rules=binding), words)
