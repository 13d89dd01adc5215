from __future__ import annotations

import pytest

from scenarios.smallest import INFEASIBLE, RULES
from scheduler.engine.options import Event, Options
from scheduler.engine.process import run_apart
from scheduler.outcome import Status
from scheduler.plan import Planned, make_plan
from scheduler.roster import Plan, Roster
from scheduler.scenario.policy import ChangesPolicy, Policy
from scheduler.scenario.rows import AvailabilityRow, CalendarRow, DemandRow
from scheduler.scenario.week import Scenario
from tests.check.small import WEEK, clinic, doctor, row, scenario
from tests.live_workers import live_workers

TWO_MORNINGS = (row("ann", "mon-am"), row("bob", "mon-am"))
PINNED = tuple(one.model_copy(update={"pinned": True}) for one in TWO_MORNINGS)


def said(messages) -> list[str]:
    return [str(one) for one in messages]


def test_a_plan_is_a_checked_roster_with_slots_and_channels():
    planned = make_plan(scenario(template=TWO_MORNINGS))
    assert planned.outcome.status is Status.OPTIMAL
    assert planned.plan.roster == planned.outcome.roster
    assert {slot.session for slot in planned.plan.slots} == {s.session for s in planned.plan.roster.held}
    assert sum(h.tickets for h in planned.plan.holdings) == 40
    assert [v for v in planned.violations if v.hard] == []


def test_violations_are_those_of_the_whole_plan_soft_ones_too():
    planned = make_plan(RULES["cover"]())
    assert [(v.rule, v.amount, v.hard) for v in planned.violations] == [("preferences", 1, False)]


def test_slots_that_ask_too_much_are_told():
    minutes = (doctor("ann", "chief", minutes=5), doctor("bob"))
    planned = make_plan(scenario(doctors=minutes, template=(row("ann", "mon-pm", tickets=43),)))
    assert [c.tickets for c in planned.plan.crowded] == [7]


def test_every_stage_has_its_seconds():
    seconds = make_plan(scenario(template=TWO_MORNINGS)).seconds
    assert {"build", "rooms", "slots", "reserve", "check"} <= set(seconds)
    assert all(spent >= 0 for spent in seconds.values())


def test_who_watches_hears_the_engine():
    heard: list[Event | None] = []
    make_plan(scenario(template=TWO_MORNINGS), on_progress=heard.append)
    assert heard[0] == Event("build")
    assert Event("rooms") in heard


@pytest.mark.parametrize("name", ["ratio_day", "reserve_expert"])
def test_a_process_of_its_own_makes_the_same_plan(name):
    apart = make_plan(RULES[name](), runner=run_apart)
    here = make_plan(RULES[name]())
    assert (apart.plan, apart.violations) == (here.plan, here.violations)
    assert live_workers() == []


def test_the_single_model_gives_the_same_tiers():
    week = scenario(template=TWO_MORNINGS)
    assert make_plan(week, Options(engine="single")).outcome.tiers == make_plan(week).outcome.tiers


# no roster


def infeasible(week: Scenario) -> Planned:
    planned = make_plan(week)
    assert planned.outcome.status is Status.INFEASIBLE
    assert (planned.outcome.roster, planned.plan, planned.violations) == (None, Plan(Roster(())), ())
    return planned


@pytest.mark.parametrize("name", INFEASIBLE)
def test_an_infeasible_week_is_an_answer_with_reasons(name):
    assert infeasible(INFEASIBLE[name]()).outcome.reasons


def test_the_reason_is_the_rule_that_is_given_up_first():
    reasons = said(infeasible(scenario(template=PINNED)).outcome.reasons)
    assert reasons[0] == (
        "Monday 2026-07-20: 2 morning sessions, 0 afternoon ones; at most 0 mornings fit the limit 1.2"
    )


@pytest.mark.parametrize(
    ("strictness", "budget"), [("hard", None), ("hard", 0)], ids=["hard", "with a budget"]
)
def test_changes_that_are_not_allowed_are_a_reason_and_as_few_as_can_be(strictness, budget):
    week = scenario(
        template=TWO_MORNINGS,
        rules={"changes": strictness},
        policy=Policy(changes=ChangesPolicy(budget=budget)),
    )
    (reason, *_) = said(infeasible(week).outcome.reasons)
    assert reason == "1 session is moved, dropped or added; at most 0 may be"


def test_rules_of_rooms_told_by_name_do_not_stand_in_the_way_of_reasons():
    assert infeasible(scenario(template=PINNED, rules={"same_room": "soft"})).outcome.reasons


