"""What a notice tells of a session: that it is stopped (停诊), covered (替诊) or changed (调整)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from scheduler.appointment_times import TicketTime, ticket_times
from scheduler.clock import Cell
from scheduler.compare import SessionChange, clinics_of, plan_changes
from scheduler.report.specialties import specialty_of
from scheduler.roster import Change, Plan, Slot
from scheduler.scenario.policy import SlotPolicy
from scheduler.scenario.week import Scenario
from scheduler.words import Message, message


class NoticeKind(StrEnum):
    """What became of a published session, in the order in which notices list them."""

    STOPPED = "stopped"
    COVERED = "covered"
    MOVED = "moved"
    ADDED = "added"


NOTICE_WORDS: Mapping[NoticeKind, Message] = {
    NoticeKind.STOPPED: message("Stopped"),
    NoticeKind.COVERED: message("Covered"),
    NoticeKind.MOVED: message("Rescheduled"),
    NoticeKind.ADDED: message("Extra session"),
}

_KINDS = {
    Change.DROPPED: NoticeKind.STOPPED,
    Change.COVERED: NoticeKind.COVERED,
    Change.MOVED: NoticeKind.MOVED,
    Change.ADDED: NoticeKind.ADDED,
}


@dataclass(frozen=True, order=True)
class NewTime:
    """What the patient of a ticket was told, is told now, and when to come, in minutes after midnight."""

    was_told: int
    told: int
    come: int


@dataclass(frozen=True)
class Notice:
    """A session of which patients have to be told.

    `at` is its published half-day, `to` where it is held now (none: it is stopped), `other` who holds it in place of
    `doctor`. Doctors are keys. `booked` counts the tickets that patients hold (none:
    nobody counts them). `room` is empty where nobody named rooms. `times` are those of a rescheduled session's tickets.
    """

    kind: NoticeKind
    campus: str
    specialty: str
    clinics: tuple[str, ...]
    doctor: str
    at: Cell
    tickets: int
    booked: int | None = None
    reason: str = ""
    other: str = ""
    to: Cell | None = None
    room: str = ""
    times: tuple[NewTime, ...] = ()


def notices_of(
    scenario: Scenario,
    repaired: Scenario,
    published: Plan,
    plan: Plan,
    reasons: Mapping[tuple[str, Cell], str],
) -> tuple[Notice, ...]:
    """Return the notices of a plan of `repaired`, whose template is the `published` week of the hospital's `scenario`.

    They are sorted by campus, specialty, half-day and doctor. `reasons` say, by doctor and half-day, why they cannot come.
    Rooms are told where the hospital's timetable names them; any others are counted, not real.
    """
    with_rooms = any(row.room for row in scenario.template)
    are_counted = any(row.booked for row in scenario.template)
    booked = {(s.doctor, s.cell): s.booked for s in repaired.standing} if are_counted else {}
    policy = repaired.policy.slots
    before, after = (_told_by_session(policy, one.slots) for one in (published, plan))
    notices = (
        replace(
            _notice(repaired, change, booked, reasons, with_rooms=with_rooms),
            times=_new_times(before, after, change) if change.change is Change.MOVED else (),
        )
        for change in plan_changes(plan.roster)
    )
    return tuple(sorted(notices, key=lambda n: (n.campus, n.specialty, n.at, n.kind, n.doctor, n.clinics)))


_Told = Mapping[tuple[str, str], list[TicketTime]]


def _told_by_session(policy: SlotPolicy, slots: Iterable[Slot]) -> _Told:
    """Return what the patients of each session and clinic are told, in the order of their tickets."""
    told: dict[tuple[str, str], list[TicketTime]] = defaultdict(list)
    for slot in sorted(slots, key=lambda one: (one.window, one.slot)):
        told[slot.session, slot.clinic] += ticket_times(policy, slot)
    return told


def _new_times(before: _Told, after: _Told, change: SessionChange) -> tuple[NewTime, ...]:
    times = []
    for clinic in clinics_of(change.session):
        key = change.session.session, clinic
        pairs = zip(before.get(key, ()), after.get(key, ()), strict=False)
        times += [NewTime(was.told, now.told, now.come) for was, now in pairs]
    return tuple(sorted(times))


def _notice(
    scenario: Scenario,
    change: SessionChange,
    booked: Mapping[tuple[str, Cell], int],
    reasons: Mapping[tuple[str, Cell], str],
    *,
    with_rooms: bool,
) -> Notice:
    session, after = change.session, change.after
    key = session.doctor, session.at
    return Notice(
        kind=_KINDS[change.change],
        campus=scenario.clinic_of[min(session.blocks).clinic].campus,
        specialty=specialty_of(scenario, session),
        clinics=clinics_of(session),
        doctor=session.doctor,
        at=session.at,
        tickets=session.tickets,
        booked=booked.get(key, 0) if booked else None,
        reason=reasons.get(key, ""),
        other=after.doctor if after is not None and after.doctor != session.doctor else "",
        to=None if after is None else after.at,
        room=after.room if after is not None and with_rooms else "",
    )


def patients_hurt(notices: tuple[Notice, ...]) -> Iterator[Message]:
    """Yield how many patients the repair hurts; where nobody counts bookings, how many at most."""
    are_counted = all(notice.booked is not None for notice in notices)
    totals = {
        kind: sum(n.tickets if n.booked is None else n.booked for n in notices if n.kind is kind)
        for kind in NoticeKind
    }
    stopped, covered, moved = (
        totals[kind] for kind in (NoticeKind.STOPPED, NoticeKind.COVERED, NoticeKind.MOVED)
    )
    if not (stopped or covered or moved):
        return
    counts = {"stopped": stopped, "moved": moved, "covered": covered}
    if are_counted:
        yield message(
            "Booked patients: {stopped} lose their session, {moved} get another time, {covered} another doctor.",
            **counts,
        )
    else:
        yield message(
            "How many patients have booked is not known (the column booked is empty); at most {stopped} lose their"
            " session, {moved} get another time, {covered} another doctor.",
            **counts,
        )


def count_notices(notices: tuple[Notice, ...]) -> list[Message]:
    """Return how many sessions are stopped, covered, rescheduled and added, each a part of a sentence."""
    number = Counter(notice.kind for notice in notices)
    return [part(number[kind]) for kind, part in _COUNTED.items() if number[kind]]


_COUNTED: Mapping[NoticeKind, Callable[[int], Message]] = {
    NoticeKind.STOPPED: lambda n: message("{n} stopped", n=n),
    NoticeKind.COVERED: lambda n: message("{n} covered", n=n),
    NoticeKind.MOVED: lambda n: message("{n} rescheduled", n=n),
    NoticeKind.ADDED: lambda n: message("{n} extra", n=n),
}
