"""The whole way of a week: engine, rooms, slots, reserve, and the independent check, always."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from scheduler.check.run import find_violations
from scheduler.check.violation import Violation
from scheduler.clock import adjusted_days_known
from scheduler.engine.entry import price_rules, solve_week
from scheduler.engine.options import (
    DEFAULT_OPTIONS,
    NO_DEMANDS,
    Demands,
    Event,
    Options,
    ProgressCallback,
    ignore_progress,
)
from scheduler.engine.run import Runner, StageClock, run_here
from scheduler.infeasible.explain import explain
from scheduler.names import level_name
from scheduler.outcome import Outcome, Status
from scheduler.reserve.layout import hold_tickets
from scheduler.reserve.partners import give_to_partners
from scheduler.reserve.slots import crowded_slots, cut_sessions
from scheduler.reserve.times import doctors_without_pace
from scheduler.roster import Plan, Roster
from scheduler.scenario.policy import AppointmentRule
from scheduler.scenario.week import Scenario
from scheduler.words import Message, message


@dataclass(frozen=True)
class Planned:
    """A planned scenario: its outcome, plan and violations; without a roster the plan is empty and nothing was checked."""

    scenario: Scenario
    outcome: Outcome
    plan: Plan
    violations: tuple[Violation, ...]
    seconds: Mapping[str, float]


def make_plan(
    scenario: Scenario,
    options: Options = DEFAULT_OPTIONS,
    on_progress: ProgressCallback = ignore_progress,
    *,
    runner: Runner = run_here,
    costs: bool = False,
    demands: Demands = NO_DEMANDS,
) -> Planned:
    """Plan the week of `scenario`; `runner` runs the engine in this process or in one of its own.

    `demands` is what the roster must have beside what the rules demand; where it cannot, no reasons are looked for.

    With `costs` the outcome says what each hard rule costs, which may take as long again as the options' seconds.

    Raises EngineError where another process breaks down. An infeasible week is an answer: its outcome lists the rules
    that cannot hold together.
    """
    outcome = plan_roster(scenario, options, on_progress, runner=runner, demands=demands)
    roster = outcome.roster
    if roster is None:
        return Planned(scenario, outcome, Plan(Roster(())), (), outcome.seconds)
    stages = StageClock(outcome.seconds)
    on_progress(Event("slots"))
    if costs:
        with stages.time("costs"):
            outcome = replace(outcome, costs=runner(price_rules, scenario, options, on_progress))
    with stages.time("slots"):
        slots = cut_sessions(scenario, roster)
        crowded = crowded_slots(scenario, roster, slots)
    with stages.time("reserve"):
        slots, holdings = hold_tickets(scenario, roster, slots)
    with stages.time("partners"):
        shared = give_to_partners(scenario, roster, slots, holdings)
    outcome = replace(outcome, notes=(*outcome.notes, *_time_notes(scenario, roster), *shared.notes))
    plan = Plan(roster, slots, shared.holdings, crowded)
    on_progress(Event("check"))
    with stages.time("check"):
        violations = find_violations(scenario, plan)
    return Planned(scenario, outcome, plan, violations, stages.seconds)


def plan_roster(
    scenario: Scenario,
    options: Options = DEFAULT_OPTIONS,
    on_progress: ProgressCallback = ignore_progress,
    *,
    runner: Runner = run_here,
    demands: Demands = NO_DEMANDS,
) -> Outcome:
    """Return the outcome of planning the week, its roster with rooms, and the reasons where there is none.

    Slots are not cut and nothing is checked: `make_plan` does that.
    """
    outcome = runner(solve_week, scenario, options, on_progress, demands=demands)
    if outcome.status is Status.INFEASIBLE and demands == NO_DEMANDS:
        reasons, proposals = runner(explain, scenario, options, on_progress)
        outcome = replace(outcome, reasons=reasons, proposals=proposals)
    return replace(outcome, notes=(*outcome.notes, *_notes(scenario)))


def _time_notes(scenario: Scenario, roster: Roster) -> Iterator[Message]:
    """Yield for whom the rule `learned` could not compute times."""
    if scenario.policy.slots.rule is AppointmentRule.LEARNED:
        doctors = doctors_without_pace(scenario, roster.held)
        if doctors:
            yield message(
                "{n:doctor has|doctors have} even times, as the table pace tells neither their pace nor their specialty's"
                " ({doctors}).",
                n=len(doctors),
                doctors=[scenario.doctor_name(doctor) for doctor in doctors[:3]],
            )


def _notes(scenario: Scenario) -> Iterator[Message]:
    if not adjusted_days_known(scenario.week.year):
        yield message(
            "The adjusted working days (调休) of {year} are not in the public calendar yet; add them to the table calendar.",
            year=scenario.week.year,
        )
    if scenario.template and not scenario.knows_experts:
        yield message(
            "No doctor is known to be of the level {level} or above, so nothing is striven for by experts.",
            level=level_name(scenario.policy.experts.from_level),
        )
    if more := scenario.tickets_for_no_shows:
        yield message(
            "{more:ticket|tickets} more than visits {more:=is|are} given out: some patients are expected to stay away.",
            more=more,
        )
    if scenario.closed_out:
        yield message(
            "Left out, as they fall on closed days: {count:session|sessions} of the template.",
            count=len(scenario.closed_out),
        )
    if scenario.in_other_weeks:
        yield message(
            "Not in {week}, by the weeks that the template names: {count:session|sessions}.",
            week=str(scenario.week),
            count=scenario.in_other_weeks,
        )
