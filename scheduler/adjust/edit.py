"""A plan edited by hand: what a few sessions put elsewhere change in every rule, without checking the plan anew."""

from __future__ import annotations

from collections import ChainMap, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

from scheduler.adjust.exchange import as_planned, differing_rows, exchange_rows, same_rows
from scheduler.check.standings import Effect, Standings
from scheduler.clock import Cell
from scheduler.errors import Problem, SettingError, Suggestions, Where
from scheduler.reserve.layout import Bases, Parts, channels, lay_out
from scheduler.reserve.partners import give_to_partners
from scheduler.reserve.slots import cut_sessions
from scheduler.roster import Channel, Holding, Plan, Roster, Session, Slot, session_key
from scheduler.scenario.rows import Block
from scheduler.scenario.week import Scenario
from scheduler.words import message

_Key = TypeVar("_Key")
_Row = TypeVar("_Row")


@dataclass(frozen=True)
class Move:
    """A session put to another half-day or room, given to another doctor, or of other tickets; what is None stays.

    With another half-day and no room named, the session keeps its room where that is open and free there, else
    takes the first one of its pool that is; where none is, it keeps its own.
    """

    session: str
    cell: Cell | None = None
    room: str | None = None
    doctor: str | None = None
    blocks: tuple[Block, ...] | None = None


@dataclass(frozen=True)
class Drop:
    """A session that is not held; one that the template does not have is gone."""

    session: str


@dataclass(frozen=True)
class Add:
    """A session that the template does not have, in the room named, or else the first free one of its pool."""

    doctor: str
    cell: Cell
    blocks: tuple[Block, ...]
    room: str | None = None


Edit = Move | Drop | Add

_Sessions = ChainMap[str, Session]
"""Sessions by identity: the edited ones, and behind them the plan's."""


@dataclass(frozen=True)
class Edited:
    """A plan with edits applied: the edited sessions as they become, sorted by identity, and what rules gain or lose."""

    plan: Plan
    sessions: tuple[Session, ...]
    effect: Effect


