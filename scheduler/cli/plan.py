"""`menzhen plan`: a scenario becomes a roster with slots, reserve and reports."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from scheduler.cli import shared, solving, weekly
from scheduler.cli.progress import watched
from scheduler.cli.voice import console, say, table, words_for
from scheduler.engine.options import ENGINES, ProgressCallback
from scheduler.words import Words, message

if TYPE_CHECKING:
    from scheduler.outcome import Tier
    from scheduler.plan import Planned
    from scheduler.report.facts import ReportFacts
    from scheduler.scenario.week import Scenario


def add_to(app: typer.Typer, words: Words) -> None:
    """Add the command to the app."""

    @app.command(
        "plan", help=words.say(message("Plan the week: roster, rooms, slots, reserve, check and reports."))
    )
    def plan(
        scenario: Path = shared.scenario(words),
        out: Path = shared.out(words),
        settings: list[str] = shared.settings(words),
        solver: str = solving.solver(words),
        seconds: float = solving.seconds(words),
        seed: int = solving.seed(words),
        engine: str = typer.Option(
            "aggregate",
            "--engine",
            help=words.say(message("aggregate: counts first, then people; single: the full model alone.")),
            metavar="|".join(ENGINES),
        ),
        weeks: int | None = typer.Option(
            None,
            "--weeks",
            help=words.say(message("Plan so many weeks, one after another, each in a folder.")),
        ),
        carryover: Path | None = typer.Option(
            None,
            "--carryover",
            help=words.say(message("The carryover.csv of earlier weeks: sessions borne and changes left.")),
        ),
        ledger: str | None = typer.Option(None, "--ledger", hidden=True),
        costs: bool = typer.Option(
            False, "--costs", help=words.say(message("Tell in the report what each hard rule costs."))
        ),
        lang: str = shared.lang(words),
    ) -> None:
        voice = words_for(lang)
        weekly.refuse_ledger(ledger)
        how = solving.chosen(solver, seconds, seed, engine)

        def solve(one: Scenario, on_progress: ProgressCallback) -> Planned:
            from scheduler.engine.process import run_apart
            from scheduler.plan import make_plan

            return make_plan(one, how, on_progress, runner=run_apart, costs=costs)

        raise typer.Exit(_plan(scenario, out, settings, solve, weekly.checked(weeks), carryover, voice))


def _plan(
    source: Path,
    out: Path,
    settings: list[str],
    solve: weekly.Solve,
    weeks: int | None,
    carryover: Path | None,
    words: Words,
) -> int:
    from scheduler.tables.scenario.files import read_scenario

    scenario = read_scenario(source, settings)
    if weeks is not None:
        return weekly.plan_many(scenario, weeks, weekly.opened(carryover, scenario), solve, out, words)
    if carryover is not None:
        opened = weekly.opened(carryover, scenario)
        return tell_answer(weekly.plan_one(scenario, opened, solve, out, words), out, words)
    return _plan_week(scenario, solve, out, words)


def _plan_week(scenario: Scenario, solve: weekly.Solve, out: Path, words: Words) -> int:
    from scheduler.results import RESULT_FILES, write_results
    from scheduler.tables.grids.folder import new_folder

    with new_folder(out, RESULT_FILES) as folder:
        with watched(words) as on_progress:
            planned = solve(scenario, on_progress)
        facts = write_results(planned, folder, words.language)
    return tell_answer(facts, out, words)


def tiers_text(tiers: Sequence[Tier], words: Words) -> str:
    """Return the tiers that cost anything as `changes 2, fairness 1`."""
    from scheduler.report.words import tier_name

    costs = [f"{words.say(tier_name(tier.key))} {tier.value}" for tier in tiers if tier.value]
    return words.join(costs) or "-"


def tell_answer(facts: ReportFacts, out: Path, words: Words) -> int:
    """Print the answer; return 1 where it is no."""
    from scheduler.outcome import Status
    from scheduler.report.headline import headline
    from scheduler.report.voice import Voice
    from scheduler.rules import rule

    outcome = facts.outcome
    voice = Voice(words.language)
    say(headline(facts, voice), words)
    for note in (*outcome.reasons, *outcome.notes):
        say(f"  - {words.say(note)}", words)
    if outcome.proposals:
        say(message("Ways out, each solved again:"), words)
        proposed = [
            (str(number), "; ".join(words.say(step) for step in way.steps), tiers_text(way.tiers, words))
            for number, way in enumerate(outcome.proposals, start=1)
        ]
        ways = (message("no."), message("what to do"), message("what it then costs"))
        console().print(table(words, ways, proposed))
    if outcome.tiers:
        rows = [
            (
                words.say(rule(t.key).name),
                words.say(rule(t.key).sentence),
                str(t.value),
                str(t.bound),
                str(t.gap),
            )
            for t in outcome.tiers
        ]
        headings = (message("tier"), message("rule"), message("value"), message("bound"), message("gap"))
        console().print(table(words, headings, rows, right=(2, 3, 4)))
    say(message("Results are in {folder}: open report.html first.", folder=str(out)), words)
    broken = any(violation.hard for violation in facts.violations)
    return 0 if outcome.status in (Status.OPTIMAL, Status.FEASIBLE) and not broken else 1
