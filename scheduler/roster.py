"""The answer: sessions by doctor, half-day, room and clinic; what changed against the template; its slots and channels."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

from scheduler.clock import Cell, Half, Hours, Week, Window
from scheduler.scenario.hospital import Channel, is_placeholder
from scheduler.scenario.rows import Block, Origin
from scheduler.scenario.week import Scenario

__all__ = [
    "Change",
    "Channel",
    "Crowded",
    "Holding",
    "Plan",
    "Roster",
    "Session",
    "Slot",
    "session_hours",
    "session_key",
    "template_roster",
    "with_parts",
]


class Change(StrEnum):
    """What became of a session against the template."""

    KEPT = "kept"
    MOVED = "moved"
    COVERED = "covered"
    ADDED = "added"
    DROPPED = "dropped"


@dataclass(frozen=True)
class Session:
    """A session (出诊单元): one doctor, one half-day, one room; `was` is its cell in the template, if it had one.

    A dropped session has no cell; it stays in the roster so that nothing disappears unnoticed. `was_doctor` is the
    template's doctor where another one holds the session (替诊), else empty. `part` tells the owner's sessions of one
    half-day of the template apart, from 0.
    """

    session: str
    doctor: str
    cell: Cell | None
    blocks: tuple[Block, ...]
    was: Cell | None
    room: str = ""
    was_doctor: str = ""
    part: int = 0

    @property
    def origin(self) -> Origin:
        """Whose session it is, its half-day in the template, and which of the owner's sessions there it is."""
        return self.owner, self.was, self.part

    @property
    def change(self) -> Change:
        """Kept, moved, covered, added or dropped, from `cell`, `was` and `was_doctor`."""
        if self.cell is None:
            return Change.DROPPED
        if self.was is None:
            return Change.ADDED
        if self.owner != self.doctor:
            return Change.COVERED
        return Change.KEPT if self.cell == self.was else Change.MOVED

    @property
    def at(self) -> Cell:
        """The half-day of a session that takes place; raises ValueError for a dropped one."""
        if self.cell is None:
            raise ValueError(f"session {self.session} is dropped")
        return self.cell

    @property
    def owner(self) -> str:
        """The doctor whose session it is in the template; the doctor who holds it where nobody else is named."""
        return self.was_doctor or self.doctor

    @property
    def tickets(self) -> int:
        """Tickets of all its blocks."""
        return sum(block.tickets for block in self.blocks)


def session_hours(scenario: Scenario, session: Session) -> Hours:
    """Return the hours of a session that takes place; raises ValueError for a dropped one."""
    clinics = (block.clinic for block in session.blocks)
    return scenario.session_hours(session.origin, session.at, clinics)


def session_key(week: Week, doctor: str, cell: Cell, *, added: bool, part: int = 0) -> str:
    """Return the identity of a session: its doctor and its cell in the template, or the cell it was added at.

    The second of a doctor's sessions at one cell, which is `part` 1, has `.2` behind it.
    """
    return f"{week}.{doctor}.{cell.key}{'.new' if added else ''}{f'.{part + 1}' if part else ''}"


def with_parts(scenario: Scenario, sessions: Iterable[Session]) -> tuple[Session, ...]:
    """Return sessions whose `part` is not known with that of the template's session that serves their clinics."""
    return tuple(_with_part(scenario, session) for session in sessions)


def _with_part(scenario: Scenario, session: Session) -> Session:
    if session.was is None:
        return session
    clinics = {block.clinic for block in session.blocks}
    part = scenario.part_of(session.owner, session.was, clinics)
    return replace(session, part=part) if part else session


