"""`menzhen plan`: a scenario becomes a roster with slots, reserve and reports."""

from __future__ import annotations

from pathlib import Path

import typer

from scheduler.cli import options
from scheduler.cli.progress import watched
from scheduler.cli.voice import console, say, table, words_for
from scheduler.engine.options import ENGINES, SOLVER_NAMES, Options
from scheduler.errors import Problem, SettingError, Where, suggest
from scheduler.words import Words, message

ROSTER_FILES = frozenset(
    {
        "sessions.csv",
        "slots.csv",
        "channels.csv",
        "appointments.csv",
        "report.json",
        "report.html",
        "roster.xlsx",
    }
)
"""Names of everything a plan's folder holds."""


def add_to(app: typer.Typer, words: Words) -> None:
    """Add the command to the app."""

    @app.command(
        "plan", help=words.say(message("Plan the week: roster, rooms, slots, reserve, check and reports."))
    )
    def plan(
        scenario: Path = options.scenario(words),
        out: Path = options.out(words),
        settings: list[str] = options.settings(words),
        solver: str = typer.Option(
            "highs",
            "--solver",
            help=words.say(message("Solver of the weekly model.")),
            metavar="|".join(SOLVER_NAMES),
        ),
        seconds: float = typer.Option(
            60.0, "--seconds", help=words.say(message("Most seconds the engine may take."))
        ),
        seed: int = typer.Option(0, "--seed", help=words.say(message("Seed of the solver."))),
        engine: str = typer.Option(
            "aggregate",
            "--engine",
            help=words.say(message("aggregate: counts first, then people; single: the full model alone.")),
            metavar="|".join(ENGINES),
        ),
        lang: str = options.lang(words),
    ) -> None:
        voice = words_for(lang)
        raise typer.Exit(
            _plan(scenario, out, settings, _options(solver, seconds, seed, engine), engine, voice)
        )


def _options(solver: str, seconds: float, seed: int, engine: str) -> Options:
    problems = []
    for name, value, known in (("--solver", solver, SOLVER_NAMES), ("--engine", engine, ENGINES)):
        if value not in known:
            problems.append(
                Problem(Where(field=name), message("there is no such choice"), suggest(value, known), value)
            )
    if not 0.0 < seconds <= 86400.0:
        remedy = message("Give more than 0 and at most 86400.")
        problems.append(
            Problem(Where(field="--seconds"), message("the time is out of range"), remedy, f"{seconds:g}")
        )
    if not 0 <= seed < 2**31:
        remedy = message("Give a whole number from 0 to 2147483647.")
        problems.append(
            Problem(Where(field="--seed"), message("the seed is out of range"), remedy, str(seed))
        )
    if problems:
        raise SettingError(problems)
    return Options(solver, seconds, seed)


def _plan(source: Path, out: Path, settings: list[str], chosen: Options, engine: str, words: Words) -> int:
    from scheduler.plan import make_plan
    from scheduler.report.facts import Facts
    from scheduler.report.write import write_reports
    from scheduler.tables.folder import new_folder
    from scheduler.tables.roster import write_plan
    from scheduler.tables.scenario import read_scenario

    scenario = read_scenario(source, settings)
    with new_folder(out, ROSTER_FILES) as folder:
        with watched(words) as watch:
            planned = make_plan(scenario, chosen, watch, engine=engine, apart=True)
        facts = Facts(scenario, planned.outcome, planned.plan, planned.violations)
        if planned.outcome.roster is not None:
            write_plan(planned.plan, scenario, folder)
        write_reports(facts, planned.seconds, folder, words.language)
    return _tell(facts, out, words)


def _tell(facts: object, out: Path, words: Words) -> int:
    """Print the answer; return 1 where it is no."""
    from scheduler.outcome import Status
    from scheduler.report.facts import Facts
    from scheduler.report.headline import headline
    from scheduler.report.voice import Voice
    from scheduler.rules import rule

    assert isinstance(facts, Facts)
    outcome = facts.outcome
    voice = Voice(words.language)
    say(headline(facts, voice), words)
    for note in (*outcome.reasons, *outcome.notes):
        say(f"  - {words.say(note)}", words)
    if outcome.tiers:
        rows = [
            (t.key, words.say(rule(t.key).sentence), str(t.value), str(t.bound), str(t.gap))
            for t in outcome.tiers
        ]
        headings = (message("tier"), message("rule"), message("value"), message("bound"), message("gap"))
        console().print(table(words, headings, rows, right=(2, 3, 4)))
    say(message("Results are in {folder}: open report.html first.", folder=str(out)), words)
    broken = any(violation.hard for violation in facts.violations)
    return 0 if outcome.status in (Status.OPTIMAL, Status.FEASIBLE) and not broken else 1
