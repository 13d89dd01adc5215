"""The week for the city's ticket platform (号源平台): a line a slot and channel, with the notice that its patients get."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from scheduler.clock import clock_text
from scheduler.names import LEVEL_WORDS
from scheduler.report.exports.notices import Campuses, Notices
from scheduler.report.voice import Voice
from scheduler.report.words import CHANNEL_WORDS, KIND_WORDS
from scheduler.roster import Holding, Plan, Slot, with_named_rooms
from scheduler.scenario.week import Scenario
from scheduler.tables.columns.headings import Column
from scheduler.tables.roster.headings import CHANNELS, SESSIONS, SLOTS
from scheduler.words import Message, message

_Key = TypeVar("_Key", bound=StrEnum)

_COLUMN_OF = {column.key: column for table in (SESSIONS, SLOTS, CHANNELS) for column in table.columns}
_KEYS = (
    *("slot", "date", "start", "end", "campus", "specialty", "clinic", "kind", "doctor", "level", "room"),
    *("channel", "holder", "tickets", "opens_at", "falls_back_at"),
)
_COLUMNS = (
    *(_COLUMN_OF[key] for key in _KEYS),
    Column("doctor_name", "医生姓名", message("The doctor as people know them.")),
    Column(
        "claimed",
        "已约",
        message("Whether these tickets are claimed: yes or no. Claimed ones are not for sale."),
    ),
    Column("notice", "就诊提示", message("What the patient of the ticket is told.")),
)

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def platform_headings(language: str) -> tuple[str, ...]:
    """Return the columns' headings, in order; times are Beijing time with its offset."""
    return tuple(column.heading(language) for column in _COLUMNS)


def platform_lines(
    scenario: Scenario, plan: Plan, notices: Notices, voice: Voice
) -> Iterator[tuple[str, ...]]:
    """Yield the lines under the headings, sorted by slot, channel and holder; slots without tickets have none.

    In English kinds, levels and channels are keys, as in the roster's tables.
    """
    plan = with_named_rooms(scenario, plan)
    campuses = Campuses(scenario)
    held: dict[str, list[Holding]] = defaultdict(list)
    for holding in plan.holdings:
        held[holding.slot].append(holding)
    for slot in sorted(plan.slots, key=lambda s: s.slot):
        campus = campuses.of(slot)
        slot_cells = _of_slot(scenario, slot, campus, voice)
        notice = notices.text(slot, campus, voice, scenario.doctor_of[slot.doctor].name)
        name = scenario.doctor_name(slot.doctor)
        for holding in sorted(held[slot.slot], key=lambda h: (h.channel, h.holder)):
            for cells in _of_holding(holding, voice):
                yield tuple(safe_cell(text) for text in (*slot_cells, *cells[:5], name, cells[5], notice))


def _of_slot(scenario: Scenario, slot: Slot, campus: str, voice: Voice) -> Sequence[str]:
    clinic, window = scenario.clinic_of[slot.clinic], slot.window
    return (
        slot.slot,
        slot.date.isoformat(),
        clock_text(window.start),
        clock_text(window.end),
        campus,
        clinic.specialty,
        slot.clinic,
        _value(clinic.kind, KIND_WORDS, voice),
        slot.doctor,
        _value(scenario.level_at(slot.doctor, slot.clinic), LEVEL_WORDS, voice),
        slot.room,
    )


def _of_holding(holding: Holding, voice: Voice) -> Iterator[Sequence[str]]:
    for one in holding.free_and_claimed:
        yield (
            _value(one.channel, CHANNEL_WORDS, voice),
            one.holder,
            str(one.tickets),
            one.opens_at.isoformat(),
            "" if one.falls_back_at is None else one.falls_back_at.isoformat(),
            voice.say(message("yes") if one.claimed else message("no")),
        )


def _value(key: _Key, words: Mapping[_Key, Message], voice: Voice) -> str:
    return str(key) if voice.language == "en" else voice.say(words[key])


def safe_cell(text: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula: behind a leading apostrophe."""
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text
