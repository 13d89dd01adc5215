from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from scheduler.engine import tier_loop
from scheduler.engine.aggregate import Flows
from scheduler.engine.columns import NOWHERE, Columns, list_columns
from scheduler.engine.model import build_full_program, order_tiers
from scheduler.engine.options import Event, Options
from scheduler.engine.program import Flags, Ints, Program
from scheduler.engine.run import Run
from scheduler.engine.solve import Relaxation, Solution, TieredSolution, TierSolver
from scheduler.engine.tier_loop import TierLoop
from scheduler.engine.week import solve_single
from scheduler.outcome import Status, Tier
from scheduler.scenario.rows import AvailabilityRow
from scheduler.scenario.week import Scenario
from tests.check.small import doctor, row, scenario
from tests.random_weeks import weeks

EXAMPLES = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.function_scoped_fixture,
    ],
)
TWO = scenario(template=(row("ann", "mon-am"), row("bob", "mon-am")))


def looped(
    week: Scenario, *, flows: bool = True, seconds: float = 20.0, best=None, heard=None
) -> TieredSolution:
    run = Run(Options(seconds=seconds), heard.append if heard is not None else lambda _: None)
    columns = list_columns(week)
    program, _ = build_full_program(columns)
    loop = TierLoop(program, run, Flows.of(columns, run) if flows else None, best)
    return loop.solve(order_tiers(week))


def single(week: Scenario):
    return solve_single(list_columns(week), Run(Options(seconds=20.0)))


@pytest.fixture
def every_week_is_large(monkeypatch):
    """What only a hospital's week is asked, the flows' reach and their ranges, is asked of every week."""
    monkeypatch.setattr(tier_loop, "_MANY", 0)


@EXAMPLES
@given(weeks())
def test_a_week_treated_as_a_large_one_is_the_same(every_week_is_large, week):
    assert looped(week).tiers == single(week).tiers


@EXAMPLES
@given(weeks())
def test_a_week_whose_dives_find_nothing_is_the_same(week):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TierLoop, "_dive", lambda self, cost, *_: self._value(cost))
        found = looped(week)
    assert found.tiers == single(week).tiers


@EXAMPLES
@given(weeks())
def test_a_week_without_flows_is_the_same(week):
    assert looped(week, flows=False).tiers == single(week).tiers


@EXAMPLES
@given(weeks())
def test_what_relaxations_leave_out_is_never_missed_though_no_floor_is_known(every_week_is_large, week):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flows, "least", lambda self, key: Solution(Status.TIMED_OUT))
        found = looped(week)
    assert found.tiers == single(week).tiers


def test_a_week_that_cannot_be_has_no_answer():
    week = scenario(template=(row("ann", "mon-am", pinned=True), row("bob", "mon-am", pinned=True)))
    assert looped(week) == TieredSolution(Status.INFEASIBLE, None, ())
    assert looped(week, flows=False) == TieredSolution(Status.INFEASIBLE, None, ())


def test_a_roster_that_is_known_is_where_the_loop_begins():
    known = looped(TWO).values
    again = looped(TWO, best=known, seconds=0.0)
    assert np.array_equal(again.values, known)
    assert again.status is Status.FEASIBLE
    assert all(tier.bound <= tier.value for tier in again.tiers)


def test_without_time_and_roster_there_is_nothing():
    assert looped(TWO, seconds=0.0).status is Status.TIMED_OUT


def test_each_tier_is_heard_when_it_begins_and_ends():
    heard: list[Event] = []
    looped(TWO, heard=heard)
    place = heard.index(Event("changes"))
    assert heard[place + 1] == Event("changes", 2, 2)


def test_people_who_reach_the_floor_of_the_flows_need_no_relaxation(monkeypatch):
    asked = []
    whole = TierSolver.relax
    monkeypatch.setattr(
        TierSolver, "relax", lambda self, cost: asked.append(self.program.width) or whole(self, cost)
    )
    week = scenario(
        doctors=(doctor("ann"), doctor("bob")),
        template=(row("ann", "mon-am"), row("bob", "mon-am")),
        rules=dict.fromkeys(("ratio_specialties", "fairness", "preferences", "expert_presence"), "off"),
    )
    found = looped(week)
    assert found.status is Status.OPTIMAL
    assert build_full_program(list_columns(week))[0].width not in asked


