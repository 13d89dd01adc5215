from __future__ import annotations

from hypothesis import Phase, given, settings

from scenarios.smallest import RULES
from scheduler.engine.columns import list_columns
from scheduler.engine.options import Event, Options, ignore_progress
from scheduler.engine.price import price_rules, pricing_scenario
from scheduler.engine.run import Run
from scheduler.engine.week import solve_single
from scheduler.outcome import SESSIONS, Costs, Price, Status, Tier
from scheduler.rules import Strictness
from scheduler.scenario.rows import DemandRow
from scheduler.scenario.week import Scenario
from tests.check.small import row, scenario
from tests.random_weeks import weeks

SAMPLES = settings(
    max_examples=15, deadline=None, derandomize=True, database=None, phases=[Phase.explicit, Phase.generate]
)
NONE = {"changes": 0, SESSIONS: 0}


def costs(week: Scenario, seconds: float = 20.0) -> Costs:
    return price_rules(week, Options(seconds=seconds), ignore_progress)


def values(price: Price) -> dict[str, int]:
    return {tier.key: tier.value for tier in price.tiers}


def cheaper(found: Costs) -> dict[str, dict[str, int]]:
    """Rules without which the week costs something else, and what."""
    return {c.key: values(c.without) for c in found.rules if values(c.without) != values(found.price)}


def test_the_rule_that_makes_a_session_move_costs_the_move():
    found = costs(scenario(template=(row("ann", "mon-am"), row("bob", "mon-am"))))
    assert values(found.price) == {"changes": 2, SESSIONS: 1}
    # A week of one specialty is as little in balance as its day: without the one rule the other moves the session.
    assert cheaper(found) == {}


def test_a_rule_costs_nothing_while_another_asks_for_the_same():
    only_day = {"ratio_specialties": "off"}
    found = costs(scenario(template=(row("ann", "mon-am"), row("bob", "mon-am")), rules=only_day))
    assert cheaper(found) == {"ratio_day": NONE}


def test_every_hard_rule_of_the_week_is_priced_and_no_other():
    found = costs(scenario(template=(row("ann", "mon-am"), row("bob", "mon-pm"))))
    assert [cost.key for cost in found.rules] == [
        "availability",
        "one_place",
        "eligible",
        "session_limits",
        "rooms",
        "pinned",
        "ratio_day",
        "ratio_specialties",
    ]


def test_absence_a_full_pool_and_a_pin_cost_what_they_make_move():
    assert cheaper(costs(RULES["availability"]()))["availability"] == NONE
    assert cheaper(costs(RULES["pinned"]()))["pinned"] == {"changes": 2, SESSIONS: 1}
    assert cheaper(costs(RULES["rooms"]())) == {"rooms": {"cover": 0}}


def test_a_week_that_cannot_be_has_no_costs():
    week = scenario(demand=(DemandRow(clinic="eye", day="mon", half="AM", sessions=1, hard=True),))
    assert costs(week) == Costs(Price(Status.INFEASIBLE))


def test_out_of_time_there_are_no_costs():
    assert costs(scenario(template=(row("ann", "mon-am"),)), seconds=0.0) == Costs(Price(Status.TIMED_OUT))


def test_the_watcher_hears_how_many_rules_are_done():
    heard: list[Event] = []
    price_rules(scenario(template=(row("ann", "mon-pm"),)), Options(), heard.append)
    assert heard == [Event("price", number, 8) for number in range(8)]


@SAMPLES
@given(weeks())
def test_a_cost_is_what_the_full_model_proves_without_the_rule(week: Scenario):
    found = costs(week)
    for cost in found.rules:
        base = pricing_scenario(week)
        without = base.changed(rules={**base.rules, cost.key: Strictness.OFF})
        single = solve_single(list_columns(without), Run(Options(seconds=20.0)))
        assert single.status is Status.OPTIMAL
        told = {key: value for key, value in values(cost.without).items() if value and key != SESSIONS}
        assert told == {tier.key: tier.value for tier in single.tiers if tier.value}
        assert all(isinstance(tier, Tier) and tier.gap == 0 for tier in cost.without.tiers)
