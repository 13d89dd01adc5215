"""A set of hospitals nobody tuned for: how many are proved, each beside the time that building its program takes.

The seed is that of the environment (MENZHEN_SEED, else 1), so that figures can be taken on a fresh one.
"""

from __future__ import annotations

import os
import time

import pytest

from scheduler.engine.columns import list_columns
from scheduler.engine.model import build_full_program
from tests.benchmarks.conftest import Tell
from tests.benchmarks.measure import Spent
from tests.benchmarks.perturbed import COUNT, base_weeks, perturbed, solve

SEED = int(os.environ.get("MENZHEN_SEED", "1"))
SECONDS = 60.0


@pytest.mark.parametrize("part", range(5))
def test_hospitals_under_seeded_changes_are_proved_or_near_their_bound(tell: Tell, part: int) -> None:
    weeks, proved, spent, built = base_weeks(), 0, 0.0, 0.0
    for number in range(part, COUNT, 5):
        name, week = perturbed(weeks, SEED, number)
        started = time.process_time()
        build_full_program(list_columns(week))
        built += time.process_time() - started
        outcome, seconds = solve(week, SECONDS)
        spent += seconds
        proved += outcome.status in ("optimal", "infeasible")
        changes = next((tier for tier in outcome.tiers if tier.key == "changes"), None)
        # Whatever is not proved is a good roster all the same.
        assert changes is None or not changes.bound or changes.value <= 3 * changes.bound, name
    tell(
        f"{proved} of 20 hospitals of seed {SEED} proved",
        Spent(spent, 0, 0),
        "building them",
        Spent(built, 0, 0),
    )
    assert proved >= 15
