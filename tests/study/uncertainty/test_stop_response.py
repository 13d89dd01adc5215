from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.check.run import find_violations
from scheduler.clock import DayKind
from scheduler.engine.options import Options
from scheduler.outcome import Status
from scheduler.roster import Change, Plan, Roster, template_roster
from scheduler.scenario.hospital import Doctor
from scheduler.scenario.rows import CalendarRow, DemandRow
from scheduler.scenario.week import Scenario
from scheduler.study.uncertainty.stop_response import StoppedSessions, StopResponse, respond_to_stops
from tests.adjust.small import WEEK, published, row, scenario, stop
from tests.adjust.small import repaired as by_command
from tests.check.small import session
from tests.random_weeks import weeks


def stopped(roster: Roster, *names: str, away: tuple[str, ...] = ()) -> StoppedSessions:
    """The sessions of the roster at these places, such as `ann@mon-am`."""
    found = tuple(one for one in roster.held if f"{one.doctor}@{one.at.key}" in names)
    assert len(found) == len(names)
    return StoppedSessions(found, frozenset(away))


def now(roster: Roster | None) -> list[str]:
    assert roster is not None
    return sorted(f"{one.doctor}@{one.at.key}" for one in roster.held)


def test_as_it_runs_nothing_is_done():
    week = scenario(row("ann", "mon-am"))
    roster = published(week).roster
    answer = respond_to_stops(week, roster, stopped(roster, "ann@mon-am"), StopResponse.AS_RUN, Options())
    assert (answer.status, answer.roster) == (None, None)


@pytest.mark.parametrize("how", [StopResponse.REPAIR, StopResponse.REPLAN])
def test_a_week_without_stops_is_left_alone(how):
    week = scenario(row("ann", "mon-am"))
    answer = respond_to_stops(week, published(week).roster, StoppedSessions(()), how, Options())
    assert answer.roster is None


def test_a_repair_lets_somebody_else_take_the_session_over():
    week = scenario(row("bob", "mon-am"), row("ann", "mon-pm"))
    roster = published(week).roster
    answer = respond_to_stops(week, roster, stopped(roster, "bob@mon-am"), StopResponse.REPAIR, Options())
    assert answer.status is Status.OPTIMAL
    assert (answer.moved, answer.covered) == (0, 1)
    assert len(now(answer.roster)) == 2
    assert "bob@mon-am" not in now(answer.roster)


def test_a_repair_moves_a_session_that_nobody_can_take_over():
    week = scenario(row("ann", "mon-am"))
    roster = published(week).roster
    answer = respond_to_stops(week, roster, stopped(roster, "ann@mon-am"), StopResponse.REPAIR, Options())
    assert (answer.moved, answer.covered) == (1, 0)
    assert now(answer.roster) == ["ann@mon-pm"]


def test_who_does_not_come_all_week_is_moved_to_no_other_half_day():
    week = scenario(row("ann", "mon-am"))
    roster = published(week).roster
    answer = respond_to_stops(
        week, roster, stopped(roster, "ann@mon-am", away=("ann",)), StopResponse.REPAIR, Options()
    )
    assert (answer.moved, answer.covered, now(answer.roster)) == (0, 0, [])


def test_who_does_not_come_all_week_takes_over_from_nobody():
    week = scenario(row("bob", "mon-am"), row("cid", "tue-am"), row("ann", "wed-am"))
    roster = published(week).roster
    gone = stopped(roster, "bob@mon-am", "cid@tue-am", "ann@wed-am", away=("ann", "bob"))
    answer = respond_to_stops(week, roster, gone, StopResponse.REPAIR, Options())
    assert {name.split("@")[0] for name in now(answer.roster)} == {"cid"}


def test_a_repaired_session_keeps_the_identity_it_was_planned_with():
    week = scenario(row("bob", "mon-am"))
    planned = Roster((session("bob", "tue-pm", "mon-am"),))
    answer = respond_to_stops(week, planned, stopped(planned, "bob@tue-pm"), StopResponse.REPAIR, Options())
    assert answer.roster is not None
    assert [one.session for one in answer.roster.held] == [f"{WEEK}.bob.mon-am"]


