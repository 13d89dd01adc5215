from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from scheduler.outcome import Status
from scheduler.report.voice import Voice
from scheduler.study.table.trade_off import best_places, place_of, trade_off
from tests.study.table_rows import at_point, rows

EN = Voice("en")

POINTS = st.lists(
    st.tuples(st.fractions(min_value=0, max_value=2, max_denominator=20), st.integers(0, 9)), min_size=1
)


def betters(one, other):
    return one != other and one[0] <= other[0] and one[1] <= other[1]


@given(POINTS)
def test_the_best_points_are_those_that_no_other_betters(points):
    best = best_places(points)
    assert set(best) == {p for p in points if not any(betters(other, p) for other in points)}
    assert all(a[0] < b[0] and a[1] > b[1] for a, b in pairwise(best))


def test_only_an_answer_that_can_be_chosen_has_a_point():
    assert place_of(at_point("even", 6, 5, 3)) == (Fraction(6, 5), 3)
    assert place_of(at_point("late", 6, 5, 3, status=Status.TIMED_OUT)) is None
    assert place_of(at_point("wrong", 6, 5, 3, broken=1)) is None
    assert place_of(at_point("mornings only", 6, 0, 3)) is None
    assert [place_of(row) for row in rows()[2:]] == [None, None]


def test_the_picture_is_to_scale_and_lower_left_is_better():
    drawn = trade_off([at_point("base", 13, 10, 0), at_point("a", 12, 10, 4), at_point("b", 14, 10, 4)], EN)
    base, a, b = sorted(drawn.dots, key=lambda dot: dot.title)
    assert (base.title, a.title, b.title) == ("0 base", "1 a", "2 b")
    assert [base.look, a.look, b.look] == ["best base", "best", ""]
    assert a.x < base.x < b.x
    assert round(base.x - a.x, 1) == round(b.x - base.x, 1)
    assert a.y == b.y < base.y == drawn.bottom
    assert [mark.label for mark in drawn.limits] == ["limit 1.2"]
    assert drawn.limits[0].at == a.x
    assert drawn.line == f"{a.x},{a.y} {base.x},{a.y} {base.x},{base.y}"


def test_variants_that_come_to_the_same_share_a_dot_that_names_them_all():
    drawn = trade_off([at_point(name, 12, 10, 4) for name in "abcdef"], EN)
    (dot,) = drawn.dots
    assert dot.title == "1 a\n2 b\n3 c\n4 d\n5 e\n6 f"
    assert dot.label == "1, 2, 3, 4 …"
    assert drawn.left < dot.x < drawn.right


def test_one_roster_is_no_trade_off():
    assert trade_off([at_point("base", 12, 10, 4), *rows()[2:]], EN) is None
