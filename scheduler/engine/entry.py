"""The engine's entries. Each loads the solver when it is called, so a process that only hands them on stays light."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from scheduler.engine.options import NO_DEMANDS, Demands, Leeway, Options, ProgressCallback
from scheduler.outcome import Costs, Outcome, Point
from scheduler.scenario.week import Scenario


def solve_week(
    scenario: Scenario,
    options: Options,
    on_progress: ProgressCallback,
    *,
    demands: Demands = NO_DEMANDS,
) -> Outcome:
    """Return the best week of the scenario that meets the demands: see `week.solve_week`."""
    from scheduler.engine import week

    return week.solve_week(scenario, options, on_progress, demands=demands)


def repair_week(
    scenario: Scenario, options: Options, on_progress: ProgressCallback, *, leeway: Leeway
) -> Outcome:
    """Return the published week, the scenario's template, repaired: see `repair.repair_week`."""
    from scheduler.engine import repair

    return repair.repair_week(scenario, options, on_progress, leeway=leeway)


def price_limits(
    scenario: Scenario,
    options: Options,
    on_progress: ProgressCallback,
    *,
    limits: Sequence[Fraction],
) -> tuple[Point, ...]:
    """Return the price of the week under each limit of the ratio: see `price.price_limits`."""
    from scheduler.engine import price

    return price.price_limits(scenario, options, on_progress, limits=limits)


def price_rules(scenario: Scenario, options: Options, on_progress: ProgressCallback) -> Costs:
    """Return what each hard rule costs: see `price.price_rules`."""
    from scheduler.engine import price

    return price.price_rules(scenario, options, on_progress)