def test_a_week_planned_anew_lacks_the_stopped_sessions_only():
    week = scenario(row("ann", "mon-am"), row("ann", "tue-am"), row("bob", "mon-am"))
    roster = published(week).roster
    answer = respond_to_stops(week, roster, stopped(roster, "ann@mon-am"), StopResponse.REPLAN, Options())
    assert (answer.status, answer.moved) == (Status.OPTIMAL, 0)
    assert now(answer.roster) == ["ann@tue-am", "bob@mon-am"]


def test_a_week_planned_anew_owes_one_session_less_for_each_that_is_stopped():
    ann = Doctor(doctor="ann", specialty="eye", level="chief", min_sessions=2)
    week = scenario(row("ann", "mon-am"), row("ann", "tue-am"), doctors=(ann,))
    roster = published(week).roster
    answer = respond_to_stops(week, roster, stopped(roster, "ann@mon-am"), StopResponse.REPLAN, Options())
    assert (answer.status, now(answer.roster)) == (Status.OPTIMAL, ["ann@tue-am"])


def test_where_mornings_stop_a_week_planned_anew_keeps_the_limit_again():
    ratio = {"ratio_day": "hard"}
    week = scenario(*(row(who, "mon-am") for who in ("ann", "bob", "cid", "dan")), rules=ratio)
    roster = published(week).roster
    afternoons = [name for name in now(roster) if name.endswith("mon-pm")]
    assert len(afternoons) == 2
    answer = respond_to_stops(week, roster, stopped(roster, *afternoons), StopResponse.REPLAN, Options())
    assert answer.roster is not None
    assert find_violations(week, Plan(answer.roster), rules={"ratio_day"}) == ()
    assert len(now(answer.roster)) == 2


@pytest.mark.parametrize(("day", "left"), [("tue", "sat"), ("sat", "tue")])
def test_a_session_is_taken_out_on_its_date_alone_where_two_days_follow_one_timetable(day, left):
    saturday = CalendarRow(date=WEEK.dates[5], kind=DayKind.WORKING, follows="tue")
    week = scenario(row("ann", "tue-am"), calendar=(saturday,))
    roster = published(week).roster
    assert now(roster) == ["ann@sat-am", "ann@tue-am"]
    answer = respond_to_stops(week, roster, stopped(roster, f"ann@{day}-am"), StopResponse.REPLAN, Options())
    assert now(answer.roster) == [f"ann@{left}-am"]


def test_a_week_that_cannot_be_planned_without_them_says_so():
    asks = DemandRow(clinic="eye", day="mon", half="AM", sessions=1, hard=True)
    ann = scenario().doctors[0]
    week = scenario(row("ann", "mon-am"), row("ann", "tue-am"), doctors=(ann,), demand=(asks,))
    roster = published(week).roster
    answer = respond_to_stops(week, roster, stopped(roster, "ann@mon-am"), StopResponse.REPLAN, Options())
    assert (answer.status, answer.roster) == (Status.INFEASIBLE, None)


@settings(max_examples=15, deadline=dt.timedelta(seconds=20), suppress_health_check=[HealthCheck.too_slow])
@given(weeks(one_place="hard", availability="hard", tiny=True), st.data())
def test_nobody_is_at_a_half_day_where_they_are_stopped(week: Scenario, data: st.DataObject):
    roster = template_roster(week)
    gone = tuple(one for one in roster.held if data.draw(st.booleans()))
    for how in (StopResponse.REPAIR, StopResponse.REPLAN):
        answer = respond_to_stops(week, roster, StoppedSessions(gone), how, Options())
        if answer.roster is not None:
            at = {(one.doctor, one.at) for one in answer.roster.held}
            assert not at & {(one.doctor, one.at) for one in gone}


def test_a_repair_costs_what_the_command_finds():
    week = scenario(
        row("ann", "mon-am"), row("bob", "mon-am"), row("cid", "mon-am"), row("eve", "tue-am", "ear")
    )
    plan = published(week)
    names = ("ann@mon-am", "bob@mon-am", "eve@tue-am")
    answer = respond_to_stops(week, plan.roster, stopped(plan.roster, *names), StopResponse.REPAIR, Options())
    done = by_command(week, *(stop(*name.split("@")) for name in names), plan=plan)
    kinds = [one.change for one in done.repaired.roster.changed]
    assert answer.covered == kinds.count(Change.COVERED)
    assert answer.moved == kinds.count(Change.MOVED)
    assert answer.moved + answer.covered == 3
