from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.errors import StudyError
from scheduler.scenario.changes import HALF_DAYS
from scheduler.scenario.hospital import Room
from tests.check.small import clinic, monday
from tests.study.study_files import base, patched, rows, told

ROOMS = (Room(room="e1", pool="eye", campus="north"), Room(room="e2", pool="eye", closed=("fri-pm",)))


@pytest.fixture(scope="module")
def week(tmp_path_factory):
    clinics = (clinic(), clinic("ear", "ear", campus="south"))
    return base(tmp_path_factory.mktemp("opening"), monday(rooms=ROOMS, clinics=clinics))


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return base(tmp_path_factory.mktemp("plain"))


def rooms(count, at="", pool="eye"):
    return rows("rooms", "rooms", {"pool": pool} | ({"at": at} if at else {}), count=str(count))


def usable(found, at, pool="eye"):
    return sum(room.pool == pool and room.open_at(at) for room in found.rooms)


def test_rooms_open_everywhere_or_only_at_the_half_days_named(week):
    found = patched(week, rooms(2, "fri-pm;mon-am"))
    new = [room for room in found.rooms if room not in ROOMS]
    assert [(room.room, room.campus) for room in new] == [("eye/+1", "north"), ("eye/+2", "north")]
    assert [at for at in HALF_DAYS if new[0].open_at(at)] == ["mon-am", "fri-pm"]
    always = [room for room in patched(week, rooms(1)).rooms if room not in ROOMS]
    assert always == [Room(room="eye/+1", pool="eye", campus="north")]


def test_a_pool_without_a_room_gets_its_first_on_the_campus_of_its_clinics(week):
    new = [room for room in patched(week, rooms(1, pool="ear")).rooms if room.pool == "ear"]
    assert [(room.room, room.campus) for room in new] == [("ear/+1", "south")]


def test_rooms_of_two_patches_add_up(week):
    found = patched(week, rooms(2, "fri-pm"), rooms(1, "fri-pm"))
    assert usable(found, "fri-pm") == 1 + 3
    assert len({room.room for room in found.rooms}) == len(found.rooms)


def test_the_last_rooms_that_are_open_then_close(week):
    found = patched(week, rooms(-1, "fri-pm"))
    assert {room.room: room.closed for room in found.rooms} == {"e1": ("fri-pm",), "e2": ("fri-pm",)}
    assert [room.room for room in patched(week, rooms(-1)).rooms] == ["e1"]


def test_more_rooms_than_there_are_cannot_close_and_an_unknown_pool_has_none(week):
    with pytest.raises(StudyError) as error:
        patched(week, rooms(-2, "fri-pm"), rooms(1, pool="eyes"))
    assert [(wrong, value) for _, wrong, value in told(error.value)] == [
        ("2 rooms are to close, and the pool has 1", "eye"),
        ("there is no such room pool", "eyes"),
    ]


@given(count=st.integers(-2, 6), at=st.lists(st.sampled_from(HALF_DAYS), unique=True))
def test_as_many_rooms_more_or_fewer_can_be_used_at_these_half_days_and_no_others(plain, count, at):
    found = patched(plain, rooms(count, ";".join(at)))
    for half_day in HALF_DAYS:
        assert usable(found, half_day) == 2 + (count if not at or half_day in at else 0)
