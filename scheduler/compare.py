"""Rosters compared: the sessions that change between two of them, or from the template to a plan, and their words."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from scheduler.clock import WEEKDAYS, Cell
from scheduler.names import cell_name, span_name
from scheduler.roster import Change, Roster, Session
from scheduler.words import Message, message


class Aspect(StrEnum):
    """In what a session differs, the weightiest first; `only_first` and `only_second` stand alone."""

    ONLY_FIRST = "only_first"
    ONLY_SECOND = "only_second"
    MOVED = "moved"
    DOCTOR = "doctor"
    CLINIC = "clinic"
    TICKETS = "tickets"
    ROOM = "room"


_WEIGHTS = {aspect: weight for weight, aspect in enumerate(Aspect)}
_WEEK_PREFIX = re.compile(r"\d{4}-W\d{2}\.")
_FIELDS = ("date", "half", "doctor", "clinic", "tickets", "room")


@dataclass(frozen=True)
class SessionChange:
    """A session in two rosters; `before` or `after` is None where only the other one holds it."""

    before: Session | None
    after: Session | None

    @property
    def session(self) -> Session:
        """The session as the first roster holds it, else as the second does."""
        session = self.before or self.after
        assert session is not None, "one of the rosters holds the session"
        return session

    @property
    def latest(self) -> Session:
        """The session as the second roster holds it, else as the first does."""
        return self.after or self.session

    @property
    def key(self) -> str:
        """The session's identity without its week."""
        return lasting_key(self.session)

    @property
    def change(self) -> Change:
        """Added, dropped, covered, moved; kept where only clinics, tickets or the room differ."""
        if self.before is None or self.after is None:
            return Change.ADDED if self.before is None else Change.DROPPED
        if self.before.doctor != self.after.doctor:
            return Change.COVERED
        return Change.KEPT if self.before.at == self.after.at else Change.MOVED

    @property
    def stays_on_date(self) -> bool:
        """Whether both rosters hold the session on the same date."""
        return (
            self.before is not None and self.after is not None and self.before.at.date == self.after.at.date
        )

    @property
    def aspects(self) -> tuple[Aspect, ...]:
        """In what the session differs, the weightiest first; nothing where it is the same in both rosters."""
        if self.before is None or self.after is None:
            return (Aspect.ONLY_SECOND if self.before is None else Aspect.ONLY_FIRST,)
        return tuple(_aspects(self.before, self.after))


def compare_rosters(first: Roster, second: Roster) -> tuple[SessionChange, ...]:
    """Return the sessions that differ between two rosters, by weight of the difference, half-day and identity.

    Sessions are the same by their identity without its week; one that has no counterpart by that, by doctor, clinics
    and half-day. Sessions that are not held do not count.
    """
    changes = (SessionChange(before, after) for before, after in _matched(first, second))
    return tuple(sorted((change for change in changes if change.aspects), key=_order))


def plan_changes(roster: Roster) -> tuple[SessionChange, ...]:
    """Return what a plan changes in its own template, by half-day and identity, as its sessions state it.

    `before` bears the plan's room and tickets: a roster has no record of the template's.
    """
    changes = (SessionChange(_as_in_template(s), None if s.cell is None else s) for s in roster.changed)
    return tuple(sorted(changes, key=lambda change: (change.session.at, change.session.session)))


def lasting_key(session: Session) -> str:
    """Return the session's identity without its week, as `D001.mon-am`."""
    return _WEEK_PREFIX.sub("", session.session, count=1)


def _as_in_template(session: Session) -> Session | None:
    if session.was is None:
        return None
    return replace(session, cell=session.was, doctor=session.owner, was_doctor="")


def _order(change: SessionChange) -> tuple[object, ...]:
    session = change.session
    return _WEIGHTS[change.aspects[0]], session.at, session.session, change.before is None


def _matched(first: Roster, second: Roster) -> Iterator[tuple[Session | None, Session | None]]:
    ones, others = ({lasting_key(session): session for session in roster.held} for roster in (first, second))
    both = ones.keys() & others.keys()
    yield from ((ones[key], others[key]) for key in both)
    spare: dict[tuple[object, ...], list[Session]] = defaultdict(list)
    for key in sorted(others.keys() - both):
        spare[_likeness(others[key])].append(others[key])
    for key in sorted(ones.keys() - both):
        alike = spare[_likeness(ones[key])]
        yield ones[key], alike.pop(0) if alike else None
    yield from ((None, session) for unmatched in spare.values() for session in unmatched)


def _likeness(session: Session) -> tuple[object, ...]:
    return session.doctor, session.at.key, *clinics_of(session)


def _aspects(before: Session, after: Session) -> Iterator[Aspect]:
    if before.at.key != after.at.key:
        yield Aspect.MOVED
    if before.doctor != after.doctor:
        yield Aspect.DOCTOR
    if clinics_of(before) != clinics_of(after):
        yield Aspect.CLINIC
    elif sorted(before.blocks) != sorted(after.blocks):
        yield Aspect.TICKETS
    if before.room != after.room:
        yield Aspect.ROOM


def clinics_of(session: Session) -> tuple[str, ...]:
    """Return the clinics of the session's blocks, sorted."""
    return tuple(sorted(block.clinic for block in session.blocks))


