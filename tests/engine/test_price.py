from __future__ import annotations

from hypothesis import Phase, given, settings

from scheduler.engine.columns import list_columns
from scheduler.engine.options import Options
from scheduler.engine.price import Pricing, pricing_scenario
from scheduler.engine.run import Run
from scheduler.engine.week import solve_single
from scheduler.outcome import SESSIONS, Price, Status, Tier
from scheduler.rules import Strictness
from scheduler.scenario.policy import ChangesPolicy, Policy
from scheduler.scenario.rows import DemandRow
from scheduler.scenario.week import Scenario
from tests.check.small import doctor, row, scenario
from tests.random_weeks import weeks

SAMPLES = settings(
    max_examples=60, deadline=None, derandomize=True, database=None, phases=[Phase.explicit, Phase.generate]
)


def price(week: Scenario, seconds: float = 20.0) -> Price:
    run = Run(Options(seconds=seconds))
    return Pricing(list_columns(week), run).price(week, run).price


def single(week: Scenario):
    return solve_single(list_columns(week), Run(Options(seconds=20.0)))


@SAMPLES
@given(weeks())
def test_a_price_is_what_the_full_model_proves(week: Scenario):
    week = pricing_scenario(week)
    found, reference = price(week), single(week)
    if reference.status is Status.INFEASIBLE:
        assert found == Price(Status.INFEASIBLE)
        return
    assert found.status is Status.OPTIMAL
    assert {t.key: t.value for t in reference.tiers if t.value} == {
        t.key: t.value for t in found.tiers if t.value and t.key != SESSIONS
    }
    assert all(tier.gap == 0 for tier in found.tiers)
    counted = found.tier(SESSIONS)
    if week.template and counted is not None:
        assert counted.value <= len(reference.roster.changed)


def test_a_rule_on_experts_that_is_soft_in_the_file_asks_for_no_tier_where_there_are_none():
    week = scenario(
        doctors=(doctor("ann"),), template=(row("ann", "mon-pm"),), rules={"expert_presence": "soft"}
    )
    assert price(pricing_scenario(week)).tiers == (Tier("changes", 0, 0), Tier(SESSIONS, 0, 0))


def test_the_fewest_sessions_among_the_weeks_of_the_same_points_are_told():
    prices = ChangesPolicy(same_date=2, other_date=2, drop=1, add=1)
    week = scenario(
        template=(row("ann", "mon-am"), row("bob", "mon-am"), row("bob", "tue-am")),
        policy=Policy(changes=prices),
        rules={"session_limits": "off"},
    )
    # Dropping all three costs 3 points; one move and one drop cost as much and are two sessions.
    assert price(pricing_scenario(week)).tiers == (Tier("changes", 3, 3), Tier(SESSIONS, 2, 2))


def test_a_week_that_keeps_its_rules_costs_nothing():
    week = scenario(template=(row("ann", "mon-am"), row("bob", "mon-pm")))
    assert price(pricing_scenario(week)).tiers == (Tier("changes", 0, 0), Tier(SESSIONS, 0, 0))


def test_a_week_that_cannot_be_has_no_price():
    week = scenario(demand=(DemandRow(clinic="eye", day="mon", half="AM", sessions=1, hard=True),))
    assert price(pricing_scenario(week)) == Price(Status.INFEASIBLE)


def test_out_of_time_no_price_is_told():
    week = scenario(template=(row("ann", "mon-am"), row("bob", "mon-am")))
    assert price(pricing_scenario(week), seconds=0.0) == Price(Status.TIMED_OUT)


def test_the_budget_is_no_part_of_the_question():
    week = scenario(
        template=(row("ann", "mon-am"), row("bob", "mon-am")), policy=Policy(changes=ChangesPolicy(budget=0))
    )
    assert price(pricing_scenario(week)).tier("changes") == Tier("changes", 2, 2)


def test_what_comes_after_changes_in_the_tiers_has_no_say_and_what_comes_before_has():
    week = scenario(
        tiers=("preferences", "changes", "ratio_target"), rules={"cover": "off", "fairness": "off"}
    )
    for key in ("ratio_experts", "expert_presence", "same_room"):
        week = week.changed(rules={**week.rules, key: Strictness.OFF})
    found = pricing_scenario(week)
    assert found.tiers == ("preferences", "changes")
    assert found.strictness("preferences") is Strictness.SOFT
    assert found.strictness("ratio_target") is Strictness.OFF
