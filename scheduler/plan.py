"""The whole way of a week: engine, rooms, slots, reserve, and the independent check, always."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import cast

from scheduler.check.run import find_violations
from scheduler.check.violation import Violation
from scheduler.clock import adjusted_days_known
from scheduler.engine.options import NO_DEMANDS, Demands, Event, Options
from scheduler.infeasible.explain import explain
from scheduler.outcome import Costs, Outcome, Status
from scheduler.reserve.layout import hold_tickets
from scheduler.reserve.partners import give_to_partners
from scheduler.reserve.slots import crowded_slots, cut_sessions
from scheduler.roster import Plan, Roster
from scheduler.scenario.week import Scenario
from scheduler.words import Message, message

Watch = Callable[[Event | None], None]
"""Called with every event of the engine, and with None now and then while it works."""


@dataclass(frozen=True)
class Planned:
    """Everything that came of planning a scenario; without a roster the plan is empty and nothing was checked."""

    scenario: Scenario
    outcome: Outcome
    plan: Plan
    violations: tuple[Violation, ...]
    seconds: Mapping[str, float]


def make_plan(
    scenario: Scenario,
    options: Options | None = None,
    watch: Watch | None = None,
    *,
    engine: str = "aggregate",
    apart: bool = False,
    costs: bool = False,
    demands: Demands = NO_DEMANDS,
) -> Planned:
    """Plan the week of `scenario`; `apart` runs the engine in a process of its own.

    `demands` is what the roster must have beside what the rules ask; where it cannot, no reasons are looked for.

    With `costs` the outcome tells what each hard rule costs, which may take as long again as the options' seconds.

    Raises EngineError where that process breaks down. An infeasible week is an answer: its outcome tells the rules
    that cannot hold together.
    """
    outcome = plan_roster(scenario, options, watch, engine=engine, apart=apart, demands=demands)
    roster = outcome.roster
    if roster is None:
        return Planned(scenario, outcome, Plan(Roster(())), (), outcome.seconds)
    seconds = dict(outcome.seconds)
    if costs:
        with timed(seconds, "costs"):
            outcome = replace(outcome, costs=_costs(scenario, options, watch, apart=apart))
    with timed(seconds, "slots"):
        slots = cut_sessions(scenario, roster)
        crowded = crowded_slots(scenario, roster, slots)
    with timed(seconds, "reserve"):
        slots, holdings = hold_tickets(scenario, roster, slots)
    with timed(seconds, "partners"):
        given = give_to_partners(scenario, roster, slots, holdings)
    outcome = replace(outcome, notes=(*outcome.notes, *given.notes))
    plan = Plan(roster, slots, given.holdings, crowded)
    with timed(seconds, "check"):
        violations = find_violations(scenario, plan)
    return Planned(scenario, outcome, plan, violations, seconds)


def plan_roster(
    scenario: Scenario,
    options: Options | None = None,
    watch: Watch | None = None,
    *,
    engine: str = "aggregate",
    apart: bool = False,
    demands: Demands = NO_DEMANDS,
) -> Outcome:
    """Return the outcome of planning the week, its roster with rooms, and the reasons where there is none.

    Slots are not cut and nothing is checked: `make_plan` does that.
    """
    outcome = _solved(scenario, options, watch, engine=engine, apart=apart, demands=demands)
    if outcome.status is Status.INFEASIBLE and demands == NO_DEMANDS:
        outcome = _explained(outcome, scenario, options, watch, apart=apart)
    return replace(outcome, notes=(*outcome.notes, *_notes(scenario)))


@contextmanager
def timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    """Put the time spent inside under `stage`."""
    started = time.perf_counter()
    yield
    seconds[stage] = time.perf_counter() - started


def _solved(
    scenario: Scenario,
    options: Options | None,
    watch: Watch | None,
    *,
    engine: str,
    apart: bool,
    demands: Demands,
) -> Outcome:
    chosen = Options() if options is None else options
    tell: Watch = (lambda _: None) if watch is None else watch
    if apart:
        from scheduler.engine.process import answer_apart

        return answer_apart(scenario, chosen, tell, engine=engine, demands=demands)
    from scheduler.engine.run import answer

    return answer(scenario, chosen, tell, engine=engine, demands=demands)


def _explained(
    outcome: Outcome, scenario: Scenario, options: Options | None, watch: Watch | None, *, apart: bool
) -> Outcome:
    """Return the infeasible outcome with its reasons and the ways out."""
    chosen = Options() if options is None else options
    tell: Watch = (lambda _: None) if watch is None else watch
    if apart:
        from scheduler.engine.process import run_apart

        reasons, proposals = run_apart("infeasible.explain", scenario, chosen, tell=tell)
    else:
        reasons, proposals = explain(scenario, chosen, tell)
    return replace(outcome, reasons=reasons, proposals=proposals)


def _costs(scenario: Scenario, options: Options | None, watch: Watch | None, *, apart: bool) -> Costs:
    chosen = Options() if options is None else options
    tell: Watch = (lambda _: None) if watch is None else watch
    if apart:
        from scheduler.engine.process import run_apart

        return cast(Costs, run_apart("engine.costs.rule_costs", scenario, chosen, tell=tell))
    from scheduler.engine.costs import rule_costs

    return rule_costs(scenario, chosen, tell=tell)


def _notes(scenario: Scenario) -> Iterator[Message]:
    if not adjusted_days_known(scenario.week.year):
        yield message(
            "The adjusted working days (调休) of {year} are not in the public calendar yet; add them to the table calendar.",
            year=scenario.week.year,
        )
    if scenario.closed_out:
        yield message(
            "{count} sessions of the template fall on closed days and are left out.",
            count=len(scenario.closed_out),
        )
