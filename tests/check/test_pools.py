from __future__ import annotations

import pytest

from scheduler.check.run import find_violations
from scheduler.scenario.hospital import Room
from scheduler.scenario.rows import Block
from tests.check.small import (
    as_it_stands,
    clinic,
    doctor,
    everything_in,
    found_in,
    monday,
    row,
    scenario,
    session,
    week_of,
    with_session,
)

ROOMS = (
    Room(room="e1", pool="eye"),
    Room(room="e2", pool="eye", closed=("mon-am",)),
    Room(room="x1", pool="ear"),
)


@pytest.mark.parametrize(
    ("anns", "bobs", "units"),
    [
        ("e1", "e3", 0),
        ("e1", "e1", 1),
        ("e1", "", 1),
        ("e1", "e2", 1),
        ("e1", "x1", 1),
        ("e1", "e9", 1),
        ("", "", 2),
    ],
    ids=["own", "twice", "missing", "closed", "foreign", "unknown", "none"],
)
def test_every_session_needs_an_open_room_of_its_pool_to_itself(anns, bobs, units):
    week = scenario(rooms=(*ROOMS, Room(room="e3", pool="eye")))
    plan = week_of(session("ann", "mon-am", room=anns), session("bob", "mon-am", room=bobs))
    assert found_in("rooms", week, plan) == ([("eye, mon-am", units)] if units else [])


def test_more_sessions_than_rooms_are_too_many_wherever_they_sit():
    week = scenario(rooms=ROOMS[:1])
    plan = week_of(session("ann", "mon-am", room="e1"), session("bob", "mon-am", room="e1"))
    assert found_in("rooms", week, plan) == [("eye, mon-am", 1)]


def test_a_room_closed_for_one_half_day_serves_the_others():
    week = scenario(rooms=ROOMS)
    assert found_in("rooms", week, week_of(session("ann", "mon-pm", room="e2"))) == []


def test_the_pool_is_that_of_the_first_clinic_by_key():
    week = scenario(rooms=ROOMS, clinics=(clinic("eye"), clinic("ear", "ear")))
    both = (Block("eye", 5), Block("ear", 5))
    assert found_in("rooms", week, week_of(session("ann", "mon-am", room="x1", blocks=both))) == []
    assert found_in("rooms", week, week_of(session("ann", "mon-am", room="e1", blocks=both))) == [
        ("ear, mon-am", 1)
    ]


def test_a_session_of_no_known_clinic_has_no_pool_and_no_room():
    plan = week_of(session("ann", "mon-am", room="e1", blocks=(Block("gone", 5),)))
    assert found_in("rooms", scenario(), plan) == [("-, mon-am", 1)]


def test_a_room_used_twice_in_a_published_week_is_the_only_hard_thing_wrong():
    week = monday()
    plan = with_session(as_it_stands(week), 0, room="e2")
    found = [one for one in everything_in(week, plan) if one[0] != "appointments"]
    assert found == [
        ("rooms", "eye, mon-am", 1),
        ("same_room", "ann, 2026-07-20, eye", 1),
        ("same_room", "ann, mon-am", 1),
    ]


def test_the_sessions_that_clash_are_named_by_room():
    week = monday(doctors=(doctor("ann", "chief"), doctor("bob"), doctor("cid")))
    plan = week_of(
        *(
            session(who, "mon-am", room=room)
            for who, room in zip(("ann", "bob", "cid"), ("e1", "e1", ""), strict=True)
        )
    )
    (clash,) = find_violations(week, plan, rules=["rooms"])
    assert str(clash.sentence).endswith(": - (cid), e1 (ann + bob)")


def test_a_session_that_moves_is_still_wanted_in_its_template_room():
    week = scenario(template=(row("ann", "mon-am", room="e1"),))
    stays = week_of(session("ann", "tue-am", was="mon-am", room="e1"))
    leaves = week_of(session("ann", "tue-am", was="mon-am", room="e2"))
    roomless = week_of(session("ann", "tue-am", was="mon-am"))
    assert found_in("same_room", week, stays) == []
    assert found_in("same_room", week, leaves) == [("ann, tue-am", 1)]
    assert found_in("same_room", week, roomless) == [("ann, tue-am", 1)]


@pytest.mark.parametrize("was", ["", "x1", "e9"], ids=["none", "foreign", "unknown"])
def test_a_template_room_that_is_none_of_the_pool_binds_nobody(was):
    week = scenario(rooms=ROOMS, template=(row("ann", "mon-am", room=was),))
    assert found_in("same_room", week, week_of(session("ann", "mon-am", was="mon-am", room="e1"))) == []


def test_an_added_session_has_no_template_room():
    week = scenario(template=(row("ann", "mon-am", room="e1"),))
    assert found_in("same_room", week, week_of(session("ann", "mon-am", room="e2"))) == []


def test_each_room_beyond_the_first_of_a_day_and_pool_counts():
    week = scenario(rooms=ROOMS, clinics=(clinic("eye"), clinic("ear", "ear")))
    ear = (Block("ear", 5),)
    plan = week_of(
        session("ann", "mon-am", room="e1"),
        session("ann", "mon-pm", room="e2"),
        session("ann", "mon-eve", room="e3"),
        session("ann", "tue-am", room="e1"),
        session("ann", "tue-pm", room="x1", blocks=ear),
        session("bob", "mon-am", room="e2"),
    )
    assert found_in("same_room", week, plan) == [("ann, 2026-07-20, eye", 2)]
