"""The columns of a week that differs from the last one only in its ratio: made once, taken again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from scheduler.engine.columns import Columns, all_columns
from scheduler.scenario.policy import RatioPolicy
from scheduler.scenario.week import Scenario

_OF_THE_RATIO = frozenset({"ratio_day", "ratio_specialties", "ratio_target", "ratio_experts"})
"""Rules on counts of sessions: no choice is opened or closed by them, or costs more."""


@dataclass(frozen=True)
class _Made:
    asked: Mapping[str, Any]
    columns: Columns


_last: list[_Made] = []


def columns_of(scenario: Scenario) -> Columns:
    """Return the scenario's columns as `all_columns` does; those of the last one where nothing else has changed.

    A study asks for hundreds of limits of one week, and making the columns takes a third of its solve.
    """
    asked = _asked(scenario)
    # Looked at once: other threads may plan other weeks meanwhile.
    made = next(iter(_last), None)
    if made is None or made.asked != asked:
        made = _Made(asked, all_columns(scenario))
        _last[:] = [made]
    columns = made.columns
    # The table is the caller's own to work on.
    return replace(columns, index=replace(columns.index, scenario=scenario), table=columns.table.copy())


def _asked(scenario: Scenario) -> Mapping[str, Any]:
    """Return everything of a scenario that its columns may depend on: all but the ratio, the tiers and the name."""
    fields = {
        name: getattr(scenario, name) for name in type(scenario).model_fields if name not in ("name", "tiers")
    }
    rules = {key: held for key, held in scenario.rules.items() if key not in _OF_THE_RATIO}
    return {**fields, "rules": rules, "policy": scenario.policy.model_copy(update={"ratio": RatioPolicy()})}