def test_a_relaxation_rounds_up_to_whole_units_and_allows_for_the_solvers_arithmetic():
    nothing = np.zeros(1)
    assert Relaxation(2.2, nothing, nothing).bound == 3
    assert Relaxation(3.0 + 1e-9, nothing, nothing).bound == 3
    assert Relaxation(-1e-9, nothing, nothing).bound == 0
    assert Relaxation(2.0, nothing, np.array([1.0 + 1e-9])).unused(3).tolist() == [False]
    assert Relaxation(2.0, nothing, np.array([1.1])).unused(3).tolist() == [True]


def crowded_afternoon() -> tuple[Columns, Program, Ints]:
    """A week whose best roster costs 3 points, and one that is known and costs 4; the flows believe in 2."""
    # The flows see two mornings that could go to the afternoon; both doctors are there already. Another date costs 3.
    halves = [row(who, f"mon-{half}") for who in ("ann", "bob") for half in ("am", "pm")]
    away = AvailabilityRow(doctor="cid", day="mon", half="PM")
    week = scenario(
        doctors=(doctor("ann"), doctor("bob"), doctor("cid"), doctor("dan")),
        template=(*halves, row("cid", "mon-am"), row("dan", "tue-pm")),
        availability=(away,),
        rules={"ratio_specialties": "off", "rooms": "off"},
    )
    columns = list_columns(week)
    program, _ = build_full_program(columns)
    table = columns.table
    dropped = (table["cell"] == NOWHERE) & (table["doctor"] == columns.index.doctor_number["cid"])
    stays = (table["cell"] == table["origin"]) & (table["doctor"] != columns.index.doctor_number["cid"])
    known = program.answer_of((dropped | stays).to_numpy(np.int64))
    assert int(program.cost_vector("changes") @ known) == 4
    return columns, program, known


def test_a_floor_that_people_cannot_reach_is_raised_by_one_and_no_more(every_week_is_large, monkeypatch):
    columns, program, known = crowded_afternoon()
    run = Run(Options(seconds=20.0))
    flows = Flows.of(columns, run)
    assert flows.least("changes").value == 2
    monkeypatch.setattr(TierLoop, "_dive", lambda self, cost, *_: self._value(cost))
    found = TierLoop(program, run, flows, known).solve(["changes"])
    assert found.tiers == (Tier("changes", 3, 3),)


def test_a_window_without_a_roster_raises_the_floor_to_its_end_and_no_more(every_week_is_large, monkeypatch):
    _, program, known = crowded_afternoon()

    def relax(self: TierSolver, cost: Ints, *_: Flags | None) -> Relaxation:
        # Right, and weak: one unit at least, and whatever costs 3 adds 2 to it.
        return Relaxation(1.0, np.zeros(len(cost)), np.where(cost >= 3, cost - 1.0, 0.0))

    monkeypatch.setattr(TierSolver, "relax", relax)
    monkeypatch.setattr(TierLoop, "_dive", lambda self, cost, *_: self._value(cost))
    found = TierLoop(program, Run(Options(seconds=20.0)), None, known).solve(["changes"])
    assert found.tiers == (Tier("changes", 3, 3),)


def test_a_week_that_only_whole_choices_show_to_be_impossible_has_no_answer():
    # A hundredth of a move mends each of two days, and the budget allows one in all; nobody comes on the other day.
    staff = {"mon": ("ann", "bob", "cid"), "tue": ("dan", "eva", "fay")}
    people = [(day, who) for day in staff for who in staff[day]]
    week = scenario(
        doctors=tuple(doctor(who) for _, who in people),
        template=tuple(row(who, f"{day}-{'pm' if who in ('cid', 'fay') else 'am'}") for day, who in people),
        availability=tuple(
            AvailabilityRow(doctor=who, day=other)
            for day, who in people
            for other in ("mon", "tue", "wed", "thu", "fri")
            if other != day
        ),
        policy={"ratio": {"limit": "1.9"}, "changes": {"budget": 1}},
        rules={"rooms": "off", "ratio_specialties": "off"},
    )
    assert single(week).status is Status.INFEASIBLE
    assert looped(week, flows=False) == TieredSolution(Status.INFEASIBLE, None, ())
    assert looped(week).status is Status.INFEASIBLE
