"""The table of contents of the checker: one function per rule, by the rule's key."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from scheduler.check.burdens import fairness
from scheduler.check.demand import cover, expert_presence
from scheduler.check.facts import Facts
from scheduler.check.pools import rooms, same_room
from scheduler.check.presence import availability, eligible, one_place, preferences, session_limits
from scheduler.check.ratios import ratio_day, ratio_experts, ratio_specialties, ratio_target
from scheduler.check.reserve import reserve_expert
from scheduler.check.slots import slot_length, tickets_add_up
from scheduler.check.timetable import changes, pinned
from scheduler.check.violation import Violation

Check = Callable[[Facts], Iterator[Violation]]
"""Yields every violation of one rule."""

CHECKS: Mapping[str, Check] = {
    "availability": availability,
    "one_place": one_place,
    "eligible": eligible,
    "session_limits": session_limits,
    "rooms": rooms,
    "pinned": pinned,
    "ratio_day": ratio_day,
    "ratio_specialties": ratio_specialties,
    "ratio_target": ratio_target,
    "ratio_experts": ratio_experts,
    "cover": cover,
    "expert_presence": expert_presence,
    "changes": changes,
    "fairness": fairness,
    "preferences": preferences,
    "same_room": same_room,
    "slot_length": slot_length,
    "tickets_add_up": tickets_add_up,
    "reserve_expert": reserve_expert,
}
"""The check of every rule."""
