"""The weekly roster: an aggregate first, which proves the bound; then people, who realise it; then the full model."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import numpy as np

from scheduler.engine.aggregate import Aggregate, Grain, merge
from scheduler.engine.columns import NOWHERE, Columns
from scheduler.engine.model import build_program, people_program, weekly_tiers
from scheduler.engine.options import Event, Options, Tell
from scheduler.engine.program import Flags, Ints, Program
from scheduler.engine.solve import Answer, Clock, Ladder, TierSolver
from scheduler.outcome import Tier
from scheduler.roster import Roster, Session, session_key


@dataclass
class Stages:
    """Seconds spent in each stage of a plan."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def time(self, stage: str) -> Iterator[None]:
        """Add the time spent inside to the stage."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[stage] = self.seconds.get(stage, 0.0) + time.perf_counter() - started


@dataclass(frozen=True)
class Weekly:
    """The weekly answer: how it ended, the sessions without rooms if any were found, and the tiers."""

    answer: Answer
    roster: Roster | None
    tiers: tuple[Tier, ...] = ()


def solve_single(columns: Columns, options: Options, clock: Clock, stages: Stages, tell: Tell) -> Weekly:
    """Solve the full model tier by tier and nothing else: the reference that the aggregate is measured against."""
    with stages.time("build"):
        program, _ = people_program(columns)
        solver = TierSolver(program, options, clock)
    with stages.time("tiers"):
        ladder = solver.climb(_objectives(columns, program), tell)
    return _weekly(columns, program, ladder)


def solve_week(columns: Columns, options: Options, clock: Clock, stages: Stages, tell: Tell) -> Weekly:
    """Solve the aggregate, realise it with people, and finish with the full model what is not proved yet."""
    floors: Mapping[str, int] = {}
    start: _Realised | None = None
    for grain in _grains(columns):
        tell(Event("aggregate"))
        with stages.time("aggregate"):
            aggregate = merge(columns, grain)
            flows = _Flows(aggregate, options, clock)
            plan, ladder = flows.plan(floors, tell)
        if ladder.answer is Answer.INFEASIBLE:
            return Weekly(Answer.INFEASIBLE, None)
        if plan is None:
            break
        floors = {**floors, **_proved_floors(columns, aggregate, ladder)}
        tell(Event("realise"))
        with stages.time("realise"):
            start = _realise(aggregate, plan, options, clock, floors, tell)
        if start is not None:
            with stages.time("aggregate"):
                columns, start = _narrowed(columns, flows, floors, start)
            break
    with stages.time("build"):
        program, _ = people_program(columns)
        solver = TierSolver(program, options, clock)
    with stages.time("tiers"):
        full_start = None if start is None else start.put_into(program)
        ladder = solver.climb(_objectives(columns, program), tell, floors=floors, start=full_start)
    return _weekly(columns, program, ladder)


@dataclass(frozen=True)
class _Realised:
    """An answer of the full model found among part of its columns: `places` are theirs in the full model."""

    program: Program
    values: Ints
    places: Ints

    def put_into(self, program: Program) -> Ints:
        """Return the answer as values of the full model's variables."""
        return program.carry(self.values, self.program, self.places)


def _narrowed(
    columns: Columns, flows: _Flows, floors: Mapping[str, int], start: _Realised
) -> tuple[Columns, _Realised]:
    """Leave out columns that no answer as good as the floors uses, where the realised answer is as good.

    Only then is the full model's best at the floors too, so that what is left out cannot be missed.
    """
    reached = {
        key: floor for key, floor in floors.items() if start.program.cost_vector(key) @ start.values <= floor
    }
    if list(reached) != list(floors):
        return columns, start
    useful = flows.useful(floors)
    useful[start.places] = True  # the plan takes them, so they are useful; this holds against rounding
    number = np.cumsum(useful) - 1
    return columns.chosen(useful), replace(start, places=number[start.places])


def _grains(columns: Columns) -> tuple[Grain, ...]:
    """Return the aggregates to try: the hospital's flows cannot tell what a demand asks for."""
    return (Grain.CREWS,) if columns.index.wanted else (Grain.HOSPITAL, Grain.CREWS)


def _objectives(columns: Columns, program: Program) -> list[tuple[str, Ints]]:
    return [(key, program.cost_vector(key)) for key in weekly_tiers(columns.index.scenario)]


