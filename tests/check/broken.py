"""For every rule a published week that breaks it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from scheduler.clock import Window
from scheduler.roster import Plan, Roster
from scheduler.scenario.hospital import Partner, Room
from scheduler.scenario.rows import AvailabilityRow, DemandRow
from scheduler.scenario.week import Scenario
from tests.check.small import (
    MONDAY_ROWS,
    as_it_stands,
    clinic,
    doctor,
    monday,
    publish,
    row,
    scenario,
    session,
    with_session,
)

Broken = tuple[Scenario, Plan]


def _stands(week: Scenario) -> Broken:
    return week, as_it_stands(week)


def _held(week: Scenario, *sessions) -> Broken:
    return week, publish(week, Roster(sessions))


def _reserve_released() -> Broken:
    week, plan = _stands(monday())
    slots = tuple(replace(slot, reserved=None) for slot in plan.slots)
    holdings = tuple(replace(holding, channel="public") for holding in plan.holdings)
    return week, Plan(plan.roster, slots, holdings)


def _partner_without_tickets() -> Broken:
    return _stands(monday(partners=(Partner(partner="east"),)))


def _opens_early() -> Broken:
    week, plan = _stands(monday())
    minute = dt.timedelta(minutes=1)
    early = tuple(replace(holding, opens_at=holding.opens_at - minute) for holding in plan.holdings)
    return week, replace(plan, holdings=early)


def _slot_missing() -> Broken:
    week, plan = _stands(monday())
    return week, replace(plan, slots=plan.slots[1:])


def _start_missing() -> Broken:
    week, plan = _stands(monday())
    first = replace(plan.slots[0], starts=plan.slots[0].starts[1:])
    return week, replace(plan, slots=(first, *plan.slots[1:]))


def _slot_too_long() -> Broken:
    week, plan = _stands(monday())
    first = replace(plan.slots[0], window=Window.parse("08:00-09:00"))
    return week, replace(plan, slots=(first, *plan.slots[1:]))


def _two_mornings() -> Broken:
    return _stands(scenario(template=(row("ann", "mon-am", room="e1"), row("bob", "mon-am", room="e2"))))


def _ten_to_nine() -> Broken:
    people = tuple(doctor(f"d{number}") for number in range(19))
    halves = ["mon-am"] * 10 + ["mon-pm"] * 9
    rows = tuple(
        row(who.doctor, at, room=f"r{n}") for n, (who, at) in enumerate(zip(people, halves, strict=True))
    )
    rooms = tuple(Room(room=f"r{n}", pool="eye") for n in range(19))
    return _stands(scenario(doctors=people, template=rows, rooms=rooms))


def _uneven_afternoons() -> Broken:
    rows = (
        row("ann", "mon-pm", room="e1"),
        row("ann", "tue-pm", room="e1"),
        row("bob", "mon-am", room="e2"),
        row("bob", "tue-am", room="e2"),
    )
    return _stands(scenario(template=rows))


def _without_expert() -> Broken:
    return _stands(monday(doctors=(doctor("ann"), doctor("bob"), doctor("eva", "chief"))))


def _wished(state: str) -> AvailabilityRow:
    return AvailabilityRow(doctor="ann", day="mon", half="AM", state=state)


_TWO_CAMPUSES = (*MONDAY_ROWS[:3], row("bob", "mon-pm", "east", room="e2"))

BROKEN: Mapping[str, Broken] = {
    "availability": (monday(availability=(_wished("away"),)), as_it_stands(monday())),
    "one_place": _held(scenario(), session("ann", "mon-am", room="e1"), session("ann", "mon-am", room="e2")),
    "eligible": _stands(monday(clinics=(clinic(min_level="chief"),))),
    "session_limits": _stands(monday(doctors=(doctor("ann", "chief"), doctor("bob", max_sessions=1)))),
    "rooms": _stands(monday(rooms=(Room(room="e1", pool="eye"),))),
    "pinned": _held(
        scenario(template=(row("ann", "mon-am", pinned=True),)), session("ann", "mon-pm", was="mon-am")
    ),
    "ratio_day": _two_mornings(),
    "ratio_specialties": _two_mornings(),
    "ratio_target": _ten_to_nine(),
    "ratio_experts": _stands(monday(template=(*MONDAY_ROWS[:1], *MONDAY_ROWS[2:]))),
    "cover": _stands(monday(demand=(DemandRow(clinic="eye", sessions=9),))),
    "expert_presence": _without_expert(),
    "changes": _held(scenario(template=(row("ann", "mon-am"),)), session("ann", "mon-pm", was="mon-am")),
    "fairness": _uneven_afternoons(),
    "rest": _stands(scenario(template=(row("ann", "mon-eve", room="e1"), row("ann", "tue-am", room="e1")))),
    "one_campus": _stands(
        monday(clinics=(clinic(campus="west"), clinic("east", campus="east")), template=_TWO_CAMPUSES)
    ),
    "daily_sessions": _stands(monday(template=(*MONDAY_ROWS, row("ann", "mon-eve", room="e1")))),
    "preferences": _stands(monday(availability=(_wished("avoid"),))),
    "same_room": (monday(), with_session(as_it_stands(monday()), 0, room="e3")),
    "slot_length": _slot_too_long(),
    "tickets_add_up": _slot_missing(),
    "appointments": _start_missing(),
    "reserve_expert": _reserve_released(),
    "channel_shares": _opens_early(),
    "partner_shares": _partner_without_tickets(),
}
"""Scenario and plan that break the rule of the key."""
