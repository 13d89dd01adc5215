"""What a plan says, indexed by the places that rules speak of; any plan that can be read can be indexed."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from scheduler.check.places import cell_key, place
from scheduler.check.violation import Violation
from scheduler.clock import Cell, DayKind, Half
from scheduler.policy import ChangesPolicy
from scheduler.roster import Channel, Plan, Session, Slot
from scheduler.rules import Strictness
from scheduler.scenario import Block, Scenario
from scheduler.words import Message

_Key = TypeVar("_Key", bound=Hashable)
_HALF_ORDER = {half: order for order, half in enumerate(Half)}


@dataclass(frozen=True)
class Held:
    """A session that takes place, with what the rules ask of it.

    `pool` and `specialty` are those of its first block's clinic, blocks sorted by clinic ("" where the
    hospital knows no such clinic). `rank` is the doctor's level as a number, -1 for an unknown doctor.
    `morning` and `afternoon` tell its side of the ratios; on weekends and closed days it has none.
    """

    session: str
    doctor: str
    cell: Cell
    was: Cell | None
    room: str
    blocks: tuple[Block, ...]
    pool: str
    specialty: str
    rank: int
    expert: bool
    morning: bool
    afternoon: bool


class Facts:
    """A scenario and a plan, indexed; every index is made when first asked for and has a fixed order."""

    def __init__(self, scenario: Scenario, plan: Plan) -> None:
        self.scenario = scenario
        self.plan = plan

    def violation(
        self, rule: str, at: str, amount: int, sentence: Message, *, hard: bool | None = None
    ) -> Violation:
        """Return the violation, hard where the scenario holds the rule hard unless `hard` says otherwise."""
        if hard is None:
            hard = self.scenario.strictness(rule) is Strictness.HARD
        return Violation(rule, at, amount, sentence, hard)

    def place(self, doctor: str, cell: Cell, *more: str) -> str:
        """Return the key of a doctor's half-day: doctor, then half-day, then what is inside it."""
        return place(doctor, cell_key(self.scenario.week, cell), *more)

    @cached_property
    def held(self) -> tuple[Held, ...]:
        """Sessions that take place, by half-day, doctor and identity."""
        return tuple(self._seen(session) for session in sorted(self.plan.roster.held, key=_session_order))

    def _seen(self, session: Session) -> Held:
        scenario, cell, blocks = self.scenario, session.at, tuple(sorted(session.blocks))
        clinic = scenario.clinic_of.get(blocks[0].clinic) if blocks else None
        doctor = scenario.doctor_of.get(session.doctor)
        working = cell.date in self.working_dates
        afternoons = self._afternoon_halves
        return Held(
            session=session.session,
            doctor=session.doctor,
            cell=cell,
            was=session.was,
            room=session.room,
            blocks=blocks,
            pool="" if clinic is None else clinic.pool,
            specialty="" if clinic is None else clinic.specialty,
            rank=-1 if doctor is None else doctor.level.rank,
            expert=doctor is not None and scenario.is_expert(doctor.level),
            morning=working and cell.half is Half.AM,
            afternoon=working and cell.half in afternoons,
        )

    @cached_property
    def _afternoon_halves(self) -> frozenset[Half]:
        evening_too = self.scenario.policy.ratio.evening == "as_afternoon"
        return frozenset({Half.PM, Half.EVE} if evening_too else {Half.PM})

    @cached_property
    def working_dates(self) -> frozenset[dt.date]:
        """Dates of the week that are working days."""
        return frozenset(self.scenario.working_dates)

    @cached_property
    def weekend_dates(self) -> frozenset[dt.date]:
        """Dates of the week that are weekend days, adjusted working days left out."""
        return frozenset(day.date for day in self.scenario.days if day.kind is DayKind.WEEKEND)

    @cached_property
    def by_doctor(self) -> dict[str, list[Held]]:
        """Held sessions of each doctor that has one."""
        return _grouped(self.held, lambda held: held.doctor)

    @cached_property
    def by_doctor_cell(self) -> dict[tuple[str, Cell], list[Held]]:
        """Held sessions of each doctor at each half-day."""
        return _grouped(self.held, lambda held: (held.doctor, held.cell))

    @cached_property
    def by_doctor_date_pool(self) -> dict[tuple[str, dt.date, str], list[Held]]:
        """Held sessions of each doctor on each date in each room pool."""
        return _grouped(self.held, lambda held: (held.doctor, held.cell.date, held.pool))

    @cached_property
    def by_pool_cell(self) -> dict[tuple[str, Cell], list[Held]]:
        """Held sessions of each room pool at each half-day."""
        return _grouped(self.held, lambda held: (held.pool, held.cell))

    @cached_property
    def by_clinic_cell(self) -> dict[tuple[str, Cell], list[Held]]:
        """Held sessions with a block of each clinic at each half-day, each session once."""
        found: dict[tuple[str, Cell], list[Held]] = defaultdict(list)
        for held in self.held:
            for clinic in {block.clinic for block in held.blocks}:
                found[clinic, held.cell].append(held)
        return dict(found)

    @cached_property
    def by_specialty_date(self) -> dict[tuple[str, dt.date], list[Held]]:
        """Held sessions of each known specialty on each working date."""
        known = (held for held in self.held if held.specialty and held.cell.date in self.working_dates)
        return _grouped(known, lambda held: (held.specialty, held.cell.date))

    @cached_property
    def matches(self) -> dict[tuple[str, Cell], Held]:
        """The held session of each standing one, by the standing session's doctor and half-day.

        Where several claim the same standing session, the one that stays put has it, then the cheapest move.
        """
        prices = self.scenario.policy.changes
        found: dict[tuple[str, Cell], Held] = {}
        for (doctor, cell), claims in _claims(self.held).items():
            if (doctor, cell) in self._standing_cells:
                found[doctor, cell] = min(claims, key=lambda held: _move_order(prices, cell, held))
        return found

    @cached_property
    def _standing_cells(self) -> frozenset[tuple[str, Cell]]:
        return frozenset((standing.doctor, standing.cell) for standing in self.scenario.standing)

    @cached_property
    def added(self) -> tuple[Held, ...]:
        """Held sessions that are no standing session's."""
        matched = {id(held) for held in self.matches.values()}
        return tuple(held for held in self.held if id(held) not in matched)

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """Slots in the order of time."""
        return tuple(sorted(self.plan.slots, key=_slot_order))

    @cached_property
    def slots_of(self) -> dict[str, dict[str, list[Slot]]]:
        """Slots by session and clinic, in the order of time."""
        found: dict[str, dict[str, list[Slot]]] = defaultdict(lambda: defaultdict(list))
        for slot in self.slots:
            found[slot.session][slot.clinic].append(slot)
        return {session: dict(clinics) for session, clinics in found.items()}

    @cached_property
    def channelled(self) -> Counter[str]:
        """Tickets in all channels together, by slot."""
        found: Counter[str] = Counter()
        for holding in self.plan.holdings:
            found[holding.slot] += holding.tickets
        return found

    @cached_property
    def reserved(self) -> Counter[str]:
        """Tickets in the partner channel, by slot."""
        found: Counter[str] = Counter()
        for holding in self.plan.holdings:
            if holding.channel is Channel.PARTNER:
                found[holding.slot] += holding.tickets
        return found