def test_demand_that_must_be_met_and_cannot_is_a_reason():
    demand = (DemandRow(clinic="eye", day="mon", half="PM", sessions=3, hard=True),)
    reasons = said(infeasible(scenario(demand=demand)).outcome.reasons)
    assert any(reason.startswith("eye, Monday, afternoon: 2 of 3 sessions") for reason in reasons)


def test_reasons_can_be_found_in_a_process_of_their_own():
    assert make_plan(scenario(template=PINNED), runner=run_apart).outcome.reasons
    assert live_workers() == []


def test_without_time_the_week_is_one_made_by_hand_with_nothing_proved():
    planned = make_plan(scenario(template=TWO_MORNINGS), Options(seconds=0.0))
    assert planned.outcome.status is Status.FEASIBLE
    assert [v for v in planned.violations if v.hard] == []


# notes


def test_a_week_whose_adjusted_days_are_not_published_says_so():
    notes = said(make_plan(Scenario(week="2090-W30")).outcome.notes)
    assert notes == [
        "The adjusted working days (调休) of 2090 are not in the public calendar yet; "
        "add them to the table calendar."
    ]


def test_sessions_on_closed_days_are_counted():
    closed = CalendarRow(date=WEEK.dates[0], kind="closed")
    planned = make_plan(scenario(template=(*TWO_MORNINGS, row("ann", "tue-pm")), calendar=(closed,)))
    assert said(planned.outcome.notes) == [
        "Left out, as they fall on closed days: 2 sessions of the template."
    ]
    assert [s.session for s in planned.plan.roster.sessions] == ["2026-W30.ann.tue-pm"]


def test_guaranteed_tickets_that_do_not_fit_are_noted():
    week = RULES["partner_shares"]()
    greedy = tuple(partner.model_copy(update={"minimum": 20}) for partner in week.partners)
    notes = said(make_plan(week.changed(partners=greedy)).outcome.notes)
    assert notes[0] == (
        "眼科: the partners' guaranteed tickets are more than the 12 reserved; they are scaled down."
    )


def test_an_ordinary_week_has_nothing_to_note():
    assert make_plan(scenario(template=TWO_MORNINGS)).outcome.notes == ()


# weeks that once broke it


@pytest.mark.parametrize(
    "parts",
    [
        {"doctors": (), "clinics": (), "rooms": ()},
        {"clinics": (clinic(min_level="known_expert"),), "demand": (DemandRow(clinic="eye", sessions=1),)},
        {
            "demand": (
                DemandRow(clinic="eye", day="mon", sessions=1),
                DemandRow(clinic="eye", day="mon", half="PM", sessions=1),
            )
        },
        {
            "availability": (
                AvailabilityRow(doctor="ann", day="mon", state="avoid"),
                AvailabilityRow(doctor="ann", day="mon", half="PM", state="avoid"),
            )
        },
        {"calendar": tuple(CalendarRow(date=date, kind="closed") for date in WEEK.dates)},
    ],
    ids=["nobody", "nobody for the demand", "any half and one half", "wishes of both", "closed"],
)
def test_odd_weeks_are_planned_too(parts):
    assert make_plan(scenario(**parts)).outcome.status is Status.OPTIMAL


BARE = {
    "no doctors": {"doctors": (), "rooms": ()},
    "no rooms": {"rooms": (), "template": TWO_MORNINGS},
    "one day": {
        "template": TWO_MORNINGS,
        "calendar": tuple(CalendarRow(date=date, kind="closed") for date in WEEK.dates[1:]),
    },
    "everything pinned": {
        "template": tuple(row(who, "mon-am", pinned=True) for who in ("ann", "bob")),
    },
    "everybody away": {
        "template": TWO_MORNINGS,
        "availability": tuple(
            AvailabilityRow(doctor=who, day=day)
            for who in ("ann", "bob")
            for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
        ),
    },
}


@pytest.mark.parametrize("name", BARE)
def test_a_week_without_anything_to_choose_from_is_answered(name):
    outcome = make_plan(scenario(**BARE[name])).outcome
    assert outcome.status in (Status.OPTIMAL, Status.INFEASIBLE)
    if outcome.status is Status.INFEASIBLE:
        assert outcome.reasons


def test_without_rooms_or_with_everybody_away_all_sessions_are_dropped():
    for name in ("no rooms", "everybody away"):
        outcome = make_plan(scenario(**BARE[name])).outcome
        assert outcome.status is Status.OPTIMAL
        assert outcome.roster.held == ()


def test_a_week_that_is_pinned_too_early_says_which_rules_clash():
    outcome = make_plan(scenario(**BARE["everything pinned"])).outcome
    assert outcome.status is Status.INFEASIBLE
    assert any("2026-07-20" in str(reason) and "mornings" in str(reason) for reason in outcome.reasons)
