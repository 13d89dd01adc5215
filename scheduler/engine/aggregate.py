"""The hospital's sessions as flows between half-days: columns that no rule on the whole hospital tells apart, added up.

Every roster, added up, is an answer of the flows at the same cost in each of their tiers. So what they prove to be least
is a lower bound for people, and what none of their answers takes, no roster takes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from scheduler.engine.build import Build
from scheduler.engine.columns import NOWHERE, Columns
from scheduler.engine.demands import FORCED
from scheduler.engine.model import Rules, build_program
from scheduler.engine.program import FREE, Flags, Ints, Program
from scheduler.engine.rules_of_counts import COUNT_RULES
from scheduler.engine.run import Run
from scheduler.engine.slice import Row
from scheduler.engine.solve import NO_BOUND, Solution, TierSolver
from scheduler.outcome import SESSIONS, Status
from scheduler.scenario.week import Scenario

FLOW_RULES = frozenset(
    {"availability", "eligible", "pinned", "ratio_day", "ratio_target", "ratio_experts", "cover", "changes"}
)
"""Rules that flows of the whole hospital can express; the others are left out, which only lowers bounds."""


@dataclass(frozen=True)
class Aggregate:
    """The merged columns, and for every column of people the number of the merged one it belongs to."""

    columns: Columns
    member_of: Ints
    crew_of: Ints
    people: Columns

    def rules(self) -> Rules:
        """Return the rules of counts that flows know, and those of people summed over experts and over all others."""
        counts = [(key, add) for key, add in COUNT_RULES if key in FLOW_RULES]
        return (*counts, ("one_place", self._crew_places), ("session_limits", self._crew_limits))

    def _crew_places(self, build: Build) -> None:
        """`one_place`, summed: a crew holds no more sessions at a cell than it has doctors who can be there.

        In a half that a doctor's sessions can share there is no such bound.
        """
        if not build.is_hard("one_place"):
            return
        # A crew and a cell as one number, so that one pass over the table counts the doctors of all pairs.
        size = len(build.index.cells)
        people = self.people.table.assign(crew=self.crew_of)
        there = people[people["cell"] != NOWHERE].drop_duplicates(["doctor", "cell"])
        have = there.groupby(there["crew"] * size + there["cell"]).size()
        shared = [cell.half in build.scenario.shared_halves for cell in build.index.cells]
        held = ~np.array([*shared, True], dtype=bool)[build.columns.array("cell")]
        place = (build.columns.array("doctor") * size + build.columns.array("cell"))[held]
        places, inverse = np.unique(place, return_inverse=True)
        names = [f"one_place[crew {p // size}, {build.index.cells[p % size].key}]" for p in places]
        rows = build.program.add_rows(
            names, np.full(len(names), -FREE), have.loc[places].to_numpy(dtype=np.int64)
        )
        build.program.fill(rows[inverse], build.variables[held], 1)

    def _crew_limits(self, build: Build) -> None:
        """`session_limits`, summed: a crew's sessions lie within the sum of its doctors' limits."""
        if not build.is_hard("session_limits"):
            return
        limits = np.array([build.scenario.limits(doctor) for doctor in build.index.doctors], dtype=np.int64)
        limits = limits.reshape(-1, 2)  # also where there is no doctor
        crews = pd.DataFrame({"doctor": self.people.array("doctor"), "crew": self.crew_of}).drop_duplicates(
            "doctor"
        )
        count = int(self.crew_of.max(initial=-1)) + 1
        least, most = np.zeros(count, np.int64), np.zeros(count, np.int64)
        np.add.at(least, crews["crew"].to_numpy(), limits[crews["doctor"].to_numpy(), 0])
        np.add.at(most, crews["crew"].to_numpy(), limits[crews["doctor"].to_numpy(), 1])
        rows = build.program.add_rows([f"session_limits[crew {crew}]" for crew in range(count)], least, most)
        held = build.columns.array("cell") != NOWHERE
        build.program.fill(rows[build.columns.array("owner")[held]], build.variables[held], 1)


def merge(people: Columns) -> Aggregate:
    """Take together all columns that differ in nothing that a rule on the whole hospital, or a demand row, sees."""
    scenario = people.index.scenario
    table = people.table.copy()
    crews = _experts(people)
    table["flow"] = NOWHERE
    table["pool"] = table["specialty"] = 0
    table["level"] = _level_steps(scenario)[table["level"].to_numpy()]
    table["work"] = _wanted_work(people)[table["work"].to_numpy()]
    table["crew"] = crews[people.array("doctor")]
    table["flow"] = _flows(table)
    table["owner"] = crews[people.array("owner")]
    alike = [
        "flow", "crew", "owner", "cell", "pool", "specialty", "expert", "level", "work",
        "origin", "points", "changed", "away", "unapproved", "unpinned",
        *({FORCED} & set(table)),
    ]  # fmt: skip
    merged = (
        table.groupby(alike, sort=True).agg(upper=("upper", "sum"), stands=("stands", "sum")).reset_index()
    )
    merged["number"] = np.arange(len(merged))
    # Which merged column each column went into, by a join on everything that they have alike.
    member_of = table.merge(merged[[*alike, "number"]], on=alike, how="left")["number"].to_numpy(
        dtype=np.int64
    )
    first_work = pd.Series(people.array("work")).groupby(member_of).first()
    merged["work"] = first_work.to_numpy()
    columns = replace(
        people,
        table=merged.rename(columns={"flow": "group", "crew": "doctor"}).drop(columns=["number"]),
        group_sizes=_flow_sizes(table),
    )
    return Aggregate(columns, member_of, table["crew"].to_numpy(dtype=np.int64), people)


def _level_steps(scenario: Scenario) -> Ints:
    """Return, per level, the highest one that a demand row names and it meets: no rule distinguishes levels further."""
    ranks = sorted({row.level.rank for row in scenario.demand} | {0})
    return np.array([max(rank for rank in ranks if rank <= level) for level in range(5)], dtype=np.int64)


def _wanted_work(people: Columns) -> Ints:
    """Number each work by the clinics in it that demand speaks of: no rule of counts sees the others."""
    wanted = set(people.index.wanted)
    numbers: dict[tuple[str, ...], int] = {}
    keys = [tuple(block.clinic for block in work if block.clinic in wanted) for work in people.works]
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int64)


def _experts(people: Columns) -> Ints:
    """Number the two crews, by doctor: experts and others."""
    scenario = people.index.scenario
    levels = [scenario.doctor_of[doctor].level for doctor in people.index.doctors]
    return np.array([scenario.is_expert(level) for level in levels], dtype=np.int64)


def _flows(table: pd.DataFrame) -> Ints:
    """Number the flow of every column of a template session: sessions alike in crew, work and cell of the template."""
    own = (table["group"] != NOWHERE).to_numpy()
    # Another doctor who covers a session may be of another crew: the session stays in the flow that it is of.
    home = table[own & (table["doctor"] == table["owner"]).to_numpy()]
    alike = ["crew", "pool", "specialty", "expert", "level", "work", "origin"]
    flow_of = np.full(int(table["group"].max()) + 1 if len(table) else 0, NOWHERE, dtype=np.int64)
    flow_of[home["group"].to_numpy()] = home.groupby(alike, sort=True).ngroup().to_numpy()
    flows = np.full(len(table), NOWHERE, dtype=np.int64)
    flows[own] = flow_of[table["group"].to_numpy()[own]]
    return flows


def _flow_sizes(table: pd.DataFrame) -> Ints:
    own = table[table["group"] != NOWHERE].drop_duplicates("group")
    sizes = np.zeros(int(own["flow"].max() + 1) if len(own) else 0, dtype=np.int64)
    np.add.at(sizes, own["flow"].to_numpy(), 1)
    return sizes


_FEW = 200
"""Flows up to which it pays to search for those that no answer takes."""

_SEARCHES = 12
"""Solves of such a search."""

_NODES = 20
"""Nodes after which the flows' reach or range is left as it is known so far."""


