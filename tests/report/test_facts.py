import datetime as dt
from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from scheduler.balance import Balance
from scheduler.check.violation import Violation
from scheduler.clock import Window
from scheduler.outcome import Outcome, Status
from scheduler.report.facts import ReportFacts
from scheduler.report.readings import readings
from scheduler.report.tables import channel_rows
from scheduler.report.voice import Voice
from scheduler.roster import Change, Channel, Crowded, Holding, Plan, Slot, template_roster
from scheduler.scenario.policy import ChannelPolicy, Policy, RatioPolicy, ReservePolicy
from scheduler.words import message

FRIDAY = dt.date(2026, 7, 24)


def test_a_day_counts_mornings_and_afternoons_before_and_after(moved):
    assert dict(moved.ratio_before.days)[FRIDAY] == Balance(2, 1)
    assert dict(moved.ratio_after.days)[FRIDAY] == Balance(1, 2)


def test_as_run_leaves_stopped_sessions_out(moved):
    assert dict(moved.ratio_as_run.days)[FRIDAY] == Balance(1, 1)


def test_the_week_is_reported_in_tickets_too(moved):
    assert moved.ratio_before.tickets == Balance(64, 25)
    assert moved.ratio_after.tickets == Balance(40, 49)


def test_evenings_count_only_where_the_policy_says_so(scenario_of, facts_of):
    template = "li fri-am eye 20\nli fri-eve eye 20"
    assert facts_of(scenario_of(template)).ratio_before.sessions == Balance(1, 0)
    policy = Policy(ratio=RatioPolicy(evening="as_afternoon"))
    assert facts_of(scenario_of(template, policy=policy)).ratio_before.sessions == Balance(1, 1)


def test_weekends_do_not_count_but_are_shown(scenario_of, facts_of, at):
    facts = facts_of(scenario_of("li sat-am eye 20"))
    assert facts.ratio_before.sessions == Balance(0, 0)
    assert at("sat-am") in facts.half_days
    assert at("sat-pm") not in facts.half_days


def test_no_afternoon_has_no_ratio_and_every_morning_is_over():
    assert Balance(3, 0).ratio is None
    assert Balance(3, 0).over(Fraction(6, 5)) == 3
    assert not Balance(1, 0).within(Fraction(6, 5))


def test_twelve_to_ten_keeps_one_point_two_exactly():
    assert Balance(12, 10).within(Fraction(6, 5))
    assert Balance(12, 10).over(Fraction(6, 5)) == 0


@given(st.integers(0, 500), st.integers(0, 500), st.fractions(Fraction(1, 2), 10, max_denominator=50))
def test_a_balance_is_within_the_limit_where_nothing_is_over(am, pm, most):
    balance = Balance(am, pm)
    assert balance.within(most) == (balance.over(most) == 0)
    assert Balance(am - balance.over(most), pm).within(most)


def test_a_specialty_that_differs_by_one_settles():
    assert Balance(1, 0).settles(Fraction(6, 5))
    assert not Balance(2, 0).settles(Fraction(6, 5))


def test_specialties_show_their_half_days_before_and_after(moved, at):
    eye = next(week for week in moved.specialties if week.specialty == "eye")
    assert (eye.before[at("fri-am")], eye.after[at("fri-am")]) == (2, 1)
    assert (eye.balance_before, eye.balance_after) == (Balance(3, 1), Balance(2, 2))
    assert moved.specialties_needed == 2


def test_a_move_knows_whether_it_stays_on_its_date(week, facts_of):
    facts = facts_of(week, ("zhao", "fri-am", "fri-pm"), ("li", "thu-am", "mon-pm"))
    found = {one.session.doctor: one.stays_on_date for one in facts.changes(Change.MOVED)}
    assert found == {"zhao": True, "li": False}


def test_changes_stand_in_the_order_of_the_days_they_leave(week, facts_of):
    facts = facts_of(week, ("zhao", "fri-am", "fri-pm"), ("li", "thu-am", "mon-pm"))
    assert [one.session.doctor for one in facts.changes(Change.MOVED)] == ["li", "zhao"]


