from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from pydantic import ValidationError

from scheduler.errors import Where
from scheduler.study.file.entry import problems_of
from scheduler.study.uncertainty.distributions import DEFAULT_DISTRIBUTIONS, Between, Distributions
from scheduler.tables.grids.yaml_in import DataPath


class Written:
    """Distributions written in study.yaml, each place told by its key."""

    data: Any = None

    def where(self, path: DataPath) -> Where:
        """Return a place in study.yaml."""
        return Where(file="study.yaml", field=str(path[-1]))


def distributions(written: dict[str, Any]) -> Distributions:
    return Distributions.model_validate(written)


def test_what_is_not_said_is_the_default():
    assert distributions({}) == DEFAULT_DISTRIBUTIONS
    assert distributions({"no_show": 0.2}) == Distributions(no_show=Fraction(1, 5))


def test_numbers_are_held_exactly_however_they_are_written():
    read = distributions({"stopped": [0.06, "1/8"], "elsewhere": "0.3", "demand": [1, 3]})
    assert read.stopped == Between(Fraction(3, 50), Fraction(1, 8))
    assert read.elsewhere == Fraction(3, 10)
    assert read.demand == Between(Fraction(1), Fraction(3))


def test_one_number_is_the_lowest_and_the_highest():
    assert distributions({"stopped": 0.1}).stopped == Between(Fraction(1, 10), Fraction(1, 10))


def test_every_problem_is_told_at_once_and_where_it_is():
    written = {
        "stoped": 0.1,
        "stopped": [0.2, 0.1],
        "whole_week": "much",
        "no_show": 1.5,
        "elsewhere": [0.1, 0.2],
        "demand": [0.5, 1, 2],
    }
    with pytest.raises(ValidationError) as error:
        distributions(written)
    problems = problems_of(error.value, Written())
    told = [(problem.where.field, str(problem.wrong), problem.value) for problem in problems]
    assert told == [
        ("stoped", "there is no such setting", "stoped"),
        ("stopped", "the lowest is above the highest", "0.2, 0.1"),
        ("whole_week", "must be a number", "much"),
        ("no_show", "must lie between 0 and 1", "1.5"),
        ("elsewhere", "must be a number", "0.1, 0.2"),
        ("demand", "must be a lowest and a highest number", "0.5, 1, 2"),
    ]
    assert str(problems[0].remedy) == "Did you mean stopped?"
    assert {problem.where.file for problem in problems} == {"study.yaml"}


@pytest.mark.parametrize("value", [None, True, [], {"low": 0}, -0.1, float("nan")])
def test_what_is_no_share_is_refused_without_a_traceback(value):
    for key in ("stopped", "no_show"):
        with pytest.raises(ValidationError):
            distributions({key: value})
