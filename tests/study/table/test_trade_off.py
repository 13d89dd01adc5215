from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from scheduler.outcome import Status
from scheduler.report.voice import Voice
from scheduler.study.table.trade_off import best_points, placed_labels, point_of, trade_off
from tests.study.table_rows import at_point, rows

EN = Voice("en")

POINTS = st.lists(
    st.tuples(st.fractions(min_value=0, max_value=2, max_denominator=20), st.integers(0, 9)), min_size=1
)


def betters(one, other):
    return one != other and one[0] <= other[0] and one[1] <= other[1]


@given(POINTS)
def test_the_best_points_are_those_that_no_other_betters(points):
    best = best_points(points)
    assert set(best) == {p for p in points if not any(betters(other, p) for other in points)}
    assert all(a[0] < b[0] and a[1] > b[1] for a, b in pairwise(best))


def test_only_an_answer_that_can_be_chosen_has_a_point():
    assert point_of(at_point("even", 6, 5, 3)) == (Fraction(6, 5), 3)
    assert point_of(at_point("late", 6, 5, 3, status=Status.TIMED_OUT)) is None
    assert point_of(at_point("wrong", 6, 5, 3, broken=1)) is None
    assert point_of(at_point("mornings only", 6, 0, 3)) is None
    assert [point_of(row) for row in rows()[2:]] == [None, None]


def test_the_picture_is_to_scale_and_lower_left_is_better():
    drawn = trade_off([at_point("base", 13, 10, 0), at_point("a", 12, 10, 4), at_point("b", 14, 10, 4)], EN)
    base, a, b = sorted(drawn.dots, key=lambda dot: dot.meaning)
    assert (base.meaning, a.meaning, b.meaning) == ("0 base", "1 a", "2 b")
    assert [base.base, a.base, base.best, a.best, b.best] == [True, False, True, True, False]
    assert a.x < base.x < b.x
    assert round(base.x - a.x, 1) == round(b.x - base.x, 1)
    assert a.y == b.y < base.y == drawn.bottom
    assert [mark.label for mark in drawn.limits] == ["1.2"]
    assert drawn.limits[0].at == a.x
    assert drawn.edge == f"{a.x},{a.y} {base.x},{a.y} {base.x},{base.y}"


def test_variants_that_come_to_the_same_share_a_dot_that_names_them_all():
    drawn = trade_off([at_point(name, 12, 10, 4) for name in "abcdef"], EN)
    (dot,) = drawn.dots
    assert dot.meaning == "1 a\n2 b\n3 c\n4 d\n5 e\n6 f"
    assert dot.label.text == "1, 2, 3, 4 … a"
    assert drawn.left < dot.x < drawn.right


def test_one_roster_is_no_trade_off():
    assert trade_off([at_point("base", 12, 10, 4), *rows()[2:]], EN) is None


def boxes(labels, width=5.8):
    for label in labels:
        if label is not None:
            left = label.x if label.anchor == "start" else label.x - width * len(label.text)
            yield left, label.y - 9, left + width * len(label.text), label.y + 2


@given(st.lists(st.tuples(st.integers(20, 180), st.integers(20, 180)), min_size=1, max_size=30))
def test_no_label_covers_another_or_leaves_the_picture(places):
    wanted = [((float(x), float(y)), ["a long title", "9"]) for x, y in places]
    labels = placed_labels(wanted, (0, 0, 200, 200))
    drawn = list(boxes(labels))
    assert len(labels) == len(places)
    assert labels[0] is not None
    assert all(left >= -0.1 and right <= 200.1 and top >= 0 and low <= 200 for left, top, right, low in drawn)
    for number, one in enumerate(drawn):
        for other in drawn[:number]:
            apart = 0.1  # places are rounded to a tenth
            assert (
                one[0] >= other[2] - apart
                or other[0] >= one[2] - apart
                or one[1] >= other[3] - apart
                or other[1] >= one[3] - apart
            )


def test_a_label_leaves_free_what_it_is_told_to():
    ((free,), (kept,)) = (
        placed_labels([((50.0, 50.0), ["a"])], (0, 0, 100, 100), boxes) for boxes in ((), [(40, 49, 90, 51)])
    )
    assert free.y == 54.0
    assert kept.y == 44.0
