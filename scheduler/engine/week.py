"""The weekly roster: an aggregate first, which proves the bound; then people, who realise it; then the full model."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import takewhile

import numpy as np

from scheduler.engine.aggregate import Aggregate, Grain, merge
from scheduler.engine.columns import NOWHERE, Columns
from scheduler.engine.model import build_program, people_program, weekly_tiers
from scheduler.engine.options import Event, Options, Tell
from scheduler.engine.parts import split
from scheduler.engine.program import Flags, Ints, Program
from scheduler.engine.remainder import remainder
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
    return as_weekly(columns, program, ladder)


def solve_week(columns: Columns, options: Options, clock: Clock, stages: Stages, tell: Tell) -> Weekly:
    """Solve an aggregate, realise it with people, and only where that fails turn to the full model.

    The aggregate's tiers are lower bounds. Where people reach them, in the part of the model that answers so good
    can use at all, the week is proved without the full model ever being built.
    """
    if not columns.standing:
        weekly = _by_parts(columns, options, clock, stages, tell)
        if weekly is not None:
            return weekly
    floors: dict[str, int] = {}
    for grain in _grains(columns):
        tell(Event("aggregate"))
        with stages.time("aggregate"):
            flows = _Flows(merge(columns, grain), options, clock)
            ladder = flows.climb(floors, tell)
            held = _proved_prefix(columns, ladder)
            useful = flows.useful(held) if ladder.answer is Answer.OPTIMAL else None
        if ladder.answer is Answer.INFEASIBLE:
            return Weekly(Answer.INFEASIBLE, None)
        floors |= _floors(columns, ladder)
        if useful is None:
            break
        tell(Event("realise"))
        weekly = _realised(columns.chosen(useful), held, options, clock, stages, tell)
        if weekly is not None:
            return weekly
    return _full(columns, floors, options, clock, stages, tell)


def _by_parts(columns: Columns, options: Options, clock: Clock, stages: Stages, tell: Tell) -> Weekly | None:
    """Solve a week from demand in the parts that share neither doctors nor rooms; None where that decides nothing.

    What the parts cost at least, added up, no week can beat. Where the week they make together also keeps the rules
    of the whole hospital, and strives for its targets in full, it is the best there is.
    """
    with stages.time("build"):
        program, _ = people_program(columns)
        parts = split(program)
    values, proved = (
        np.zeros(program.width, dtype=np.int64),
        dict.fromkeys(weekly_tiers(columns.index.scenario), 0),
    )
    with stages.time("realise"):
        free = tuple(proved)
        for number, part in enumerate(sorted(parts, key=lambda p: p.program.width)):
            tell(Event("realise", number, len(parts)))
            ladder = _solved_part(part.program, tuple(proved), free, options, clock)
            if ladder.answer is Answer.INFEASIBLE:
                return Weekly(Answer.INFEASIBLE, None)
            if ladder.values is None:
                return None
            values[part.places] = ladder.values
            for tier in ladder.tiers:
                proved[tier.key] += tier.bound
            # What the smaller parts had no need to spend, a larger one may not need either.
            free = tuple(takewhile(lambda key: not proved[key], proved))
    with stages.time("tiers"):
        whole = completed(program, values, options, clock)
    if whole is None:
        return None
    reached = {key: int(cost @ whole) for key, cost in _objectives(columns, program)}
    if reached != proved and clock.left() > 0.0:
        return None
    tiers = tuple(Tier(key, value, min(value, proved[key])) for key, value in reached.items())
    return as_weekly(
        columns,
        program,
        Ladder(Answer.FEASIBLE if reached != proved else Answer.OPTIMAL, whole, tiers),
    )


def _solved_part(
    program: Program, tiers: Sequence[str], free: Sequence[str], options: Options, clock: Clock
) -> Ladder:
    """Solve a part tier by tier; the first tiers, those in `free`, all at 0 at once where that can be.

    No cost is negative, so tiers at 0 are proved without a bound being sought.
    """
    objectives = [(key, program.cost_vector(key)) for key in tiers]
    hopeful = TierSolver(program, options, clock)
    for _, cost in objectives[: len(free)]:
        hopeful.forbid(cost > 0)
    rest = objectives[len(free) :]
    found = hopeful.solve(rest[0][1] if rest else None)
    if found.values is None:
        return TierSolver(program, options, clock).climb(objectives, _unheard)
    first = {rest[0][0]: found.bound} if rest else {}
    ladder = hopeful.climb(rest, _unheard, floors=first, start=found.values)
    return replace(ladder, tiers=tuple(Tier(key, 0, 0) for key in free) + ladder.tiers)


def _unheard(_: Event) -> None:
    """Tell nobody: a part's tiers are not the week's."""


def completed(program: Program, values: Ints, options: Options, clock: Clock) -> Ints | None:
    """Return the program's answer that takes the columns these values take; None where they break its rows.

    What does not follow from the columns, such as which specialties count as keeping the limit, is looked for.
    """
    known = np.zeros(program.width, dtype=bool)
    known[program.named["columns"]] = True
    left = remainder(program, known, values)
    if left is None:
        return None
    found = TierSolver(left.program, options, clock).solve()
    return None if found.values is None else program.settled(left.put_back(found.values))


def _realised(
    columns: Columns, held: Mapping[str, int], options: Options, clock: Clock, stages: Stages, tell: Tell
) -> Weekly | None:
    """Choose people so that the aggregate's tiers are met, then climb the others; None where people cannot meet them."""
    with stages.time("build"):
        program, _ = people_program(columns)
        solver = TierSolver(program, options, clock)
        for key, value in held.items():
            solver.keep(program.cost_vector(key), value)
    rest = [(key, cost) for key, cost in _objectives(columns, program) if key not in held]
    with stages.time("realise"):
        found = solver.solve(rest[0][1] if rest else None)
    if found.values is None:
        return None
    tell(Event("tiers"))
    with stages.time("tiers"):
        first = {rest[0][0]: found.bound} if rest else {}
        ladder = solver.climb(rest, tell, floors=first, start=found.values)
    tiers = tuple(Tier(key, value, value) for key, value in held.items()) + ladder.tiers
    return as_weekly(columns, program, Ladder(ladder.answer, ladder.values, tiers))


