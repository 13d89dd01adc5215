from __future__ import annotations

import pytest

from scheduler.check import catalogue
from scheduler.check.catalogue import CHECKS
from scheduler.check.run import find_violations
from scheduler.rules import KEYS
from tests.check.broken import BROKEN


def named(key: str) -> set[str]:
    return {violation.rule for violation in find_violations(*BROKEN[key])}


def test_every_rule_has_a_check_and_every_check_a_rule():
    assert tuple(CHECKS) == KEYS


def test_a_check_of_one_part_is_named_after_its_rule():
    alone = {key: parts[0].at.__name__ for key, parts in CHECKS.items() if len(parts) == 1}
    assert alone == {key: key for key in alone}


def test_every_rule_has_a_week_that_breaks_it():
    assert tuple(BROKEN) == KEYS


@pytest.mark.parametrize("key", KEYS)
def test_the_week_that_breaks_a_rule_is_named(key):
    assert key in named(key)


@pytest.mark.parametrize("key", KEYS)
def test_an_emptied_check_names_nothing(key, monkeypatch):
    assert key in named(key)
    monkeypatch.setitem(catalogue.CHECKS, key, ())
    assert key not in named(key)


@pytest.mark.parametrize("key", KEYS)
def test_a_check_names_only_its_own_rule_and_at_least_one_unit(key):
    for scenario, plan in BROKEN.values():
        for violation in find_violations(scenario, plan, rules=[key]):
            assert violation.rule == key
            assert violation.amount >= 1
            assert str(violation.sentence)
