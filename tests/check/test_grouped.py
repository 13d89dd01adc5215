from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.check.grouped import Grouped

NUMBERS = st.lists(st.integers(0, 20), max_size=12)


def tens(number: int) -> tuple[int]:
    return (number // 10,)


def factors(number: int) -> tuple[int, ...]:
    return tuple(factor for factor in (2, 3, 5) if number % factor == 0)


def backwards(number: int) -> int:
    return -number


def test_rows_are_grouped_in_their_order():
    assert Grouped([3, 12, 8, 15], backwards).by(tens) == {0: [8, 3], 1: [15, 12]}


def test_a_row_may_be_in_several_groups_or_none():
    assert Grouped([6, 7], backwards).by(factors) == {2: [6], 3: [6]}


@given(NUMBERS, NUMBERS, NUMBERS)
def test_after_an_exchange_the_groups_are_those_of_the_rows_exchanged(stay, gone, come):
    before = Grouped([*stay, *gone], backwards)
    told = {keys: dict(before.by(keys)) for keys in (tens, factors)}
    after, anew = before.after(gone, come), Grouped([*stay, *come], backwards)
    for keys in (tens, factors):
        assert after.by(keys) == anew.by(keys)
        assert before.by(keys) == told[keys]


def test_a_row_that_is_not_there_cannot_go():
    with pytest.raises(ValueError, match="not in list"):
        Grouped([1, 2], backwards).after([3], []).by(tens)
