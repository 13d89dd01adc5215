"""What each hard rule costs: the week's price with the rule off."""

from __future__ import annotations

from scheduler.engine.columns import all_columns
from scheduler.engine.options import Event, Options, Tell
from scheduler.engine.pricing import Pricing, changed_scenario, priced
from scheduler.engine.solve import Clock
from scheduler.outcome import Costs, Price, RuleCost
from scheduler.rules import RULES, Stage, Strictness
from scheduler.scenario.week import Scenario


def rule_costs(scenario: Scenario, options: Options, *, tell: Tell) -> Costs:
    """Return the price of the week and what it would be without each hard weekly rule, within the options' seconds.

    A rule that the proof of the price made no use of costs nothing: without it the same bound holds, and the same
    roster reaches it. The roster of the price keeps the rules without any of them too, so it is known to be reached.
    `tell` hears how many rules are done. Where there is no price, there are no costs.
    """
    base, clock = priced(scenario), Clock(options.seconds)
    price, used = _price(base, options, clock)
    if not price.tiers:
        return Costs(price)
    hard = [key for key in _weekly() if base.strictness(key) is Strictness.HARD]
    costs = []
    for number, key in enumerate(hard):
        tell(Event("price", number, len(hard)))
        without = _price(_without(base, key), options, clock, price)[0] if key in used else price
        costs.append(RuleCost(key, without))
    return Costs(price, tuple(costs))


def _price(
    scenario: Scenario, options: Options, clock: Clock, reached: Price | None = None
) -> tuple[Price, frozenset[str]]:
    return Pricing(all_columns(scenario), options, clock).proved_price(scenario, reached)


def _without(scenario: Scenario, key: str) -> Scenario:
    return changed_scenario(scenario, rules={**scenario.rules, key: Strictness.OFF})


def _weekly() -> tuple[str, ...]:
    return tuple(rule.key for rule in RULES if rule.stage is Stage.WEEK)
