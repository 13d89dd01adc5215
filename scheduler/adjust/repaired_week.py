"""The repaired week: sessions with the identities they were published under; slots and channels kept where they can be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from operator import attrgetter

from scheduler.adjust.published import PublishedWeek
from scheduler.reserve.layout import hold_tickets
from scheduler.reserve.partners import give_again, give_to_partners
from scheduler.reserve.slots import cut_sessions
from scheduler.roster import Channel, Holding, Plan, Roster, Session, Slot


def as_published(published: PublishedWeek, plan: Plan) -> Plan:
    """Return the published plan as its own template gives it: every session kept. Slots that it lacks are cut."""
    standing = published.session_at.items()
    sessions = [replace(s, was=s.cell, was_doctor="", part=key[2]) for key, s in standing]
    roster = _sorted(sessions)
    if plan.slots and plan.holdings:
        names = {session.session for session in sessions}
        return _only(Plan(roster, plan.slots, plan.holdings), lambda slot: slot.session in names)
    slots, holdings = hold_tickets(published.scenario, roster, cut_sessions(published.scenario, roster))
    return Plan(roster, slots, give_to_partners(published.scenario, roster, slots, holdings).holdings)


@dataclass(frozen=True)
class Exchange:
    """A repaired roster in terms of the published week `before`: what stays of it, what goes and what comes.

    Slots of sessions that do not change stay, and so do their channels, unless a session of the same specialty
    changes: then the reserve is laid out anew from the first date that may change.
    """

    published: PublishedWeek
    before: Plan
    roster: Roster

    @cached_property
    def after(self) -> Plan:
        """The repaired plan; its changes are those against the published week."""
        touched = {slot.slot for slot in self.part.slots}
        rest = [slot for slot in self.before.slots if slot.slot not in touched]
        others = [holding for holding in self.before.holdings if holding.slot not in touched]
        return _in_order(self._sessions.values(), (*rest, *self._made.slots), (*others, *self._made.holdings))

    @cached_property
    def part(self) -> Plan:
        """The published week with the slots of only those specialties that the repair touches: enough to check it."""
        touched = self._touched(self._differing)
        sessions = {s.session for s in self.before.roster.sessions if touched & self._specialties([s])}
        return _only(self.before, lambda slot: slot.session in sessions)

    @property
    def gone(self) -> Plan:
        """The rows of `part` that are no more."""
        known = {session.session: session for session in self.before.roster.sessions}
        return _without(self.part, self._made, (known[key] for key in self._differing if key in known))

    @property
    def come(self) -> Plan:
        """The rows that are new."""
        return _without(self._made, self.part, self._differing.values())

    @cached_property
    def _sessions(self) -> dict[str, Session]:
        return {s.session: s for s in _identified(self.published, self.roster)}

    @cached_property
    def _differing(self) -> dict[str, Session]:
        """Sessions that are not as they were, be it only their room, by identity."""
        known = {session.session: session for session in self.before.roster.sessions}
        return {key: s for key, s in self._sessions.items() if known.get(key) != s}

    def _touched(self, keys: Container[str]) -> set[str]:
        """Return the specialties of these sessions, as they were and as they are."""
        sessions = (*self.before.roster.sessions, *self._sessions.values())
        return self._specialties(s for s in sessions if s.session in keys)

    def _specialties(self, sessions: Iterable[Session]) -> set[str]:
        clinics = self.published.base.clinic_of
        return {clinics[block.clinic].specialty for session in sessions for block in session.blocks}

    @cached_property
    def _made(self) -> Plan:
        """All sessions, and the slots and channels that `part` has after the repair."""
        scenario, whole = self.published.scenario, _sorted(self._sessions.values())
        known = {session.session: session for session in self.before.roster.sessions}
        changed = {key: s for key, s in self._differing.items() if not _stays(known.get(key), s)}
        rooms = {s.session: s.room for s in whole.sessions if s.session not in changed}
        same = [replace(s, room=rooms[s.session]) for s in self.part.slots if s.session in rooms]
        cut = cut_sessions(scenario, Roster(tuple(changed.values())))
        reserved = self._reserved(same, self._touched(changed))
        slots, holdings = hold_tickets(scenario, whole, (*same, *cut), held=reserved, kept=self.part.holdings)
        old = (holding for holding in self.part.holdings if holding.slot in reserved)
        stay = frozenset(slot.slot for slot in same)
        shared = give_again(scenario, whole, slots, (*old, *holdings), self.part.holdings, stay)
        return Plan(whole, slots, shared)

    def _reserved(self, slots: Iterable[Slot], changed: set[str]) -> Mapping[str, int]:
        """Return what slots reserve that are past, or of a specialty in which no session changes."""
        clinics = self.published.base.clinic_of
        reserved: Counter[str] = Counter()
        for holding in self.part.holdings:
            if holding.channel is Channel.PARTNER:
                reserved[holding.slot] += holding.tickets
        return {
            slot.slot: reserved[slot.slot]
            for slot in slots
            if slot.date < self.published.since or clinics[slot.clinic].specialty not in changed
        }


def to_publish(published: PublishedWeek, plan: Plan, repaired: Plan) -> Plan:
    """Return the repaired plan as a roster of the hospital's own scenario: `was_*` is the template's again.

    What the repair left out of `plan` is there too; sessions to come of a day that has been closed since are dropped.
    """
    by_key = {session.session: session for session in published.roster.sessions}
    back = [_of_the_template(by_key.get(s.session), s) for s in repaired.roster.sessions]
    rest = [
        session
        if session.cell is None or session.cell.date < published.since
        else replace(session, cell=None, room="")
        for session in published.left_out
    ]
    held = {session.session for session in rest if session.cell is not None}
    if not held:
        return Plan(_sorted((*back, *rest)), repaired.slots, repaired.holdings)
    left = _only(plan, lambda slot: slot.session in held)
    return _in_order((*back, *rest), (*repaired.slots, *left.slots), (*repaired.holdings, *left.holdings))


def _only(plan: Plan, wanted: Callable[[Slot], bool]) -> Plan:
    """Return the plan with these slots only, and what their channels hold."""
    slots = tuple(slot for slot in plan.slots if wanted(slot))
    keys = {slot.slot for slot in slots}
    return Plan(plan.roster, slots, tuple(holding for holding in plan.holdings if holding.slot in keys))


def _in_order(sessions: Iterable[Session], slots: Iterable[Slot], holdings: Iterable[Holding]) -> Plan:
    return Plan(
        _sorted(sessions),
        tuple(sorted(slots, key=attrgetter("slot"))),
        tuple(sorted(holdings, key=attrgetter("slot", "channel", "holder"))),
    )


def _sorted(sessions: Iterable[Session]) -> Roster:
    return Roster(tuple(sorted(sessions, key=lambda session: session.session)))


def _without(plan: Plan, other: Plan, sessions: Iterable[Session]) -> Plan:
    """Return the slots and holdings of `plan` that `other` does not have, with these sessions."""
    slots, holdings = set(other.slots), set(other.holdings)
    return Plan(
        Roster(tuple(sessions)),
        tuple(slot for slot in plan.slots if slot not in slots),
        tuple(holding for holding in plan.holdings if holding not in holdings),
    )


def _identified(published: PublishedWeek, roster: Roster) -> Iterator[Session]:
    """Yield the sessions under their published identities; added ones get one that nobody has had."""
    taken = {session.session for session in published.roster.sessions}
    for session in roster.sessions:
        if session.was is not None:
            known = published.session_at[session.origin].session
            yield session if known == session.session else replace(session, session=known)
            continue
        key, copy = session.session, 2
        while key in taken:
            key, copy = f"{session.session}{copy}", copy + 1
        taken.add(key)
        yield replace(session, session=key)


def _stays(known: Session | None, session: Session) -> bool:
    """Return whether a session is held as it was; another room alone changes no ticket."""
    return known is not None and session.cell is not None and replace(known, room=session.room) == session


def _of_the_template(known: Session | None, session: Session) -> Session:
    if known is None:
        return session
    same = known.was == session.was and known.part == session.part
    if same and not (known.was_doctor or session.was_doctor):
        return session
    covered = known.was is not None and known.owner != session.doctor
    was_doctor = known.owner if covered else ""
    return replace(session, was=known.was, was_doctor=was_doctor, part=known.part)
