from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.draws import keys_of
from scheduler.study.uncertainty.distributions import Between, Distributions
from scheduler.study.uncertainty.draw import POSSIBLE_PER_TICKET, Draw, Many

ROOT = Path(__file__).parents[3]
DOCTORS = 400
EACH = 6
"""Sessions of each doctor."""


@cache
def names(count: int, kind: str = "session"):
    return keys_of(f"{kind} {number}" for number in range(count))


def draw(number: int, seed: int = 0, **parts) -> Draw:
    return Draw(seed, number, Distributions(**parts))


def stopped(one: Draw) -> np.ndarray:
    """Which of the sessions are stopped, doctor by doctor."""
    away = one.away(names(DOCTORS, "doctor"))
    return one.stopped(names(DOCTORS * EACH), np.repeat(away, EACH)).reshape(DOCTORS, EACH)


def test_a_name_has_the_same_number_everywhere():
    assert keys_of(["甲@mon-am"]).tolist() == [14284471006949322000]


def test_draws_are_the_same_in_another_process():
    code = (
        "from scheduler.study.uncertainty.distributions import Distributions\n"
        "from scheduler.draws import keys_of\n"
        "from scheduler.study.uncertainty.draw import Draw\n"
        "draw = Draw(7, 3, Distributions())\n"
        "print(draw.rate, draw.away(keys_of(map(str, range(5000)))).nonzero()[0].tolist())"
    )
    told = [
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
        for _ in range(2)
    ]
    here = draw(3, seed=7)
    away = here.away(keys_of(map(str, range(5000)))).nonzero()[0].tolist()
    assert {run.stdout for run in told} == {f"{here.rate} {away}\n"}


def test_what_happens_to_a_session_does_not_depend_on_the_others():
    one, keys = draw(5), names(50)
    away = np.zeros(50, dtype=bool)
    shuffled = np.random.default_rng(0).permutation(50)[:20]
    assert (one.stopped(keys[shuffled], away[shuffled]) == one.stopped(keys, away)[shuffled]).all()


def test_other_replications_and_other_seeds_draw_otherwise():
    drawn = {stopped(one).tobytes() for one in (draw(0), draw(1), draw(0, seed=1), draw(1, seed=1))}
    assert len(drawn) == 4


def test_the_share_of_stopped_sessions_lies_evenly_between_the_stated_ones():
    shares = [stopped(draw(number)).mean() for number in range(300)]
    assert np.mean(shares) == pytest.approx(0.09, abs=0.003)
    assert np.mean([draw(number).rate for number in range(300)]) == pytest.approx(0.09, abs=0.002)
    assert 0.06 <= min(draw(number).rate for number in range(300)) < 0.065
    assert 0.115 < max(draw(number).rate for number in range(300)) <= 0.12


@pytest.mark.parametrize("part", [Fraction(0), Fraction(1, 10), Fraction(1)])
def test_the_stated_part_of_the_stopped_sessions_is_of_doctors_who_do_not_come_all_week(part):
    found = [stopped(draw(number, whole_week=part)) for number in range(200)]
    all_week = np.mean([week.all(axis=1).sum() * EACH / week.sum() for week in found])
    assert all_week == pytest.approx(float(part), abs=0.02)
    assert np.mean([week.mean() for week in found]) == pytest.approx(0.09, abs=0.004)


@pytest.mark.parametrize(("rate", "expected"), [(0, 0), (1, 1)])
def test_at_the_ends_no_session_is_stopped_or_every_one(rate, expected):
    both = Between(Fraction(rate), Fraction(rate))
    for part in (Fraction(0), Fraction(1, 2), Fraction(1)):
        assert stopped(draw(0, stopped=both, whole_week=part)).mean() == expected


def test_the_stated_share_of_patients_does_not_come():
    tickets = Many(names(2000, "block"), np.full(2000, 20))
    shares = [draw(number).not_coming(tickets).mean() for number in range(20)]
    assert np.mean(shares) == pytest.approx(0.15, abs=0.002)


def test_no_shows_of_a_session_vary_as_binomial_ones_do():
    tickets = Many(names(4000, "block"), np.full(4000, 20))
    counts = tickets.counted(draw(0).not_coming(tickets))
    assert counts.var() == pytest.approx(20 * 0.15 * 0.85, rel=0.1)


def test_a_further_ticket_leaves_the_others_as_they_are():
    keys, one = names(30, "block"), draw(2)
    few, more = Many(keys, np.full(30, 5)), Many(keys, np.full(30, 6))
    assert (one.not_coming(more).reshape(30, 6)[:, :5] == one.not_coming(few).reshape(30, 5)).all()


def test_demand_lies_around_the_forecast_and_varies_more_than_chance_alone():
    tickets = np.full(3000, 40)
    wanted = draw(0).demand(Many(names(3000, "place"), tickets * POSSIBLE_PER_TICKET))
    assert wanted.mean() == pytest.approx(0.9 * 40, rel=0.01)
    by_chance, by_level = 40 * 0.9 * (1 - 0.9 / POSSIBLE_PER_TICKET), (40 * 0.4) ** 2 / 12
    assert wanted.var() == pytest.approx(by_chance + by_level, rel=0.1)


def test_demand_has_a_floor_and_a_ceiling():
    places = Many(names(50, "place"), np.full(50, 10 * POSSIBLE_PER_TICKET))
    none, all_of_them = (Between(Fraction(share), Fraction(share)) for share in (0, POSSIBLE_PER_TICKET))
    assert draw(0, demand=none).demand(places).tolist() == [0] * 50
    assert draw(0, demand=all_of_them).demand(places).tolist() == [10 * POSSIBLE_PER_TICKET] * 50


@given(st.lists(st.integers(0, 5), min_size=1, max_size=8), st.data())
def test_things_are_counted_under_their_names(counts, data):
    things = Many(names(len(counts)), np.array(counts, dtype=np.int64))
    which = data.draw(st.lists(st.booleans(), min_size=sum(counts), max_size=sum(counts)))
    firsts = [data.draw(st.integers(0, count)) for count in counts]
    rest, own = list(which), []
    for count in counts:
        own.append(rest[:count])
        rest = rest[count:]
    flags = np.array(which, dtype=bool)
    assert things.counted(flags).tolist() == [sum(part) for part in own]
    expected = [sum(part[:first]) for part, first in zip(own, firsts, strict=True)]
    assert things.counted(flags, np.array(firsts)).tolist() == expected
