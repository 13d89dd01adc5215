from __future__ import annotations

import datetime as dt

import pytest

from scheduler.balance import Balance
from scheduler.report.ratio_bars import LARGE, SMALL, BarWeek, week_figure
from scheduler.report.voice import Voice
from scheduler.scenario.policy import RatioPolicy

EN, MONDAY = Voice("en"), dt.date(2026, 7, 20)


def week(title, *balances):
    days = [(MONDAY + dt.timedelta(n), balance) for n, balance in enumerate(balances)]
    return BarWeek(title, days, RatioPolicy())


@pytest.mark.parametrize("size", [LARGE, SMALL], ids=["large", "small"])
def test_all_weeks_are_drawn_on_one_scale_with_the_limit_of_their_afternoons(size):
    figure = week_figure([week("high", Balance(20, 10)), week("even", Balance(10, 10))], size, EN)
    high, even = (panel.days[0] for panel in figure.panels)
    assert high.am_length == size.bars == 2 * even.am_length
    assert high.pm_length == even.am_length == even.pm_length
    assert high.am_length - high.limit_at == pytest.approx(high.over)
    assert (even.over, even.within, high.within) == (0, True, False)


def test_a_large_picture_has_dates_and_a_small_one_weekdays():
    labels = [
        week_figure([week("", Balance(1, 1))], size, EN).panels[0].days[0].label for size in (LARGE, SMALL)
    ]
    assert labels == ["Mon 20 Jul", "Mon"]


def test_weeks_without_a_working_day_have_no_picture():
    assert week_figure([week("closed")], LARGE, EN) is None
    figure = week_figure([week("closed"), week("open", Balance(1, 2), Balance(0, 0))], SMALL, EN)
    assert [len(panel.days) for panel in figure.panels] == [0, 2]
    assert figure.height == 2 * SMALL.row
