"""The time runs out, at whatever stage: a roster comes out all the same, and what is said of it is true."""

from __future__ import annotations

import pytest

from scheduler.engine import week as engine_week
from scheduler.engine.entry import solve_week
from scheduler.engine.options import Options, ProgressCallback, ignore_progress
from scheduler.engine.rooms import assign_rooms
from scheduler.engine.run import Run
from scheduler.outcome import Outcome, Status
from scheduler.scenario.week import Scenario
from tests.check.small import doctor, row, scenario


class Counted(Run):
    """A run whose time is up once its seconds were read so many times."""

    asks = 0
    most = 0

    def __init__(self, options: Options, on_progress: ProgressCallback) -> None:
        super().__init__(options, on_progress)
        Counted.asks = 0

    def seconds_left(self) -> float:
        Counted.asks += 1
        return 0.0 if Counted.asks > Counted.most else 20.0


TEMPLATE = (row("ann", "mon-am"), row("bob", "mon-am"), row("ann", "tue-am"), row("cid", "tue-am", room="e2"))
THREE = (doctor("ann", "chief"), doctor("bob"), doctor("cid"))
WEEKS = {
    "of a template": scenario(template=TEMPLATE, doctors=THREE),
    "of demand": scenario(
        doctors=THREE,
        demand=(
            {"clinic": "eye", "day": "mon", "half": "AM", "sessions": 4},
            {"clinic": "eye", "day": "mon", "half": "PM", "sessions": 4},
        ),
    ),
    "whose people cannot reach the aggregate's bound": scenario(
        template=TEMPLATE,
        doctors=THREE,
        availability=tuple(
            {"doctor": who, "day": day, "half": "PM"} for who in ("ann", "bob") for day in ("mon", "tue")
        ),
    ),
}


def planned(week: Scenario, most: int, monkeypatch: pytest.MonkeyPatch) -> Outcome:
    monkeypatch.setattr(Counted, "most", most)
    monkeypatch.setattr(engine_week, "Run", Counted)
    return solve_week(week, Options(), ignore_progress)


@pytest.mark.parametrize("name", WEEKS)
def test_a_roster_comes_out_however_early_the_time_ends_and_its_bounds_hold(name, monkeypatch):
    week = WEEKS[name]
    best = planned(week, 10**6, monkeypatch)
    assert best.status is Status.OPTIMAL
    whole = Counted.asks
    seen = set()
    for most in range(whole):
        outcome = planned(week, most, monkeypatch)
        seen.add(outcome.status)
        assert outcome.roster is not None
        assert {s.session for s in outcome.roster.sessions} >= {
            s.session for s in best.roster.sessions if s.was
        }
        if outcome.status is Status.OPTIMAL:
            assert [(t.key, t.value) for t in outcome.tiers] == [(t.key, t.value) for t in best.tiers]
            continue
        assert any(tier.gap for tier in outcome.tiers) or outcome.status is Status.TIMED_OUT
        for tier, true in zip(outcome.tiers, best.tiers, strict=True):
            assert tier.bound <= true.value or tier.key == "same_room"
            if tier.value != true.value:
                break  # later tiers were solved under another value
    assert Status.FEASIBLE in seen


def test_rooms_without_time_are_given_by_hand_and_said_so(monkeypatch):
    week = scenario(template=TEMPLATE, doctors=THREE)
    no_time = Run(Options(seconds=0.0))
    monkeypatch.setattr(
        engine_week, "assign_rooms", lambda week, roster, _: assign_rooms(week, roster, no_time)
    )
    outcome = solve_week(week, Options(), ignore_progress)
    assert all(session.room for session in outcome.roster.held)
    rooms = next(tier for tier in outcome.tiers if tier.key == "same_room")
    assert rooms.bound <= rooms.value
    assert (outcome.status is Status.OPTIMAL) == (rooms.gap == 0)
