"""From sessions to timed slots: a session's hours cut into pieces, its tickets spread over them by an appointment rule."""

from __future__ import annotations

from bisect import bisect
from collections import defaultdict
from collections.abc import Iterator

from scheduler.appointment_times import interleave
from scheduler.clock import Hours, Window
from scheduler.roster import Crowded, Roster, Session, Slot, session_hours
from scheduler.rules import Strictness
from scheduler.scenario.policy import AppointmentRule
from scheduler.scenario.week import Scenario


def cut_sessions(scenario: Scenario, roster: Roster) -> tuple[Slot, ...]:
    """Return the slots of every session that takes place, sorted by identity.

    Pieces are `policy.slots.length` minutes long, and no longer than `policy.slots.limit` where the rule
    `slot_length` is hard; the last one before a break or the end may be shorter. A session of several clinics has a slot
    a clinic in each piece; all share one line of start times.
    """
    length = _length(scenario)
    cut: dict[Hours, tuple[Window, ...]] = {}
    found: list[Slot] = []
    for session in roster.held:
        hours = session_hours(scenario, session)
        if hours not in cut:
            cut[hours] = hours.cut(length)
        found.extend(_slots(scenario, session, hours, cut[hours]))
    return tuple(sorted(found, key=lambda slot: slot.slot))


def _length(scenario: Scenario) -> int:
    slots = scenario.policy.slots
    hard = scenario.strictness("slot_length") is Strictness.HARD
    return min(slots.length, slots.limit) if hard else slots.length


def _slots(scenario: Scenario, session: Session, hours: Hours, pieces: tuple[Window, ...]) -> Iterator[Slot]:
    starts = start_minutes(scenario.policy.slots.rule, session.tickets, hours)
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


def start_minutes(rule: AppointmentRule, tickets: int, hours: Hours) -> list[int]:
    """Return the minute after midnight at which each of `tickets` (>= 0) starts inside `hours`, in order.

    They are spread over the minutes without the breaks.

    `even`: equal intervals. `front_loaded` (Bailey and Welch 1952): two at the start, then one an interval.
    `dome` (after Cayirli, Yang and Quek): intervals grow to one and a half towards the middle and shrink again.
    """
    if rule is AppointmentRule.DOME:
        return _dome(tickets, hours)
    late = 1 if rule is AppointmentRule.FRONT_LOADED else 0
    return [hours.minute(max(0, n - late) * hours.minutes // tickets) for n in range(tickets)]


def _dome(tickets: int, hours: Hours) -> list[int]:
    # The interval after ticket n has weight 1 + 2x(1 - x) at x = (2n + 1) / 2T, here times 2T squared.
    weights = [2 * tickets**2 + (2 * n + 1) * (2 * tickets - 2 * n - 1) for n in range(tickets)]
    total, passed, starts = sum(weights), 0, []
    for weight in weights:
        starts.append(hours.minute(hours.minutes * passed // total))
        passed += weight
    return starts


def crowded_slots(scenario: Scenario, roster: Roster, slots: tuple[Slot, ...]) -> tuple[Crowded, ...]:
    """Return the pieces of sessions that ask for more patients than the consultation minutes allow, sorted.

    Minutes a patient are the doctor's, else the clinic's, else `policy.slots.minutes`; a piece allows as many
    patients as fit into it whole. Tickets of a session's clinics add up.
    """
    sessions = {session.session: session for session in roster.held}
    load: dict[tuple[str, Window], int] = defaultdict(int)
    minutes: dict[tuple[str, Window], int] = defaultdict(int)
    for slot in slots:
        load[slot.session, slot.window] += slot.tickets
        minutes[slot.session, slot.window] += slot.tickets * _consultation(scenario, slot)
    crowded = []
    for (key, window), demanded in minutes.items():
        if demanded > window.minutes:
            session, tickets = sessions[key], load[key, window]
            most = window.minutes * tickets // demanded
            crowded.append(
                Crowded(key, session.at.date, session.at.half, window, session.doctor, tickets, most)
            )
    return tuple(sorted(crowded, key=lambda c: (c.session, c.window)))


def _consultation(scenario: Scenario, slot: Slot) -> int:
    doctor = scenario.doctor_of[slot.doctor].minutes
    clinic = scenario.clinic_of[slot.clinic].minutes
    return doctor or clinic or scenario.policy.slots.minutes
