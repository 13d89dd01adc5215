"""Rules that speak of counts, not of people: the same rows serve people and the aggregate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from scheduler.clock import Half
from scheduler.engine.build import Build
from scheduler.engine.columns import NOWHERE, Index
from scheduler.engine.program import FREE, Flags, Ints
from scheduler.engine.rules_of_ratios import ratio_day, ratio_experts, ratio_specialties, ratio_target
from scheduler.scenario.rows import DemandRow
from scheduler.scenario.week import Scenario


def rooms(build: Build) -> None:
    """`rooms`: at no cell do a pool's sessions outnumber the rooms that are open."""
    index, columns = build.index, build.columns
    held = columns.array("cell") != NOWHERE
    place = columns.array("pool") * len(index.cells) + columns.array("cell")
    places, inverse, loads = _places(place[held], columns.array("upper")[held])
    have = np.array([open_rooms(index, int(p)) for p in places], dtype=np.int64)
    # A pool that its doctors cannot overfill needs no row.
    needed = loads > have
    number = np.cumsum(needed) - 1
    names = [f"rooms[{_pool_place(index, int(p))}]" for p in places[needed]]
    rows = build.program.add_rows(names, np.full(len(names), -FREE), have[needed])
    limited = needed[inverse]
    # `number` turns the place among all into that among the rows that are needed.
    build.program.fill(rows[number[inverse[limited]]], build.variables[held][limited], 1)
    build.relax("rooms", rows, loads[needed], -1)


def _places(place: Ints, upper: Ints) -> tuple[Ints, Ints, Ints]:
    places, inverse = np.unique(place, return_inverse=True)
    loads = np.zeros(len(places), dtype=np.int64)
    np.add.at(loads, inverse, upper)
    return places, inverse, loads


