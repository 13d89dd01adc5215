"""Two rosters of one week side by side: the sessions in which they differ, as data and in words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from scheduler.names import cell_name
from scheduler.roster import Roster, Session
from scheduler.words import Message, message


class Apart(StrEnum):
    """In what a session differs, the first thing that people would tell first."""

    ONLY_FIRST = "only_first"
    ONLY_SECOND = "only_second"
    MOVED = "moved"
    DOCTOR = "doctor"
    CLINIC = "clinic"
    TICKETS = "tickets"
    ROOM = "room"


_WEIGHTS = {apart: weight for weight, apart in enumerate(Apart)}
_WHAT = ("date", "half", "doctor", "clinic", "tickets", "room")


@dataclass(frozen=True)
class Difference:
    """A session that is not the same in both rosters; `first` or `second` is none where only the other holds it."""

    first: Session | None
    second: Session | None
    apart: tuple[Apart, ...]

    @property
    def session(self) -> Session:
        """The session as the first roster has it, else as the second has it."""
        told = self.first or self.second
        assert told is not None, "a difference has a session"
        return told


def differences(first: Roster, second: Roster) -> tuple[Difference, ...]:
    """Return the held sessions in which two rosters differ, what matters more first, then by half-day and identity.

    Sessions are the same by their identity; one that has no counterpart by that, by doctor, clinics and half-day.
    """
    found = (Difference(one, other, tuple(_apart(one, other))) for one, other in _matched(first, second))
    return tuple(sorted((one for one in found if one.apart), key=_order))


def _order(difference: Difference) -> tuple[object, ...]:
    session = difference.session
    return _WEIGHTS[difference.apart[0]], session.at, session.session, difference.first is None


def _matched(first: Roster, second: Roster) -> Iterator[tuple[Session | None, Session | None]]:
    ones, others = ({session.session: session for session in roster.held} for roster in (first, second))
    both = ones.keys() & others.keys()
    yield from ((ones[key], others[key]) for key in both)
    spare: dict[tuple[object, ...], list[Session]] = defaultdict(list)
    for key in sorted(others.keys() - both):
        spare[_likeness(others[key])].append(others[key])
    for key in sorted(ones.keys() - both):
        same = spare[_likeness(ones[key])]
        yield ones[key], same.pop(0) if same else None
    yield from ((None, session) for left in spare.values() for session in left)


def _likeness(session: Session) -> tuple[object, ...]:
    return session.doctor, session.at, tuple(sorted(block.clinic for block in session.blocks))


def _apart(first: Session | None, second: Session | None) -> Iterator[Apart]:
    if first is None or second is None:
        yield Apart.ONLY_SECOND if first is None else Apart.ONLY_FIRST
        return
    if first.at != second.at:
        yield Apart.MOVED
    if first.doctor != second.doctor:
        yield Apart.DOCTOR
    if _clinics(first) != _clinics(second):
        yield Apart.CLINIC
    elif sorted(first.blocks) != sorted(second.blocks):
        yield Apart.TICKETS
    if first.room != second.room:
        yield Apart.ROOM


def _clinics(session: Session) -> list[str]:
    return sorted(block.clinic for block in session.blocks)


def sentence(difference: Difference, names: Mapping[str, str]) -> Message:
    """Return in words how the session differs; `names` are those of doctors by key, a key that has none is told."""
    first, second = difference.first, difference.second
    if first is None or second is None:
        only = message("only in the first") if second is None else message("only in the second")
        return message("{only}, {at}", only=only, at=cell_name(difference.session.at))
    return message("{parts}", parts=[_part(one, first, second, names) for one in difference.apart])


def _part(apart: Apart, first: Session, second: Session, names: Mapping[str, str]) -> Message:
    match apart:
        case Apart.MOVED:
            at, then = cell_name(first.at), cell_name(second.at)
            return message("{first} in the first, {second} in the second", first=at, second=then)
        case Apart.DOCTOR:
            who, other = (_name(session.doctor, names) for session in (first, second))
            return message("held by {first}, by {second}", first=who, second=other)
        case Apart.CLINIC:
            return message("clinic {first}, {second}", first=_clinics(first), second=_clinics(second))
        case Apart.TICKETS:
            return message("tickets {first}, {second}", first=_tickets(first), second=_tickets(second))
    return message("room {first}, {second}", first=first.room or "-", second=second.room or "-")


def _name(doctor: str, names: Mapping[str, str]) -> str:
    return names.get(doctor) or doctor


def _tickets(session: Session) -> str:
    return " + ".join(str(block.tickets) for block in sorted(session.blocks))


_COUNTED: Mapping[Apart, Callable[[int], Message]] = {
    Apart.ONLY_FIRST: lambda n: message("{n} only in the first", n=n),
    Apart.ONLY_SECOND: lambda n: message("{n} only in the second", n=n),
    Apart.MOVED: lambda n: message("{n} at another half-day", n=n),
    Apart.DOCTOR: lambda n: message("{n} held by another doctor", n=n),
    Apart.CLINIC: lambda n: message("{n} of another clinic", n=n),
    Apart.TICKETS: lambda n: message("{n} with other tickets", n=n),
    Apart.ROOM: lambda n: message("{n} in another room", n=n),
}


def summary(found: Sequence[Difference], first: Roster, second: Roster) -> Message:
    """Return in a sentence how many sessions differ, and in what; one that differs in two things counts in both."""
    if not found:
        return message("The rosters are the same: {n} sessions.", n=len(first.held))
    counts = Counter(one for difference in found for one in difference.apart)
    return message(
        "{n} sessions differ (the first has {first}, the second {second}): {parts}.",
        n=len(found),
        first=len(first.held),
        second=len(second.held),
        parts=[counted(counts[one]) for one, counted in _COUNTED.items() if counts[one]],
    )


COLUMNS = (
    "session",
    "specialty",
    "differs",
    *(f"{side}_{what}" for side in ("first", "second") for what in _WHAT),
)
"""What machines call the columns of `cells`."""


def cells(difference: Difference, specialties: Mapping[str, str]) -> tuple[str, ...]:
    """Return the difference as a row of COLUMNS; `specialties` are those of clinics."""
    session = difference.session
    specialty = specialties.get(min(session.blocks).clinic, "") if session.blocks else ""
    told = (difference.first, difference.second)
    return (
        session.session,
        specialty,
        " ".join(difference.apart),
        *(cell for one in told for cell in (_side(one) if one is not None else ("",) * len(_WHAT))),
    )


def _side(session: Session) -> tuple[str, ...]:
    at, clinics = session.at, " + ".join(_clinics(session))
    return at.date.isoformat(), at.half, session.doctor, clinics, _tickets(session), session.room
