from __future__ import annotations

from fractions import Fraction

from scheduler.report.plot import Point, draw_plot, round_heights


def plot(*places):
    points = [Point((Fraction(x), y), f"{x}", f"dot {x}", "") for x, y in places]
    return draw_plot(points, (Fraction(0), Fraction(10)), line=[], ticks=[], limits=[])


def test_a_plot_is_to_scale_from_edge_to_edge():
    first, last = plot((0, 0), (10, 5)).dots
    drawn = plot((0, 0), (10, 5))
    assert (first.x, first.y, last.x, last.y) == (drawn.left, drawn.bottom, drawn.right, drawn.top)


def test_labels_stand_below_their_dots_and_above_where_a_neighbour_is_near():
    far, near, apart = plot((1, 5), (Fraction("1.2"), 5), (6, 5)).dots
    assert far.label_y > far.y
    assert near.label_y < near.y
    assert apart.label_y > apart.y


def test_dots_keep_the_order_of_their_points_so_that_later_ones_lie_on_top():
    assert [dot.title for dot in plot((6, 1), (1, 2)).dots] == ["dot 6", "dot 1"]


def test_heights_are_round_and_reach_beyond_the_highest_dot():
    assert round_heights(0) == [0, 1]
    assert round_heights(13) == [0, 5, 10, 15]
