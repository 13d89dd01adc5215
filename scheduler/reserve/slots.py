"""From sessions to timed slots: a session's hours cut into pieces, its tickets spread over them by an appointment rule."""

from __future__ import annotations

from bisect import bisect
from collections import defaultdict
from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import floor

from scheduler.appointment_times import interleave
from scheduler.clock import Hours, Window
from scheduler.reserve.times import session_times
from scheduler.roster import Crowded, Roster, Session, Slot, session_hours
from scheduler.rules import Strictness
from scheduler.scenario.pace import pace_of
from scheduler.scenario.week import Scenario


def cut_sessions(scenario: Scenario, roster: Roster) -> tuple[Slot, ...]:
    """Return the slots of every session that takes place, sorted by identity.

    Pieces are `policy.slots.length` minutes long, and no longer than `policy.slots.limit` where the rule
    `slot_length` is hard; the last one before a break or the end may be shorter. A session of several clinics has a slot
    a clinic in each piece; all share one line of start times.
    """
    length = _length(scenario)
    cut: dict[Hours, tuple[Window, ...]] = {}
    starts = session_times(scenario, roster.held)
    found: list[Slot] = []
    for session in roster.held:
        hours = session_hours(scenario, session)
        if hours not in cut:
            cut[hours] = hours.cut(length)
        found.extend(_slots(session, cut[hours], starts[session.session]))
    return tuple(sorted(found, key=lambda slot: slot.slot))


def _length(scenario: Scenario) -> int:
    slots = scenario.policy.slots
    hard = scenario.strictness("slot_length") is Strictness.HARD
    return min(slots.length, slots.limit) if hard else slots.length


def _slots(session: Session, pieces: tuple[Window, ...], starts: Sequence[int]) -> Iterator[Slot]:
    order = interleave([block.tickets for block in session.blocks])
    placed: dict[tuple[int, int], list[int]] = defaultdict(list)
    edges = [piece.start for piece in pieces]
    for start, turn in zip(starts, order, strict=True):
        placed[bisect(edges, start) - 1, turn].append(start)
    for number, piece in enumerate(pieces):
        for place, block in enumerate(session.blocks):
            letter = "" if len(session.blocks) == 1 else chr(ord("a") + place)
            minutes = tuple(placed.get((number, place), ()))
            yield Slot(
                slot=f"{session.session}.{number + 1:02d}{letter}",
                session=session.session,
                date=session.at.date,
                window=piece,
                clinic=block.clinic,
                doctor=session.doctor,
                room=session.room,
                tickets=len(minutes),
                starts=minutes,
            )


def crowded_slots(scenario: Scenario, roster: Roster, slots: tuple[Slot, ...]) -> tuple[Crowded, ...]:
    """Return the pieces of sessions that ask for more patients than the consultation minutes allow, sorted.

    Minutes a patient are those of the pace, else what is stated for the doctor, the clinic or all; where nothing tells them
    nothing is said of the piece. A piece allows as many patients as fit into it whole. Tickets of a session's clinics
    add up.
    """
    sessions = {session.session: session for session in roster.held}
    load: dict[tuple[str, Window], int] = defaultdict(int)
    minutes: dict[tuple[str, Window], Fraction] = defaultdict(Fraction)
    unknown: set[tuple[str, Window]] = set()
    for slot in slots:
        at, each = (slot.session, slot.window), _consultation(scenario, slot)
        load[at] += slot.tickets
        if each is None:
            unknown.add(at)
        else:
            minutes[at] += slot.tickets * each
    crowded = []
    for (key, window), demanded in minutes.items():
        if demanded > window.minutes and (key, window) not in unknown:
            session, tickets = sessions[key], load[key, window]
            most = floor(window.minutes * tickets / demanded)
            crowded.append(
                Crowded(key, session.at.date, session.at.half, window, session.doctor, tickets, most)
            )
    return tuple(sorted(crowded, key=lambda c: (c.session, c.window)))


def _consultation(scenario: Scenario, slot: Slot) -> Fraction | None:
    pace = pace_of(scenario, slot.doctor, slot.clinic)
    if pace is not None:
        return pace.minutes
    own = scenario.doctor_of[slot.doctor].minutes or scenario.clinic_of[slot.clinic].minutes
    stated = own or scenario.policy.slots.minutes
    return None if stated is None else Fraction(stated)
