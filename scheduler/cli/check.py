"""`menzhen check`: the independent checker on a roster, ours or edited by hand."""

from __future__ import annotations

from pathlib import Path

import typer

from scheduler.cli import shared
from scheduler.cli.voice import console, say, table, words_for
from scheduler.words import Words, message


def add_to(app: typer.Typer, words: Words) -> None:
    """Add the command to the app."""

    @app.command(
        "check", help=words.say(message("Check a roster against every rule, independently of the engine."))
    )
    def check(
        scenario: Path = shared.scenario(words),
        roster: Path = typer.Argument(
            ..., help=words.say(message("The folder of the roster (sessions.csv and others)."))
        ),
        move: list[str] = typer.Option(
            [],
            "--move",
            help=words.say(
                message("Tell only what changes if a session moves, such as 2026-W30.D001.mon-am@fri-pm.")
            ),
            metavar="SESSION@HALF-DAY",
        ),
        settings: list[str] = shared.settings(words),
        lang: str = shared.lang(words),
    ) -> None:
        if move:
            from scheduler.cli.editing import tell_moves

            raise typer.Exit(tell_moves(scenario, roster, move, settings, words_for(lang)))
        raise typer.Exit(_check(scenario, roster, settings, words_for(lang)))


def _check(source: Path, folder: Path, settings: list[str], words: Words) -> int:
    from scheduler.check.run import find_violations, totals
    from scheduler.rules import RULES, rule
    from scheduler.tables.roster.read import read_plan
    from scheduler.tables.scenario.files import read_scenario

    scenario = read_scenario(source, settings)
    violations = find_violations(scenario, read_plan(scenario, folder))
    hard = [violation for violation in violations if violation.hard]
    # What must be put right stands last, where the eye is when the command has ended.
    for found in ([violation for violation in violations if not violation.hard], hard):
        if found:
            rows = [
                (words.say(rule(v.rule).name), v.place, str(v.amount), words.say(v.sentence)) for v in found
            ]
            places = (message("rule"), message("where"), message("units"), message("what is wrong"))
            console().print(table(words, places, rows, right=(2,)))
    units = totals(violations)
    soft = [one for one in RULES if scenario.strictness(one.key) == "soft"]
    if soft:
        headings = (message("soft rule"), message("units"), message("what a unit is"))
        rules = [(words.say(one.name), str(units[one.key]), words.say(one.unit)) for one in soft]
        console().print(table(words, headings, rules, right=(1,)))
    if hard:
        say(message("{count} violations of hard rules.", count=len(hard)), words)
        return 1
    say(message("Every hard rule holds."), words)
    return 0
