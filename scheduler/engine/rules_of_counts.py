"""Rules that speak of counts, not of people: the same rows serve people and the aggregate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from scheduler.clock import Cell, Half
from scheduler.engine.columns import NOWHERE, Columns, Index
from scheduler.engine.program import FREE, Flags, Ints, Program
from scheduler.rules import Strictness
from scheduler.scenario.rows import DemandRow
from scheduler.scenario.week import Scenario


@dataclass(frozen=True)
class Build:
    """What a rule's function works on: the program, the columns and their variables."""

    program: Program
    columns: Columns
    variables: Ints

    @property
    def index(self) -> Index:
        """Names as numbers."""
        return self.columns.index

    @property
    def scenario(self) -> Scenario:
        """The scenario being planned."""
        return self.columns.index.scenario

    def is_hard(self, key: str) -> bool:
        """Return whether the rule must hold."""
        return self.scenario.strictness(key) is Strictness.HARD

    def relax(self, key: str, rows: Ints, most: Ints, sign: int) -> None:
        """Where the rule is soft, let every row miss its bound by units that cost 1 each in the rule's tier."""
        if not self.is_hard(key):
            self.program.fill(rows, self.program.add_units(key, most), sign)


def each_group_once(build: Build) -> None:
    """Every session of the template is kept, moved or dropped: exactly one of its choices is taken."""
    groups = build.columns.array("group")
    sizes = build.columns.group_sizes
    rows = build.program.add_rows([f"template[{number}]" for number in range(len(sizes))], sizes, sizes)
    own = groups != NOWHERE
    build.program.fill(rows[groups[own]], build.variables[own], 1)


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


def ratio_day(build: Build) -> None:
    """`ratio_day`: each working day keeps the limit."""
    _daily_ratio(build, "ratio_day", build.scenario.policy.ratio.limit, experts=False)


def ratio_target(build: Build) -> None:
    """`ratio_target`: each working day strives for the target."""
    _daily_ratio(build, "ratio_target", build.scenario.policy.ratio.target, experts=False)


def ratio_experts(build: Build) -> None:
    """`ratio_experts`: the experts' sessions keep the limit too."""
    _daily_ratio(build, "ratio_experts", build.scenario.policy.ratio.limit, experts=True)