def open_rooms(index: Index, place: int) -> int:
    """Return how many rooms of a pool are open at a cell, the two as one number: pool x cells + cell."""
    pool, cell = index.pools[place // len(index.cells)], index.cells[place % len(index.cells)]
    return sum(room.open_at(cell.key) for room in index.scenario.rooms_of.get(pool, ()))


def _pool_place(index: Index, place: int) -> str:
    return f"{index.pools[place // len(index.cells)]}, {index.cells[place % len(index.cells)].key}"


def cover(build: Build) -> None:
    """`cover`: each demand row gets its sessions; rows marked hard must."""
    scenario, program = build.scenario, build.program
    demand = [row for row in sorted(scenario.demand, key=_demand_order) if _is_asked(scenario, row)]
    if not demand:
        return
    names = [f"cover[{row.clinic}, {row.day or 'week'}, {row.half or 'any'}, {row.level}]" for row in demand]
    rows = program.add_rows(names, [row.sessions for row in demand], [FREE] * len(demand))
    serving = _columns_by_clinic(build)
    cell, level = build.columns.array("cell"), build.columns.array("level")
    covered = _covered_cells(build.index, demand)
    for row, need in zip(rows, demand, strict=True):
        places = serving[need.clinic]
        fits = places[covered[need.day, need.half][cell[places]] & (level[places] >= need.level.rank)]
        program.fill(np.full(len(fits), row), build.variables[fits], 1)
    soft = [place for place, row in enumerate(demand) if not (row.hard or build.is_hard("cover"))]
    most = np.array([demand[place].sessions for place in soft], dtype=np.int64)
    if soft:
        program.fill(rows[soft], program.add_units("cover", most), 1)


def _is_asked(scenario: Scenario, row: DemandRow) -> bool:
    return row.sessions > 0 and any(row.covers(cell) for cell in scenario.cells)


def _demand_order(row: DemandRow) -> tuple[str, str, str, int]:
    # A half compares with halves only, so a row of any half is ordered by its plain text.
    return row.clinic, row.day, row.half.value if row.half else "", row.level.rank


def _columns_by_clinic(build: Build) -> Mapping[str, Ints]:
    """Return, per clinic that demand names, the columns of held sessions that serve it."""
    works: dict[str, list[int]] = {clinic: [] for clinic in build.index.wanted}
    for number, work in enumerate(build.columns.works):
        for clinic in {block.clinic for block in work}:
            if clinic in works:
                works[clinic].append(number)
    at_work, held = build.columns.array("work"), build.columns.array("cell") != NOWHERE
    order = np.argsort(at_work, kind="stable")
    starts = np.searchsorted(at_work[order], np.arange(len(build.columns.works) + 1))
    serving = {
        clinic: np.concatenate([order[starts[w] : starts[w + 1]] for w in numbers] or [order[:0]])
        for clinic, numbers in works.items()
    }
    return {clinic: np.sort(places[held[places]]) for clinic, places in serving.items()}


def _covered_cells(index: Index, rows: Sequence[DemandRow]) -> Mapping[tuple[str, Half | None], Flags]:
    """Return, per day and half that rows name, the cells they cover."""
    named = {(row.day, row.half): row for row in rows}
    return {
        name: np.array([row.covers(cell) for cell in index.cells], dtype=bool) for name, row in named.items()
    }


def expert_presence(build: Build) -> None:
    """`expert_presence`: where a specialty holds a session on a working day, an expert holds one.

    A flag says that the specialty's day is open to others than experts. A row for each doctor and half-day ties their
    sessions to it: tighter than sums over the day, of which a solver would open a hundredth.
    """
    index, columns, program = build.index, build.columns, build.program
    dates = {date: number for number, date in enumerate(build.scenario.working_dates)}
    day = np.array([dates.get(cell.date, -1) for cell in index.cells] + [-1], dtype=np.int64)
    on = day[columns.array("cell")]
    place = columns.array("specialty") * len(dates) + on
    expert = columns.array("expert") == 1
    ordinary, experts = np.flatnonzero((on >= 0) & ~expert), np.flatnonzero((on >= 0) & expert)
    ordinary = ordinary[~np.isin(place[ordinary], _without_expert_as_published(build, place, on >= 0))]
    places, of_place = np.unique(place[ordinary], return_inverse=True)
    if not len(places):
        return
    names = [_day_of_specialty(index, dates, int(p)) for p in places]
    is_open = program.add_flags(len(places))
    _open_days(build, ordinary, of_place, is_open, names)
    rows = program.add_rows(
        [f"expert_presence[{name}]" for name in names], np.full(len(names), -FREE), np.zeros(len(names))
    )
    program.fill(rows, is_open, 1)
    counting = experts[np.isin(place[experts], places)]
    program.fill(rows[np.searchsorted(places, place[counting])], build.variables[counting], -1)
    build.relax("expert_presence", rows, np.ones(len(places), np.int64), -1)


def _open_days(build: Build, ordinary: Ints, of_place: Ints, is_open: Ints, names: Sequence[str]) -> None:
    """Sessions of others than experts are held only on days that are open to them."""
    columns, size = build.columns, len(build.index.cells)
    # Where a doctor has one session a half-day at most, its choices share a row; elsewhere each has its own.
    who = columns.array("doctor")[ordinary] * size + columns.array("cell")[ordinary]
    if not build.is_hard("one_place") or build.scenario.shared_halves:
        who = np.arange(len(ordinary))
    pairs, row_of = np.unique(of_place * (int(who.max(initial=0)) + 1) + who, return_inverse=True)
    first = np.zeros(len(pairs), dtype=np.int64)
    first[row_of] = of_place
    labels = [f"expert_presence.open[{names[number]}]" for number in first.tolist()]
    rows = build.program.add_rows(labels, np.full(len(pairs), -FREE), np.zeros(len(pairs)))
    build.program.fill(rows[row_of], build.variables[ordinary], 1)
    build.program.fill(rows, is_open[first], -1)


def _without_expert_as_published(build: Build, place: Ints, working: Flags) -> Ints:
    """Return the days of specialties that the published week leaves without an expert: a hard rule lets them be so."""
    stands = (build.columns.array("stands") > 0) & working
    if not build.is_hard("expert_presence"):
        return np.zeros(0, dtype=np.int64)
    expert = build.columns.array("expert") == 1
    return np.setdiff1d(place[stands & ~expert], place[stands & expert])


def _day_of_specialty(index: Index, dates: Mapping[dt.date, int], place: int) -> str:
    specialty, day = divmod(place, len(dates))
    return f"{index.specialties[specialty]}, {list(dates)[day].isoformat()}"


def changes(build: Build) -> None:
    """`changes`: points of every change, and the budget of changed sessions."""
    columns = build.columns
    build.program.add_cost("changes", build.variables, columns.array("points"))
    if columns.most_changed is not None:
        row = build.program.add_rows(["changes[budget]"], [-FREE], [columns.most_changed])
        changed = np.flatnonzero(columns.array("changed"))
        build.program.fill(np.repeat(row, len(changed)), build.variables[changed], 1)


def availability(build: Build) -> None:
    """`availability`, where soft: a unit for every session where the doctor is away (hard: no such column)."""
    build.program.add_cost("availability", build.variables, build.columns.array("away"))


def eligible(build: Build) -> None:
    """`eligible`, where soft: a unit for every block without approval or level (hard: no such column)."""
    held = build.columns.array("cell") != NOWHERE
    build.program.add_cost("eligible", build.variables, build.columns.array("unapproved") * held)


def pinned(build: Build) -> None:
    """`pinned`, where soft: a unit for every pinned session moved or dropped (hard: no such column)."""
    build.program.add_cost("pinned", build.variables, build.columns.array("unpinned"))


COUNT_RULES: tuple[tuple[str, Callable[[Build], None]], ...] = (
    ("availability", availability),
    ("eligible", eligible),
    ("rooms", rooms),
    ("pinned", pinned),
    ("ratio_day", ratio_day),
    ("ratio_specialties", ratio_specialties),
    ("ratio_target", ratio_target),
    ("ratio_experts", ratio_experts),
    ("cover", cover),
    ("expert_presence", expert_presence),
    ("changes", changes),
)
"""Rules of counts in catalogue order; their order never matters."""
