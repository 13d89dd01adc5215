from __future__ import annotations

from scheduler.carryover import CarryOver, DoctorRecord, WeekBudget
from scheduler.clock import Week
from scheduler.outcome import Outcome, Status
from scheduler.plan import Planned, make_plan
from scheduler.roster import Plan, Roster
from scheduler.scenario.hospital import Credit, Partner, Room
from scheduler.scenario.policy import ChangesPolicy, Policy
from scheduler.scenario.rows import AvailabilityRow, CalendarRow, DemandRow
from scheduler.scenario.week import Scenario
from scheduler.weeks import PlannedWeek, changed_sessions, plan_weeks, week_of
from tests.check.small import doctor, row, scenario

ONE_ON_FRIDAYS = (DemandRow(clinic="eye", day="fri", half="PM", sessions=1),)
NO_EXPERTS = {"expert_presence": "off"}
ONLY_CHANGES = dict.fromkeys(("ratio_target", "ratio_experts", "expert_presence", "fairness"), "off")
TWO_MORNINGS = (row("ann", "mon-am"), row("bob", "mon-am"))


def planned(week: Scenario, count: int, carryover: CarryOver | None = None) -> list[PlannedWeek]:
    return list(plan_weeks(week, count, carryover or CarryOver(), make_plan))


def account(carryover: CarryOver, who: str) -> DoctorRecord:
    return next(account for account in carryover.doctors if account.doctor == who)


def held(week: PlannedWeek) -> list[tuple[str, str]]:
    return sorted((s.doctor, s.at.key) for s in week.planned.plan.roster.held)


def with_budget(budget: int) -> Policy:
    return Policy(changes=ChangesPolicy(budget=budget))


def test_weeks_follow_one_another_over_the_turn_of_the_year():
    week = scenario(rules=NO_EXPERTS, demand=ONE_ON_FRIDAYS)
    week = week.model_copy(update={"week": Week(2026, 52)})
    found = [str(one.planned.scenario.week) for one in planned(week, 3)]
    assert found == ["2026-W52", "2026-W53", "2027-W01"]


def test_two_doctors_take_turns_on_fridays():
    one_room = (Room(room="e1", pool="eye"),)
    weeks = planned(scenario(rules=NO_EXPERTS, demand=ONE_ON_FRIDAYS, rooms=one_room), 4)
    fridays = [who for week in weeks for who, _ in held(week)]
    assert sorted(fridays) == ["ann", "ann", "bob", "bob"]
    assert fridays[0] != fridays[1]
    last = weeks[-1].carryover
    assert [(a.doctor, a.weeks, a.fridays) for a in last.doctors] == [("ann", 4, 2), ("bob", 4, 2)]


def test_a_doctor_who_bore_the_fridays_is_relieved_until_the_others_have_caught_up():
    people = (doctor("ann", "chief", past_fridays=3), doctor("bob"))
    weeks = planned(scenario(rules=NO_EXPERTS, demand=ONE_ON_FRIDAYS, doctors=people), 3)
    assert [held(week) for week in weeks] == [[("bob", "fri-pm")]] * 3
    assert account(weeks[-1].carryover, "ann") == DoctorRecord("ann", "eye", 3, 0, 3, 0)
    assert account(weeks[-1].carryover, "bob") == DoctorRecord("bob", "eye", 3, 3, 3, 0)


def test_without_the_carry_over_nobody_would_be_relieved():
    week = scenario(rules=NO_EXPERTS, demand=ONE_ON_FRIDAYS)
    assert {tuple(held(planned(week, 1)[0])) for _ in range(3)} == {tuple(held(planned(week, 1)[0]))}


def test_a_carry_over_speaks_louder_than_the_scenarios_past():
    people = (doctor("ann", "chief"), doctor("bob", past_fridays=9))
    carryover = CarryOver((DoctorRecord("ann", "eye", 5, 0, 3, 0), DoctorRecord("bob", "eye", 5, 0, 1, 0)))
    week = week_of(scenario(doctors=people), Week(2026, 31), carryover)
    assert [(d.doctor, d.past_fridays) for d in week.doctors] == [("ann", 3), ("bob", 1)]


