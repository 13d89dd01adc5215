"""Builders of the smallest weeks: one for each rule, a few for the calendar, a few that cannot be planned."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scenarios.smallest import dates, hard, infeasible, soft, tickets
from scheduler.scenario.week import Scenario

RULES: Mapping[str, Callable[[], Scenario]] = {
    "availability": hard.availability,
    "one_place": hard.one_place,
    "eligible": hard.eligible,
    "session_limits": hard.session_limits,
    "rooms": hard.one_room,
    "pinned": hard.pinned,
    "ratio_day": hard.ratio_day,
    "ratio_specialties": hard.ratio_specialties,
    "ratio_target": soft.ratio_target,
    "ratio_experts": soft.ratio_experts,
    "cover": soft.cover,
    "expert_presence": soft.expert_presence,
    "changes": soft.changes,
    "fairness": soft.fairness,
    "rest": soft.rest,
    "one_campus": soft.one_campus,
    "daily_sessions": soft.daily_sessions,
    "preferences": soft.preferences,
    "same_room": soft.same_room,
    "slot_length": tickets.slot_length,
    "tickets_add_up": tickets.tickets_add_up,
    "appointments": tickets.appointments,
    "reserve_expert": tickets.reserve_expert,
    "channel_shares": tickets.channel_shares,
    "partner_shares": tickets.partner_shares,
}
"""For each rule the smallest week in which it bites, in the catalogue's order."""

CALENDAR: Mapping[str, Callable[[], Scenario]] = {
    "national_day": dates.national_day,
    "adjusted_saturday": dates.adjusted_saturday,
}
"""Weeks with a public holiday and with an adjusted working day."""

CHOICES: Mapping[str, Callable[[], Scenario]] = {
    "evening_as_afternoon": dates.evening_as_afternoon,
    "weekly_cover": dates.weekly_cover,
}
"""Weeks that show what a hospital may choose."""

INFEASIBLE: Mapping[str, Callable[[], Scenario]] = {
    "no_afternoon_doctors": infeasible.no_afternoon_doctors,
    "too_few_rooms": infeasible.too_few_rooms,
}
"""Weeks that cannot be planned, by their planted cause."""