@dataclass(frozen=True)
class Roster:
    """All sessions of the planned week, sorted by identity; `held` are those that take place."""

    sessions: tuple[Session, ...]

    @cached_property
    def held(self) -> tuple[Session, ...]:
        """Sessions that take place."""
        return tuple(session for session in self.sessions if session.cell is not None)

    @cached_property
    def changed(self) -> tuple[Session, ...]:
        """Sessions moved, covered, added or dropped."""
        return tuple(session for session in self.sessions if session.change is not Change.KEPT)

    def with_rooms(self, rooms: dict[str, str]) -> Roster:
        """Return the roster with the room of each session, by session identity."""
        return Roster(tuple(replace(s, room=rooms.get(s.session, "")) for s in self.sessions))


def template_roster(scenario: Scenario, *, stopped: bool = True) -> Roster:
    """Return the template's week as it stands: the week before any change; without `stopped`, as it was run."""
    return Roster(
        tuple(
            Session(
                session_key(scenario.week, s.doctor, s.cell, added=False, part=s.part),
                s.doctor,
                s.cell,
                s.blocks,
                s.cell,
                s.room,
                part=s.part,
            )
            for s in scenario.standing
            if stopped or not s.stopped
        )
    )


@dataclass(frozen=True)
class Slot:
    """A piece of a session with the tickets of one clinic; `starts` are the minutes at which they begin.

    `reserved` is what a slots table says its partner channel holds (none: it says nothing).
    """

    slot: str
    session: str
    date: dt.date
    window: Window
    clinic: str
    doctor: str
    room: str
    tickets: int
    starts: tuple[int, ...] = ()
    reserved: int | None = None


@dataclass(frozen=True)
class Holding:
    """Tickets of a slot in one channel; `holder` names a partner, or nobody in particular.

    Claims open at `opens_at`; unclaimed tickets go to the channel `falls_back_to` at `falls_back_at` (none: they
    stay; both or neither are given). Times are Beijing time (+08:00). `claimed` of the tickets are taken: a plan knows of
    none, the ledger does. `numbers` are those of the tickets in their slot, the claimed ones first: a plan leaves them
    open (none), and a week published before tickets had numbers has none of them (empty).
    """

    slot: str
    channel: Channel
    holder: str
    tickets: int
    opens_at: dt.datetime
    falls_back_at: dt.datetime | None = None
    falls_back_to: Channel | None = None
    claimed: int = 0
    numbers: tuple[int, ...] | None = None

    @property
    def free(self) -> int:
        """The tickets that nobody has claimed."""
        return self.tickets - self.claimed

    @property
    def free_and_claimed(self) -> Sequence[Holding]:
        """The tickets that are free, and apart from them those that are claimed: these fall back no more."""
        first, then = (
            (None, None)
            if self.numbers is None
            else (self.numbers[: self.claimed], self.numbers[self.claimed :])
        )
        free = replace(self, tickets=self.free, claimed=0, numbers=then)
        taken = replace(self, tickets=self.claimed, falls_back_at=None, falls_back_to=None, numbers=first)
        return [one for one in (free, taken) if one.tickets]


@dataclass(frozen=True)
class Crowded:
    """A slot that asks for more patients an hour than the doctor's consultation minutes allow."""

    session: str
    date: dt.date
    half: Half
    window: Window
    doctor: str
    tickets: int
    most: int


@dataclass(frozen=True)
class Plan:
    """A roster with its slots and channels: everything that is published."""

    roster: Roster
    slots: tuple[Slot, ...] = ()
    holdings: tuple[Holding, ...] = ()
    crowded: tuple[Crowded, ...] = field(default=())


def with_named_rooms(scenario: Scenario, plan: Plan) -> Plan:
    """Return the plan as people outside see it: a room that an import made up is none, in sessions and slots."""

    def room(name: str, clinic: str) -> str:
        known = scenario.clinic_of.get(clinic)
        return "" if known is not None and is_placeholder(name, known.pool) else name

    sessions = (replace(s, room=room(s.room, min(s.blocks).clinic)) for s in plan.roster.sessions)
    slots = (replace(slot, room=room(slot.room, slot.clinic)) for slot in plan.slots)
    return replace(plan, roster=Roster(tuple(sessions)), slots=tuple(slots))