def _full(
    columns: Columns, floors: Mapping[str, int], options: Options, clock: Clock, stages: Stages, tell: Tell
) -> Weekly:
    """Solve the full model, the aggregate's bounds known; out of time, answer with the template as it stands."""
    tell(Event("full"))
    with stages.time("build"):
        program, _ = people_program(columns)
        solver = TierSolver(program, options, clock)
    objectives = _objectives(columns, program)
    with stages.time("full"):
        ladder = solver.climb(objectives, tell, floors=floors)
    if ladder.answer is Answer.NOTHING:
        values = _unchanged(columns, program)
        tiers = tuple(
            Tier(key, int(c @ values), min(int(c @ values), floors.get(key, 0))) for key, c in objectives
        )
        ladder = Ladder(Answer.NOTHING, values, tiers)
    return as_weekly(columns, program, ladder)


def _unchanged(columns: Columns, program: Program) -> Ints:
    """Return the template as it stands as values of the program, whatever rules it breaks."""
    values = np.zeros(program.width, dtype=np.int64)
    stays = (columns.array("cell") == columns.array("origin")) & (columns.array("group") != NOWHERE)
    stays &= columns.array("doctor") == columns.array("owner")
    values[program.named["columns"]] = stays
    return program.settled(values)


def _grains(columns: Columns) -> tuple[Grain, ...]:
    """Return the aggregates to try: the hospital's flows cannot tell what a demand asks for."""
    return (Grain.CREWS,) if columns.index.wanted else (Grain.HOSPITAL, Grain.CREWS)


def _objectives(columns: Columns, program: Program) -> list[tuple[str, Ints]]:
    return [(key, program.cost_vector(key)) for key in weekly_tiers(columns.index.scenario)]


def _floors(columns: Columns, ladder: Ladder) -> dict[str, int]:
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


def _proved_prefix(columns: Columns, ladder: Ladder) -> dict[str, int]:
    """Return the values of the first tiers that the aggregate knows and has proved."""
    proved = {tier.key for tier in ladder.tiers if not tier.gap}
    return {key: floor for key, floor in _floors(columns, ladder).items() if key in proved}


class _Flows:
    """The aggregate as a program: its tiers, and the flows that no answer as good can use."""

    def __init__(self, aggregate: Aggregate, options: Options, clock: Clock) -> None:
        self._aggregate, self._options, self._clock = aggregate, options, clock
        self._program, self._variables = build_program(aggregate.columns, aggregate.rules())

    def climb(self, floors: Mapping[str, int], tell: Tell) -> Ladder:
        """Solve the tiers that the aggregate knows."""
        keys = [
            key for key in weekly_tiers(self._aggregate.people.index.scenario) if self._aggregate.knows(key)
        ]
        return self._solver().climb(
            [(key, self._program.cost_vector(key)) for key in keys], tell, floors=floors
        )

    def _solver(self) -> TierSolver:
        return TierSolver(self._program, self._options, self._clock)

    def useful(self, values: Mapping[str, int]) -> Flags:
        """Tell which columns of the full model an answer can use whose tiers reach these values, in tier order.

        Reduced costs rule out most flows. Of the rest the hospital's aggregate is asked for an answer that uses any
        flow not seen yet, until there is none: few are ever seen, so few solves do.
        """
        solver = self._solver()
        unused = np.zeros(self._program.width, dtype=bool)
        for key, value in values.items():
            cost = self._program.cost_vector(key)
            if cost.any():
                unused |= solver.unused(cost, value)
                solver.forbid(unused)
                solver.keep(cost, value)
        if self._aggregate.grain is Grain.HOSPITAL:
            unused |= self._unreached(solver, unused)
        useful: Flags = ~unused[self._variables][self._aggregate.member_of]
        return useful

    def _unreached(self, solver: TierSolver, unused: Flags) -> Flags:
        """Return the flows that no answer uses under the rows kept so far; those not decided in time count as used."""
        unseen = np.zeros(self._program.width, dtype=bool)
        unseen[self._variables] = ~unused[self._variables]
        while unseen.any():
            # An answer that uses as many as it can: what is reached in the end is the same, after fewer solves.
            found = solver.solve(-unseen.astype(np.int64), any_of=np.flatnonzero(unseen))
            if found.answer is Answer.INFEASIBLE:
                return unseen
            if found.values is None:
                break
            unseen &= found.values == 0
        return np.zeros_like(unseen)


def as_weekly(columns: Columns, program: Program, ladder: Ladder) -> Weekly:
    """Return the weekly answer that a ladder of the full model's program is."""
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
            owner, was = columns.standing[group].doctor, columns.standing[group].cell
            key = session_key(week, owner, was, added=False)
            covered = owner if owner != doctor else ""
            sessions.append(Session(key, doctor, cell, columns.works[work], was, was_doctor=covered))
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
