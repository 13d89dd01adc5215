from __future__ import annotations

from dataclasses import replace

import pytest

from scheduler.check.run import find_violations
from scheduler.roster import Plan
from tests.check.small import as_it_stands, found_in, monday, with_session

FIRST = "2026-W30.ann.mon-am/eye/1"


def with_first(plan: Plan, **changed) -> Plan:
    return replace(plan, slots=tuple(replace(s, **changed) if s.slot == FIRST else s for s in plan.slots))


def test_a_plan_with_a_start_for_each_ticket_keeps_the_rule():
    assert found_in("appointments", monday(), as_it_stands(monday())) == []


@pytest.mark.parametrize(
    ("starts", "place", "amount"),
    [
        ((), "tickets", 2),
        ((480,), "tickets", 1),
        ((480, 481, 482), "tickets", 1),
        ((479, 480), "hours", 1),
        ((480, 510), "hours", 1),
        ((500, 490), "order", 1),
    ],
)
def test_each_wrong_start_is_a_unit(starts, place, amount):
    plan = with_first(as_it_stands(monday()), starts=starts)
    assert found_in("appointments", monday(), plan) == [(f"{FIRST}, {place}", amount)]


@pytest.mark.parametrize(("key", "value"), [("doctor", "bob"), ("room", "e2"), ("clinic", "ear")])
def test_a_slot_is_its_session_s_in_doctor_room_and_clinic(key, value):
    plan = with_first(as_it_stands(monday()), **{key: value})
    (found,) = find_violations(monday(), plan, rules=["appointments"])
    assert found.place == f"{FIRST}, {key}"
    assert f"the {key} is {value}" in str(found.sentence)


def test_two_doctors_exchanged_in_the_roster_leave_every_slot_of_theirs_behind():
    plan = with_session(with_session(as_it_stands(monday()), 0, doctor="bob"), 2, doctor="ann")
    found = found_in("appointments", monday(), plan)
    assert len(found) == 14
    assert {place.rsplit(", ", 1)[1] for place, _ in found} == {"doctor"}


def test_slots_of_a_session_that_is_dropped_are_named():
    plan = with_session(as_it_stands(monday()), 0, cell=None)
    assert len(found_in("appointments", monday(), plan)) == 7