class Draft:
    """A plan that is being edited; it is checked as a whole once, when its rules are first asked for.

    Doctors and clinics of the plan and of every edit are the scenario's.
    """

    def __init__(self, scenario: Scenario, plan: Plan) -> None:
        self._scenario, self._plan = scenario, plan
        has_slots = bool(plan.slots) or not plan.roster.held
        has_channels = has_slots and (bool(plan.holdings) or not any(slot.tickets for slot in plan.slots))
        self._published = has_slots, has_channels
        self._sessions = {s.session: s for s in plan.roster.sessions}
        self._at = _by_key((session.at, session.session) for session in plan.roster.held)
        self._slots = _by_key((slot.session, slot) for slot in plan.slots)
        self._holdings = _by_key((holding.slot, holding) for holding in plan.holdings)
        self._bases = Bases.of(scenario)
        shared = (slot for slot in plan.slots if self._bases.any_of(slot))
        self._lines = _by_key((scenario.clinic_of[slot.clinic].specialty, slot) for slot in shared)

    @cached_property
    def _standings(self) -> Standings:
        return Standings(self._scenario, self._plan)

    @property
    def units(self) -> Mapping[str, int]:
        """The units of every rule in the plan."""
        return self._standings.units

    def sessions(self, edits: Iterable[Edit]) -> tuple[Session, ...]:
        """Return the edited sessions as they become, one edit after the other, sorted by identity.

        A session that leaves its half-day by any of the edits is in nobody's way there. Raises SettingError with every
        session and doctor that is unknown.
        """
        edits = tuple(edits)
        problems = [*self._unknown(edits)]
        if problems:
            raise SettingError(problems)
        changed: dict[str, Session] = {}
        leaving = {edit.session for edit in edits if isinstance(edit, Move) and edit.cell is not None}
        for edit in edits:
            edited = self._edited(edit, _Sessions(changed, self._sessions), leaving - changed.keys())
            changed[edited.session] = edited
        return tuple(changed[key] for key in sorted(changed))

    def apply(self, edits: Iterable[Edit]) -> Edited:
        """Return the plan with the edits applied, and their effect.

        An edit that takes back what one has changed in a plan gives that plan again, with all partners' tickets where
        they were. Raises SettingError with every session and doctor that is unknown.
        """
        come = self.sessions(edits)
        gone_rows, come_rows = self._undone(come) or self._exchange(come)
        plan = exchange_rows(self._plan, gone_rows, come_rows)
        return Edited(plan, come, self._standings.effect(gone_rows, come_rows))

    def exchange(self, edits: Iterable[Edit]) -> tuple[Plan, Plan]:
        """Return the rows of the plan that go, and those that come in their place.

        An edited session is cut into slots anew. Where the plan has channels, they are laid out anew along the week for
        the specialties whose tickets it carries, before or after; other sessions' slots keep theirs where they come
        out the same. A plan without slots, or without channels, gets none.
        """
        return self._exchange(self.sessions(edits))

    def _exchange(self, edited: Sequence[Session]) -> tuple[Plan, Plan]:
        gone = tuple(self._sessions[s.session] for s in edited if s.session in self._sessions)
        # What the template never had leaves nothing behind.
        come = tuple(s for s in edited if s.cell is not None or s.was is not None)
        has_slots, has_channels = self._published
        old = tuple(slot for session in gone for slot in self._slots.get(session.session, ()))
        new = cut_sessions(self._scenario, Roster(come)) if has_slots else ()
        if not has_channels:
            return Plan(Roster(gone), old), Plan(Roster(come), new)
        lost, cut, parts = self._refilled(edited, old, new)
        held = tuple(holding for slot in lost for holding in self._holdings.get(slot.slot, ()))
        filled = tuple(h for slot in cut for h in channels(self._bases, slot, parts.get(slot.slot, {})))
        return Plan(Roster(gone), lost, held), Plan(
            Roster(come), cut, self._with_partners(edited, cut, filled)
        )

    def _undone(self, edited: Sequence[Session]) -> tuple[Plan, Plan] | None:
        """Return the exchange that takes back earlier edits, None where these edits take back nothing.

        What was before is taken for what planning the edited week would give. It was indeed where these sessions, put
        back as they are now, make this very plan of it.
        """
        if not all(self._published):
            return None
        after = exchange_rows(self._plan, *self._exchange(edited))
        # A session that goes altogether is in neither roster afterwards: it is looked at as it was, too.
        sessions = (*edited, *(self._sessions[s.session] for s in edited if s.session in self._sessions))
        clinics = {block.clinic for session in sessions for block in session.blocks}
        specialties = {self._scenario.clinic_of[clinic].specialty for clinic in clinics}
        before = as_planned(self._scenario, after, specialties, self._bases)
        if before == after:
            return None
        draft = Draft(self._scenario, before)
        now = [self._sessions.get(s.session) or replace(s, cell=None, room="") for s in edited]
        again = exchange_rows(before, *draft._exchange(now))
        return differing_rows(self._plan, before) if same_rows(again, self._plan) else None

    def _with_partners(
        self, edited: Sequence[Session], cut: Sequence[Slot], filled: Sequence[Holding]
    ) -> tuple[Holding, ...]:
        """Return what channels of the slots that come hold, with partners; all other slots keep theirs."""
        keys, sessions = {slot.slot for slot in cut}, {session.session for session in edited}
        clinics = self._scenario.clinic_of
        specialties = sorted({clinics[slot.clinic].specialty for slot in cut})
        line = [s for key in specialties for s in self._lines.get(key, ()) if s.session not in sessions]
        rest = [slot for slot in line if slot.slot not in keys]
        stay = [holding for slot in rest for holding in self._holdings.get(slot.slot, ())]
        roster = Roster((*edited, *(self._sessions[key] for key in sorted({s.session for s in line}))))
        unchanged = frozenset(slot.slot for slot in rest)
        shared = give_to_partners(self._scenario, roster, (*cut, *rest), (*stay, *filled), kept=unchanged)
        return tuple(holding for holding in shared.holdings if holding.slot in keys)

    def _refilled(
        self, edited: Sequence[Session], old: Sequence[Slot], new: Sequence[Slot]
    ) -> tuple[tuple[Slot, ...], tuple[Slot, ...], Mapping[str, Parts]]:
        """Return the slots that go and those that come, `old` and `new` ones among them, and what channels hold."""
        keys = {session.session for session in edited}
        clinics = self._scenario.clinic_of
        shared = (slot for slot in (*old, *new) if self._bases.any_of(slot))
        specialties = sorted({clinics[slot.clinic].specialty for slot in shared})
        line = [s for key in specialties for s in self._lines.get(key, ()) if s.session not in keys]
        others = {slot.session: self._sessions[slot.session] for slot in line}
        parts = lay_out(self._bases, Roster((*edited, *others.values())), (*new, *line))
        moved = [slot for slot in line if self._parts(slot) != parts[slot.slot]]
        filled = (
            replace(slot, reserved=parts.get(slot.slot, {}).get(Channel.PARTNER, 0))
            for slot in (*new, *moved)
        )
        return (*old, *moved), tuple(filled), parts

    def _parts(self, slot: Slot) -> Parts:
        parts: dict[Channel, int] = defaultdict(int)
        for holding in self._holdings.get(slot.slot, ()):
            if holding.channel is not Channel.PUBLIC and holding.tickets:
                parts[holding.channel] += holding.tickets
        return parts

    def effect(self, edits: Iterable[Edit]) -> Effect:
        """Return what the edits change together; exactly the difference of two checks of the whole plan."""
        return self._standings.effect(*self.exchange(edits))

    def _edited(self, edit: Edit, now: _Sessions, leaving: Set[str]) -> Session:
        match edit:
            case Drop():
                return replace(now[edit.session], cell=None, room="")
            case Add():
                return self._added(edit, now, leaving)
            case Move():
                return self._moved(edit, now, leaving)

    def _added(self, edit: Add, now: _Sessions, leaving: Set[str]) -> Session:
        key = session_key(self._scenario.week, edit.doctor, edit.cell, added=True)
        free, copy = key, 2
        while free in now:
            free, copy = f"{key}{copy}", copy + 1
        session = Session(free, edit.doctor, edit.cell, tuple(sorted(edit.blocks)), None)
        return replace(session, room=self._room(session, now, leaving) if edit.room is None else edit.room)

    def _moved(self, edit: Move, now: _Sessions, leaving: Set[str]) -> Session:
        session = now[edit.session]
        if edit.blocks is not None:
            session = replace(session, blocks=tuple(sorted(edit.blocks)))
        if edit.cell is not None:
            session = replace(session, cell=edit.cell)
        if edit.doctor is not None:
            session = _given_to(session, edit.doctor)
        if edit.room is not None:
            return replace(session, room=edit.room)
        return session if edit.cell is None else replace(session, room=self._room(session, now, leaving))

    def _room(self, session: Session, now: _Sessions, leaving: Set[str]) -> str:
        """Return the room of a session that has come to its half-day: its own or the first of its pool, if free."""
        pool = self._pool(session)
        near = {*self._at.get(session.at, ()), *now.maps[0]} - {session.session} - leaving
        others = (now[key] for key in near if now[key].cell == session.cell)
        taken = {other.room for other in others if self._pool(other) == pool}
        rooms = self._scenario.rooms_of.get(pool, ())
        free = [room.room for room in rooms if room.open_at(session.at.key) and room.room not in taken]
        return session.room if session.room in free or not free else free[0]

    def _pool(self, session: Session) -> str:
        return self._scenario.clinic_of[min(session.blocks).clinic].pool

    def _unknown(self, edits: Iterable[Edit]) -> Iterator[Problem]:
        where = Where(field="edit")
        sessions, doctors = Suggestions(self._sessions), Suggestions(self._scenario.doctor_of)
        for edit in edits:
            if not isinstance(edit, Add) and edit.session not in self._sessions:
                wrong = message("there is no such session")
                yield Problem(where, wrong, sessions.remedy(edit.session), edit.session)
            doctor = None if isinstance(edit, Drop) else edit.doctor
            if doctor is not None and doctor not in self._scenario.doctor_of:
                wrong = message("the scenario does not know this doctor")
                yield Problem(where, wrong, doctors.remedy(doctor), doctor)


def _given_to(session: Session, doctor: str) -> Session:
    """Return the session held by `doctor`; with whose it was where the template's doctor is another one."""
    covered = session.was is not None and session.owner != doctor
    return replace(session, doctor=doctor, was_doctor=session.owner if covered else "")


def _by_key(pairs: Iterable[tuple[_Key, _Row]]) -> Mapping[_Key, Sequence[_Row]]:
    rows_by_key: dict[_Key, list[_Row]] = defaultdict(list)
    for key, row in pairs:
        rows_by_key[key].append(row)
    return dict(rows_by_key)
