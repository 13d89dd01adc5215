from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from scheduler.pace.records import read_records
from scheduler.pace.returns import keep_others, return_rates
from scheduler.scenario.forecasts import ReturnRate
from scheduler.scenario.week import Scenario
from tests.pace.hospital import FIRST_DAY, scenario, write

HEADINGS = "doctor,clinic,date,start,shown,kind"


def session(week: int, counts: str, weekday: int = 0, doctor: str = "D000", clinic: str = "C00") -> list[str]:
    """Rows of a session of a week (0 the first): a patient for each letter, f first, r return, a return who stayed away."""
    date = FIRST_DAY + dt.timedelta(7 * week + weekday)
    kinds = {"f": "first", "r": "return", "a": "return"}
    return [
        f"{doctor},{clinic},{date},{',no' if letter == 'a' else f'08:{n:02d},yes'},{kinds[letter]}"
        for n, letter in enumerate(counts)
    ]


def learned(path: Path, rows: Iterable[str], week: Scenario | None = None) -> tuple[ReturnRate, ...]:
    week = week or scenario(2, 2)
    return return_rates(read_records([write(path / "records.csv", HEADINGS, list(rows))], week).records)


def test_returns_a_session_are_those_of_all_sessions_with_patients_who_stayed_away(tmp_path):
    rows = session(0, "frrra") + session(0, "ff", weekday=3) + session(1, "rrfa")
    (rate,) = learned(tmp_path, rows)
    # 4 + 0 + 3 return visits in 3 sessions; 4 and 3 where 14/3 and 7/3 are expected.
    dispersion = (4 - 14 / 3) ** 2 / (14 / 3) + (3 - 7 / 3) ** 2 / (7 / 3)
    assert (rate.clinic, rate.per_session, rate.weeks) == ("C00", Fraction("2.333"), 2)
    assert float(rate.dispersion) == pytest.approx(dispersion, abs=0.005)


def test_the_last_twelve_weeks_count(tmp_path):
    rows = [row for week in range(20) for row in session(week, "rrrr" if week < 8 else "r")]
    (rate,) = learned(tmp_path, rows)
    assert (rate.per_session, rate.weeks) == (1, 12)


def test_one_week_tells_nothing_of_how_weeks_vary(tmp_path):
    (rate,) = learned(tmp_path, session(0, "rrf"))
    assert (rate.per_session, rate.dispersion, rate.weeks) == (2, 1, 1)


def test_a_clinic_without_return_visits_has_no_rate_and_neither_has_an_unknown_one(tmp_path):
    rows = session(0, "rf") + session(0, "ff", doctor="D001", clinic="C01")
    rows += session(0, "rr", doctor="D001", clinic="nobody knows")
    assert [rate.clinic for rate in learned(tmp_path, rows)] == ["C00"]
    assert learned(tmp_path, session(0, "ff")) == ()


def test_poisson_returns_have_a_dispersion_near_one_whatever_the_order_of_rows(tmp_path):
    draw = np.random.default_rng(1)
    rows = [
        row
        for week in range(12)
        for weekday in range(5)
        for row in session(week, "r" * min(59, draw.poisson(20)), weekday)
    ]
    (rate,) = learned(tmp_path, rows)
    assert float(rate.per_session) == pytest.approx(20, rel=0.05)
    assert 0.3 < rate.dispersion < 2
    random.Random(1).shuffle(rows)
    assert learned(tmp_path, rows) == (rate,)


def test_rates_of_other_clinics_stay():
    old = (ReturnRate(clinic="C00", per_session=9), ReturnRate(clinic="C01", per_session=8))
    week = scenario(2, 2).changed(returns=old)
    new = ReturnRate(clinic="C00", per_session=3)
    assert keep_others([new], week) == (new, old[1])
