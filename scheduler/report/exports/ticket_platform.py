"""The week for the city's ticket platform (号源平台): a line a slot and channel, with the notice that its patients get."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from scheduler.clock import clock_text
from scheduler.report.exports.notices import Campuses, Notices
from scheduler.report.voice import Voice
from scheduler.roster import Holding, Plan, Slot
from scheduler.scenario.week import Scenario

HEADINGS = (
    "slot",
    "date",
    "start",
    "end",
    "campus",
    "specialty",
    "clinic",
    "kind",
    "doctor",
    "level",
    "room",
    "channel",
    "holder",
    "tickets",
    "opens_at",
    "falls_back_at",
    "notice",
)
"""The columns, in order; times are Beijing time with its offset."""

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def platform_lines(
    scenario: Scenario, plan: Plan, notices: Notices, voice: Voice
) -> Iterator[tuple[str, ...]]:
    """Yield the lines under HEADINGS, sorted by slot, channel and holder; slots without tickets have none."""
    campuses = Campuses(scenario)
    held: dict[str, list[Holding]] = defaultdict(list)
    for holding in plan.holdings:
        held[holding.slot].append(holding)
    for slot in sorted(plan.slots, key=lambda s: s.slot):
        campus = campuses.of(slot)
        slot_cells = _of_slot(scenario, slot, campus)
        notice = notices.text(slot, campus, voice)
        for holding in sorted(held[slot.slot], key=lambda h: (h.channel, h.holder)):
            yield tuple(safe_cell(text) for text in (*slot_cells, *_of_holding(holding), notice))


def _of_slot(scenario: Scenario, slot: Slot, campus: str) -> Sequence[str]:
    clinic, window = scenario.clinic_of[slot.clinic], slot.window
    return (
        slot.slot,
        slot.date.isoformat(),
        clock_text(window.start),
        clock_text(window.end),
        campus,
        clinic.specialty,
        slot.clinic,
        clinic.kind,
        slot.doctor,
        scenario.level_at(slot.doctor, slot.clinic),
        slot.room,
    )


def _of_holding(holding: Holding) -> Sequence[str]:
    ends = holding.falls_back_at
    return (
        holding.channel,
        holding.holder,
        str(holding.tickets),
        holding.opens_at.isoformat(),
        "" if ends is None else ends.isoformat(),
    )


def safe_cell(text: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula: behind a leading apostrophe."""
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text
