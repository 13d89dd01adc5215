"""An edit and its inverse give the bytes of before, whatever the edit and however tickets are shared."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.adjust.edit import Add, Draft, Edit, Move
from scheduler.adjust.roster_edits import edits_between
from scheduler.reserve.layout import hold_tickets
from scheduler.reserve.partners import give_to_partners
from scheduler.reserve.slots import cut_sessions
from scheduler.roster import Plan, template_roster
from scheduler.scenario.hospital import Partner
from scheduler.scenario.rows import Block
from scheduler.scenario.week import Scenario
from scheduler.tables.roster.write import plan_lines
from tests.adjust.test_edit import edits_of
from tests.check.small import WEEK, monday, row
from tests.random_weeks import weeks

PARTNERS = (
    Partner(partner="east", population=60_000),
    Partner(partner="west", population=30_000),
    Partner(partner="south", population=10_000, days=("tue", "fri")),
)


def planned(week: Scenario) -> Plan:
    """The template's week with slots, channels and partners, as planning it would give."""
    roster = template_roster(week)
    slots, holdings = hold_tickets(week, roster, cut_sessions(week, roster))
    return Plan(roster, slots, give_to_partners(week, roster, slots, holdings).holdings)


def files(week: Scenario, plan: Plan) -> dict[str, list]:
    return {table: list(lines) for table, lines in plan_lines(plan, week).items()}


@st.composite
def edited_weeks(draw: st.DrawFn) -> tuple[Scenario, Plan, tuple[Edit, ...]]:
    week = draw(weeks()).changed(partners=draw(st.sampled_from([(), PARTNERS[:1], PARTNERS])))
    plan = planned(week)
    return week, plan, tuple(draw(st.lists(edits_of(week, plan), min_size=1, max_size=3)))


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(edited_weeks())
def test_an_edit_and_its_inverse_give_the_bytes_of_before(drawn):
    week, plan, edits = drawn
    after = Draft(week, plan).apply(edits).plan
    again = Draft(week, after).apply(edits_between(after.roster, plan.roster)).plan
    assert files(week, again) == files(week, plan)


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(edited_weeks())
def test_the_edits_between_two_rosters_make_the_one_of_the_other(drawn):
    week, plan, edits = drawn
    after = Draft(week, plan).apply(edits).plan
    again = Draft(week, plan).apply(edits_between(plan.roster, after.roster)).plan
    assert files(week, again) == files(week, after)


def test_no_edits_change_nothing():
    week = monday()
    plan = planned(week)
    assert files(week, Draft(week, plan).apply(()).plan) == files(week, plan)


def test_a_session_that_moves_away_and_back_by_two_edits_of_one_call_changes_nothing():
    week = monday()
    plan = planned(week)
    key = "2026-W30.bob.mon-am"
    edits = (Move(key, WEEK.cell("tue-am")), Move(key, WEEK.cell("mon-am"), room="e2"))
    assert files(week, Draft(week, plan).apply(edits).plan) == files(week, plan)


def test_a_session_added_and_dropped_again_leaves_the_partners_tickets_of_the_others_where_they_were():
    week = monday(partners=PARTNERS, template=(row("ann", "mon-am", tickets=7),))
    plan = planned(week)
    added = (
        Add("bob", WEEK.cell("mon-am"), (Block("eye", 12),)),
        Add("ann", WEEK.cell("mon-pm"), (Block("eye", 12),)),
    )
    after = Draft(week, plan).apply(added).plan
    again = Draft(week, after).apply(edits_between(after.roster, plan.roster)).plan
    assert files(week, again) == files(week, plan)
    assert holders(after) != holders(plan), "nothing was to be taken back: the test shows nothing"


def holders(plan: Plan) -> dict[str, str]:
    return {h.slot: h.holder for h in plan.holdings if h.holder and ".new" not in h.slot}
