"""Plans written: sessions.csv, slots.csv, channels.csv and appointments.csv."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from scheduler.appointment_times import ticket_times, told_slot, with_numbers
from scheduler.clock import BEIJING, Cell, Half, clock_text
from scheduler.roster import Channel, Holding, Plan, Roster, Session, Slot, session_hours
from scheduler.scenario.policy import SlotPolicy
from scheduler.scenario.rows import Block
from scheduler.scenario.week import Scenario
from scheduler.tables.grids.csv_out import csv_bytes, write_csv
from scheduler.tables.roster.headings import APPOINTMENTS, CHANNELS, ROSTER_TABLES, SESSIONS, SLOTS

PLAN_FILES = frozenset(f"{table.key}.csv" for table in ROSTER_TABLES)
"""Names of the files that write_plan writes."""

_HALVES = list(Half)
# Tens of thousands of rows share a few hundred times.
_clock = lru_cache(maxsize=4096)(clock_text)

Line = tuple[str | int, ...]


def write_plan(plan: Plan, scenario: Scenario, folder: Path) -> None:
    """Write the plan's four tables into `folder`, which is made where missing.

    All doctors and clinics of the plan are the scenario's. A slot that does not know what is reserved
    gets what its partner channel holds. `crowded` is not written: it follows from slots and scenario. Raises
    OSError; use it inside `new_folder` to write all or nothing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lines = plan_lines(plan, scenario)
    for table in ROSTER_TABLES:
        write_csv(folder / f"{table.key}.csv", table.keys, lines[table.key])


def plan_lines(plan: Plan, scenario: Scenario) -> dict[str, Iterable[Line]]:
    """Return the rows of the plan's four tables by the table's key, each in the order of its file."""
    slots = _sort_slots(plan)
    holdings = _sort_holdings(slots, plan.holdings)
    return {
        SESSIONS.key: _session_lines(plan.roster, scenario),
        SLOTS.key: _slot_lines(slots, holdings, scenario),
        CHANNELS.key: map(_channel_line, holdings),
        APPOINTMENTS.key: _appointment_lines(slots, scenario.policy.slots),
    }


def ticket_lines(plan: Plan) -> Iterator[Line]:
    """Yield the rows of channels.csv, free tickets apart from claimed ones; behind each how many of its are claimed."""
    for holding in _sort_holdings(_sort_slots(plan), plan.holdings):
        yield from ((*_channel_line(one), one.claimed) for one in holding.free_and_claimed)


def appointment_lines(plan: Plan, policy: SlotPolicy) -> Iterator[Line]:
    """Yield the rows of appointments.csv; behind each ticket its channel and holder, and whether it is claimed (1 or 0).

    Where nobody has numbered the tickets of a slot these are empty. Tickets without a start of their own begin with it.
    """
    held: dict[str, list[Holding]] = defaultdict(list)
    for holding in plan.holdings:
        held[holding.slot].append(holding)
    for planned in _sort_slots(plan):
        whose: dict[int, Line] = {}
        holdings = with_numbers(held[planned.slot])
        slot = told_slot(planned, holdings)
        for holding in holdings:
            for place, number in enumerate(holding.numbers or ()):
                whose[number] = holding.channel, holding.holder, int(place < holding.claimed)
        starts = slot.starts if len(slot.starts) == slot.tickets else (slot.window.start,) * slot.tickets
        for start, time in zip(starts, ticket_times(policy, slot), strict=True):
            told = _clock(start), _clock(time.told), _clock(time.come)
            yield slot.slot, time.ticket, *told, *whose.get(time.ticket, ("", "", ""))


def sessions_bytes(roster: Roster, scenario: Scenario) -> bytes:
    """Return what sessions.csv of a roster holds; all doctors and clinics of the roster are the scenario's."""
    return csv_bytes(SESSIONS.keys, _session_lines(roster, scenario))


