"""Timed tickets: each has its own start inside its slot, and a slot is its session's in doctor, room and clinic."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scheduler.check.facts import Facts
from scheduler.check.held_sessions import HeldSession, session_of
from scheduler.check.violation import Violation
from scheduler.clock import clock_text
from scheduler.names import place
from scheduler.roster import Slot
from scheduler.words import Message, message


def appointments(facts: Facts, session: str) -> Iterator[Violation]:
    """Yield the tickets of a session's slots without a start of their own, and what its slots have from elsewhere."""
    held = facts.held.by(session_of).get(session, ())
    for slot in facts.slots_of.get(session, ()):
        yield from _wrong_starts(facts, slot)
        if not held:
            sentence = message(
                "Slot {slot}: its session {session} does not take place", slot=slot.slot, session=session
            )
            yield facts.violation("appointments", place(slot.slot, "session"), 1, sentence)
        else:
            yield from _unlike_its_session(facts, slot, held)


def _wrong_starts(facts: Facts, slot: Slot) -> Iterator[Violation]:
    difference = abs(slot.tickets - len(slot.starts))
    if difference:
        sentence = message(
            "Slot {slot}: {here:ticket|tickets}, {there} with a start",
            slot=slot.slot,
            here=slot.tickets,
            there=len(slot.starts),
        )
        yield facts.violation("appointments", place(slot.slot, "tickets"), difference, sentence)
    wrong = [start for start in slot.starts if not slot.window.start <= start < slot.window.end]
    if wrong:
        sentence = message(
            "Slot {slot}, {hours}: tickets start outside it, at {starts}",
            slot=slot.slot,
            hours=str(slot.window),
            starts=[clock_text(start) for start in wrong],
        )
        yield facts.violation("appointments", place(slot.slot, "hours"), len(wrong), sentence)
    late = [first for first, second in zip(slot.starts, slot.starts[1:], strict=False) if second < first]
    if late:
        sentence = message(
            "Slot {slot}: the tickets at {starts} start after the next one",
            slot=slot.slot,
            starts=[clock_text(start) for start in late],
        )
        yield facts.violation("appointments", place(slot.slot, "order"), len(late), sentence)


def _unlike_its_session(facts: Facts, slot: Slot, held: Sequence[HeldSession]) -> Iterator[Violation]:
    """Yield a unit each for a doctor, a room and a clinic of a slot that are not its session's."""
    for key, name, own, theirs in (
        ("doctor", message("doctor"), slot.doctor, [one.doctor for one in held]),
        ("room", message("room"), slot.room, [one.room for one in held]),
        ("clinic", message("clinic"), slot.clinic, [block.clinic for one in held for block in one.blocks]),
    ):
        if own not in theirs:
            yield facts.violation(
                "appointments", place(slot.slot, key), 1, _differs(slot.slot, name, own, theirs)
            )


def _differs(slot: str, name: Message, own: str, theirs: Sequence[str]) -> Message:
    return message(
        "Slot {slot}: the {what} is {own}, its session's is {theirs}",
        slot=slot,
        what=name,
        own=own or "-",
        theirs=[each or "-" for each in dict.fromkeys(theirs)],
    )
