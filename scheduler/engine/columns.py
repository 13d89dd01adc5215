"""The choices of a week as columns: each one a doctor's session at a cell, kept, moved, added or dropped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from scheduler.clock import Cell, Half
from scheduler.engine.program import Flags, Ints
from scheduler.rules import Strictness
from scheduler.scenario import Block, Scenario, Standing

NOWHERE = -1
"""Cell of a dropped session, and origin of an added one."""


@dataclass(frozen=True)
class Index:
    """The scenario's names as numbers, in sorted order."""

    scenario: Scenario
    cells: tuple[Cell, ...]
    doctors: tuple[str, ...]
    pools: tuple[str, ...]
    specialties: tuple[str, ...]

    @classmethod
    def of(cls, scenario: Scenario) -> Index:
        """Number the names of `scenario`."""
        return cls(scenario, scenario.cells, tuple(scenario.doctor_of), scenario.pools, scenario.specialties)

    @cached_property
    def cell_number(self) -> dict[Cell, int]:
        """Numbers of cells."""
        return {cell: number for number, cell in enumerate(self.cells)}

    @cached_property
    def doctor_number(self) -> dict[str, int]:
        """Numbers of doctors."""
        return {doctor: number for number, doctor in enumerate(self.doctors)}

    @cached_property
    def pool_number(self) -> dict[str, int]:
        """Numbers of room pools."""
        return {pool: number for number, pool in enumerate(self.pools)}

    @cached_property
    def specialty_number(self) -> dict[str, int]:
        """Numbers of specialties."""
        return {specialty: number for number, specialty in enumerate(self.specialties)}

    @cached_property
    def wanted(self) -> tuple[str, ...]:
        """Clinics that some demand row speaks of, sorted."""
        return tuple(sorted({row.clinic for row in self.scenario.demand}))


@dataclass(frozen=True)
class Columns:
    """The choices: `table` has a row a column, `groups` the template sessions of which exactly one choice is taken.

    The table's fields: group (NOWHERE for an added session), doctor, cell (NOWHERE: dropped), pool, specialty,
    expert, level, work (number of the clinics served, see `works`), origin (cell in the template or NOWHERE),
    points (of rule changes), changed, away, unapproved, unpinned (units of the soft rules of that name),
    upper (how many times the column may be taken: 1, or more once doctors are taken together).
    """

    index: Index
    table: pd.DataFrame
    works: tuple[tuple[Block, ...], ...]
    standing: tuple[Standing, ...]
    group_sizes: Ints

    def __len__(self) -> int:
        return len(self.table)

    def array(self, name: str) -> Ints:
        """Return one field of all columns."""
        return self.table[name].to_numpy(dtype=np.int64)

    def chosen(self, keep: Flags) -> Columns:
        """Return these columns without those not kept."""
        return replace(self, table=self.table[keep].reset_index(drop=True))


_FIELDS = (
    "group",
    "doctor",
    "cell",
    "pool",
    "specialty",
    "expert",
    "level",
    "work",
    "origin",
    "points",
    "changed",
    "away",
    "unapproved",
    "unpinned",
)


