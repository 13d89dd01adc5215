"""The choices of a week as columns: each one a doctor's session at a cell, kept, moved, added or dropped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any

import numpy as np
import pandas as pd

from scheduler.clock import Cell, Half, Hours
from scheduler.engine.covers import covers_of_leave, list_cover_columns
from scheduler.engine.program import Flags, Ints
from scheduler.rules import Strictness
from scheduler.scenario.policy import ChangesPolicy, RatioPolicy
from scheduler.scenario.rows import Block, StandingSession
from scheduler.scenario.week import Scenario

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

    The table's fields: group (NOWHERE for an added session), doctor (who holds it), owner (whose it is; another
    doctor's only where it is covered), cell (NOWHERE: dropped), pool, specialty, expert, level, work (number of the
    clinics served, see `works`), origin (cell in the template or NOWHERE), points (of rule changes), changed, away,
    unapproved, unpinned (units of the soft rules of that name), upper (how many times the column may be taken: 1, or
    more once doctors are taken together), stands (how many times a published week that is repaired takes it).
    `most_changed` is how many sessions may change, None without such a limit.
    """

    index: Index
    table: pd.DataFrame
    works: tuple[tuple[Block, ...], ...]
    standing: tuple[StandingSession, ...]
    group_sizes: Ints
    most_changed: int | None = None

    def __len__(self) -> int:
        return len(self.table)

    def array(self, name: str) -> Ints:
        """Return one field of all columns."""
        return self.table[name].to_numpy(dtype=np.int64)

    def select(self, mask: Flags) -> Columns:
        """Return the columns under the mask, and always those that a published week takes."""
        selected = mask | (self.array("stands") > 0)
        return replace(self, table=self.table[selected].reset_index(drop=True))


def list_columns(scenario: Scenario, of: Collection[int] | None = None) -> Columns:
    """Return every choice that the scenario's hard rules leave open, one row each, in a fixed order.

    With `of` only those of the template's sessions with these numbers, and no session is added.
    """
    index = Index.of(scenario)
    works: dict[tuple[Block, ...], int] = {}
    facts = _Facts.of(index)
    groups = _Groups.of(facts, works, of)
    parts = [_kept_and_moved(facts, groups), _dropped(facts, groups)]
    if of is None:
        parts.append(list_cover_columns(scenario, scenario.standing, works, covers_of_leave(scenario)))
        parts.append(_added(facts, works))
    return join_columns(index, works, parts)


def column_hours(columns: Columns) -> tuple[Ints, Ints]:
    """Return the minute after midnight at which each choice begins and ends; of one that is not held, any."""
    scenario, cells = columns.index.scenario, columns.index.cells
    hours_of: dict[tuple[int, Half], Hours] = {}

    def hours(group: int, work: int, cell: int) -> Hours:
        half = cells[cell].half
        if group != NOWHERE:
            standing = columns.standing[group]
            if standing.hours is not None and standing.cell.half is half:
                return standing.hours
        if (work, half) not in hours_of:
            hours_of[work, half] = scenario.hours_at(half, columns.works[work][0].clinic)
        return hours_of[work, half]

    names = ("group", "work", "cell")
    own = [hours(*at) for at in zip(*(columns.array(name).tolist() for name in names), strict=True)]
    return np.array([h.start for h in own], dtype=np.int64), np.array([h.end for h in own], dtype=np.int64)


_OF_THE_RATIO = frozenset({"ratio_day", "ratio_specialties", "ratio_target", "ratio_experts"})
"""Rules on counts of sessions: no choice is opened or closed by them, or costs more."""


@dataclass(frozen=True)
class _CachedColumns:
    """Columns with everything of a scenario that they depend on."""

    fields: Mapping[str, Any]
    columns: Columns


_cache: list[_CachedColumns] = []
"""The last columns of `cached_columns`, at most one entry."""


def cached_columns(scenario: Scenario) -> Columns:
    """Return the scenario's columns as `list_columns` does; those of the last one where nothing else has changed.

    A study asks for hundreds of limits of one week, and making the columns takes a third of its solve.
    """
    fields = _fields_of_columns(scenario)
    # Read once: other threads may plan other weeks meanwhile.
    cached = next(iter(_cache), None)
    if cached is None or cached.fields != fields:
        cached = _CachedColumns(fields, list_columns(scenario))
        _cache[:] = [cached]
    columns = cached.columns
    # The table is the caller's own to work on.
    return replace(columns, index=replace(columns.index, scenario=scenario), table=columns.table.copy())


