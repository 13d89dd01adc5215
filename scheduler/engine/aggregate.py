"""Columns taken together: doctors who count alike become a crew, their sessions flows between half-days.

Every answer of the full model, summed over crews, is an answer of the aggregate at the same cost; so what the
aggregate proves to be least is a lower bound for the full model.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import pandas as pd

from scheduler.engine.columns import NOWHERE, Columns
from scheduler.engine.demands import FORCED
from scheduler.engine.model import Rules, build_program
from scheduler.engine.program import FREE, Flags, Ints, Program
from scheduler.engine.rules_of_counts import COUNT_RULES, Build
from scheduler.engine.run import Run
from scheduler.engine.solve import TieredSolution, TierSolver
from scheduler.outcome import Status
from scheduler.scenario.week import Scenario


@dataclass(frozen=True)
class Aggregate:
    """The merged columns, and for every column of the full model the number of the merged one it belongs to."""

    grain: Grain
    columns: Columns
    member_of: Ints
    crew_of: Ints
    people: Columns

    def knows(self, key: str) -> bool:
        """Return whether the aggregate carries the rule, so that its value for the rule's tier is a bound."""
        return key in HOSPITAL_RULES if self.grain is Grain.HOSPITAL else key in dict(COUNT_RULES)

    def rules(self) -> Rules:
        """Return the rules of counts that this grain knows, and those of people summed over each crew."""
        counts = [(key, add) for key, add in COUNT_RULES if self.knows(key)]
        return (*counts, ("one_place", self._crew_places), ("session_limits", self._crew_limits))

    def _crew_places(self, build: Build) -> None:
        """`one_place`, summed: a crew holds no more sessions at a cell than it has doctors who can be there."""
        if not build.is_hard("one_place"):
            return
        # A crew and a cell as one number, so that one pass over the table counts the doctors of all pairs.
        size = len(build.index.cells)
        people = self.people.table.assign(crew=self.crew_of)
        there = people[people["cell"] != NOWHERE].drop_duplicates(["doctor", "cell"])
        have = there.groupby(there["crew"] * size + there["cell"]).size()
        held = build.columns.array("cell") != NOWHERE
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


class Grain(StrEnum):
    """How much is taken together: all of the hospital, or the doctors of a crew in a pool."""

    HOSPITAL = "hospital"
    CREWS = "crews"


HOSPITAL_RULES = frozenset(
    {"availability", "eligible", "pinned", "ratio_day", "ratio_target", "ratio_experts", "cover", "changes"}
)
"""Rules of counts that flows of the whole hospital can express; the others are left out there, which only lowers bounds."""


def merge(people: Columns, grain: Grain) -> Aggregate:
    """Take together all columns that no rule of counts distinguishes, or at the hospital's grain all but experts."""
    scenario = people.index.scenario
    table = people.table.copy()
    crews = _experts(people) if grain is Grain.HOSPITAL else _crews(people)
    table["flow"] = NOWHERE
    if grain is Grain.HOSPITAL:
        for field in ("pool", "specialty", "level", "work"):
            table[field] = 0
    else:
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
    return Aggregate(grain, columns, member_of, table["crew"].to_numpy(dtype=np.int64), people)


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
    """Number the two crews of the hospital's grain, by doctor: experts and others."""
    scenario = people.index.scenario
    levels = [scenario.doctor_of[doctor].level for doctor in people.index.doctors]
    return np.array([scenario.is_expert(level) for level in levels], dtype=np.int64)


def _crews(people: Columns) -> Ints:
    """Number the crew of every doctor: same specialty, expert or not, level step and choice of added work."""
    scenario = people.index.scenario
    steps = _level_steps(scenario)
    table = people.table
    added = table[table["group"] == NOWHERE]
    choice = {doctor: tuple(sorted(set(part["work"]))) for doctor, part in added.groupby("doctor")}
    numbers: dict[tuple[object, ...], int] = {}
    crew_of_doctor = []
    for number, key in enumerate(people.index.doctors):
        doctor = scenario.doctor_of[key]
        alike = (
            doctor.specialty,
            scenario.is_expert(doctor.level),
            int(steps[doctor.level.rank]),
            choice.get(number, ()),
        )
        crew_of_doctor.append(numbers.setdefault(alike, len(numbers)))
    return np.array(crew_of_doctor, dtype=np.int64)


def _flows(table: pd.DataFrame) -> Ints:
    """Number the flow of every column of a template session: sessions alike in crew, pool, work and cell of the template."""
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


def list_grains(columns: Columns) -> tuple[Grain, ...]:
    """Return the aggregates to try, the coarser first: flows of the whole hospital know no clinics, which demand names."""
    return (Grain.CREWS,) if columns.index.wanted else (Grain.HOSPITAL, Grain.CREWS)


@dataclass(frozen=True)
class Flows:
    """An aggregate as a program, a relaxation of the full model: its tiers are bounds, its unused flows are unused."""

    aggregate: Aggregate
    program: Program

    @classmethod
    def of(cls, aggregate: Aggregate, rules: Rules | None = None) -> Flows:
        """Build the program of the aggregate's own rules, or of these `rules`."""
        return cls(
            aggregate, build_program(aggregate.columns, aggregate.rules() if rules is None else rules)[0]
        )

    @property
    def variables(self) -> Ints:
        """The variables of the merged columns."""
        return self.program.named["columns"]

    def solve_tiers(
        self, keys: Iterable[str], run: Run, floors: Mapping[str, int] | None = None
    ) -> TieredSolution:
        """Minimise the tiers of these rules in their order, from bounds that are known already."""
        tiers = [(key, self.program.cost_vector(key)) for key in keys]
        return TierSolver(self.program, run).solve_tiers(tiers, floors=floors)

    def find_useful(self, values: Mapping[str, int], run: Run, *, search: bool = False) -> Flags:
        """Return which columns of the full model an answer can use whose tiers reach these values, in tier order.

        Reduced costs rule out most flows. With `search` the aggregate is then solved for an answer that uses any flow
        not used before, until there is none: few flows are ever used, so few solves do.
        """
        solver = TierSolver(self.program, run)
        unused = np.zeros(self.program.width, dtype=bool)
        for key, value in values.items():
            cost = self.program.cost_vector(key)
            if cost.any():
                # Reduced costs of a tier hold under the tiers before it only, so each is kept before the next.
                unused |= solver.find_unused(cost, value)
                solver.forbid(unused)
                solver.limit(cost, value)
        if search:
            unused |= self._unreached(solver, unused)
        useful: Flags = ~unused[self.variables][self.aggregate.member_of]
        return useful

    def _unreached(self, solver: TierSolver, unused: Flags) -> Flags:
        """Return the flows that no answer uses under the rows added so far; those not decided in time count as used."""
        unseen = np.zeros(self.program.width, dtype=bool)
        unseen[self.variables] = ~unused[self.variables]
        while unseen.any():
            # An answer that uses as many as it can: what is reached in the end is the same, after fewer solves.
            solution = solver.solve(-unseen.astype(np.int64), any_of=np.flatnonzero(unseen))
            if solution.status is Status.INFEASIBLE:
                return unseen
            if solution.values is None:
                break
            unseen &= solution.values == 0
        return np.zeros_like(unseen)
