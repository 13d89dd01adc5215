from __future__ import annotations

from fractions import Fraction

import pytest

from scheduler.balance import ratio_table
from scheduler.outcome import SESSIONS, Point, Price, Status, Tier
from scheduler.report.price_page import headline, price_chart, price_html, price_rows
from scheduler.report.voice import Voice
from scheduler.roster import template_roster

ENGLISH = Voice("en")


def point(limit: str, *tiers: tuple[str, int, int], status: Status = Status.OPTIMAL) -> Point:
    return Point(Fraction(limit), Price(status, tuple(Tier(*tier) for tier in tiers)))


def changing(limit: str, points: int, sessions: int, bound: int | None = None) -> Point:
    least = points if bound is None else bound
    return point(limit, ("changes", points, least), (SESSIONS, sessions, sessions))


POINTS = (changing("184/119", 0, 0), changing("1.2", 48, 24), changing("1", 126, 62, bound=120))


def page(week, points=POINTS, language="en") -> str:
    return price_html(week, ratio_table(week, template_roster(week)), points, language)


def test_each_point_shows_what_it_costs_and_how_much_more_than_the_one_before():
    rows = price_rows(POINTS, ENGLISH)
    assert [(r.limit, r.exact, r.points, r.step, r.sessions) for r in rows] == [
        ("1.5462", "184/119", "0", "", "0"),
        ("1.2000", "1.2", "48", "+48", "24"),
        ("1.0000", "1", "126", "+78", "62"),
    ]


def test_only_what_is_proved_is_called_proved():
    rows = price_rows(
        (*POINTS, point("0.9", status=Status.TIMED_OUT), point("0.8", status=Status.INFEASIBLE)), ENGLISH
    )
    assert [row.proof for row in rows] == [
        "proved",
        "proved",
        "changes at least 120",
        "Out of time",
        "No roster possible",
    ]


def test_a_step_is_counted_from_the_last_point_that_has_a_price():
    rows = price_rows((POINTS[0], point("1.3", status=Status.TIMED_OUT), POINTS[1]), ENGLISH)
    assert [row.step for row in rows] == ["", "", "+48"]


def test_the_first_sentences_show_today_and_the_end(week):
    today = ratio_table(week, template_roster(week))
    assert headline(today, POINTS, ENGLISH).endswith(
        "To keep every day within 1.00 costs 126 change points (sessions changed: 62)."
    )
    assert headline(today, POINTS, ENGLISH).startswith("Today's highest day, ")
    demand = headline(today, (point("1", ("cover", 3, 3)),), ENGLISH)
    assert demand.endswith("To keep every day within 1.00 leaves demand unmet by: 3.")
    never = headline(today, (point("1", status=Status.INFEASIBLE),), ENGLISH)
    assert never.endswith("No roster keeps every day within 1.00.")
    late = headline(today, (point("1", status=Status.TIMED_OUT),), ENGLISH)
    assert late.endswith("No roster that keeps every day within 1.00 was found in the time given.")
    free = headline(today, (point("1"),), ENGLISH)
    assert free.endswith("To keep every day within 1.00 costs nothing.")


def test_the_curve_falls_from_the_dearest_point_and_is_drawn_to_scale():
    chart = price_chart(POINTS, "changes", (Fraction(6, 5), Fraction(3)))
    first, middle, last = chart.dots
    assert (first.x, last.x) == (chart.left, chart.right)
    assert first.y == chart.bottom
    assert chart.top <= last.y < middle.y < first.y
    assert [dot.look for dot in chart.dots] == ["best", "best", "open"]
    assert [mark.label for mark in chart.limits] == ["1.2"]
    assert chart.limits[0].at == middle.x
    heights = [int(mark.label) for mark in chart.heights]
    assert heights[0] == 0
    assert heights[-1] >= 126


def test_a_week_that_costs_nothing_has_a_flat_curve_and_one_point_has_none():
    flat = price_chart((changing("2", 0, 0), changing("1", 0, 0)), "changes", ())
    assert {dot.y for dot in flat.dots} == {flat.bottom}
    assert price_chart((changing("1", 0, 0),), "changes", ()) is None


def test_many_points_are_drawn_and_not_all_labelled():
    many = tuple(changing(str(Fraction(200 - n, 100)), n, n) for n in range(100))
    chart = price_chart(many, "changes", ())
    assert len(chart.dots) == 100
    assert 10 <= sum(bool(dot.label) for dot in chart.dots) <= 20


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_stands_alone_and_comes_out_the_same_twice(week, language):
    text = page(week, language=language)
    assert text == page(week, language=language)
    assert text.count("<circle") == len(POINTS) + 2
    assert "<polyline" in text
    assert "<script" not in text
    assert "src=" not in text
    assert "http" not in text.replace("http-equiv", "")


def test_a_page_of_one_point_has_a_table_and_no_picture(week):
    assert "<polyline" not in page(week, POINTS[:1])
    assert "184/119" in page(week, POINTS[:1])
