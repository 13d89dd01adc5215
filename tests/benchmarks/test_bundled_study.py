"""The bundled study, run whole: every number of its table is found again in the rosters that it wrote."""

from __future__ import annotations

from pathlib import Path

from tests.scenarios.test_studies import (
    BUNDLED,
    every_number_is_that_of_the_roster,
    run_whole,
    status_by_variant,
)


def test_the_bundled_study_has_the_answers_it_was_made_for(tmp_path: Path) -> None:
    run_whole(BUNDLED, tmp_path)
    every_number_is_that_of_the_roster(BUNDLED, tmp_path)
    status = status_by_variant(tmp_path)
    assert status.pop("fever") == "infeasible"
    assert set(status.values()) == {"optimal"}