def test_the_reserve_counts_partner_tickets_of_expert_sessions(scenario_of):
    scenario = scenario_of("li fri-am eye 25")
    session = template_roster(scenario).sessions[0]
    slot = Slot("a", session.session, FRIDAY, Window(480, 510), "eye", "li", "", 25)
    opens = dt.datetime(2026, 7, 1, 8)
    holdings = (
        Holding("a", Channel.PARTNER, "", 7, opens),
        Holding("a", Channel.PUBLIC, "", 18, opens),
    )
    plan = Plan(template_roster(scenario), (slot,), holdings)
    facts = ReportFacts(scenario, Outcome(Status.OPTIMAL, plan.roster), plan)
    (row,) = facts.reserves
    assert (row.specialty, row.base, row.needed, row.reserved) == ("eye", 25, 8, 7)


def test_kinds_left_out_and_specialties_outside_the_consortium_have_no_reserve(scenario_of, facts_of):
    policy = Policy(reserve=ReservePolicy(specialties=("heart",)))
    facts = facts_of(scenario_of("li fri-am eye 25\nwang fri-am heart 10", policy=policy))
    assert [row.specialty for row in facts.reserves] == ["heart"]
    facts = facts_of(
        scenario_of("li fri-am eye 25", policy=Policy(reserve=ReservePolicy(leave_out=("ordinary",))))
    )
    assert facts.reserves == ()


def test_the_rules_on_who_may_book_show_base_need_and_what_is_held(scenario_of):
    desk = ChannelPolicy(name="desk", channel=Channel.ON_SITE, share="1/2", counts=(Channel.PARTNER,))
    policy = Policy(channels=(desk,))
    scenario = scenario_of("li fri-am eye 25", policy=policy)
    session = template_roster(scenario).sessions[0]
    slot = Slot("a", session.session, FRIDAY, Window(480, 510), "eye", "li", "", 25)
    opens = dt.datetime(2026, 7, 1, 8)
    holdings = (Holding("a", Channel.PARTNER, "", 7, opens), Holding("a", Channel.ON_SITE, "", 6, opens))
    plan = Plan(template_roster(scenario), (slot,), holdings)
    partner, own = ReportFacts(scenario, Outcome(Status.OPTIMAL, plan.roster), plan).channel_rules
    assert (partner.name, partner.base, partner.needed, partner.held) == ("beijing-2019-specialty", 25, 8, 7)
    assert (own.name, own.base, own.needed, own.held) == ("desk", 25, 13, 13)
    assert (partner.enough, own.enough) == (False, True)
    facts = ReportFacts(scenario, Outcome(Status.OPTIMAL, plan.roster), plan)
    assert [row[0] for row in channel_rows(facts, Voice("zh"))] == ["专科医联体预留（2019 年方案）", "desk"]
    off = scenario.changed(rules={"channel_shares": "off"})
    assert ReportFacts(off, Outcome(Status.OPTIMAL, plan.roster), plan).channel_rules == ()


def test_a_policy_that_reserves_nothing_has_no_reserve(scenario_of, facts_of):
    facts = facts_of(scenario_of("li fri-am eye 25", policy=Policy(presets=())))
    assert facts.reserves == facts.channel_rules == ()
    (reading,) = [one for one in readings(facts.scenario) if one.key.startswith("reserve.")]
    assert "reserves no tickets" in str(reading.sentence)


def test_a_rule_is_met_missed_or_not_looked_at(week, facts_of, scenario_of):
    violations = (
        Violation("fairness", "b", 2, message("b"), False),
        Violation("fairness", "a", 3, message("a"), False),
    )
    facts = facts_of(scenario_of("li fri-am eye 20", rules={"cover": "off"}), violations=violations)
    found = {result.rule.key: result for result in facts.rules}
    assert (found["fairness"].met, found["fairness"].units, found["fairness"].places) == (False, 5, 2)
    assert found["rooms"].met is True
    assert found["cover"].met is None
    assert not found["fairness"].broken


def test_without_a_roster_nothing_is_shown_as_met(impossible):
    assert all(result.met is None for result in impossible.rules)
    assert impossible.ratio_after is None
    assert impossible.reserves == impossible.crowded == ()
    assert impossible.changes(Change.MOVED) == ()


def test_the_most_crowded_slot_comes_first(moved):
    slots = tuple(
        Crowded("s", FRIDAY, "AM", Window(480, 510), doctor, tickets, 6)
        for doctor, tickets in (("li", 7), ("wang", 12))
    )
    facts = replace(moved, plan=replace(moved.plan, crowded=slots))
    assert [slot.doctor for slot in facts.crowded] == ["wang", "li"]
