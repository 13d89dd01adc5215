"""The price of the afternoon: what each limit of morning per afternoon sessions costs, point by point."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from scheduler.engine.columns import all_columns
from scheduler.engine.options import Event, Options, Tell
from scheduler.engine.pricing import Pricing, changed_scenario, priced
from scheduler.engine.solve import Clock
from scheduler.outcome import Point
from scheduler.rules import Strictness
from scheduler.scenario.week import Scenario


def frontier(
    scenario: Scenario, options: Options, *, limits: Sequence[Fraction], tell: Tell
) -> tuple[Point, ...]:
    """Return the price of the week under each of `limits`, in their order, within the options' seconds in all.

    The limit is `policy.ratio.limit`, so every rule that reads it follows; `ratio_day` is held hard. `tell` hears
    how many points are done.
    """
    base = priced(scenario)
    base = changed_scenario(base, rules={**base.rules, "ratio_day": Strictness.HARD})
    pricing = Pricing(all_columns(base), options, Clock(options.seconds))
    points = []
    for number, limit in enumerate(limits):
        tell(Event("price", number, len(limits)))
        points.append(Point(limit, pricing.price(with_limit(base, limit))))
    return tuple(points)


def with_limit(scenario: Scenario, limit: Fraction) -> Scenario:
    """Return the scenario with another limit of morning per afternoon sessions."""
    ratio = scenario.policy.ratio.model_copy(update={"limit": limit})
    # A copy keeps what the scenario has worked out about itself, such as its standing sessions: none of it
    # depends on the limit, and it takes longer than the solve.
    return scenario.model_copy(update={"policy": scenario.policy.model_copy(update={"ratio": ratio})})
