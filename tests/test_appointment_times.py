from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.appointment_times import number_tickets, ticket_time, ticket_times
from scheduler.clock import Window, clock_text
from scheduler.roster import Channel, Slot
from scheduler.scenario.policy import SlotPolicy, ToldTime

HALF_PAST_EIGHT = 510


def slot(*starts: int, tickets: int | None = None) -> Slot:
    count = len(starts) if tickets is None else tickets
    date, window = dt.date(2026, 7, 20), Window(HALF_PAST_EIGHT, HALF_PAST_EIGHT + 30)
    return Slot("s.01", "s", date, window, "eye", "ann", "e1", count, starts)


def times(found: Slot, **policy) -> list[tuple[int, str, str]]:
    return [
        (one.ticket, clock_text(one.told), clock_text(one.come))
        for one in ticket_times(SlotPolicy(**policy), found)
    ]


@pytest.mark.parametrize(
    ("told", "expected"),
    [("minute", ("08:36", "08:21")), ("ten", ("08:30", "08:15")), ("slot", ("08:30", "08:15"))],
)
def test_a_ticket_of_8_36_is_told_by_the_minute_in_ten_minute_steps_or_by_its_slot(told, expected):
    assert times(slot(516), told=told) == [(1, *expected)]


def test_patients_are_told_the_minute_and_come_a_quarter_of_an_hour_before_where_nothing_is_set():
    assert times(slot(510, 516)) == [(1, "08:30", "08:15"), (2, "08:36", "08:21")]
    assert times(slot(516), come_early=0) == [(1, "08:36", "08:36")]


def test_a_slot_whose_starts_are_missing_or_too_few_tells_its_own_start_to_everybody():
    assert times(slot(tickets=2)) == [(1, "08:30", "08:15"), (2, "08:30", "08:15")]
    assert times(slot(516, tickets=2)) == times(slot(tickets=2))


def test_nobody_is_asked_to_come_before_midnight():
    assert ticket_time(SlotPolicy(), 0, 5).come == 0


def test_ten_minute_steps_never_lead_to_before_the_slot():
    assert ticket_time(SlotPolicy(told=ToldTime.TEN), 495, 497).told == 495


@settings(derandomize=True)
@given(st.sampled_from(ToldTime), st.integers(0, 1400), st.integers(0, 39), st.integers(0, 240))
def test_the_told_time_lies_in_the_slot_and_not_after_the_start(told, begins, passed, early):
    start = begins + passed
    time = ticket_time(SlotPolicy(told=told, come_early=early), begins, start)
    assert begins <= time.told <= start
    assert time.come == max(0, time.told - early)


def test_the_tickets_of_each_channel_lie_as_evenly_through_the_slot_as_the_others():
    shares = {(Channel.PARTNER, "A"): 2, (Channel.PUBLIC, ""): 4, (Channel.ON_SITE, ""): 0}
    assert number_tickets(shares) == {
        (Channel.ON_SITE, ""): [],
        (Channel.PARTNER, "A"): [2, 5],
        (Channel.PUBLIC, ""): [1, 3, 4, 6],
    }


@settings(derandomize=True)
@given(
    st.dictionaries(st.tuples(st.sampled_from(Channel), st.sampled_from(["", "A", "B"])), st.integers(0, 9))
)
def test_every_ticket_has_one_number_and_none_has_two(counts):
    numbers = number_tickets(counts)
    assert {place: len(some) for place, some in numbers.items()} == counts
    assert sorted(number for some in numbers.values() for number in some) == [
        *range(1, sum(counts.values()) + 1)
    ]