def _fields_of_columns(scenario: Scenario) -> Mapping[str, Any]:
    """Return everything of a scenario that its columns may depend on: all but the ratio, the tiers and the name."""
    fields = {
        name: getattr(scenario, name) for name in type(scenario).model_fields if name not in ("name", "tiers")
    }
    rules = {key: strictness for key, strictness in scenario.rules.items() if key not in _OF_THE_RATIO}
    return {**fields, "rules": rules, "policy": scenario.policy.model_copy(update={"ratio": RatioPolicy()})}


def join_columns(
    index: Index, works: Mapping[tuple[Block, ...], int], parts: Sequence[pd.DataFrame]
) -> Columns:
    """Return the choices of all parts in a fixed order, with what follows from doctor and work.

    A part may leave out owner, upper and stands: its doctors' own sessions, taken once, in no published week.
    """
    scenario = index.scenario
    complete = [_with_defaults(part) for part in parts]
    # Empty frames are left out: they would change the types of the others' columns.
    table = pd.concat([part for part in complete if len(part)] or complete[:1], ignore_index=True)
    clinics = [scenario.clinic_of[work[0].clinic] for work in works]
    table["pool"] = _looked_up([index.pool_number[clinic.pool] for clinic in clinics], table["work"])
    table["specialty"] = _looked_up([index.specialty_number[c.specialty] for c in clinics], table["work"])
    table["level"] = _levels(index, tuple(works), table)
    table["expert"] = (table["level"] >= scenario.policy.experts.from_level.rank).astype(np.int64)
    table = table.sort_values(["group", "doctor", "work", "cell"], kind="stable", ignore_index=True)
    sizes = np.ones(len(scenario.standing), dtype=np.int64)
    return Columns(index, table, tuple(works), scenario.standing, sizes, _most_changed(scenario))


def _levels(index: Index, works: Sequence[tuple[Block, ...]], table: pd.DataFrame) -> Ints:
    """Return the rank of the doctor's level in the session of each choice."""
    scenario = index.scenario
    ranks = _looked_up([scenario.doctor_of[doctor].level.rank for doctor in index.doctors], table["doctor"])
    own = {row.doctor for row in scenario.levels}

    @cache
    def rank_of(doctor: int, work: int) -> int:
        return scenario.session_level(index.doctors[doctor], works[work]).rank

    if own:
        several = np.flatnonzero(table["doctor"].isin([index.doctor_number[doctor] for doctor in own]))
        for place, doctor, work in zip(
            several, table["doctor"].iloc[several], table["work"].iloc[several], strict=True
        ):
            ranks[place] = rank_of(doctor, work)
    return ranks


def _with_defaults(part: pd.DataFrame) -> pd.DataFrame:
    one = np.ones(len(part), dtype=np.int64)
    usual: dict[str, Ints] = {"owner": part["doctor"].to_numpy(np.int64), "upper": one, "stands": 0 * one}
    return part.assign(**{name: value for name, value in usual.items() if name not in part})


def _most_changed(scenario: Scenario) -> int | None:
    if scenario.strictness("changes") is Strictness.HARD:
        return scenario.policy.changes.budget or 0
    return scenario.policy.changes.budget


