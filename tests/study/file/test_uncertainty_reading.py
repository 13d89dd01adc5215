from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from scheduler.errors import StudyError
from scheduler.study.file.file import read_study
from scheduler.study.study import Study
from scheduler.study.uncertainty.distributions import DEFAULT_DISTRIBUTIONS, Between, Distributions


def read(folder: Path, *lines: str) -> Study:
    path = folder / "study.yaml"
    patch = "patches:\n  strict:\n    set: {policy.ratio.limit: 1.1}\n"
    path.write_text("base: week\n" + patch + "\n".join(lines), encoding="utf-8")
    return read_study(path)


def test_a_study_that_says_nothing_has_the_defaults(tmp_path):
    assert read(tmp_path).uncertainty == DEFAULT_DISTRIBUTIONS
    assert read(tmp_path, "uncertainty:").uncertainty == DEFAULT_DISTRIBUTIONS


def test_shares_and_ranges_are_read_exactly(tmp_path):
    found = read(
        tmp_path, "uncertainty:", "  stopped: [0.06, 0.12]", "  no_show: 3/20", "  demand: 1"
    ).uncertainty
    one = Between(Fraction(1), Fraction(1))
    assert found == Distributions(
        stopped=Between(Fraction(3, 50), Fraction(3, 25)), no_show=Fraction(3, 20), demand=one
    )


def test_every_problem_is_told_at_its_line(tmp_path):
    with pytest.raises(StudyError) as error:
        read(tmp_path, "uncertainty:", "  no_shows: 0.1", "  stopped: [0.2, 0.1]", "  elsewhere:")
    told = [(one.where.row, one.where.field, str(one.wrong)) for one in error.value.problems]
    assert told == [
        (6, "uncertainty.no_shows", "there is no such setting"),
        (7, "uncertainty.stopped", "the lowest is above the highest"),
        (8, "uncertainty.elsewhere", "must be a number"),
    ]


def test_uncertainty_that_is_no_group_is_told(tmp_path):
    with pytest.raises(StudyError, match="this must be a group of keys and values"):
        read(tmp_path, "uncertainty: 0.1")


def test_the_document_shows_the_defaults(tmp_path):
    document = (Path(__file__).parents[3] / "docs" / "whatif.md").read_text(encoding="utf-8")
    (shown,) = [block for block in document.split("```") if block.startswith("yaml\nuncertainty:")]
    assert read(tmp_path, shown.removeprefix("yaml\n")).uncertainty == DEFAULT_DISTRIBUTIONS
