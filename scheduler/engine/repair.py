"""The repair of a published week: columns that leave it as it is wherever nothing has to change, and their solve."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import takewhile

import numpy as np
import pandas as pd

from scheduler.clock import Cell
from scheduler.engine.aggregate import Flows
from scheduler.engine.columns import NOWHERE, Columns, join_columns, list_columns, unapproved_blocks
from scheduler.engine.covers import list_cover_columns, unchanged_fields
from scheduler.engine.model import build_full_program, order_tiers
from scheduler.engine.options import Leeway, Options, ProgressCallback
from scheduler.engine.program import Flags, Ints, Program
from scheduler.engine.remainder import remainder
from scheduler.engine.rooms import assign_rooms
from scheduler.engine.run import Run
from scheduler.engine.solve import TieredSolution, TierSolver
from scheduler.engine.tier_loop import TierLoop
from scheduler.engine.week import WeekSolution, outcome_with_rooms, read_week, solve_columns
from scheduler.outcome import Outcome, Status, Tier
from scheduler.roster import Roster, Session
from scheduler.scenario.rows import Block
from scheduler.scenario.week import Scenario


def repair_week(
    scenario: Scenario, options: Options, on_progress: ProgressCallback, *, leeway: Leeway
) -> Outcome:
    """Repair the week that is the scenario's template, within the options' seconds."""
    run = Run(options, on_progress)
    run.report("build")
    with run.stages.time("build"):
        columns = list_repair_columns(scenario, leeway, only_stopped=_least_change(scenario) > 0)
    least = int(_least_points(columns).sum())
    week = _change_only_stopped(columns, run)
    # Another session could change for fewer points only where the stops alone cost a whole such change more
    # than their least; below that the small repair is proved, and the large model is never built.
    if week is None or _points(week) >= least + max(1, _least_change(scenario)):
        with run.stages.time("build"):
            columns = list_repair_columns(scenario, leeway)
        week = solve_columns(columns, run) if week is None else _improve(columns, week, run)
    return outcome_with_rooms(week, run, lambda roster: _assign_rooms(scenario, roster, leeway.since, run))


def _least_change(scenario: Scenario) -> int:
    """Return the points that a change of a session which is not stopped costs at least."""
    prices = scenario.policy.changes
    return (
        min(prices.same_date, prices.other_date, prices.drop, prices.add) if scenario.is_on("changes") else 0
    )


def list_repair_columns(scenario: Scenario, leeway: Leeway, *, only_stopped: bool = False) -> Columns:
    """Return the choices that a repair has: a published session may always stay, unless its doctor is stopped.

    With `only_stopped` every other session has that one choice only, and none is added.
    """
    stopped = {n for n, s in enumerate(scenario.standing) if (s.doctor, s.cell) in leeway.stops}
    usual = list_columns(scenario, stopped if only_stopped else None)
    index = usual.index
    works = {work: number for number, work in enumerate(usual.works)}
    stops = [(index.doctor_number[d], index.cell_number[cell]) for d, cell in leeway.stops]
    fixed = np.array([session.cell.date < leeway.since for session in usual.standing], dtype=bool)
    past = np.array([*(cell.date < leeway.since for cell in index.cells), False], dtype=bool)
    group, cell = usual.array("group"), usual.array("cell")
    own = (group != NOWHERE) & (cell == usual.array("origin"))
    # The last entry of `past` stands for NOWHERE (-1), a dropped session; the one appended to `fixed`, an added one.
    open_ = ~own & ~past[cell] & ~_is_at(usual.array("doctor"), cell, stops, len(index.cells))
    open_ &= ~np.append(fixed, False)[group]
    as_published = _as_published(usual, works, stops)
    must_drop = np.array([(s.doctor, s.cell) in leeway.dropped for s in usual.standing], dtype=bool)
    open_ &= ~np.append(must_drop, False)[group] | (cell == NOWHERE)
    # Who covers a stopped session is the leeway's to say, whatever the policy says of leave.
    open_ &= usual.array("doctor") == usual.array("owner")
    covers = list_cover_columns(scenario, usual.standing, works, leeway.covers)
    parts = [usual.table[open_], as_published, covers]
    columns = join_columns(index, works, parts)
    return Columns(**{**vars(columns), "most_changed": leeway.budget})


def _is_at(doctor: Ints, cell: Ints, pairs: list[tuple[int, int]], cells: int) -> Flags:
    """Return which of these doctors and cells, taken in pairs, are among `pairs`; a pair is one number for `isin`."""
    is_at: Flags = np.isin(doctor * cells + cell, [d * cells + c for d, c in pairs]) & (cell != NOWHERE)
    return is_at


def _as_published(
    usual: Columns, works: dict[tuple[Block, ...], int], stops: list[tuple[int, int]]
) -> pd.DataFrame:
    """Return the choice of leaving each session as it is; where its doctor is stopped it can be taken no time."""
    index, standing = usual.index, usual.standing
    doctor = np.array([index.doctor_number[s.doctor] for s in standing], dtype=np.int64)
    cell = np.array([index.cell_number[s.cell] for s in standing], dtype=np.int64)
    stopped = _is_at(doctor, cell, stops, len(index.cells))
    return pd.DataFrame(
        {
            **unchanged_fields(len(standing)),
            "group": np.arange(len(standing)),
            "doctor": doctor,
            "cell": cell,
            "work": np.array([works[s.blocks] for s in standing], dtype=np.int64),
            "origin": cell,
            "away": np.array([s.cell not in index.scenario.open_cells(s.doctor) for s in standing], np.int64),
            "unapproved": np.array(
                [unapproved_blocks(index.scenario, s.doctor, s.blocks) for s in standing], np.int64
            ),
            "upper": np.where(stopped, 0, 1),
            "stands": 1,
        }
    )


def _assign_rooms(
    scenario: Scenario, roster: Roster, since: dt.date, run: Run
) -> tuple[Roster, tuple[Tier, ...]]:
    """Give rooms, on a date and in a pool, where a changed session comes or rooms are lacking that there are.

    All other sessions keep the published ones, and so does the past.
    """
    published = {s.key: s.room for s in scenario.standing}
    rooms = {s.session: published[s.origin] for s in roster.held if s.was is not None}
    party = {s.session: _party(scenario, s) for s in roster.held}
    touched = {party[s.session] for s in roster.changed if s.cell is not None}
    touched |= {at for at in _lacking(scenario, roster, rooms) if at[1] >= since}
    inside = Roster(tuple(s for s in roster.held if party[s.session] in touched))
    seated, tiers = assign_rooms(scenario, inside, run)
    several: dict[tuple[str, dt.date, str], set[str]] = defaultdict(set)
    for session in roster.held:
        if party[session.session] not in touched and rooms[session.session]:
            several[(*party[session.session], session.doctor)].add(rooms[session.session])
    more = sum(len(used) - 1 for used in several.values())
    rooms |= {session.session: session.room for session in seated.sessions}
    return roster.with_rooms(rooms), tuple(Tier(t.key, t.value + more, t.bound + more) for t in tiers)


def _lacking(scenario: Scenario, roster: Roster, rooms: Mapping[str, str]) -> Iterator[tuple[str, dt.date]]:
    """Yield pools and dates where sessions sit in fewer rooms than they could."""
    used: dict[tuple[str, Cell], list[str]] = defaultdict(list)
    for session in roster.held:
        used[_party(scenario, session)[0], session.at].append(rooms.get(session.session, ""))
    for (pool, cell), taken in used.items():
        open_rooms = {room.room for room in scenario.rooms_of.get(pool, ()) if room.open_at(cell.key)}
        if len(open_rooms.intersection(taken)) < min(len(taken), len(open_rooms)):
            yield pool, cell.date


def _party(scenario: Scenario, session: Session) -> tuple[str, dt.date]:
    return scenario.clinic_of[session.blocks[0].clinic].pool, session.at.date


def _change_only_stopped(columns: Columns, run: Run) -> WeekSolution | None:
    """Try to change nothing but what must; None where that breaks a rule.

    Where a change of any other session costs points, it costs a step more than the least that the stops cost. So
    a repair below that is proved: none has fewer points, and none with as few changes another session.
    """
    with run.stages.time("build"):
        if not _least_change(columns.index.scenario):
            least = np.append(_least_points(columns), 0)
            columns = columns.select(columns.array("points") == least[columns.array("group")])
        columns = columns.select(columns.array("upper") > 0)
        program, variables = build_full_program(columns)
        rest = remainder(program, *_known(columns, program, variables))
    if rest is None:
        return None
    costs = {key: program.cost_vector(key) for key in order_tiers(columns.index.scenario)}
    spent = {key: int(cost @ rest.values) for key, cost in costs.items()}
    free = list(_before_changes(costs))
    # Tiers before `changes` must stay at 0: only then does the order of the tiers not matter for the proof.
    if any(spent[key] for key in free):
        return None
    with run.stages.time("tiers"):
        solver = TierSolver(rest.program, run)
        for key in free:
            solver.limit(costs[key][rest.places], 0)
        tiers = [(key, cost[rest.places]) for key, cost in costs.items()]
        solution = TieredSolution(Status.OPTIMAL, rest.places, ())
        if len(rest.places):
            solution = solver.solve_tiers(tiers)
    if solution.values is None:
        return None
    solved = {tier.key: tier for tier in solution.tiers}
    whole = tuple(_whole_tier(key, spent, solved.get(key)) for key in costs)
    return read_week(columns, program, TieredSolution(solution.status, rest.expand(solution.values), whole))


def _improve(columns: Columns, known: WeekSolution, run: Run) -> WeekSolution:
    """Return the best repair where one is known whose stopped sessions alone change.

    No repair of as few points takes a choice that costs more beyond its session's least than the known one in all.
    """
    assert known.roster is not None
    most, least = _points(known), _least_points(columns)
    with run.stages.time("build"):
        dearer = columns.array("points") - np.append(least, 0)[columns.array("group")]
        columns = columns.select((dearer <= most - int(least.sum())) & (columns.array("upper") > 0))
        program, _ = build_full_program(columns)
        best = program.answer_of(_taken(columns, known.roster))
        loop = TierLoop(program, run, Flows.of(columns, run), best)
    if not program.holds(best):
        return known
    with run.stages.time("tiers"):
        solution = loop.solve(order_tiers(columns.index.scenario))
    return read_week(columns, program, solution)


def _taken(columns: Columns, roster: Roster) -> Ints:
    """Return which of the choices of published sessions a roster takes."""
    index = columns.index
    group_of = {s.key: number for number, s in enumerate(columns.standing)}
    chosen = {
        (
            group_of[session.origin],
            index.doctor_number[session.doctor],
            NOWHERE if session.cell is None else index.cell_number[session.cell],
        )
        for session in roster.sessions
        if session.was is not None
    }
    names = zip(*(columns.array(name).tolist() for name in ("group", "doctor", "cell")), strict=True)
    return np.array([name in chosen for name in names], dtype=np.int64)


def _points(week: WeekSolution) -> int:
    return sum(tier.value for tier in week.tiers if tier.key == "changes")


def _whole_tier(key: str, spent: Mapping[str, int], solved: Tier | None) -> Tier:
    more = Tier(key, 0, 0) if solved is None else solved
    return Tier(key, spent[key] + more.value, spent[key] + more.bound)


def _known(columns: Columns, program: Program, variables: Ints) -> tuple[Flags, Ints]:
    """Return which variables have but one value, that of a session with a single choice, and their values."""
    group, upper = columns.array("group"), columns.array("upper")
    choices = np.bincount(group[(group != NOWHERE) & (upper > 0)], minlength=len(columns.standing))
    single = (group != NOWHERE) & (np.append(choices, 0)[group] == 1)
    known, values = np.zeros(program.width, dtype=bool), np.zeros(program.width, dtype=np.int64)
    known[variables] = single | (upper == 0)
    values[variables] = single & (upper > 0)
    return known, values


def _before_changes(tiers: Iterable[str]) -> Iterator[str]:
    return takewhile(lambda key: key != "changes", tiers)


def _least_points(columns: Columns) -> Ints:
    """Return, per session of the published week, the points of its cheapest choice."""
    table = columns.table[(columns.array("group") != NOWHERE) & (columns.array("upper") > 0)]
    least = table.groupby("group")["points"].min()
    points: Ints = least.reindex(range(len(columns.standing)), fill_value=0).to_numpy(dtype=np.int64)
    return points