class _Flows:
    """The aggregate as a program: its plan, and the flows that no answer as good can use."""

    def __init__(self, aggregate: Aggregate, options: Options, clock: Clock) -> None:
        self._aggregate, self._options, self._clock = aggregate, options, clock
        self._program, self._variables = build_program(aggregate.columns, aggregate.rules())

    def plan(self, floors: Mapping[str, int], tell: Tell) -> tuple[Ints | None, Ladder]:
        """Solve the aggregate's tiers; return how often each merged column is taken."""
        keys = [
            key for key in weekly_tiers(self._aggregate.people.index.scenario) if self._aggregate.knows(key)
        ]
        ladder = self._solver().climb(
            [(key, self._program.cost_vector(key)) for key in keys], tell, floors=floors
        )
        return (None if ladder.values is None else ladder.values[self._variables]), ladder

    def _solver(self) -> TierSolver:
        return TierSolver(self._program, self._options, self._clock)

    def useful(self, values: Mapping[str, int]) -> Flags:
        """Tell which columns of the full model an answer can use whose tiers reach these values, in tier order."""
        solver = self._solver()
        unused = np.zeros(self._program.width, dtype=bool)
        for key, value in values.items():
            cost = self._program.cost_vector(key)
            if cost.any():
                unused |= solver.unused(cost, value)
                solver.forbid(unused)
                solver.keep(cost, value)
        useful: Flags = ~unused[self._variables][self._aggregate.member_of]
        return useful


def _proved_floors(columns: Columns, aggregate: Aggregate, ladder: Ladder) -> dict[str, int]:
    """Return the tiers' bounds that hold for the full model too.

    A tier's bound holds only under the values of the tiers before it, so the first tier that the aggregate does
    not know, or has not proved, ends the list; the bound of an unproved tier itself still holds.
    """
    bounds = {tier.key: tier for tier in ladder.tiers}
    floors: dict[str, int] = {}
    for key in weekly_tiers(columns.index.scenario):
        if key not in bounds:
            break
        floors[key] = bounds[key].bound
        if bounds[key].gap:
            break
    return floors


def _realise(
    aggregate: Aggregate, plan: Ints, options: Options, clock: Clock, floors: Mapping[str, int], tell: Tell
) -> _Realised | None:
    """Choose people for the plan: columns the plan does not take fall away, the rest must add up to it."""
    taken = plan[aggregate.member_of] > 0
    columns = aggregate.people.chosen(taken)
    program, variables = people_program(columns)
    used = np.flatnonzero(plan > 0)
    number = np.full(len(plan), -1, dtype=np.int64)
    number[used] = np.arange(len(used))
    rows = program.add_rows([f"plan[{flow}]" for flow in used], plan[used], plan[used])
    program.fill(rows[number[aggregate.member_of[taken]]], variables, 1)
    ladder = TierSolver(program, options, clock).climb(_objectives(columns, program), tell, floors=floors)
    return None if ladder.values is None else _Realised(program, ladder.values, np.flatnonzero(taken))


def _weekly(columns: Columns, program: Program, ladder: Ladder) -> Weekly:
    if ladder.values is None:
        return Weekly(ladder.answer, None)
    chosen = np.flatnonzero(ladder.values[program.named["columns"]])
    return Weekly(ladder.answer, _roster(columns, chosen), ladder.tiers)


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
            was = columns.standing[group].cell
            key = session_key(week, doctor, was, added=False)
            sessions.append(Session(key, doctor, cell, columns.works[work], was))
        elif cell is not None:
            key = session_key(week, doctor, cell, added=True)
            sessions.append(Session(key, doctor, cell, columns.works[work], None))
    return Roster(_told_apart(sessions))


def _told_apart(sessions: list[Session]) -> tuple[Session, ...]:
    """Sort sessions; where a doctor has several added at one cell (one_place not hard), number them."""
    seen: dict[str, int] = {}
    result = []
    for session in sorted(sessions, key=lambda s: (s.session, s.blocks)):
        seen[session.session] = seen.get(session.session, 0) + 1
        times = seen[session.session]
        result.append(session if times == 1 else replace(session, session=f"{session.session}{times}"))
    return tuple(sorted(result, key=lambda s: s.session))
