from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from scheduler.balance import Balance
from scheduler.interval import Interval, interval_of
from scheduler.outcome import Status
from scheduler.study.table.roster_figures import DayFigures
from scheduler.study.uncertainty.intervals import differences, summary
from scheduler.study.uncertainty.patients import Patients
from scheduler.study.uncertainty.replication import MEASURES, Replication
from scheduler.study.uncertainty.stop_response import StopResponse

ONLY_ANSWERED = {"moved", "covered", "unanswered"}
WEEK = Replication(
    number=0,
    how=StopResponse.AS_RUN,
    status=None,
    planned=20,
    stopped=2,
    run=18,
    moved=0,
    covered=0,
    days=(DayFigures(dt.date(2026, 7, 20), Balance(10, 8), Balance(200, 160)),),
    days_above=1,
    tickets_offered=360,
    tickets_lost=40,
    cover=None,
    patients=Patients(demand=300, unmet=10, no_shows=40, seen=250),
)


def weeks(seen: Iterable[int], **parts) -> tuple[Replication, ...]:
    """A replication for each number of patients seen, all else the same."""
    return tuple(
        replace(WEEK, number=number, patients=replace(WEEK.patients, seen=int(patients)), **parts)
        for number, patients in enumerate(seen)
    )


def test_the_mean_and_its_interval_are_students():
    found = interval_of([2, 4, 4, 6])
    # The standard error is sqrt(8 / 3 / 4); t at 95 % with 3 degrees of freedom is 3.18245.
    assert found == Interval(Decimal("4.0000"), Decimal("1.4015"), Decimal("6.5985"))


def test_an_interval_holds_the_true_mean_about_19_times_in_20():
    drawn = np.random.default_rng(1)
    held = 0
    for _ in range(1000):
        found = interval_of(drawn.normal(10, 3, size=8).tolist())
        assert found.low is not None and found.high is not None
        held += found.low <= 10 <= found.high
    assert 930 <= held <= 970


def test_the_interval_of_a_difference_holds_the_true_one_about_19_times_in_20():
    drawn = np.random.default_rng(2)
    held = 0
    for _ in range(400):
        common = drawn.integers(200, 300, size=10)
        base, other = (common + drawn.binomial(40, share, size=10) for share in (0.5, 0.6))
        found = differences({"base": weeks(base), "more": weeks(other)}, "base")["more"]["seen"]
        held += found.low <= 4 <= found.high
    assert 360 <= held <= 396


def test_a_single_replication_has_no_interval_and_tells_no_difference():
    found = summary({"base": weeks([250]), "more": weeks([300])}, "base")
    assert found["base"]["seen"] == Interval(Decimal("250.0000"))
    assert found["more"]["seen"] == Interval(Decimal("300.0000"))


def test_the_same_variant_is_never_called_different():
    seen = np.random.default_rng(3).integers(100, 900, size=40)
    found = summary({"base": weeks(seen), "same": weeks(seen)}, "base")
    assert {key for key, interval in found["same"].items() if interval.differs is not False} == set()
    assert {interval.differs for interval in found["base"].values()} == {None}


def test_a_real_difference_is_found_though_the_intervals_overlap():
    drawn = np.random.default_rng(4)
    seen = drawn.integers(100, 900, size=30)
    found = summary({"base": weeks(seen), "more": weeks(seen + drawn.integers(0, 10, size=30))}, "base")
    base, more = found["base"]["seen"], found["more"]["seen"]
    assert more.low < base.high
    assert more.differs is True
    assert more.mean > base.mean
    assert found["more"]["demand"].differs is False


def test_chance_alone_seldom_makes_any_of_many_variants_different():
    drawn = np.random.default_rng(5)
    wrong = 0
    for _ in range(60):
        by_variant = {f"v{n}": weeks(drawn.integers(0, 1000, size=10)) for n in range(9)}
        found = differences(by_variant, "v0")
        wrong += any(figures["seen"].differs for figures in found.values())
    assert wrong <= 8


