"""`menzhen why`: why a doctor has no session at a half-day, or has one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from scheduler.cli import shared
from scheduler.cli.progress import show_progress
from scheduler.cli.voice import console, say, table, words_for
from scheduler.words import Words, marked, message

if TYPE_CHECKING:
    from scheduler.explain.question import Reply

app = typer.Typer()


@app.command(
    help=marked("Ask why a doctor has no session at a half-day: what it would cost, or what forbids it.")
)
def why(
    scenario: shared.ScenarioSource,
    roster: shared.RosterFolder,
    doctor: Annotated[str, typer.Option("--doctor", help=marked("The doctor."))],
    at: Annotated[
        str,
        typer.Option(
            "--at", help=marked("The half-day, such as fri-pm or 2026-07-24-PM."), metavar="HALF-DAY"
        ),
    ],
    clinic: Annotated[str, typer.Option("--clinic", help=marked("Count only sessions of this clinic."))] = "",
    absent: Annotated[
        bool, typer.Option("--not", help=marked("Ask instead why the doctor does have a session there."))
    ] = False,
    settings: shared.Settings = [],
    solver: shared.Solver = "highs",
    seconds: shared.Seconds = 60.0,
    seed: shared.Seed = 0,
    lang: shared.Lang = None,
) -> None:
    """Print the answer; the exit code is 0 for every answer."""
    words = words_for(lang)
    options = shared.solver_options(solver, seconds, seed)
    from scheduler.explain.question import Question
    from scheduler.explain.why import why as answer_question
    from scheduler.tables.roster.read import read_plan
    from scheduler.tables.scenario.files import read_scenario

    week = read_scenario(scenario, settings)
    plan = read_plan(week, roster)
    question = Question(doctor, shared.parse_half_day(week, at, "--at"), clinic, absent)
    with show_progress(words) as on_progress:
        reply = answer_question(week, plan, question, options, on_progress, runner=shared.engine_runner())
    _print_reply(reply, words)


def _print_reply(reply: Reply, words: Words) -> None:
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
        say(message("Rules against it: {rules}.", rules=binding), words)
