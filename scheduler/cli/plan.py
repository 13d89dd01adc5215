"""`menzhen plan`: a scenario becomes a roster with slots, reserve and reports, or several weeks one after another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scheduler.cli import shared
from scheduler.cli.next_steps import RosterCalls, say_next_steps
from scheduler.cli.progress import show_progress
from scheduler.cli.voice import IN_THE_REPORT, console, say, say_list, table, words_for
from scheduler.clock import Week
from scheduler.engine.options import ENGINES, Event, Options, ProgressCallback
from scheduler.errors import Problem, SettingError, Where
from scheduler.words import Words, marked, message

if TYPE_CHECKING:
    from scheduler.carryover import CarryOver, WeekBudget
    from scheduler.outcome import Proposal, Tier
    from scheduler.plan import Planned
    from scheduler.report.facts import ReportFacts
    from scheduler.report.voice import Voice
    from scheduler.scenario.week import Scenario

app = typer.Typer()

_Engine = Annotated[
    str,
    typer.Option(
        "--engine",
        help=marked(
            "aggregate: bounds from counts, then people; single: one integer program a tier, to compare with."
        ),
        metavar="|".join(ENGINES),
    ),
]
_Weeks = Annotated[
    int | None,
    typer.Option(
        "--weeks", help=marked("Number of weeks to plan, one after another, each in its own folder.")
    ),
]
_CarryOverFile = Annotated[
    Path | None,
    typer.Option(
        "--carryover",
        help=marked("The carryover.csv of earlier weeks: sessions borne and changes left."),
    ),
]


@app.command(help=marked("Plan the week: roster, rooms, slots, reserve, check and reports."))
def plan(
    scenario: shared.ScenarioSource,
    out: shared.OutFolder,
    settings: shared.Settings = [],
    solver: shared.Solver = "highs",
    seconds: shared.Seconds = 60.0,
    seed: shared.Seed = 0,
    engine: _Engine = "aggregate",
    weeks: _Weeks = None,
    carryover: _CarryOverFile = None,
    ledger: Annotated[str | None, typer.Option("--ledger", hidden=True)] = None,
    costs: Annotated[bool, typer.Option("--costs", help=marked("Report what each hard rule costs."))] = False,
    lang: shared.Lang = None,
) -> None:
    """Write the results and print the answer; exit 1 where a week has no roster or breaks a hard rule."""
    from scheduler.tables.scenario.files import read_scenario

    _refuse_ledger(ledger)
    options, words = shared.solver_options(solver, seconds, seed, engine), words_for(lang)
    _check_weeks(weeks)
    with show_progress(words) as on_progress:
        run = _Run(options, costs, out, words, on_progress)
        on_progress(Event("read"))
        week = read_scenario(scenario, settings)
        if weeks is not None:
            all_facts, left = _plan_weeks(week, weeks, carryover, run)
        else:
            facts = _plan_week(week, run) if carryover is None else _plan_from(week, carryover, run)
    if weeks is not None:
        _print_weeks(all_facts, left, run)
        raise typer.Exit(0 if all(map(_has_good_roster, all_facts)) else 1)
    code = print_answer(facts, out, words)
    if facts.solved and not facts.has_nothing_to_plan:
        calls = RosterCalls(scenario, out, settings)
        timed = [calls.slots()] if week.pace else []
        say_next_steps([calls.check(), calls.edit(), *timed, *([] if code else [calls.publish()])], words)
    raise typer.Exit(code)


@dataclass(frozen=True)
class _Run:
    """How weeks are planned, into which folder, and the words of the answer."""

    options: Options
    costs: bool
    out: Path
    words: Words
    on_progress: ProgressCallback

    def plan(self, scenario: Scenario) -> Planned:
        """Plan one week."""
        from scheduler.plan import make_plan

        runner = shared.engine_runner()
        return make_plan(scenario, self.options, self.on_progress, runner=runner, costs=self.costs)

    def write(self, planned: Planned, folder: Path) -> ReportFacts:
        """Write the results of a week into a folder; return the reports' facts."""
        from scheduler.results import write_results

        self.on_progress(Event("write"))
        return write_results(planned, folder, self.words.language)


def _plan_week(scenario: Scenario, run: _Run) -> ReportFacts:
    """Plan one week and write its results; return the reports' facts."""
    from scheduler.results import RESULT_FILES
    from scheduler.tables.grids.folder import new_folder

    with new_folder(run.out, RESULT_FILES) as folder:
        return run.write(run.plan(scenario), folder)