def test_a_difference_that_one_variant_shows_is_corrected_for_the_others():
    # t is 2.4 with 9 degrees of freedom, a chance of 4 %: enough for one variant, not for the first of two.
    shifted = [250 + gap for gap in (8, 1, 0, 9, -1, 3, 2, -2, 7, 2)]
    base = weeks([250] * 10)
    assert summary({"base": base, "a": weeks(shifted)}, "base")["a"]["seen"].differs is True
    both = summary({"base": base, "a": weeks(shifted), "b": base}, "base")
    assert both["a"]["seen"].differs is False
    assert differences({"base": base, "a": weeks(shifted), "b": base}, "base")["a"]["seen"].low > 0


@pytest.mark.parametrize(("count", "differs"), [(5, False), (6, True)])
def test_a_difference_that_is_always_the_same_takes_six_replications(count, differs):
    found = differences({"base": weeks([250] * count), "more": weeks([251] * count)}, "base")["more"]["seen"]
    one = Decimal("1.0000")
    assert found == Interval(one, one, one, differs)


def test_the_order_of_variants_and_replications_changes_nothing():
    drawn = np.random.default_rng(6)
    by_variant = {name: weeks(drawn.integers(0, 1000, size=12)) for name in ("base", "a", "b")}
    turned = {name: by_variant[name][::-1] for name in ("b", "base", "a")}
    assert summary(turned, "base") == summary(by_variant, "base")


def test_only_replications_of_both_are_compared():
    base, more = weeks([250, 260, 270]), weeks([251, 262, 270, 900])
    found = differences({"base": base, "more": more}, "base")["more"]["seen"]
    assert found.mean == Decimal("1.0000")


def test_a_figure_that_cannot_always_be_told_is_left_out():
    no_afternoon = DayFigures(dt.date(2026, 7, 21), Balance(3, 0), Balance(60, 0))
    mixed = (*weeks([250]), replace(WEEK, number=1, days=(*WEEK.days, no_afternoon)))
    found = summary({"base": weeks([250, 260]), "more": mixed}, "base")
    assert "ratio_worst" not in found["more"]
    assert "cover" not in found["base"]
    assert found["base"]["ratio_worst"].mean == Decimal("1.2500")


def test_a_variant_without_replications_has_no_figures():
    found = summary({"base": weeks([250, 260]), "none": ()}, "base")
    assert found["none"] == {}
    assert set(found["base"]) == {measure.key for measure in MEASURES} - {"cover"} - ONLY_ANSWERED


def test_what_is_done_about_stops_is_told_only_where_something_is_done():
    mended = weeks([250, 260], how=StopResponse.REPAIR, status=Status.OPTIMAL, moved=3)
    found = summary(
        {"base": mended, "late": (mended[0], replace(mended[1], status=Status.TIMED_OUT))}, "base"
    )
    assert set(found["base"]) == {measure.key for measure in MEASURES} - {"cover"}
    assert found["base"]["moved"].mean == 3
    assert [found[name]["unanswered"].mean for name in ("base", "late")] == [0, Decimal("0.5")]
    anew = summary({"base": weeks([250, 260], how=StopResponse.REPLAN, status=Status.OPTIMAL)}, "base")[
        "base"
    ]
    assert set(anew) & ONLY_ANSWERED == {"unanswered"}


def test_a_replication_is_the_same_as_plain_data():
    assert Replication.from_json(WEEK.to_json()) == WEEK
    assert WEEK.to_json()["days"][0]["date"] == "2026-07-20"


def test_differences_that_are_all_the_same_are_so_whatever_they_are_differences_of():
    """1/3 more in each of two weeks: floats of the ratios would differ in their last digits."""

    def ratios(*mornings: int) -> tuple[Replication, ...]:
        found = (replace(WEEK.days[0], sessions=Balance(am, 3)) for am in mornings)
        return tuple(replace(WEEK, number=number, days=(day,)) for number, day in enumerate(found))

    found = differences({"base": ratios(1, 7), "more": ratios(2, 8)}, "base")["more"]["ratio_week"]
    assert (found.low, found.high, found.differs) == (Decimal("0.3333"), Decimal("0.3333"), False)