def test_a_doctor_whom_the_carry_over_does_not_know_brings_their_own_past():
    people = (doctor("ann", past_weekends=2), doctor("bob"))
    (week,) = planned(
        scenario(doctors=people),
        1,
        CarryOver((DoctorRecord("bob", "eye", 2), DoctorRecord("zoe", "ear", 7, 1))),
    )
    assert account(week.carryover, "ann") == DoctorRecord("ann", "eye", 1, 0, 0, 2)
    assert account(week.carryover, "bob").weeks == 3
    assert account(week.carryover, "zoe") == DoctorRecord("zoe", "ear", 7, 1)


def test_what_is_not_spent_of_the_budget_is_carried_on_and_adds_up():
    weeks = planned(scenario(template=TWO_MORNINGS, policy=with_budget(2), rules=ONLY_CHANGES), 3)
    assert [len(week.planned.plan.roster.changed) for week in weeks] == [1, 1, 1]
    assert [(w.budget, w.spent, w.carried) for w in weeks[-1].carryover.weeks] == [
        (2, 1, 1),
        (3, 1, 2),
        (4, 1, 3),
    ]


def test_a_budget_that_is_too_small_for_a_week_becomes_enough_by_what_was_saved():
    week = scenario(template=TWO_MORNINGS, policy=with_budget(0))
    saved = CarryOver((), (WeekBudget(Week(2026, 29), 1, 0, 1),))
    assert planned(week, 1)[0].planned.outcome.status is Status.INFEASIBLE
    weeks = planned(week, 2, saved)
    assert [one.planned.outcome.status for one in weeks] == [Status.OPTIMAL, Status.INFEASIBLE]
    assert [one.carryover.carried for one in weeks] == [0, 0]


def test_a_week_without_a_limit_leaves_what_was_saved():
    saved = CarryOver((), (WeekBudget(Week(2026, 29), 5, 2, 3),))
    (week,) = planned(scenario(template=TWO_MORNINGS), 1, saved)
    assert week.carryover.weeks[-1] == WeekBudget(Week(2026, 30), None, 1, 3)


def test_a_week_without_a_roster_bears_nothing_and_leaves_its_budget():
    week = scenario(template=TWO_MORNINGS, policy=with_budget(2))

    def never(one: Scenario) -> Planned:
        return Planned(one, Outcome(Status.INFEASIBLE, None), Plan(Roster(())), (), {})

    (found,) = plan_weeks(week, 1, CarryOver(), never)
    assert found.carryover.weeks == (WeekBudget(week.week, 2, 0, 2),)
    assert [a.weeks for a in found.carryover.doctors] == [0, 0]


def test_where_there_is_no_template_nothing_is_changed():
    (week,) = planned(scenario(rules=NO_EXPERTS, demand=ONE_ON_FRIDAYS), 1)
    assert week.carryover.weeks == (WeekBudget(Week(2026, 30), None, 0, 0),)


def test_a_holiday_in_the_middle_closes_its_own_week_only():
    week = scenario(template=(row("bob", "thu-pm"), row("ann", "thu-am"))).model_copy(
        update={"week": Week(2026, 39)}
    )
    weeks = planned(week, 3)
    both = [("ann", "thu-am"), ("bob", "thu-pm")]
    assert [held(one) for one in weeks] == [both, [], both]
    assert [account(one.carryover, "bob").afternoons for one in weeks] == [1, 1, 2]


def test_calendar_rows_and_dated_rows_hold_in_their_own_week():
    week = scenario(
        template=(row("ann", "mon-pm"), row("bob", "tue-pm")),
        calendar=(CalendarRow(date="2026-07-20", kind="closed"),),
        availability=(AvailabilityRow(doctor="bob", day="2026-07-28"),),
    )
    weeks = planned(week, 3)
    assert held(weeks[0]) == [("bob", "tue-pm")]
    assert ("bob", "tue-pm") not in held(weeks[1])
    assert held(weeks[2]) == [("ann", "mon-pm"), ("bob", "tue-pm")]


