"""The weekly roster: its choices as a program, solved tier by tier, read back as sessions with rooms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

import numpy as np

from scheduler.engine.aggregate import Flows
from scheduler.engine.columns import NOWHERE, Columns, cached_columns
from scheduler.engine.demands import with_demands
from scheduler.engine.greedy import repair_by_hand
from scheduler.engine.model import build_full_program, order_tiers
from scheduler.engine.options import NO_DEMANDS, Demands, Options, ProgressCallback
from scheduler.engine.parts import split
from scheduler.engine.program import Ints, Program
from scheduler.engine.rooms import assign_rooms
from scheduler.engine.run import Run
from scheduler.engine.solve import TieredSolution, TierSolver, unpaid_rows
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
    with run.stages.time("build"):
        program, _ = build_full_program(columns)
    if not columns.standing:
        week = _solve_by_parts(columns, program, run)
        if week is not None:
            return week
    with run.stages.time("build"):
        flows = Flows.of(columns, run)
        loop = TierLoop(columns, program, run, flows, repair_by_hand(columns, program))
    with run.stages.time("tiers"):
        solution = loop.solve(order_tiers(columns.index.scenario))
    if solution.status is Status.TIMED_OUT:
        solution = _unchanged(columns, program, solution)
    return read_week(columns, program, solution)


def _solve_by_parts(columns: Columns, program: Program, run: Run) -> WeekSolution | None:
    """Solve a week from demand in the parts that share neither doctors nor rooms; None where that decides nothing.

    What the parts cost at least, added up, no week can beat. Where the week they make together also keeps the rules
    of the whole hospital, and strives for its targets in full, it is the best there is.
    """
    with run.stages.time("build"):
        parts = split(program)
    values = np.zeros(program.width, dtype=np.int64)
    bounds = dict.fromkeys(order_tiers(columns.index.scenario), 0)
    with run.stages.time("parts"):
        free = tuple(bounds)
        for number, part in enumerate(sorted(parts, key=lambda p: p.program.width)):
            run.report("parts", number, len(parts))
            solution = _solve_part(part.program, tuple(bounds), free, run.silent())
            if solution.status is Status.INFEASIBLE:
                return WeekSolution(Status.INFEASIBLE, None)
            if solution.values is None:
                return None
            values[part.places] = solution.values
            for tier in solution.tiers:
                bounds[tier.key] += tier.bound
            # What the smaller parts had no need to spend, a larger one may not need either.
            free = tuple(takewhile(lambda key: not bounds[key], bounds))
    whole = program.answer_of(values[program.named["columns"]])
    if not program.holds(whole):
        return None
    reached = {key: int(cost @ whole) for key, cost in _objectives(columns, program)}
    # Short of the bounds, the whole program decides; with no time for that, what the parts gave is an answer.
    if reached != bounds and run.seconds_left() > 0.0:
        return None
    tiers = tuple(Tier(key, value, min(value, bounds[key])) for key, value in reached.items())
    status = Status.OPTIMAL if reached == bounds else Status.FEASIBLE
    return read_week(columns, program, TieredSolution(status, whole, tiers))


def _solve_part(program: Program, tiers: Sequence[str], free: Sequence[str], run: Run) -> TieredSolution:
    """Solve a part tier by tier; the first tiers, those in `free`, all at 0 at once where that can be.

    No cost is negative, so tiers at 0 are proved without a bound being sought. The first answer pays nothing for the last
    tiers either, where there is one: then nothing is left to look for in them.
    """
    objectives = [(key, program.cost_vector(key)) for key in tiers]
    hopeful, paid = TierSolver(program, run), objectives[len(free) :]
    for _, cost in objectives[: len(free)]:
        hopeful.forbid(cost > 0)
    objective = paid[0][1] if paid else None
    first = hopeful.solve(objective, rows=unpaid_rows(cost for _, cost in paid[1:]))
    if first.values is None:
        first = hopeful.solve(objective)
    if first.values is None:
        return TierSolver(program, run).solve_tiers(objectives)
    solution = hopeful.solve_tiers(paid, start=first.values, steady=True)
    return replace(solution, tiers=tuple(Tier(key, 0, 0) for key in free) + solution.tiers)


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
