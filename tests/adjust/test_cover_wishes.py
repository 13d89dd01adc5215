from __future__ import annotations

from dataclasses import replace

import pytest

from scheduler.adjust.published import CoverLevel
from scheduler.adjust.stops import CoverWish, Stop
from scheduler.scenario.policy import Policy
from scheduler.scenario.rows import AvailabilityRow
from tests.adjust.small import DOCTORS, changes, repaired, row, scenario, stop

NOBODY = CoverWish(is_wanted=False)


def wished(doctor: str, at: str, wish: CoverWish) -> Stop:
    return replace(stop(doctor, at), wish=wish)


def test_a_session_for_which_no_cover_is_wanted_is_stopped_though_others_could_take_it() -> None:
    done = repaired(scenario(row("bob", "mon-am", room="1")), wished("bob", "mon-am", NOBODY))
    assert changes(done) == [("dropped", "bob", "")]
    assert done.difference.worse == ()


def test_it_is_stopped_also_where_a_move_would_be_cheaper() -> None:
    cheap = Policy(changes={"same_date": 1, "drop": 9})
    week = scenario(row("bob", "mon-am", room="1"), doctors=DOCTORS[1:2], policy=cheap)
    assert changes(repaired(week, stop("bob", "mon-am"))) == [("moved", "bob", "mon-pm")]
    assert changes(repaired(week, wished("bob", "mon-am", NOBODY))) == [("dropped", "bob", "")]


@pytest.mark.parametrize("who", ["ann", "cid"])
def test_the_doctor_who_is_named_covers(who: str) -> None:
    done = repaired(scenario(row("bob", "mon-am", room="1")), wished("bob", "mon-am", CoverWish(doctor=who)))
    assert changes(done) == [("covered", who, "mon-am")]
    assert done.outcome.notes[-1].text == "This week was repaired: changes count against the published week."
    assert len(done.outcome.notes) == 1


@pytest.mark.parametrize(
    ("who", "reason"),
    [
        ("bob", "this is the doctor who is away"),
        ("cid", "they have a session of their own then"),
        ("dan", "their level is attending, the session's deputy chief"),
        ("eve", "they are of another specialty, ear"),
        ("fay", "they cannot come then"),
        ("gus", "they are not approved for eye"),
    ],
)
def test_where_the_named_one_cannot_it_is_reported_and_another_covers(who: str, reason: str) -> None:
    more = (
        DOCTORS[0].model_copy(update={"doctor": "fay"}),
        DOCTORS[0].model_copy(update={"doctor": "gus", "clinics": ("glaucoma",)}),
    )
    week = scenario(
        row("bob", "mon-am", room="1"),
        row("cid", "mon-am", room="2"),
        doctors=(*DOCTORS, *more),
        availability=(AvailabilityRow(doctor="fay"),),
    )
    done = repaired(week, wished("bob", "mon-am", CoverWish(doctor=who)))
    assert changes(done) == [("covered", "ann", "mon-am")]
    expected = f"{who} does not cover bob on Monday 2026-07-20 morning: {reason}."
    assert expected in [str(note) for note in done.outcome.notes]


def test_one_doctor_wished_for_two_sessions_at_once_covers_one_and_the_other_is_covered_by_somebody() -> None:
    week = scenario(row("bob", "mon-am", room="1"), row("cid", "mon-am", room="2"))
    wish = CoverWish(doctor="ann")
    fay = DOCTORS[0].model_copy(update={"doctor": "fay"})
    week = week.changed(doctors=(*DOCTORS, fay))
    done = repaired(week, wished("bob", "mon-am", wish), wished("cid", "mon-am", wish))
    assert sorted(change[:2] for change in changes(done)) == [("covered", "ann"), ("covered", "fay")]
    (note,) = [str(note) for note in done.outcome.notes if "does not cover" in str(note)]
    assert "another stopped session, stands against it" in note


def test_of_the_same_level_only_where_that_is_asked_for() -> None:
    week = scenario(row("bob", "mon-am", room="1"))
    ask = wished("bob", "mon-am", CoverWish(doctor="ann"))
    done = repaired(week, ask, cover_level=CoverLevel.SAME)
    assert changes(done) == [("covered", "cid", "mon-am")]
    assert any("their level is chief" in str(note) for note in done.outcome.notes)