def test_the_same_weeks_come_out_twice():
    week = scenario(template=TWO_MORNINGS, demand=ONE_ON_FRIDAYS)
    once, again = planned(week, 3), planned(week, 3)
    assert [one.carryover for one in once] == [one.carryover for one in again]
    assert [one.planned.plan for one in once] == [one.planned.plan for one in again]


ONE_TICKET_FOR_PARTNERS = (row("ann", "mon-pm", tickets=3),)
FIVE = (Partner(partner="east", population=2), Partner(partner="west", population=3))


def owed(carryover: CarryOver) -> list[tuple[str, str]]:
    return [(row.partner, str(row.credit)) for row in carryover.credits]


def test_a_partner_of_two_fifths_of_a_ticket_a_week_gets_two_in_five_weeks():
    weeks = planned(scenario(rules=NO_EXPERTS, template=ONE_TICKET_FOR_PARTNERS, partners=FIVE), 5)
    holders = [h.holder for week in weeks for h in week.planned.plan.holdings if h.channel == "partner"]
    assert sorted(holders) == ["east", "east", "west", "west", "west"]
    assert owed(weeks[0].carryover) == [("east", "2/5"), ("west", "-2/5")]
    assert owed(weeks[-1].carryover) == [("east", "0"), ("west", "0")]
    assert all(v.rule != "partner_shares" for week in weeks for v in week.planned.violations)


def test_a_week_that_cannot_be_leaves_every_credit_as_it_was():
    pinned = (row("ann", "mon-pm", tickets=3, pinned=True),)
    week = scenario(
        rules=NO_EXPERTS,
        template=pinned,
        rooms=(),
        partners=FIVE,
        credits=(Credit(partner="east", specialty="eye", credit="2/5"),),
    )
    (only,) = planned(week, 1)
    assert only.planned.outcome.roster is None
    assert owed(only.carryover) == [("east", "2/5")]


def test_credits_of_the_carry_over_go_before_those_of_the_scenario():
    week = scenario(partners=FIVE, credits=(Credit(partner="east", specialty="eye", credit="2/5"),))
    carryover = CarryOver(credits=(Credit(partner="east", specialty="eye", credit="1/5"),))
    assert week_of(week, week.week, CarryOver().with_doctors_of(week)).credits == week.credits
    assert week_of(week, week.week, carryover.with_doctors_of(week)).credits == carryover.credits


def test_a_partner_that_left_keeps_its_credit_in_the_carry_over_and_claims_nothing():
    gone = Credit(partner="north", specialty="eye", credit="1/2")
    week = scenario(rules=NO_EXPERTS, template=ONE_TICKET_FOR_PARTNERS, partners=FIVE)
    (only,) = planned(week, 1, CarryOver(credits=(gone,)))
    assert only.planned.scenario.credits == ()
    assert gone in only.carryover.credits


def test_a_doctor_of_odd_weeks_is_planned_in_those_only():
    rows = (row("ann", "mon-am", weeks="odd"), row("ann", "mon-pm", weeks="odd"), row("bob", "tue-pm"))
    week = scenario(template=rows, rules={**NO_EXPERTS, **ONLY_CHANGES}, tiers=("cover", "changes"))
    weeks = planned(week, 3)
    bob = ("bob", "tue-pm")
    assert [held(one) for one in weeks] == [[bob], [("ann", "mon-am"), ("ann", "mon-pm"), bob], [bob]]
    assert [changed_sessions(one.planned) for one in weeks] == [0, 0, 0]
    assert [str(note) for note in weeks[0].planned.outcome.notes if "by the weeks" in str(note)] == [
        "Not in 2026-W30, by the weeks that the template names: 2 sessions."
    ]