def _plan_from(scenario: Scenario, path: Path, run: _Run) -> ReportFacts:
    """Plan one week from a carry-over and write its results with the carry-over beside them; return the reports' facts."""
    from scheduler.results import RESULT_FILES
    from scheduler.tables.carryover import CARRYOVER_FILES, read_carryover, write_carryover
    from scheduler.tables.grids.folder import new_folder
    from scheduler.weeks import plan_weeks

    carryover = read_carryover(path, scenario.week)
    with new_folder(run.out, RESULT_FILES | CARRYOVER_FILES) as folder:
        (week,) = plan_weeks(scenario, 1, carryover, run.plan)
        write_carryover(week.carryover, folder)
        return run.write(week.planned, folder)


def _plan_weeks(
    scenario: Scenario, weeks: int, path: Path | None, run: _Run
) -> tuple[list[ReportFacts], CarryOver]:
    """Plan so many weeks into folders named after them, with the carry-over beside them; return both."""
    from scheduler.carryover import CarryOver
    from scheduler.tables.carryover import CARRYOVER_FILES, read_carryover, write_carryover
    from scheduler.tables.grids.folder import new_folder
    from scheduler.weeks import plan_weeks

    carryover = CarryOver() if path is None else read_carryover(path, scenario.week)
    facts: list[ReportFacts] = []
    with new_folder(run.out, CARRYOVER_FILES | _week_folders(run.out)) as folder:
        for week in plan_weeks(scenario, weeks, carryover, run.plan):
            week_folder = folder / str(week.planned.scenario.week)
            week_folder.mkdir()
            facts.append(run.write(week.planned, week_folder))
            carryover = week.carryover
        write_carryover(carryover, folder)
    return facts, carryover


def _refuse_ledger(value: str | None) -> None:
    """Raise SettingError where the option is given that --carryover was called before."""
    if value is not None:
        wrong, remedy = message("this option is called --carryover now"), message("Write --carryover FILE.")
        raise SettingError([Problem(Where(field="--ledger"), wrong, remedy, value)])


def _check_weeks(weeks: int | None) -> None:
    """Raise SettingError where the number of weeks is out of range."""
    from scheduler.weeks import MOST_WEEKS

    if weeks is not None and not 1 <= weeks <= MOST_WEEKS:
        remedy = message("Give a whole number from 1 to {most}.", most=MOST_WEEKS)
        wrong = message("the number of weeks is out of range")
        raise SettingError([Problem(Where(field="--weeks"), wrong, remedy, str(weeks))])


def _week_folders(out: Path) -> frozenset[str]:
    """Return the names of folders in `out` that hold a planned week and nothing else, so may be replaced."""
    from scheduler.results import RESULT_FILES

    if not out.is_dir():
        return frozenset()
    folders = (entry for entry in out.iterdir() if entry.is_dir() and _is_week(entry.name))
    return frozenset(f.name for f in folders if {entry.name for entry in f.iterdir()} <= RESULT_FILES)


def _is_week(name: str) -> bool:
    try:
        return str(Week.parse(name)) == name
    except ValueError:
        return False


def _has_good_roster(facts: ReportFacts) -> bool:
    from scheduler.outcome import Status

    solved = facts.outcome.status in (Status.OPTIMAL, Status.FEASIBLE)
    return solved and not any(violation.hard for violation in facts.violations)


def print_answer(facts: ReportFacts, out: Path, words: Words, *, listed: bool = False) -> int:
    """Print the answer, without its changes where they are `listed` before it; return 1 where it is no."""
    from scheduler.report.headline import headline
    from scheduler.report.voice import Voice

    outcome = facts.outcome
    say(headline(facts, Voice(words.language)), words)
    for sentences in (outcome.reasons, outcome.notes):
        say_list(sentences, words, IN_THE_REPORT)
    if facts.session_changes and facts.scenario.template and not listed:
        _print_changes(facts, Voice(words.language))
    if facts.stopped_by_leave:
        _print_leave(facts, Voice(words.language))
    if outcome.proposals:
        _print_proposals(outcome.proposals, words)
    if outcome.tiers and not facts.has_nothing_to_plan:
        _print_tiers(outcome.tiers, words)
    say(message("Results are in {folder}: open report.html first.", folder=str(out)), words)
    return 0 if _has_good_roster(facts) else 1


_CHANGES_SHOWN = 10
"""How many changed sessions are printed; report.html has them all."""


def _print_changes(facts: ReportFacts, voice: Voice) -> None:
    """Print the first sessions that change, as they stand in the report."""
    from scheduler.report.department_changes import change_rows

    changes = change_rows(facts, facts.session_changes[:_CHANGES_SHOWN], voice)
    rows = [(row.doctor, row.clinic, row.was, row.now, row.kind) for row in changes]
    headings = (message("doctor"), message("clinic"), message("was at"), message("now at"), message("change"))
    console().print(table(voice, headings, rows))
    hidden = len(facts.session_changes) - _CHANGES_SHOWN
    if hidden > 0:
        say(message("The other {n:is|are} in report.html.", n=hidden), voice)