def describe_change(change: SessionChange, names: Mapping[str, str] = MappingProxyType({})) -> Message:
    """Return a sentence on a session that a plan moves, drops, adds or gives to another doctor.

    `names` are those of doctors by key, in place of a missing one its key.
    """
    session = change.latest
    holder = names.get(session.doctor) or session.doctor
    if change.before is None:
        return message(
            "{doctor} gets a session on {cell}, room {room}.",
            doctor=holder,
            cell=cell_name(session.at),
            room=session.room or "-",
        )
    doctor, was = names.get(change.before.doctor) or change.before.doctor, cell_name(change.before.at)
    if change.after is None:
        return message(
            "{doctor}'s session on {was} is dropped, {tickets:ticket|tickets}.",
            doctor=doctor,
            was=was,
            tickets=session.tickets,
        )
    if change.change is Change.COVERED:
        return message(
            "{other} takes over {doctor}'s session on {cell}, room {room}.",
            other=holder,
            doctor=doctor,
            cell=cell_name(session.at),
            room=session.room or "-",
        )
    return message(
        "{doctor}'s session on {was} moves to {cell}, room {room}.",
        doctor=doctor,
        was=was,
        cell=cell_name(session.at),
        room=session.room or "-",
    )


def describe_difference(
    change: SessionChange, names: Mapping[str, str], *, by_weekday: bool = False
) -> Message:
    """Return in words how the session differs; `names` are those of doctors by key, in place of a missing one its key.

    Rosters of two weeks are compared `by_weekday`: half-days are then told without their dates.
    """
    before, after = change.before, change.after
    name = _weekday_name if by_weekday else cell_name
    if before is None or after is None:
        only = message("only in the first") if after is None else message("only in the second")
        return message("{only}, {at}", only=only, at=name(change.session.at))
    return message("{parts}", parts=[_part(aspect, before, after, names, name) for aspect in change.aspects])


def _weekday_name(cell: Cell) -> Message:
    return span_name(WEEKDAYS[cell.date.weekday()], cell.half)


def _part(
    aspect: Aspect,
    first: Session,
    second: Session,
    names: Mapping[str, str],
    name: Callable[[Cell], Message],
) -> Message:
    match aspect:
        case Aspect.MOVED:
            at, then = name(first.at), name(second.at)
            return message("{first} in the first, {second} in the second", first=at, second=then)
        case Aspect.DOCTOR:
            who, other = (names.get(session.doctor) or session.doctor for session in (first, second))
            return message("held by {first}, by {second}", first=who, second=other)
        case Aspect.CLINIC:
            clinics, others = (list(clinics_of(session)) for session in (first, second))
            return message("clinic {first}, {second}", first=clinics, second=others)
        case Aspect.TICKETS:
            return message("tickets {first}, {second}", first=_tickets(first), second=_tickets(second))
    return message("room {first}, {second}", first=first.room or "-", second=second.room or "-")


def _tickets(session: Session) -> str:
    return " + ".join(str(block.tickets) for block in sorted(session.blocks))


_COUNTED: Mapping[Aspect, Callable[[int], Message]] = {
    Aspect.ONLY_FIRST: lambda n: message("{n} only in the first", n=n),
    Aspect.ONLY_SECOND: lambda n: message("{n} only in the second", n=n),
    Aspect.MOVED: lambda n: message("{n} at another half-day", n=n),
    Aspect.DOCTOR: lambda n: message("{n} held by another doctor", n=n),
    Aspect.CLINIC: lambda n: message("{n} of another clinic", n=n),
    Aspect.TICKETS: lambda n: message("{n} with other tickets", n=n),
    Aspect.ROOM: lambda n: message("{n} in another room", n=n),
}


def summarize(changes: Sequence[SessionChange], first: Roster, second: Roster) -> Message:
    """Return in a sentence how many sessions differ, and in what; one that differs in two things counts in both."""
    if not changes:
        return message("The rosters are the same: {n:session|sessions}.", n=len(first.held))
    counts = Counter(aspect for change in changes for aspect in change.aspects)
    return message(
        "{n:session differs|sessions differ} (the first has {first}, the second {second}): {parts}.",
        n=len(changes),
        first=len(first.held),
        second=len(second.held),
        parts=[counted(counts[aspect]) for aspect, counted in _COUNTED.items() if counts[aspect]],
    )


COLUMNS = (
    "session",
    "specialty",
    "differs",
    *(f"{side}_{field}" for side in ("first", "second") for field in _FIELDS),
)
"""What machines call the columns of `difference_cells`."""


def difference_cells(change: SessionChange, specialties: Mapping[str, str]) -> tuple[str, ...]:
    """Return the change as a row of COLUMNS; `specialties` are those of clinics."""
    session = change.session
    return (
        session.session,
        specialties.get(clinics_of(session)[0], "") if session.blocks else "",
        " ".join(change.aspects),
        *(cell for side in (change.before, change.after) for cell in _side_cells(side)),
    )


def _side_cells(session: Session | None) -> tuple[str, ...]:
    if session is None:
        return ("",) * len(_FIELDS)
    at, clinics = session.at, " + ".join(clinics_of(session))
    return at.date.isoformat(), at.half, session.doctor, clinics, _tickets(session), session.room