def countable(limit: Fraction, most: int) -> Fraction:
    """Return the largest fraction up to `limit` (at least 0) whose denominator is at most `most` (at least 1).

    A morning count per afternoon count of at most `most` is within the one if and only if it is within the other, so
    rows of small whole numbers hold a limit of any number of digits exactly.
    """
    nearest = limit.limit_denominator(most)
    if nearest <= limit:
        return nearest
    # The nearest lies above: the next one below it among all such fractions (neighbours in a Farey sequence).
    inverse = pow(nearest.numerator, -1, nearest.denominator)
    denominator = most - (most - inverse) % nearest.denominator
    return Fraction((nearest.numerator * denominator - 1) // nearest.denominator, denominator)


def _daily_ratio(build: Build, key: str, limit: Fraction, *, experts: bool) -> None:
    """Morning x denominator <= afternoon x numerator, each working day; a unit is a morning session too many."""
    side, day = list_sides(build.index)
    cells = build.columns.array("cell")
    counted = (cells != NOWHERE) & (side[cells] != 0)
    if experts:
        counted &= build.columns.array("expert") == 1
    dates = build.scenario.working_dates
    names = [f"{key}[{date.isoformat()}]" for date in dates]
    rows = build.program.add_rows(names, [-FREE] * len(dates), [0] * len(dates))
    loads = np.zeros((2, len(dates)), dtype=np.int64)
    at = cells[counted]
    np.add.at(loads, ((side[at] < 0).astype(np.int64), day[at]), build.columns.array("upper")[counted])
    mornings, afternoons = loads
    limits = [countable(limit, max(1, int(most))) for most in afternoons]
    over, under = (np.array([getattr(one, part) for one in limits]) for part in ("denominator", "numerator"))
    build.program.fill(
        rows[day[at]], build.variables[counted], np.where(side[at] > 0, over[day[at]], -under[day[at]])
    )
    if not build.is_hard(key):
        build.program.fill(rows, build.program.add_units(key, mornings), -over)


def list_sides(index: Index) -> tuple[Ints, Ints]:
    """Return per cell: 1 for a morning, -1 for an afternoon, 0 where not counted; and the number of its working date."""
    scenario = index.scenario
    number = {date: place for place, date in enumerate(scenario.working_dates)}
    side = np.array([_side(scenario, cell) for cell in index.cells], dtype=np.int64)
    day = np.array([number.get(cell.date, 0) for cell in index.cells], dtype=np.int64)
    return side, day


def _side(scenario: Scenario, cell: Cell) -> int:
    if cell.date not in scenario.working_dates:
        return 0
    if cell.half is Half.AM:
        return 1
    if cell.half is Half.PM or scenario.policy.ratio.evening == "as_afternoon":
        return -1
    return 0


def ratio_specialties(build: Build) -> None:
    """`ratio_specialties`: at least the policy's share of specialties keep the limit over the week.

    A specialty may count as meeting it (variable `meets`) when mornings keep the limit, or (variable `near`)
    when mornings and afternoons differ by at most one.
    """
    program, index = build.program, build.index
    numbers, needed = count_needed_specialties(build.columns)
    specialties = [index.specialties[number] for number in numbers]
    if not needed:
        return
    zeros, ones = np.zeros(len(specialties), np.int64), np.ones(len(specialties), np.int64)
    meets, near = program.add_variables(zeros, ones), program.add_variables(zeros, ones)
    total = program.add_rows(["ratio_specialties"], [needed], [FREE])
    program.fill(np.repeat(total, len(specialties)), meets, 1)
    build.relax("ratio_specialties", total, np.array([needed], np.int64), 1)
    only_with = program.add_rows(
        [f"ratio_specialties.near[{s}]" for s in specialties], np.full(len(zeros), -FREE), zeros
    )
    program.fill(only_with, near, 1)
    program.fill(only_with, meets, -1)
    _limit_or_near(build, specialties, meets, near)


def count_needed_specialties(columns: Columns) -> tuple[list[int], int]:
    """Return the numbers of the specialties that the week speaks of, and how many of them must keep the limit."""
    index, scenario = columns.index, columns.index.scenario
    standing = {scenario.clinic_of[s.blocks[0].clinic].specialty for s in scenario.standing}
    specialties = sorted(standing | {scenario.clinic_of[row.clinic].specialty for row in scenario.demand})
    share = scenario.policy.ratio.specialties_share
    needed = -(-share.numerator * len(specialties) // share.denominator)
    # A published week may miss the share already; a repair must not be refused for that.
    if scenario.strictness("ratio_specialties") is Strictness.HARD and columns.array("stands").any():
        needed = min(needed, _meeting_as_published(columns, specialties))
    return [index.specialty_number[specialty] for specialty in specialties], needed


def _meeting_as_published(columns: Columns, specialties: Sequence[str]) -> int:
    """Count the specialties that keep the limit in the published week: a repair may not make them fewer."""
    side, _ = list_sides(columns.index)
    table, limit = columns.table, columns.index.scenario.policy.ratio.limit
    stands = table[(table["stands"] > 0) & (table["cell"] != NOWHERE)]
    sides, times = side[stands["cell"].to_numpy()], stands["stands"].to_numpy()
    met = 0
    for number in (columns.index.specialty_number[specialty] for specialty in specialties):
        mine = stands["specialty"].to_numpy() == number
        am, pm = (int(times[mine & (sides == way)].sum()) for way in (1, -1))
        met += am * limit.denominator <= pm * limit.numerator or abs(am - pm) <= 1
    return met


def _limit_or_near(build: Build, specialties: Sequence[str], meets: Ints, near: Ints) -> None:
    """Tie the two variables to the counts: each row binds only while its variable asks for it."""
    index, program, limit = build.index, build.program, build.scenario.policy.ratio.limit
    side, _ = list_sides(index)
    cells = build.columns.array("cell")
    counted = (cells != NOWHERE) & (side[cells] != 0)
    number = np.full(len(index.specialties), -1, dtype=np.int64)
    number[[index.specialty_number[s] for s in specialties]] = np.arange(len(specialties))
    place = number[build.columns.array("specialty")]
    counted &= place >= 0
    # Big-M rows: `most` sessions are all that a specialty can hold, so a row with its variable off binds nothing.
    most = _most_sessions(build, place, counted, len(specialties))
    limits = [countable(limit, max(1, int(size))) for size in most]
    over, under = (np.array([getattr(one, part) for one in limits]) for part in ("denominator", "numerator"))
    signs, at = side[cells[counted]], place[counted]
    cap = over * most
    rows = program.add_rows([f"ratio_specialties[{s}]" for s in specialties], np.full(len(most), -FREE), cap)
    program.fill(rows[at], build.variables[counted], np.where(signs > 0, over[at], -under[at]))
    program.fill(rows, meets, cap)
    program.fill(rows, near, -cap)
    for sign, name in ((1, "one_more"), (-1, "one_fewer")):
        if sign < 0 and limit >= 1:
            continue  # fewer mornings than afternoons keep such a limit anyway
        rows = program.add_rows(
            [f"ratio_specialties.{name}[{s}]" for s in specialties], np.full(len(most), -FREE), most + 1
        )
        program.fill(rows[at], build.variables[counted], signs * sign)
        program.fill(rows, near, most)

    def settle(values: Ints) -> None:
        """Set which specialties meet the limit, and which of them only as near."""
        taken = values[build.variables[counted]]
        am, pm = (np.bincount(at, taken * (signs == way), len(most)).astype(np.int64) for way in (1, -1))
        within, close = am * over <= pm * under, np.abs(am - pm) <= 1
        values[meets], values[near] = within | close, close & ~within

    program.settlers.append(settle)
    _help_needed(build, specialties, place, meets, list(zip(over.tolist(), under.tolist(), strict=True)))


def _help_needed(
    build: Build, specialties: Sequence[str], place: Ints, meets: Ints, limits: Sequence[tuple[int, int]]
) -> None:
    """A specialty that misses the limit in the template meets it only with choices that help: so many at least.

    A choice helps where it leaves a morning or comes to an afternoon. The rows follow from the others for whole
    numbers; they keep a solver from taking a hundredth of a choice for a hundredth of a specialty.
    """
    columns, program = build.columns, build.program
    side = np.append(list_sides(build.index)[0], 0)  # the last entry is for NOWHERE, counted on no side
    was, now = side[columns.array("origin")], side[columns.array("cell")]
    group = columns.array("group")
    own = np.flatnonzero(group != NOWHERE)
    _, first = np.unique(group[own], return_index=True)
    first = own[first]
    sizes = columns.group_sizes[group[first]]
    for number, ((over, under), variable) in enumerate(zip(limits, meets, strict=True)):
        mine = first[place[first] == number]
        times = sizes[place[first] == number]
        am, pm = (int(times[was[mine] == way].sum()) for way in (1, -1))
        violation, difference = am * over - pm * under, am - pm
        if violation <= 0 or difference <= 1:
            continue
        helping = np.flatnonzero((place == number) & (was > now))
        weight = np.array([-under, 0, over])
        gain = weight[was[helping] + 1] - weight[now[helping] + 1]
        # None helps: one would be too few, so the specialty cannot meet the limit.
        least = min(
            -(-violation // int(gain.max(initial=1))),
            -(-(difference - 1) // int((was - now)[helping].max(initial=1))),
        )
        row = program.add_rows([f"ratio_specialties.help[{specialties[number]}]"], [0], [FREE])
        program.fill(np.repeat(row, len(helping)), build.variables[helping], 1)
        program.fill(row, np.array([variable]), -least)


def _most_sessions(build: Build, place: Ints, counted: Flags, size: int) -> Ints:
    """Return how many sessions each specialty can hold at most: a session of the template counts once."""
    most = np.zeros(size, dtype=np.int64)
    table = build.columns.table[counted].assign(place=place[counted])
    own = table[table["group"] != NOWHERE].drop_duplicates("group")
    np.add.at(most, own["place"].to_numpy(), build.columns.group_sizes[own["group"].to_numpy()])
    added = table[table["group"] == NOWHERE]
    np.add.at(most, added["place"].to_numpy(), added["upper"].to_numpy())
    return most


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
    # Where a doctor is at one place, all choices of a half-day share a row; elsewhere each has its own.
    who = columns.array("doctor")[ordinary] * size + columns.array("cell")[ordinary]
    if not build.is_hard("one_place"):
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
