"""Columns taken again for the next week: always those that would be made anew."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from pandas.testing import assert_frame_equal

from scenarios.bundled import typical
from scheduler.engine import columns
from scheduler.engine.columns import cached_columns, list_columns
from scheduler.rules import Strictness
from scheduler.scenario.week import Scenario

BASE = typical()


def _policy(**fields: Any) -> Scenario:
    return BASE.changed(policy=BASE.policy.model_copy(update=fields))


CHANGES: dict[str, Callable[[], Scenario]] = {
    "nothing": lambda: BASE,
    "ratio": lambda: _policy(ratio=BASE.policy.ratio.model_copy(update={"limit": Fraction(9, 8)})),
    "ratio rule": lambda: BASE.changed(rules={**BASE.rules, "ratio_day": Strictness.OFF}),
    "other rule": lambda: BASE.changed(rules={**BASE.rules, "availability": Strictness.OFF}),
    "prices": lambda: _policy(changes=BASE.policy.changes.model_copy(update={"same_date": 9})),
    "budget": lambda: _policy(changes=BASE.policy.changes.model_copy(update={"budget": 40})),
    "absences": lambda: BASE.changed(availability=BASE.availability[1:]),
    "demand": lambda: BASE.changed(demand=BASE.demand[1:]),
    "timetable": lambda: BASE.changed(template=BASE.template[1:]),
    "booked": lambda: BASE.changed(
        template=(BASE.template[0].model_copy(update={"booked": 5}), *BASE.template[1:])
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_the_columns_are_those_of_the_week_itself_whatever_was_planned_before(name: str) -> None:
    cached_columns(BASE)
    scenario = CHANGES[name]()
    found, anew = cached_columns(scenario), list_columns(scenario)
    assert_frame_equal(found.table, anew.table)
    assert found.index.scenario is scenario
    for field in ("works", "standing", "most_changed"):
        assert getattr(found, field) == getattr(anew, field)
    assert list(found.group_sizes) == list(anew.group_sizes)


def test_another_limit_makes_no_columns_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    cached_columns(BASE)
    monkeypatch.setattr(columns, "list_columns", lambda _: pytest.fail("made anew"))
    cached_columns(CHANGES["ratio"]())


def test_what_a_caller_does_to_its_table_is_its_own() -> None:
    before = cached_columns(BASE).table["points"].to_list()
    table = cached_columns(BASE).table
    table.loc[:, "points"] = 7
    assert cached_columns(BASE).table["points"].to_list() == before
