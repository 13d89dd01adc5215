"""What a roster with the same edits costs at best, on the smallest weeks and random ones."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.adjust.best_with_edits import BestWithEdits, best_with_edits
from scheduler.adjust.edit import Add, Draft, Drop, Edit, Move
from scheduler.engine.options import Options
from scheduler.explain.question import TierChange
from scheduler.outcome import Status
from scheduler.plan import make_plan
from scheduler.roster import Plan
from scheduler.scenario.hospital import Room
from scheduler.scenario.rows import Block
from scheduler.scenario.week import Scenario
from scheduler.words import Words
from tests.adjust.test_edit import edits_of
from tests.adjust.test_edit import published as as_published
from tests.check.small import MONDAY_ROWS, WEEK, as_it_stands, clinic, doctor, monday, row, scenario
from tests.random_weeks import weeks


def key(who: str, at: str) -> str:
    return f"{WEEK}.{who}.{at}"


def best(week: Scenario, plan: Plan, *edits: Edit) -> BestWithEdits | None:
    edited = Draft(week, plan).apply(edits)
    keys = [session.session for session in edited.sessions]
    return best_with_edits(week, edited.plan.roster, keys, Options(seconds=20))


def said(week: Scenario, *edits: Edit) -> tuple[str, list[tuple[str, str]]]:
    """The sentence, and what else would stand elsewhere: each session and its half-day."""
    found = best(week, make_plan(week).plan, *edits)
    assert found is not None
    moved = [(s.session, s.cell.key if s.cell else "") for s in found.moved]
    return Words("en").say(found.sentence), moved


def test_an_edit_that_breaks_a_day_is_told_the_fewest_further_moves():
    sentence, moved = said(monday(), Move(key("bob", "mon-pm"), WEEK.cell("tue-pm")))
    assert (
        sentence == "A roster with these edits keeps every hard rule where 1 more session is put elsewhere."
    )
    assert len(moved) == 1
    assert moved[0][0] in (key("ann", "mon-am"), key("bob", "mon-am"))


def test_a_broken_rule_is_mended_from_the_roster_as_it_is_and_earlier_moves_stay():
    # From the template, to move ann and cid would be cheaper than bob, who has patients; but bob is moved already.
    who = ("ann", "bob", "cid", "dan", "eve")
    rows = [row(one, "mon-am", booked=30 if one == "bob" else 0) for one in who[:3]]
    rows += [row(one, "mon-pm") for one in who[3:]]
    rooms = tuple(Room(room=f"e{n}", pool="eye") for n in range(5))
    week = scenario(
        doctors=tuple(doctor(one, min_sessions=0) for one in who), rooms=rooms, template=tuple(rows)
    )
    moved = Draft(week, as_it_stands(week)).apply([Move(key("bob", "mon-am"), WEEK.cell("mon-pm"))]).plan
    found = best(week, moved, Drop(key("dan", "mon-pm")), Drop(key("eve", "mon-pm")))
    assert found is not None
    assert found.breaks_hard_rules
    assert [s.session in (key("ann", "mon-am"), key("cid", "mon-am")) for s in found.moved] == [True]


def test_an_edit_that_costs_as_little_as_it_can_is_told_so():
    week = monday(rules={"ratio_day": "off", "ratio_specialties": "off", "ratio_target": "off"})
    sentence, moved = said(week, Move(key("bob", "mon-pm"), WEEK.cell("tue-pm")))
    assert (sentence, moved) == ("No roster with these edits is better.", [])


def test_nobody_whose_session_was_covered_or_dropped_before_is_put_back():
    who = ("ann", "bob", "cid")
    off = dict.fromkeys(("ratio_day", "ratio_specialties", "ratio_target", "ratio_experts"), "off")
    rows = (*MONDAY_ROWS, row("ann", "thu-am", room="e1"), row("cid", "fri-am", room="e1"))
    week = monday(doctors=tuple(doctor(one, min_sessions=0) for one in who), template=rows, rules=off)
    away = [Move(key("ann", "mon-am"), doctor="cid"), Drop(key("ann", "thu-am"))]
    plan = Draft(week, as_it_stands(week)).apply(away).plan
    found = best(week, plan, Move(key("bob", "mon-pm"), WEEK.cell("tue-pm")))
    assert found is not None
    assert (found.moved, found.is_worth_the_moves) == ((), False)


def test_moves_to_a_roster_as_good_are_worth_nothing():
    moved = as_it_stands(monday()).roster.sessions[:1]
    as_good = BestWithEdits(Status.OPTIMAL, (TierChange("changes", 2, 2, 2),), moved)
    better = BestWithEdits(Status.OPTIMAL, (TierChange("changes", 2, 0, 0),), moved)
    assert (as_good.is_worth_the_moves, better.is_worth_the_moves) == (False, True)


def test_a_change_that_the_edit_makes_needless_is_told():
    # With one morning gone by hand, the morning that the plan moved away could have stayed.
    rows = tuple(one for one in MONDAY_ROWS if (one.doctor, one.half) != ("bob", "PM"))
    week = monday(template=rows)
    plan = make_plan(week).plan
    (moved,) = [s for s in plan.roster.sessions if s.change == "moved"]
    other = next(s for s in plan.roster.held if s.at.key == "mon-am")
    found = best(week, plan, Drop(other.session))
    assert found is not None
    assert [(s.session, s.cell) for s in found.moved] == [(moved.session, moved.was)]
    assert Words("en").say(found.sentence) == (
        "A better roster with these edits is possible where 1 more session is put elsewhere: changes 0 instead of 2."
    )


@pytest.mark.parametrize(
    "edit",
    [
        Move(key("bob", "mon-pm"), doctor="ann"),
        Move(key("ann", "mon-am"), WEEK.cell("mon-pm")),
        Add("ann", WEEK.cell("mon-am"), (Block("eye", 9),)),
    ],
)
def test_a_doctor_twice_in_a_half_day_is_no_week_to_solve(edit):
    assert best(monday(), make_plan(monday()).plan, edit) is None


def test_an_edit_that_no_roster_can_have_is_told():
    week = monday(clinics=(clinic(), clinic("ear", "ear")), rules={"eligible": "hard"})
    sentence, _ = said(week, Move(key("bob", "mon-pm"), blocks=(Block("ear", 20),)))
    assert sentence == "With these edits no roster keeps every hard rule."


@st.composite
def edited_weeks(draw: st.DrawFn) -> tuple[Scenario, Plan, tuple[Edit, ...]]:
    week = draw(weeks())
    plan = as_published(week)
    return week, plan, tuple(draw(st.lists(edits_of(week, plan), min_size=1, max_size=2)))


@settings(deadline=None, derandomize=True, max_examples=60, suppress_health_check=list(HealthCheck))
@given(edited_weeks())
def test_the_best_is_never_worse_than_the_edited_roster_itself_and_has_its_edits(drawn):
    week, plan, edits = drawn
    found = best(week, plan, *edits)
    if found is None or not found.tiers:
        return
    edited = {session.session for session in Draft(week, plan).sessions(edits)}
    assert not edited & {session.session for session in found.moved}
    if not found.breaks_hard_rules:
        assert [tier.after for tier in found.tiers] <= [tier.before for tier in found.tiers]
    if found.status is Status.OPTIMAL:
        assert found.proved
