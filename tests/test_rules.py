"""A rule is whole when it is in the catalogue, the engine, the checker, the scenarios and the documents."""

from pathlib import Path

import pytest

from scenarios.smallest import RULES as SMALLEST
from scheduler.check.catalogue import CHECKS
from scheduler.engine.rules_of_counts import COUNT_RULES
from scheduler.engine.rules_of_people import PEOPLE_RULES
from scheduler.rules import DEFAULT_TIERS, KEYS, RULES, Stage, Strictness, rule
from tests.check.broken import BROKEN

MODELLED = {key for key, _ in COUNT_RULES + PEOPLE_RULES}


@pytest.mark.parametrize("key", KEYS)
def test_a_rule_is_checked_broken_and_shown(key: str) -> None:
    assert key in CHECKS
    assert key in BROKEN
    assert key in SMALLEST


@pytest.mark.parametrize("key", KEYS)
def test_a_rule_of_the_week_is_in_the_model_and_no_other_is(key: str) -> None:
    assert (key in MODELLED) == (rule(key).stage is Stage.WEEK)


def test_the_documents_explain_every_rule_in_the_order_of_the_catalogue() -> None:
    text = (Path(__file__).parents[1] / "docs" / "rules.md").read_text(encoding="utf-8")
    assert tuple(line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")) == KEYS


def test_every_rule_that_is_soft_has_its_tier() -> None:
    assert {one.key for one in RULES if one.default is Strictness.SOFT} == set(DEFAULT_TIERS)


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(KeyError):
        rule("ratio_weekly")
