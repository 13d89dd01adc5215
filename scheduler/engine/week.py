"""The weekly roster: its choices as a program, solved tier by tier, read back as sessions with rooms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from scheduler.engine.aggregate import Flows
from scheduler.engine.columns import NOWHERE, Columns, cached_columns
from scheduler.engine.demands import with_demands
from scheduler.engine.greedy import repair_by_hand
from scheduler.engine.model import build_full_program, order_tiers
from scheduler.engine.options import NO_DEMANDS, Demands, Options, ProgressCallback
from scheduler.engine.parts import solve_by_parts
from scheduler.engine.program import Ints, Program
from scheduler.engine.rooms import assign_rooms
from scheduler.engine.run import Run
from scheduler.engine.solve import TieredSolution, TierSolver
from scheduler.engine.tier_loop import TierLoop
from scheduler.outcome import Outcome, Status, Tier
from scheduler.roster import Roster, Session, session_key
from scheduler.scenario.week import Scenario


@dataclass(frozen=True)
class WeekSolution:
    """The week solved: how that ended, the sessions without rooms if there are any, and the tiers."""

    status: Status
    roster: Roster | None
    tiers: tuple[Tier, ...] = ()


def solve_week(
    scenario: Scenario,
    options: Options,
    on_progress: ProgressCallback,
    *,
    demands: Demands = NO_DEMANDS,
) -> Outcome:
    """Plan the week and give rooms, within the options' seconds; the tiers are in the order they were solved.

    Out of time before a roster was found, the template as it stands is the answer, whatever is demanded.
    """
    run = Run(options, on_progress)
    run.report("build")
    with run.stages.time("build"):
        columns = with_demands(cached_columns(scenario), demands)
    if columns is None:
        return Outcome(Status.INFEASIBLE, None, (), run.stages.seconds)
    solution = (solve_single if options.engine == "single" else solve_columns)(columns, run)
    return outcome_with_rooms(solution, run, lambda roster: assign_rooms(scenario, roster, run))


def outcome_with_rooms(
    solution: WeekSolution, run: Run, assign_rooms: Callable[[Roster], tuple[Roster, tuple[Tier, ...]]]
) -> Outcome:
    """Return the outcome of a solved week whose rooms, and their tiers, come of `assign_rooms`."""
    if solution.roster is None:
        return Outcome(solution.status, None, (), run.stages.seconds)
    run.report("rooms")
    with run.stages.time("rooms"):
        roster, room_tiers = assign_rooms(solution.roster)
    tiers = solution.tiers + room_tiers
    status = solution.status
    if status is Status.OPTIMAL and any(tier.gap for tier in tiers):
        status = Status.FEASIBLE
    return Outcome(status, roster, tiers, run.stages.seconds)


def solve_single(columns: Columns, run: Run) -> WeekSolution:
    """Solve one integer program a tier and nothing else: the reference that the loop is measured against."""
    with run.stages.time("build"):
        program, _ = build_full_program(columns)
        solver = TierSolver(program, run)
    with run.stages.time("tiers"):
        solution = solver.solve_tiers(_objectives(columns, program))
    return read_week(columns, program, solution)


def solve_columns(columns: Columns, run: Run) -> WeekSolution:
    """Solve a week in the one loop of tiers, one from demand alone first in its parts.

    Out of time before a roster was found, the template as it stands is the answer.
    """
    keys = order_tiers(columns.index.scenario)
    with run.stages.time("build"):
        program, _ = build_full_program(columns)
    if columns.standing:
        best = repair_by_hand(columns, program)
    else:
        solution = solve_by_parts(program, keys, run)
        if solution.status in (Status.OPTIMAL, Status.INFEASIBLE):
            return read_week(columns, program, solution)
        best = repair_by_hand(columns, program) if solution.values is None else solution.values
    with run.stages.time("build"):
        loop = TierLoop(program, run, Flows.of(columns, run), best)
    with run.stages.time("tiers"):
        solution = loop.solve(keys)
    if solution.status is Status.TIMED_OUT:
        solution = _unchanged(columns, program, solution)
    return read_week(columns, program, solution)


def _unchanged(columns: Columns, program: Program, solution: TieredSolution) -> TieredSolution:
    """Return the template as it stands, whatever rules it breaks, with the bound of the first tier."""
    stays = (columns.array("cell") == columns.array("origin")) & (columns.array("group") != NOWHERE)
    stays &= columns.array("doctor") == columns.array("owner")
    values = program.answer_of(stays.astype(np.int64))
    bounds = {tier.key: tier.bound for tier in solution.tiers[:1]}
    costs = {key: int(cost @ values) for key, cost in _objectives(columns, program)}
    tiers = tuple(Tier(key, cost, min(cost, bounds.get(key, 0))) for key, cost in costs.items())
    return TieredSolution(Status.TIMED_OUT, values, tiers)


def _objectives(columns: Columns, program: Program) -> list[tuple[str, Ints]]:
    return [(key, program.cost_vector(key)) for key in order_tiers(columns.index.scenario)]


def read_week(columns: Columns, program: Program, solution: TieredSolution) -> WeekSolution:
    """Return the week that a solution of the program stands for."""
    if solution.values is None:
        return WeekSolution(solution.status, None)
    chosen = np.flatnonzero(solution.values[program.named["columns"]])
    return WeekSolution(solution.status, _roster(columns, chosen), solution.tiers)


def _roster(columns: Columns, chosen: Ints) -> Roster:
    """Return the chosen columns as sessions, sorted by identity."""
    index, week = columns.index, columns.index.scenario.week
    table = columns.table.iloc[chosen]
    sessions = []
    for group, doctor_number, cell_number, work in zip(
        table["group"], table["doctor"], table["cell"], table["work"], strict=True
    ):
        doctor = index.doctors[doctor_number]
        cell = None if cell_number == NOWHERE else index.cells[cell_number]
        if group != NOWHERE:
            owner, was = columns.standing[group].doctor, columns.standing[group].cell
            part = columns.standing[group].part
            key = session_key(week, owner, was, added=False, part=part)
            covered = owner if owner != doctor else ""
            sessions.append(Session(key, doctor, cell, columns.works[work], was, "", covered, part))
        elif cell is not None:
            key = session_key(week, doctor, cell, added=True)
            sessions.append(Session(key, doctor, cell, columns.works[work], None))
    return Roster(_with_distinct_keys(sessions))


def _with_distinct_keys(sessions: list[Session]) -> tuple[Session, ...]:
    """Sort sessions; where a doctor has several added at one cell (one_place not hard), number them."""
    counts: Counter[str] = Counter()
    result = []
    for session in sorted(sessions, key=lambda s: (s.session, s.blocks)):
        counts[session.session] += 1
        times = counts[session.session]
        result.append(session if times == 1 else replace(session, session=f"{session.session}{times}"))
    return tuple(sorted(result, key=lambda s: s.session))