def booked_points(prices: ChangesPolicy, booked: int) -> int:
    """Return what `booked` tickets of a session add to the points of moving or dropping it."""
    return prices.booked * -(-booked // 10)


def _looked_up(values: Sequence[int], numbers: pd.Series[int]) -> Ints:
    return (
        np.array(values, dtype=np.int64)[numbers.to_numpy()] if len(numbers) else np.zeros(0, dtype=np.int64)
    )


@dataclass(frozen=True)
class _Facts:
    """Who can be where, as tables of doctors (rows) and cells (columns)."""

    index: Index
    open: Flags
    reach: Flags
    taken: Flags

    @classmethod
    def of(cls, index: Index) -> _Facts:
        """Read off the scenario: `open` cells, those to `reach` if need be, and those `taken` by pinned sessions."""
        scenario = index.scenario
        shape = (len(index.doctors), len(index.cells))
        open_, taken = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
        for number, doctor in enumerate(index.doctors):
            open_[number, [index.cell_number[cell] for cell in scenario.open_cells(doctor)]] = True
        if (
            scenario.strictness("pinned") is Strictness.HARD
            and scenario.strictness("one_place") is Strictness.HARD
        ):
            for session in scenario.standing:
                # In a half that can be shared, the rows of one_place say what else has room beside it.
                if session.pinned and session.cell.half not in scenario.shared_halves:
                    taken[index.doctor_number[session.doctor], index.cell_number[session.cell]] = True
        usual = [c.date in scenario.working_dates and c.half is not Half.EVE for c in index.cells]
        closed = scenario.strictness("availability") is Strictness.HARD
        return cls(index, open_, open_ if closed else open_ | np.array(usual, dtype=bool), taken)

    @property
    def scenario(self) -> Scenario:
        """The scenario being planned."""
        return self.index.scenario


@dataclass(frozen=True)
class _Groups:
    """The template's sessions as arrays: doctor, cell, work, blocks not approved, points for tickets booked, and so on."""

    doctor: Ints
    cell: Ints
    work: Ints
    unapproved: Ints
    booked: Ints
    pinned: Flags
    free: Flags
    wanted: Flags

    @classmethod
    def of(
        cls, facts: _Facts, works: dict[tuple[Block, ...], int], numbers: Collection[int] | None
    ) -> _Groups:
        """Read off the template; sessions of these `numbers` are wanted, all of them where none are named."""
        index, standing, prices = facts.index, facts.scenario.standing, facts.scenario.policy.changes
        pinned = np.array([session.pinned for session in standing], dtype=bool)
        return cls(
            np.array([index.doctor_number[session.doctor] for session in standing], dtype=np.int64),
            np.array([index.cell_number[session.cell] for session in standing], dtype=np.int64),
            np.array([works.setdefault(session.blocks, len(works)) for session in standing], dtype=np.int64),
            np.array(
                [unapproved_blocks(facts.scenario, s.doctor, s.blocks) for s in standing], dtype=np.int64
            ),
            np.array([booked_points(prices, session.booked) for session in standing], dtype=np.int64),
            pinned,
            ~pinned if facts.scenario.strictness("pinned") is Strictness.HARD else np.ones_like(pinned),
            np.array([numbers is None or n in numbers for n in range(len(standing))], dtype=bool),
        )


def _kept_and_moved(facts: _Facts, groups: _Groups) -> pd.DataFrame:
    """Return the choices of the template's sessions to be held: at their own cell or another one."""
    scenario = facts.scenario
    own = np.zeros((len(groups.doctor), len(facts.index.cells)), dtype=bool)
    own[np.arange(len(own)), groups.cell] = True
    # Arrays of sessions (rows) by cells (columns): every True is one choice.
    allowed = facts.reach[groups.doctor] & ~facts.taken[groups.doctor] & groups.free[:, None]
    allowed |= own
    allowed &= groups.wanted[:, None]
    if scenario.strictness("availability") is Strictness.HARD:
        allowed &= facts.open[groups.doctor]
    if scenario.strictness("eligible") is Strictness.HARD:
        allowed &= (groups.unapproved == 0)[:, None]
    group, cell = np.nonzero(allowed)
    moved = cell != groups.cell[group]
    return pd.DataFrame(
        {
            "group": group,
            "doctor": groups.doctor[group],
            "cell": cell,
            "work": groups.work[group],
            "origin": groups.cell[group],
            "points": _points(facts.index, groups.cell[group], cell) + groups.booked[group] * moved,
            "changed": moved.astype(np.int64),
            "away": (~facts.open[groups.doctor[group], cell]).astype(np.int64),
            "unapproved": groups.unapproved[group],
            "unpinned": (groups.pinned[group] & moved).astype(np.int64),
        }
    )


def _points(index: Index, was: Ints, now: Ints) -> Ints:
    """Return the points of being at `now` where the template has `was`."""
    prices = index.scenario.policy.changes
    day = np.array([cell.date.toordinal() for cell in index.cells] or [0], dtype=np.int64)
    moved = np.where(day[was] == day[now], prices.same_date, prices.other_date)
    return np.where(was == now, 0, moved).astype(np.int64)


def _dropped(facts: _Facts, groups: _Groups) -> pd.DataFrame:
    """Return the choice of not holding a session of the template, for all that are not fast."""
    group = np.flatnonzero(groups.free & groups.wanted)
    return pd.DataFrame(
        {
            "group": group,
            "doctor": groups.doctor[group],
            "cell": np.full(len(group), NOWHERE),
            "work": groups.work[group],
            "origin": groups.cell[group],
            "points": facts.scenario.policy.changes.drop + groups.booked[group],
            "changed": np.ones(len(group), dtype=np.int64),
            "away": np.zeros(len(group), dtype=np.int64),
            "unapproved": np.zeros(len(group), dtype=np.int64),
            "unpinned": groups.pinned[group].astype(np.int64),
        }
    )


def _added(facts: _Facts, works: dict[tuple[Block, ...], int]) -> pd.DataFrame:
    """Return the sessions that demand asks for beyond the template and somebody could give."""
    counts = bool(facts.scenario.template)
    pairs = list(_additions(facts.index))
    doctor = np.array([facts.index.doctor_number[name] for name, _, _, _ in pairs], dtype=np.int64)
    work = np.array([works.setdefault((block,), len(works)) for _, block, _, _ in pairs], dtype=np.int64)
    unapproved = np.array([units for _, _, units, _ in pairs], dtype=np.int64)
    wanted = np.zeros((len(pairs), len(facts.index.cells)), dtype=bool)
    for place, (_, _, _, cells) in enumerate(pairs):
        wanted[place] = cells
    which, cell = np.nonzero(wanted & facts.reach[doctor] & ~facts.taken[doctor])
    return pd.DataFrame(
        {
            "group": np.full(len(which), NOWHERE),
            "doctor": doctor[which],
            "cell": cell,
            "work": work[which],
            "origin": np.full(len(which), NOWHERE),
            "points": np.full(len(which), facts.scenario.policy.changes.add if counts else 0),
            "changed": np.full(len(which), int(counts)),
            "away": (~facts.open[doctor[which], cell]).astype(np.int64),
            "unapproved": unapproved[which],
            "unpinned": np.zeros(len(which), dtype=np.int64),
        }
    )


def unapproved_blocks(scenario: Scenario, doctor: str, blocks: Sequence[Block]) -> int:
    """Count the blocks that the doctor is not approved for or whose level the doctor does not meet."""
    person = scenario.doctor_of[doctor]
    missing = 0
    for block in blocks:
        clinic = scenario.clinic_of[block.clinic]
        named = block.clinic in person.clinics if person.clinics else clinic.specialty == person.specialty
        missing += not (named and scenario.level_at(doctor, block.clinic).at_least(clinic.min_level))
    return missing


def _additions(index: Index) -> Iterator[tuple[str, Block, int, Flags]]:
    """Yield who could serve the demand: doctor, block, units not approved, and the cells that the demand covers."""
    scenario = index.scenario
    strict = scenario.strictness("eligible") is Strictness.HARD
    staff: dict[str, set[str]] = defaultdict(set)
    for doctor in index.doctors:
        staff[scenario.doctor_of[doctor].specialty].add(doctor)
        for clinic in scenario.doctor_of[doctor].clinics:
            staff[scenario.clinic_of[clinic].specialty].add(doctor)
    cells = _demanded_cells(index)
    for clinic in index.wanted:
        block = Block(clinic, scenario.usual_tickets(clinic))
        for doctor in sorted(staff[scenario.clinic_of[clinic].specialty]):
            unapproved = unapproved_blocks(scenario, doctor, (block,))
            if not (strict and unapproved):
                yield doctor, block, unapproved, cells[clinic]


def _demanded_cells(index: Index) -> dict[str, Flags]:
    """Return, per clinic, the cells that some demand row for at least one session covers."""
    demanded: dict[str, Flags] = {clinic: np.zeros(len(index.cells), dtype=bool) for clinic in index.wanted}
    for row in index.scenario.demand:
        if row.sessions > 0:
            demanded[row.clinic] |= np.array([row.covers(cell) for cell in index.cells], dtype=bool)
    return demanded