def _session_lines(roster: Roster, scenario: Scenario) -> Iterator[Line]:
    rows = ((session, block) for session in roster.sessions for block in session.blocks)
    for session, block in sorted(rows, key=lambda row: _sort_key(row[0], row[1], scenario)):
        clinic = scenario.clinic_of[block.clinic]
        yield (
            session.session,
            *_date_and_half(session.cell),
            *_hours(session, scenario),
            clinic.campus,
            clinic.specialty,
            clinic.clinic,
            clinic.kind,
            session.doctor,
            scenario.level_at(session.doctor, block.clinic),
            "" if session.cell is None else session.room,
            block.tickets,
            *_date_and_half(session.was),
            session.change,
            session.was_doctor,
        )


def _sort_key(session: Session, block: Block, scenario: Scenario) -> tuple[object, ...]:
    clinic = scenario.clinic_of[block.clinic]
    cell = session.cell or session.was
    # Dropped sessions stand at the end, in the order of the half-days they had.
    place = (
        (session.cell is None, dt.date.min, -1) if cell is None else (session.cell is None, *_cell_rank(cell))
    )
    return (*place, clinic.campus, clinic.specialty, clinic.clinic, session.doctor, session.session)


def _cell_rank(cell: Cell) -> tuple[dt.date, int]:
    return cell.date, _HALVES.index(cell.half)


def _date_and_half(cell: Cell | None) -> tuple[str, str]:
    return ("", "") if cell is None else (cell.date.isoformat(), cell.half)


def _hours(session: Session, scenario: Scenario) -> tuple[str, str]:
    if session.cell is None:
        return ("", "")
    hours = session_hours(scenario, session)
    return clock_text(hours.start), clock_text(hours.end)


def _slot_lines(slots: Iterable[Slot], holdings: Iterable[Holding], scenario: Scenario) -> Iterator[Line]:
    partner_tickets: Counter[str] = Counter()
    for holding in holdings:
        if holding.channel is Channel.PARTNER:
            partner_tickets[holding.slot] += holding.tickets
    for slot in slots:
        yield (
            slot.slot,
            slot.session,
            slot.date.isoformat(),
            _clock(slot.window.start),
            _clock(slot.window.end),
            slot.clinic,
            slot.doctor,
            scenario.level_at(slot.doctor, slot.clinic),
            slot.room,
            slot.tickets,
            partner_tickets[slot.slot] if slot.reserved is None else slot.reserved,
        )


def _sort_slots(plan: Plan) -> list[Slot]:
    return sorted(plan.slots, key=lambda slot: (slot.date, slot.window.start, slot.window.end, slot.slot))


def _sort_holdings(slots: Iterable[Slot], holdings: Iterable[Holding]) -> list[Holding]:
    place = {slot.slot: number for number, slot in enumerate(slots)}
    return sorted(
        holdings,
        key=lambda h: (place.get(h.slot, len(place)), h.slot, h.channel, h.holder),
    )


def _channel_line(holding: Holding) -> Line:
    back = holding.falls_back_at
    return (
        holding.slot,
        holding.channel,
        holding.holder,
        holding.tickets,
        _time_text(holding.opens_at),
        "" if back is None else _time_text(back),
        holding.falls_back_to or "",
    )


@lru_cache(maxsize=4096)
def _time_text(moment: dt.datetime) -> str:
    beijing = moment.replace(tzinfo=BEIJING) if moment.tzinfo is None else moment.astimezone(BEIJING)
    return beijing.isoformat()


def _appointment_lines(slots: Iterable[Slot], policy: SlotPolicy) -> Iterator[Line]:
    for slot in slots:
        if len(slot.starts) == slot.tickets:
            for start, time in zip(slot.starts, ticket_times(policy, slot), strict=True):
                yield slot.slot, time.ticket, _clock(start), _clock(time.told), _clock(time.come)
        else:
            for ticket, start in enumerate(slot.starts, start=1):
                yield slot.slot, ticket, _clock(start), "", ""
