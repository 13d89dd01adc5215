"""The kinds of places that rules speak of: where all of one kind are, and which of them a row of the plan touches."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from scheduler.check import held_sessions as sessions
from scheduler.check.facts import Facts
from scheduler.check.held_sessions import HeldSession
from scheduler.check.violation import Violation
from scheduler.clock import Cell, Half
from scheduler.roster import Holding, Slot
from scheduler.scenario.rows import Origin

_Spot = TypeVar("_Spot", bound=Hashable)


@dataclass(frozen=True)
class Kind(Generic[_Spot]):
    """A kind of place: `every` one of a plan, and those that a held session, a slot or a channel's holding touches.

    A kind of row without a function touches none. Two plans that differ only in some rows are alike at every place
    that none of these rows touches in either plan. This is what lets an edit be checked at a few places.
    """

    every: Callable[[Facts], Iterable[_Spot]]
    of_held: Callable[[Facts, HeldSession], Iterable[_Spot]] | None = None
    of_slot: Callable[[Facts, Slot], Iterable[_Spot]] | None = None
    of_holding: Callable[[Facts, Holding], Iterable[_Spot]] | None = None


@dataclass(frozen=True)
class Part(Generic[_Spot]):
    """A part of a rule's check: a kind of place, and what is wrong `at` one of them."""

    kind: Kind[_Spot]
    at: Callable[[Facts, _Spot], Iterator[Violation]]

    def everywhere(self, facts: Facts) -> Iterator[Violation]:
        """Yield what is wrong at every place of the plan."""
        for spot in self.kind.every(facts):
            yield from self.at(facts, spot)


def _grouped(keys: Callable[[HeldSession], Iterable[_Spot]]) -> Kind[_Spot]:
    return Kind(lambda facts: facts.held.by(keys), lambda facts, held: keys(held))


DOCTOR_CELL = _grouped(sessions.doctor_cell_of)
"""A doctor's half-day."""

DOCTOR_HALVES = Kind[tuple[str, Cell]](
    lambda facts: facts.held.by(sessions.doctor_cell_of),
    lambda facts, held: [
        (held.doctor, Cell(held.cell.date, half)) for half in Half if half >= held.cell.half
    ],
)
"""A doctor's half-day, which sessions of earlier ones of the date may run into."""

POOL_CELL = _grouped(sessions.pool_cell_of)
"""A room pool's half-day."""

DOCTOR_DATE = _grouped(sessions.doctor_date_of)
"""A doctor's date."""

DOCTOR_NIGHT = _grouped(sessions.doctor_night_of)
"""A doctor's night, named by the date before it."""

DOCTOR_DATE_POOL = _grouped(sessions.doctor_date_pool_of)
"""A doctor's date in a room pool."""

SPECIALTY_DATE = _grouped(sessions.specialty_date_of)
"""A specialty's working day."""

RESERVE = Kind[str](
    lambda facts: facts.held.by(sessions.shared_specialties_of),
    lambda facts, held: held.shared,
    lambda facts, slot: _reserves(facts, (slot,)),
    lambda facts, holding: _reserves(facts, facts.slots_named.get(holding.slot, ())),
)
"""A specialty's reserve."""


def _reserves(facts: Facts, slots: Iterable[Slot]) -> Iterator[str]:
    for slot in slots:
        specialty = facts.frame.shared_specialty(slot.clinic)
        if specialty is not None:
            yield specialty


SPECIALTY = Kind[str](
    lambda facts: facts.scenario.specialties,
    lambda facts, held: held.specialties,
    lambda facts, slot: _specialties(facts, (slot,)),
    lambda facts, holding: _specialties(facts, facts.slots_named.get(holding.slot, ())),
)
"""A specialty with its sessions, slots and channels."""


def _specialties(facts: Facts, slots: Iterable[Slot]) -> Iterator[str]:
    for slot in slots:
        clinic = facts.scenario.clinic_of.get(slot.clinic)
        if clinic is not None:
            yield clinic.specialty


PARTNER_SHARES = Kind[str](
    lambda facts: facts.scenario.specialties,
    None,
    lambda facts, slot: _specialty(facts, (slot,)),
    lambda facts, holding: _specialty(facts, facts.slots_named.get(holding.slot, ())),
)
"""A specialty's tickets of the partner channel."""


def _specialty(facts: Facts, slots: Iterable[Slot]) -> Iterator[str]:
    for slot in slots:
        clinic = facts.scenario.clinic_of.get(slot.clinic)
        if clinic is not None:
            yield clinic.specialty


DOCTOR = Kind[str](
    lambda facts: facts.scenario.doctor_of,
    lambda facts, held: [who for who in {held.doctor, held.owner} if who in facts.scenario.doctor_of],
)
"""A doctor's week."""

WORKING_DATE = Kind[dt.date](
    lambda facts: facts.scenario.working_dates, lambda facts, held: sessions.side_date_of(held)
)
"""A working day."""

WEEK = Kind[str](lambda facts: ("week",), lambda facts, held: ("week",))
"""The week as a whole."""


def _origins(facts: Facts) -> Iterable[Origin]:
    return {
        **dict.fromkeys(facts.frame.standing_at),
        **dict.fromkeys(facts.held.by(sessions.doctor_origin_of)),
    }


ORIGIN = Kind[Origin](_origins, lambda facts, held: sessions.doctor_origin_of(held))
"""A doctor's half-day in the template, or none for sessions that are added."""


def _rows_met(facts: Facts, held: HeldSession) -> Iterator[int]:
    for clinic, cell in sessions.clinic_cells_of(held):
        for number, row in facts.frame.demand_of.get(clinic, ()):
            if row.covers(cell):
                yield number


DEMAND_ROW = Kind[int](lambda facts: range(len(facts.scenario.demand)), _rows_met)
"""A row of the demand table, by its number."""

SESSION = Kind[str](
    lambda facts: {
        **dict.fromkeys(facts.held.by(sessions.session_of)),
        **dict.fromkeys(facts.slots_of),
    },
    lambda facts, held: (held.session,),
    lambda facts, slot: (slot.session,),
)
"""A session with its slots."""

SLOT = Kind[str](
    lambda facts: {
        **dict.fromkeys(facts.slots_named),
        **dict.fromkeys(facts.holdings_of),
    },
    of_slot=lambda facts, slot: (slot.slot,),
    of_holding=lambda facts, holding: (holding.slot,),
)
"""A slot with its channels."""