class _Writer:
    """Collects the rows of the table; knows what every choice costs."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.scenario = index.scenario
        self.rows: list[tuple[int, ...]] = []
        self.works: dict[tuple[Block, ...], int] = {}
        self._closed = self.scenario.strictness("availability") is Strictness.HARD
        self._strict = self.scenario.strictness("eligible") is Strictness.HARD
        self._pinning = self.scenario.strictness("pinned") is Strictness.HARD
        self._single = self.scenario.strictness("one_place") is Strictness.HARD

    def standing(self, group: int, session: Standing, taken: frozenset[Cell]) -> None:
        """Write the choices of one session of the template; `taken` are cells that pinned sessions hold."""
        unapproved = _unapproved(self.scenario, session.doctor, session.blocks)
        free = not session.pinned or not self._pinning
        if not (self._strict and unapproved):
            for cell in self._reach(session.doctor, session.cell) if free else (session.cell,):
                if cell == session.cell or not (self._single and cell in taken):
                    self._write(group, session, cell, unapproved)
        if free:
            self._write(group, session, None, 0)

    def _reach(self, doctor: str, own: Cell) -> Iterator[Cell]:
        cells = self.scenario.open_cells(doctor)
        if not self._closed:
            working = self.scenario.working_dates
            cells = (
                cells
                | {c for c in self.scenario.cells if c.date in working and c.half is not Half.EVE}
                | {own}
            )
        yield from sorted(cells)

    def _write(self, group: int, session: Standing, cell: Cell | None, unapproved: int) -> None:
        points = self._points(session.cell, cell)
        away = cell is not None and cell not in self.scenario.open_cells(session.doctor)
        if away and self._closed:
            return
        moved = cell != session.cell
        origin = self.index.cell_number[session.cell]
        self._row(
            group,
            session.doctor,
            cell,
            session.blocks,
            origin,
            points,
            moved,
            away,
            unapproved,
            session.pinned and moved,
        )

    def added(self, doctor: str, cell: Cell, block: Block, unapproved: int) -> None:
        """Write the choice of a session that the template does not have."""
        counts = bool(self.scenario.template)
        points = self.scenario.policy.changes.add if counts else 0
        away = cell not in self.scenario.open_cells(doctor)
        self._row(NOWHERE, doctor, cell, (block,), NOWHERE, points, counts, away, unapproved, False)

    def _points(self, was: Cell, now: Cell | None) -> int:
        prices = self.scenario.policy.changes
        if now is None:
            return prices.drop
        if now == was:
            return 0
        return prices.same_date if now.date == was.date else prices.other_date

    def _row(
        self,
        group: int,
        doctor: str,
        cell: Cell | None,
        blocks: tuple[Block, ...],
        origin: int,
        points: int,
        changed: bool,
        away: bool,
        unapproved: int,
        unpinned: bool,
    ) -> None:
        index, level = self.index, self.scenario.doctor_of[doctor].level
        clinic = self.scenario.clinic_of[blocks[0].clinic]
        self.rows.append(
            (
                group,
                index.doctor_number[doctor],
                NOWHERE if cell is None else index.cell_number[cell],
                index.pool_number[clinic.pool],
                index.specialty_number[clinic.specialty],
                int(self.scenario.is_expert(level)),
                level.rank,
                self.works.setdefault(blocks, len(self.works)),
                origin,
                points,
                int(changed),
                int(away),
                unapproved,
                int(unpinned),
            )
        )


def _unapproved(scenario: Scenario, doctor: str, blocks: Sequence[Block]) -> int:
    """Count the blocks that the doctor is not approved for or whose level the doctor does not meet."""
    person = scenario.doctor_of[doctor]
    missing = 0
    for block in blocks:
        clinic = scenario.clinic_of[block.clinic]
        named = block.clinic in person.clinics if person.clinics else clinic.specialty == person.specialty
        missing += not (named and person.level.at_least(clinic.min_level))
    return missing


def all_columns(scenario: Scenario) -> Columns:
    """Return every choice that the scenario's hard rules leave open, one row each, in a fixed order."""
    index = Index.of(scenario)
    writer = _Writer(index)
    pinned: dict[str, set[Cell]] = defaultdict(set)
    for session in scenario.standing:
        if session.pinned and scenario.strictness("pinned") is Strictness.HARD:
            pinned[session.doctor].add(session.cell)
    taken = {doctor: frozenset(cells) for doctor, cells in pinned.items()}
    for group, session in enumerate(scenario.standing):
        writer.standing(group, session, taken.get(session.doctor, frozenset()))
    for doctor, cell, block, unapproved in _additions(index):
        if not (writer._single and cell in taken.get(doctor, frozenset())):
            writer.added(doctor, cell, block, unapproved)
    table = pd.DataFrame(
        np.array(writer.rows, dtype=np.int64).reshape(-1, len(_FIELDS)), columns=list(_FIELDS)
    )
    table["upper"] = 1
    sizes = np.ones(len(scenario.standing), dtype=np.int64)
    return Columns(index, table, tuple(writer.works), scenario.standing, sizes)


def _additions(index: Index) -> Iterator[tuple[str, Cell, Block, int]]:
    """Yield the sessions that demand asks for and somebody could give: doctor, cell, block, units not approved."""
    scenario = index.scenario
    strict = scenario.strictness("eligible") is Strictness.HARD
    closed = scenario.strictness("availability") is Strictness.HARD
    cells_of = {clinic: _asked(scenario, clinic) for clinic in index.wanted}
    staff: dict[str, list[str]] = defaultdict(list)
    for doctor in index.doctors:
        staff[scenario.doctor_of[doctor].specialty].append(doctor)
        for clinic in scenario.doctor_of[doctor].clinics:
            if scenario.clinic_of[clinic].specialty != scenario.doctor_of[doctor].specialty:
                staff[scenario.clinic_of[clinic].specialty].append(doctor)
    for clinic in index.wanted:
        tickets = scenario.clinic_of[clinic].tickets
        block = Block(clinic, scenario.policy.tickets.default if tickets is None else tickets)
        for doctor in sorted(set(staff[scenario.clinic_of[clinic].specialty])):
            unapproved = _unapproved(scenario, doctor, (block,))
            if strict and unapproved:
                continue
            for cell in cells_of[clinic]:
                if not closed or cell in scenario.open_cells(doctor):
                    yield doctor, cell, block, unapproved


def _asked(scenario: Scenario, clinic: str) -> tuple[Cell, ...]:
    """Return the cells that some demand row of the clinic, asking for a session, covers."""
    rows = [row for row in scenario.demand if row.clinic == clinic and row.sessions > 0]
    return tuple(cell for cell in scenario.cells if any(row.covers(cell) for row in rows))