class Flows:
    """The aggregate as a program that is asked again and again, under the values that people have reached so far."""

    def __init__(self, aggregate: Aggregate, program: Program, run: Run) -> None:
        self._aggregate, self._program = aggregate, program
        self._variables = program.named["columns"]
        self._solver = TierSolver(program, run.silent())

    @classmethod
    def of(cls, people: Columns, run: Run) -> Flows:
        """Build the flows of people's columns."""
        aggregate = merge(people)
        return cls(aggregate, build_program(aggregate.columns, aggregate.rules())[0], run)

    @staticmethod
    def knows(key: str) -> bool:
        """Return whether flows carry this tier, so that its value for them is a bound for people."""
        return key in FLOW_RULES or key == SESSIONS

    def least(self, key: str) -> Solution:
        """Minimise a tier that is known, under the values held: its bound is one of every roster's."""
        return self._solver.solve(self._program.cost_vector(key))

    def hold(self, key: str, value: int) -> None:
        """From now on only answers count whose tier of this rule is at most `value`."""
        cost = self._program.cost_vector(key)
        relaxation = self._solver.relax(cost) if cost.any() else None
        if relaxation is not None:
            self._solver.forbid(relaxation.unused(value))
        self._solver.limit(cost, value)

    def taken(self, solution: Solution) -> Flags:
        """Return which of people's columns belong to a flow that this answer takes."""
        taken = np.zeros(len(self._variables), dtype=bool)
        if solution.values is not None:
            taken = solution.values[self._variables] > 0
        member: Flags = taken[self._aggregate.member_of]
        return member

    def reached(self, tiers: Sequence[tuple[str, int]] = ()) -> Flags:
        """Return which of people's columns an answer can take, these further tiers at most at their values.

        Reduced costs rule out most flows. Where few are left, the flows are asked for an answer that takes any of
        those not seen yet, until there is none. What a dozen solves do not decide counts as reached.
        """
        rows, open_ = self._limits(tiers), self._solver.open_variables
        for key, value in tiers:
            relaxation = self._solver.relax(self._program.cost_vector(key))
            if relaxation is not None:
                open_ &= ~relaxation.unused(value)
        unseen = np.zeros(self._program.width, dtype=bool)
        unseen[self._variables] = open_[self._variables]
        for _ in range(_SEARCHES if np.count_nonzero(unseen) <= _FEW else 0):
            if not unseen.any():
                break
            # An answer that takes as many as it can: what is reached in the end is the same, after fewer solves.
            any_of = np.flatnonzero(unseen)
            wanted: Row = (any_of, np.ones_like(any_of), 1.0, FREE)
            solution = self._solver.solve(
                -unseen.astype(np.int64), only=open_, rows=[*rows, wanted], nodes=_NODES
            )
            if solution.status is Status.INFEASIBLE:
                open_ &= ~unseen
                break
            if solution.values is None:
                break
            unseen &= solution.values == 0
        return open_[self._variables][self._aggregate.member_of]

    def ranges(self, columns: Ints, within: Flags, tiers: Sequence[tuple[str, int]] = ()) -> list[Row]:
        """Return rows over people's variables: how often each flow, and sums of flows, can be taken at all.

        `columns` are people's variables, `within` those of them that may be taken; `tiers` are further ones with the
        most that they may cost. A range that no solve proved is left open.
        """
        rows = self._limits(tiers)
        usable = np.zeros(len(self._variables), dtype=bool)
        usable[self._aggregate.member_of[within]] = True
        only = np.ones(self._program.width, dtype=bool)
        only[self._variables] = usable
        found: list[Row] = []
        for flows in filter(np.any, self._sums(usable)):
            cost = np.zeros(self._program.width, dtype=np.int64)
            cost[self._variables[flows]] = 1
            least = self._solver.solve(cost, only=only, rows=rows, nodes=_NODES).bound
            most = self._solver.solve(-cost, only=only, rows=rows, nodes=_NODES).bound
            members = columns[flows[self._aggregate.member_of] & within]
            upper = FREE if most <= NO_BOUND else float(-most)
            if len(members):
                found.append((members, np.ones_like(members), float(max(0, least)), upper))
        return found

    def _limits(self, tiers: Sequence[tuple[str, int]]) -> list[Row]:
        costs = ((self._program.cost_vector(key), value) for key, value in tiers)
        return [
            (np.flatnonzero(cost), cost[cost != 0], -FREE, float(value))
            for cost, value in costs
            if cost.any()
        ]

    def _sums(self, usable: Flags) -> Iterator[Flags]:
        """Yield sets of flows: moves within a date, to other dates, out of and into each cell, and each flow by itself.

        Where there are many flows none is asked for: it would take longer than it saves.
        """
        columns = self._aggregate.columns
        origin, cell = columns.array("origin"), columns.array("cell")
        day = np.array([at.date.toordinal() for at in columns.index.cells] + [0], dtype=np.int64)
        moving = usable & (origin != cell)
        if np.count_nonzero(moving) > _FEW // 5:
            return
        yield moving & (day[origin] == day[cell])
        yield moving & (day[origin] != day[cell])
        yield from (moving & (origin == at) for at in np.unique(origin[moving]))
        yield from (moving & (cell == at) for at in np.unique(cell[moving]))
        yield from (np.arange(len(moving)) == flow for flow in np.flatnonzero(moving))
