"""Timed booking: slots short enough and without gaps, and tickets that are neither lost nor made up."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from scheduler.check.facts import Facts, partner_tickets
from scheduler.check.held_sessions import HeldSession, session_of
from scheduler.check.violation import Violation
from scheduler.clock import Hours, Window
from scheduler.names import cell_name, place
from scheduler.roster import Slot
from scheduler.words import message


def slot_length(facts: Facts, session: str) -> Iterator[Violation]:
    """Yield a unit for every slot of a session that is too long, and one if its slots do not fill it."""
    limit = facts.scenario.policy.slots.limit
    for slot in facts.slots_of.get(session, ()):
        if slot.window.minutes > limit:
            yield _too_long(facts, slot, limit)
    for held in facts.held.by(session_of).get(session, ()):
        if not _covered(facts, held):
            yield _not_covered(facts, held)


def _too_long(facts: Facts, slot: Slot, limit: int) -> Violation:
    sentence = message(
        "Slot {slot} takes {minutes:minute|minutes}; at most {limit} are allowed",
        slot=slot.slot,
        minutes=slot.window.minutes,
        limit=limit,
    )
    return facts.violation("slot_length", place(slot.slot), 1, sentence)


def _covered(facts: Facts, held: HeldSession) -> bool:
    hours, slots = held.hours, facts.slots_of.get(held.session, ())
    windows: dict[str, list[Window]] = defaultdict(list)
    for slot in slots:
        windows[slot.clinic].append(slot.window)
    on_date = all(slot.date == held.cell.date for slot in slots)
    return bool(windows) and on_date and all(tiles(hours, line) for line in windows.values())


def tiles(hours: Hours, windows: Iterable[Window]) -> bool:
    """Return whether `windows`, in the order of time, fill `hours` without gap or overlap, and nothing of the breaks."""
    spans: list[Window] = []
    for window in windows:
        if spans and spans[-1].end == window.start:
            spans[-1] = Window(spans[-1].start, window.end)
        else:
            spans.append(window)
    return tuple(spans) == hours.windows


def _not_covered(facts: Facts, held: HeldSession) -> Violation:
    sentence = message(
        "{doctor}, {cell}: the slots do not fill {hours} without gap or overlap",
        doctor=held.doctor,
        cell=cell_name(held.cell),
        hours=str(held.hours),
    )
    return facts.violation("slot_length", place(held.session), 1, sentence)


def blocks_and_slots(facts: Facts, session: str) -> Iterator[Violation]:
    """Yield, as units of `tickets_add_up`, the tickets by which a session's blocks and slots differ."""
    blocks: Counter[str] = Counter()
    for held in facts.held.by(session_of).get(session, ()):
        for block in held.blocks:
            blocks[block.clinic] += block.tickets
    slots: Counter[str] = Counter()
    for slot in facts.slots_of.get(session, ()):
        slots[slot.clinic] += slot.tickets
    for clinic in {**blocks, **slots}:
        here, there = blocks[clinic], slots[clinic]
        if here != there:
            sentence = message(
                "Session {session}, {clinic}: {here:ticket|tickets} in the roster, {there} in its slots",
                session=session,
                clinic=clinic,
                here=here,
                there=there,
            )
            yield facts.violation("tickets_add_up", place(session, clinic), abs(here - there), sentence)


def slot_and_channels(facts: Facts, key: str) -> Iterator[Violation]:
    """Yield, as units of `tickets_add_up`, the tickets by which a slot and its channels differ, then its reserve."""
    slots, holdings = facts.slots_named.get(key, ()), facts.holdings_of.get(key, ())
    here, there = sum(slot.tickets for slot in slots), sum(holding.tickets for holding in holdings)
    if here != there:
        sentence = message(
            "Slot {slot}: {here:ticket|tickets}, {there} in its channels", slot=key, here=here, there=there
        )
        yield facts.violation("tickets_add_up", place(key), abs(here - there), sentence)
    stated = [slot.reserved for slot in slots if slot.reserved is not None]
    if stated and sum(stated) != partner_tickets(holdings):
        yield _reserve_differs(facts, key, sum(stated), partner_tickets(holdings))


def _reserve_differs(facts: Facts, key: str, here: int, there: int) -> Violation:
    sentence = message(
        "Slot {slot}: {here:ticket|tickets} reserved, {there} in its partner channel",
        slot=key,
        here=here,
        there=there,
    )
    return facts.violation("tickets_add_up", place(key, "reserved"), abs(here - there), sentence)
