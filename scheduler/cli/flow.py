"""`menzhen flow`: what patients meet in a planned week, alone or beside another roster of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scheduler.cli import shared
from scheduler.cli.voice import console, say, say_list, say_other_times, table, words_for
from scheduler.words import Words, marked, message

if TYPE_CHECKING:
    from scheduler.flow.run import Flow

app = typer.Typer()

_Against = Annotated[
    Path | None,
    typer.Option(
        "--against", help=marked("The folder of another roster of the same week to compare it with.")
    ),
]
_Replications = Annotated[
    int | None,
    typer.Option(
        "--replications",
        help=marked("Number of runs of the week; without it until the mean wait is known to 2 %."),
    ),
]
_Seed = Annotated[int, typer.Option("--seed", help=marked("Seed of everything drawn, at least 0."))]


@app.command(
    help=marked("Patient flow of a week: waits, queues at windows, crowds by half-hour, windows needed.")
)
def flow(
    scenario: shared.ScenarioSource,
    roster: shared.RosterFolder,
    out: shared.OutFolder,
    against: _Against = None,
    replications: _Replications = None,
    settings: shared.Settings = [],
    seed: _Seed = 0,
    lang: shared.Lang = None,
) -> None:
    """Simulate the week, write its folder and print its figures with what they rest on."""
    from scheduler.flow.run import simulate_flow
    from scheduler.results import write_flow
    from scheduler.tables.roster.read import read_plan
    from scheduler.tables.scenario.files import read_scenario

    words = words_for(lang)
    week = read_scenario(scenario, settings)
    other = None if against is None else read_plan(week, against)
    result = simulate_flow(week, read_plan(week, roster), other, replications=replications, seed=seed)
    write_flow(result, out, words.language)
    _print_flow(result, words)
    for folder in (roster, *([against] if against else [])):
        say_other_times(week, folder, words)
    say(message("Results are in {folder}: open flow.html.", folder=str(out)), words)


def _print_flow(flow: Flow, words: Words) -> None:
    from scheduler.report.flow_page import flow_headline, measure_rows, replications_text
    from scheduler.report.voice import Voice

    voice = Voice(words.language)
    say(flow_headline(flow, voice), words)
    columns = (
        (message("what is counted"), "name"),
        (message("before"), "before"),
        (message("this roster"), "value"),
        (message("difference"), "difference"),
        (message("interval (95 %)"), "interval"),
        (message("verdict"), "verdict"),
    )
    rows = measure_rows(flow, voice)
    shown = [column for column in columns if any(getattr(row, column[1]) for row in rows)]
    if rows:
        cells = [[getattr(row, name) for _, name in shown] for row in rows]
        console().print(
            table(words, [heading for heading, _ in shown], cells, right=range(1, 5 if flow.before else 3))
        )
    say(replications_text(flow), words)
    say(message("What this rests on:"), words)
    say_list(
        [words.say(sentence) for sentence in flow.assumptions], words, message("flow.html has them all.")
    )
