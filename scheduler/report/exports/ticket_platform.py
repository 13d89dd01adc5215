"""The week for the city's ticket platform (号源平台): a line for tickets of a slot and channel that are told one time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from scheduler.appointment_times import ToldTickets, told_tickets, with_numbers
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
    Column("numbers", "序号", message("Numbers of the tickets in their slot; empty: not known.")),
    Column("told", "就诊时间", message("The time that the patient is told (HH:MM).")),
    Column("come", "到院时间", message("When the patient is asked to come (HH:MM).")),
    Column("notice", "就诊提示", message("What the patient of the ticket is told.")),
)

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def platform_headings(language: str) -> tuple[str, ...]:
    """Return the columns' headings, in order; times are Beijing time with its offset."""
    return tuple(column.heading(language) for column in _COLUMNS)


def platform_lines(
    scenario: Scenario, plan: Plan, notices: Notices, voice: Voice
) -> Iterator[tuple[str, ...]]:
    """Yield the lines under the headings, sorted by slot, channel, holder and time; slots without tickets have none.

    In English kinds, levels and channels are keys, as in the roster's tables.
    """
    plan = with_named_rooms(scenario, plan)
    campuses, policy = Campuses(scenario), scenario.policy.slots
    held: dict[str, list[Holding]] = defaultdict(list)
    for holding in plan.holdings:
        held[holding.slot].append(holding)
    for slot in sorted(plan.slots, key=lambda s: s.slot):
        campus, name = campuses.of(slot), scenario.doctor_name(slot.doctor)
        known_as = scenario.doctor_of[slot.doctor].name
        slot_cells = _of_slot(scenario, slot, campus, voice)
        for holding in with_numbers(held[slot.slot]):
            for one in holding.free_and_claimed:
                channel, holder, until, claimed = _of_holding(one, voice)
                for told in told_tickets(policy, slot, one):
                    cells = (channel, holder, str(told.tickets), *until, name, claimed, *_of_tickets(told))
                    notice = notices.text(slot, told.told, told.come, campus, voice, known_as)
                    yield tuple(safe_cell(text) for text in (*slot_cells, *cells, notice))


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


def _of_holding(holding: Holding, voice: Voice) -> tuple[str, str, Sequence[str], str]:
    """Return the channel and the holder of tickets, from when until when they can be booked, and whether they are."""
    until = holding.falls_back_at
    return (
        _value(holding.channel, CHANNEL_WORDS, voice),
        holding.holder,
        (holding.opens_at.isoformat(), "" if until is None else until.isoformat()),
        voice.say(message("yes") if holding.claimed else message("no")),
    )


def _of_tickets(told: ToldTickets) -> Sequence[str]:
    return " ".join(map(str, told.numbers)), clock_text(told.told), clock_text(told.come)


def _value(key: _Key, words: Mapping[_Key, Message], voice: Voice) -> str:
    return str(key) if voice.language == "en" else voice.say(words[key])


def safe_cell(text: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula: behind a leading apostrophe."""
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text