_LEAVE_SHOWN = 10
"""How many sessions that leave stops are printed; the rest are in leave.csv."""


def _print_leave(facts: ReportFacts, voice: Voice) -> None:
    """Print the sessions that are not held because of leave, the first ones of many."""
    from scheduler.report.tables import leave_rows

    rows = leave_rows(facts, voice)
    say(message("Not held because of leave: {n:session|sessions}.", n=len(rows)), voice)
    headings = (message("doctor"), message("half-day"), message("clinic"))
    console().print(table(voice, headings, rows[:_LEAVE_SHOWN]))
    if facts.solved and len(rows) > _LEAVE_SHOWN:
        say(message("The other {n:is|are} in leave.csv.", n=len(rows) - _LEAVE_SHOWN), voice)


def _print_proposals(proposals: Sequence[Proposal], words: Words) -> None:
    """Print what would make the week possible, and the patches that do it in a study."""
    from scheduler.tables.scenario.patch_text import patches_text, remedy_patches

    say(message("Remedies, each solved again:"), words)
    glue = "；" if words.language == "zh" else "; "
    rows = [
        (
            str(number),
            glue.join(words.say(step) for step in proposal.steps),
            tiers_text(proposal.tiers, words),
        )
        for number, proposal in enumerate(proposals, start=1)
    ]
    headings = (message("no."), message("what to do"), message("what it then costs"))
    console().print(table(words, headings, rows))
    say(message("As patches of a study file, which menzhen whatif solves:"), words)
    console().print(patches_text(remedy_patches(proposals)), markup=False, highlight=False, soft_wrap=True)


def tiers_text(tiers: Sequence[Tier], words: Words) -> str:
    """Return the tiers that cost anything as `changes 2, fairness 1`."""
    from scheduler.report.words import tier_name

    costs = [f"{words.say(tier_name(tier.key))} {tier.value}" for tier in tiers if tier.value]
    return words.join(costs) or "-"


def _print_tiers(tiers: Sequence[Tier], words: Words) -> None:
    from scheduler.rules import rule

    rows = [
        (
            words.say(rule(tier.key).name),
            words.say(rule(tier.key).sentence),
            str(tier.value),
            str(tier.bound),
            str(tier.gap),
        )
        for tier in tiers
    ]
    headings = (message("tier"), message("rule"), message("value"), message("bound"), message("gap"))
    console().print(table(words, headings, rows, right=(2, 3, 4)))


def _print_weeks(facts: Sequence[ReportFacts], carryover: CarryOver, run: _Run) -> None:
    """Print a row a week, then why those without a roster have none."""
    from scheduler.report.headline import headline
    from scheduler.report.voice import Voice

    voice = Voice(run.words.language)
    headings = (
        message("week"),
        message("status"),
        message("changed"),
        message("points"),
        message("highest day"),
        message("above fair share"),
        message("carried over"),
    )
    budgets = {budget.week: budget for budget in carryover.weeks}
    rows = [_week_row(week, budgets[week.scenario.week], voice) for week in facts]
    console().print(table(voice, headings, rows, right=(2, 3, 4, 5, 6)))
    for week in facts:
        if not _has_good_roster(week):
            say(f"{week.scenario.week}: {headline(week, voice)}", voice)
            say_list(week.outcome.reasons, voice, IN_THE_REPORT)
    say(
        message(
            "Results are in {folder}: each week has its report.html; the next week starts from carryover.csv.",
            folder=str(run.out),
        ),
        voice,
    )


def _week_row(facts: ReportFacts, budget: WeekBudget, voice: Voice) -> tuple[str, ...]:
    from scheduler.balance import highest_day

    tiers = {tier.key: tier.value for tier in facts.outcome.tiers}
    highest = highest_day(facts.ratio_after) if facts.ratio_after is not None else None
    return (
        str(facts.scenario.week),
        voice.say(facts.status_name),
        voice.number(budget.spent) if facts.solved else "-",
        _number_text(tiers.get("changes"), voice),
        "-" if highest is None else voice.ratio(highest[1], facts.scenario.policy.ratio),
        _number_text(tiers.get("fairness"), voice),
        "-" if budget.budget is None else voice.number(budget.carried),
    )


def _number_text(value: int | None, voice: Voice) -> str:
    return "-" if value is None else voice.number(value)