def move_points(prices: ChangesPolicy, was: Cell, cell: Cell) -> int:
    """Return the points that a session of `was` held at `cell` costs."""
    if cell == was:
        return 0
    return prices.same_date if cell.date == was.date else prices.other_date


def _move_order(prices: ChangesPolicy, was: Cell, held: Held) -> tuple[bool, int]:
    return (held.cell != was, move_points(prices, was, held.cell))


def _claims(sessions: Iterable[Held]) -> dict[tuple[str, Cell], list[Held]]:
    found: dict[tuple[str, Cell], list[Held]] = defaultdict(list)
    for held in sessions:
        if held.was is not None:
            found[held.doctor, held.was].append(held)
    return found


def _grouped(sessions: Iterable[Held], key: Callable[[Held], _Key]) -> dict[_Key, list[Held]]:
    found: dict[_Key, list[Held]] = defaultdict(list)
    for held in sessions:
        found[key(held)].append(held)
    return dict(found)


def _cell_order(cell: Cell | None) -> tuple[int, int]:
    # Numbers, not cells: comparing cells one by one is most of the time of sorting a real week.
    return (0, 0) if cell is None else (cell.date.toordinal(), _HALF_ORDER[cell.half])


def _session_order(session: Session) -> tuple[Any, ...]:
    blocks = sorted((block.clinic, block.tickets) for block in session.blocks)
    return (
        _cell_order(session.cell),
        session.doctor,
        session.session,
        _cell_order(session.was),
        session.room,
        blocks,
    )


def _slot_order(slot: Slot) -> tuple[Any, ...]:
    return (slot.date.toordinal(), slot.window.start, slot.window.end, slot.slot, slot.tickets, slot.session)
