"""Every rule does its work: kept where it is on, broken where it is off, and the checker says so and nothing else."""

from __future__ import annotations

from functools import cache

import pytest

from scenarios.smallest import CALENDAR, CHOICES, RULES
from scheduler.check.run import find_violations, totals
from scheduler.engine.options import Options
from scheduler.outcome import Status
from scheduler.plan import Planned, make_plan

BOOKKEEPING = ("tickets_add_up", "appointments")
TEMPTED = [key for key in RULES if key not in BOOKKEEPING]
"""Rules that something in the objective tempts to break; bookkeeping has no temptation."""

OTHERS = {**CALENDAR, **CHOICES}


@cache
def planned(key: str) -> Planned:
    return make_plan(RULES[key]())


@cache
def planned_without(key: str) -> Planned:
    week = RULES[key]()
    return make_plan(week.changed(rules={**week.rules, key: "off"}))


@pytest.mark.parametrize("key", RULES)
def test_with_the_rule_the_plan_keeps_every_hard_rule(key):
    found = planned(key)
    assert found.outcome.status is Status.OPTIMAL
    assert [violation for violation in found.violations if violation.hard] == []


@pytest.mark.parametrize("key", RULES)
def test_the_full_model_alone_keeps_them_too(key):
    found = make_plan(RULES[key](), Options(engine="single"))
    assert [violation for violation in found.violations if violation.hard] == []
    assert found.outcome.tiers == planned(key).outcome.tiers


@pytest.mark.parametrize("key", [key for key in TEMPTED if key not in ("cover", "preferences")])
def test_with_the_rule_nothing_breaks_it_that_need_not(key):
    assert totals(planned(key).violations)[key] == 0


@pytest.mark.parametrize("key", TEMPTED)
def test_without_the_rule_the_checker_names_it(key):
    found = planned_without(key)
    named = find_violations(RULES[key](), found.plan, rules=[key])
    assert named != ()
    assert totals(named)[key] > totals(planned(key).violations)[key]


@pytest.mark.parametrize("key", TEMPTED)
def test_without_the_rule_all_other_violations_are_those_the_engine_tells(key):
    found = planned_without(key)
    assert found.outcome.status is Status.OPTIMAL
    seen = find_violations(RULES[key](), found.plan)
    assert {violation.rule for violation in seen if violation.hard} <= {key}
    told = {tier.key: tier.value for tier in found.outcome.tiers}
    units = totals(seen)
    assert told == {rule: units[rule] for rule in told}
    assert {rule for rule, amount in units.items() if amount} <= {key, *told}


@pytest.mark.parametrize("key", TEMPTED)
def test_the_rule_costs_something_further_down_or_changes_the_files(key):
    with_it, without = planned(key), planned_without(key)
    assert with_it.plan != without.plan


@pytest.mark.parametrize("key", BOOKKEEPING)
def test_bookkeeping_holds_whether_anybody_looks_or_not(key):
    assert find_violations(RULES[key](), planned_without(key).plan, rules=[key]) == ()


@pytest.mark.parametrize("key", OTHERS)
def test_weeks_of_the_calendar_and_of_choices_keep_every_hard_rule(key):
    found = make_plan(OTHERS[key]())
    assert found.outcome.status is Status.OPTIMAL
    assert [violation for violation in found.violations if violation.hard] == []
