"""The table of contents of the checker: for every rule, where it is looked at and what is wrong there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scheduler.check.appointments import appointments
from scheduler.check.burdens import fairness
from scheduler.check.channels import enough_held, windows
from scheduler.check.partner_shares import partner_shares
from scheduler.check.presence import (
    availability,
    cover,
    eligible,
    expert_presence,
    one_place,
    preferences,
    session_limits,
)
from scheduler.check.ratios import ratio_day, ratio_experts, ratio_specialties, ratio_target
from scheduler.check.reach import (
    DEMAND_ROW,
    DOCTOR,
    DOCTOR_CELL,
    DOCTOR_DATE,
    DOCTOR_DATE_POOL,
    DOCTOR_HALVES,
    DOCTOR_NIGHT,
    ORIGIN,
    PARTNER_SHARES,
    POOL_CELL,
    RESERVE,
    SESSION,
    SLOT,
    SPECIALTY,
    SPECIALTY_DATE,
    WEEK,
    WORKING_DATE,
    Part,
)
from scheduler.check.reserve import reserve_expert
from scheduler.check.slots import blocks_and_slots, slot_and_channels, slot_length
from scheduler.check.timetable import above_budget, changes, left_room, pinned, rooms, several_rooms
from scheduler.check.working_time import one_campus, rest, too_many_a_day, too_many_days

Check = tuple[Part[Any], ...]
"""One rule: its parts together find every violation of it."""

CHECKS: Mapping[str, Check] = {
    "availability": (Part(DOCTOR_CELL, availability),),
    "one_place": (Part(DOCTOR_HALVES, one_place),),
    "eligible": (Part(DOCTOR_CELL, eligible),),
    "session_limits": (Part(DOCTOR, session_limits),),
    "rooms": (Part(POOL_CELL, rooms),),
    "pinned": (Part(ORIGIN, pinned),),
    "ratio_day": (Part(WORKING_DATE, ratio_day),),
    "ratio_specialties": (Part(WEEK, ratio_specialties),),
    "ratio_target": (Part(WORKING_DATE, ratio_target),),
    "ratio_experts": (Part(WORKING_DATE, ratio_experts),),
    "cover": (Part(DEMAND_ROW, cover),),
    "expert_presence": (Part(SPECIALTY_DATE, expert_presence),),
    "changes": (Part(ORIGIN, changes), Part(WEEK, above_budget)),
    "fairness": (Part(DOCTOR, fairness),),
    "rest": (Part(DOCTOR_NIGHT, rest),),
    "one_campus": (Part(DOCTOR_DATE, one_campus),),
    "daily_sessions": (Part(DOCTOR_DATE, too_many_a_day), Part(DOCTOR, too_many_days)),
    "preferences": (Part(DOCTOR, preferences),),
    "same_room": (Part(ORIGIN, left_room), Part(DOCTOR_DATE_POOL, several_rooms)),
    "slot_length": (Part(SESSION, slot_length),),
    "tickets_add_up": (Part(SESSION, blocks_and_slots), Part(SLOT, slot_and_channels)),
    "appointments": (Part(SESSION, appointments),),
    "reserve_expert": (Part(RESERVE, reserve_expert),),
    "channel_shares": (Part(SPECIALTY, enough_held), Part(SLOT, windows)),
    "partner_shares": (Part(PARTNER_SHARES, partner_shares),),
}
"""The check of every rule."""
