"""Rules that hold mornings against afternoons: of each day, of experts, of each specialty over the week."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from scheduler.clock import Cell, Half
from scheduler.engine.build import Build
from scheduler.engine.columns import NOWHERE, Columns, Index
from scheduler.engine.program import FREE, Flags, Ints
from scheduler.rules import Strictness
from scheduler.scenario.week import Scenario


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
