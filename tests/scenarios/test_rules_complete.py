import pytest

from scenarios.bundled import BUNDLED
from scenarios.smallest import RULES
from scheduler.rules import KEYS


def test_every_rule_has_its_smallest_week() -> None:
    assert tuple(RULES) == KEYS
    assert {f"rules/{key}" for key in KEYS} <= set(BUNDLED)


@pytest.mark.parametrize("key", KEYS)
def test_the_smallest_week_of_a_rule_is_small_and_looks_at_it(key: str) -> None:
    scenario = RULES[key]()
    assert scenario.name == key
    assert scenario.is_on(key)
    assert len(scenario.doctors) <= 4
