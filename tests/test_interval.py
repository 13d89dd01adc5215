from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.interval import quantile, within

# Two-sided, as printed tables of Student's t have them.
TABLE = {
    (0.95, 1): 12.7062,
    (0.95, 2): 4.3027,
    (0.95, 3): 3.1824,
    (0.95, 4): 2.7764,
    (0.95, 9): 2.2622,
    (0.95, 29): 2.0452,
    (0.95, 100): 1.9840,
    (0.95, 1000): 1.9623,
    (0.99, 1): 63.6567,
    (0.99, 10): 3.1693,
    (0.90, 5): 2.0150,
}


@pytest.mark.parametrize(("level", "freedom"), TABLE)
def test_the_quantiles_are_those_of_the_tables(level, freedom):
    assert quantile(level, freedom) == pytest.approx(TABLE[level, freedom], abs=5.1e-5)


def test_with_many_degrees_of_freedom_it_is_the_normal_distribution():
    assert within(1.959964, 20_000) == pytest.approx(0.95, abs=1e-4)


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.integers(1, 200))
def test_a_wider_range_holds_no_less(one, other, freedom):
    near, far = sorted((one, other))
    assert 0 <= within(near, freedom) <= within(far, freedom) + 1e-12 <= 1 + 1e-12


@given(st.floats(0.01, 0.999), st.integers(1, 300))
def test_the_quantile_is_where_the_chance_is_the_level(level, freedom):
    assert math.isclose(within(quantile(level, freedom), freedom), level, abs_tol=1e-9)
