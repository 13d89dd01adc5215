"""Timed booking: slots short enough and without gaps, and tickets that are neither lost nor made up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from scheduler.check.facts import Facts, Held
from scheduler.check.places import cell_name, place
from scheduler.check.violation import Violation
from scheduler.clock import Window
from scheduler.roster import Slot
from scheduler.words import message


def slot_length(facts: Facts) -> Iterator[Violation]:
    """Yield a unit for every slot that is too long, and every held session not filled by its slots."""
    limit = facts.scenario.policy.slots.limit
    for slot in facts.slots:
        if slot.window.minutes > limit:
            yield _too_long(facts, slot, limit)
    for held in facts.held:
        if not _covered(facts, held):
            yield _not_covered(facts, held)


def _too_long(facts: Facts, slot: Slot, limit: int) -> Violation:
    said = message(
        "Slot {slot} takes {minutes} minutes; at most {limit} are allowed",
        slot=slot.slot,
        minutes=slot.window.minutes,
        limit=limit,
    )
    return facts.violation("slot_length", place(slot.slot), 1, said)


def _covered(facts: Facts, held: Held) -> bool:
    clinics = facts.slots_of.get(held.session)
    if not clinics:
        return False
    hours = facts.scenario.halves[held.cell.half]
    return all(
        tiles(hours, [slot.window for slot in slots]) and all(slot.date == held.cell.date for slot in slots)
        for slots in clinics.values()
    )


def tiles(hours: Window, windows: Sequence[Window]) -> bool:
    """Tell whether `windows`, in the order of time, fill `hours` from start to end without gap or overlap."""
    now = hours.start
    for window in windows:
        if window.start != now:
            return False
        now = window.end
    return now == hours.end


def _not_covered(facts: Facts, held: Held) -> Violation:
    said = message(
        "{doctor}, {cell}: the slots do not fill {hours} without gap or overlap",
        doctor=held.doctor,
        cell=cell_name(held.cell),
        hours=str(facts.scenario.halves[held.cell.half]),
    )
    return facts.violation("slot_length", place(held.session), 1, said)


def tickets_add_up(facts: Facts) -> Iterator[Violation]:
    """Yield the tickets by which blocks and slots, slots and channels, reserve and channel differ."""
    yield from _blocks_and_slots(facts)
    yield from _slots_and_channels(facts)
    yield from _reserves_and_channels(facts)


def _blocks_and_slots(facts: Facts) -> Iterator[Violation]:
    blocks: Counter[tuple[str, str]] = Counter()
    for held in facts.held:
        for block in held.blocks:
            blocks[held.session, block.clinic] += block.tickets
    slots: Counter[tuple[str, str]] = Counter()
    for slot in facts.plan.slots:
        slots[slot.session, slot.clinic] += slot.tickets
    for session, clinic in {**blocks, **slots}:
        here, there = blocks[session, clinic], slots[session, clinic]
        if here != there:
            said = message(
                "Session {session}, {clinic}: {here} tickets in the roster, {there} in its slots",
                session=session,
                clinic=clinic,
                here=here,
                there=there,
            )
            yield facts.violation("tickets_add_up", place(session, clinic), abs(here - there), said)


def _slots_and_channels(facts: Facts) -> Iterator[Violation]:
    tickets: Counter[str] = Counter()
    for slot in facts.plan.slots:
        tickets[slot.slot] += slot.tickets
    for slot_key in {**tickets, **facts.channelled}:
        here, there = tickets[slot_key], facts.channelled[slot_key]
        if here != there:
            said = message(
                "Slot {slot}: {here} tickets, {there} in its channels", slot=slot_key, here=here, there=there
            )
            yield facts.violation("tickets_add_up", place(slot_key), abs(here - there), said)


def _reserves_and_channels(facts: Facts) -> Iterator[Violation]:
    told: Counter[str] = Counter()
    for slot in facts.plan.slots:
        if slot.reserved is not None:
            told[slot.slot] += slot.reserved
    for slot_key, here in told.items():
        there = facts.reserved[slot_key]
        if here != there:
            said = message(
                "Slot {slot}: {here} tickets reserved, {there} in its partner channel",
                slot=slot_key,
                here=here,
                there=there,
            )
            yield facts.violation("tickets_add_up", place(slot_key, "reserved"), abs(here - there), said)
