from __future__ import annotations

from dataclasses import replace

import pytest

from scheduler.adjust.candidates import Candidate, find_session, who_could_cover, who_could_sit
from scheduler.check.run import find_violations, totals
from scheduler.errors import InputError
from scheduler.roster import Plan
from scheduler.scenario.hospital import Doctor
from scheduler.scenario.rows import AvailabilityRow
from scheduler.scenario.week import Scenario
from tests.adjust.small import DOCTORS, published, row, scenario
from tests.check.small import WEEK

BOB = row("bob", "mon-am", room="1")


def able(found: tuple[Candidate, ...]) -> list[str]:
    return [one.doctor for one in found if not one.forbidden_by]


def forbidden(found: tuple[Candidate, ...]) -> dict[str, list[str]]:
    return {one.doctor: [v.rule for v in one.forbidden_by] for one in found if one.forbidden_by}


def for_friday(week: Scenario) -> tuple[Candidate, ...]:
    return who_could_sit(week, published(week), WEEK.cell("fri-pm"), "eye")


def test_doctors_of_the_specialty_and_those_approved_are_tried_and_nobody_else():
    guest = Doctor(doctor="fay", specialty="ear", clinics=("eye",))
    found = for_friday(scenario(BOB, doctors=(*DOCTORS, guest)))
    assert {one.doctor for one in found} == {"ann", "bob", "cid", "dan", "fay"}


def test_who_would_break_a_hard_rule_could_not_and_the_rule_is_named():
    rows = (BOB, row("cid", "fri-pm", room="1"))
    limited = tuple(d.model_copy(update={"max_sessions": 1 if d.doctor == "bob" else 5}) for d in DOCTORS)
    found = for_friday(
        scenario(*rows, doctors=limited, availability=(AvailabilityRow(doctor="dan", day="fri"),))
    )
    assert able(found) == ["ann", "bob"]
    assert forbidden(found) == {
        "cid": ["one_place"],
        "dan": ["availability"],
    }


def test_who_has_no_session_to_spare_comes_last_and_is_marked():
    limited = tuple(d.model_copy(update={"max_sessions": 1}) for d in DOCTORS)
    found = for_friday(scenario(BOB, row("ann", "mon-am"), doctors=limited))
    over = {one.doctor: one.over_limit is not None for one in found if not one.forbidden_by}
    assert over == {"cid": False, "dan": False, "ann": True, "bob": True}
    assert list(over.values()) == sorted(over.values())


def test_a_session_is_named_by_its_doctor_and_half_day_too():
    week = scenario(BOB)
    plan = published(week)
    (held,) = plan.roster.held
    for text in (
        held.session,
        f"bob@{held.at.key}",
        "bob＠周一上午" if held.at.key == "mon-am" else held.session,
    ):
        assert find_session(week, plan, text) == held
    assert find_session(week, plan, "bob@sun-pm") is None
    assert find_session(week, plan, "bob") is None


def test_without_a_free_room_nobody_could():
    rows = tuple(row(who, "fri-pm", room=room) for who, room in (("ann", "1"), ("bob", "2"), ("cid", "3")))
    week = scenario(*rows)
    found = for_friday(week)
    assert able(found) == []
    assert forbidden(found)["dan"] == ["rooms"]


def test_the_best_comes_first_by_the_tiers_in_the_scenarios_order():
    wishes = (
        AvailabilityRow(doctor="ann", day="fri", state="avoid", weight=3),
        AvailabilityRow(doctor="bob", day="fri", state="prefer", weight=2),
        AvailabilityRow(doctor="cid", day="fri", state="avoid", weight=1),
    )
    off = {"fairness": "off", "expert_presence": "off"}
    free = tuple(d.model_copy(update={"max_sessions": 5}) for d in DOCTORS)
    week = scenario(BOB, doctors=free, availability=wishes, rules=off)
    found = for_friday(week)
    assert able(found) == ["bob", "dan", "cid", "ann"]
    assert [one.more_units.get("preferences", 0) for one in found] == [-2, 0, 1, 3]


def test_the_effect_is_the_difference_of_two_checks():
    week = scenario(BOB, row("dan", "mon-am", room="2"))
    plan = published(week)
    (session,) = (s for s in plan.roster.sessions if s.doctor == "bob")
    before = totals(find_violations(week, plan))
    for one in who_could_cover(week, plan, session.session):
        given = [s if s != session else _given(session, one.doctor) for s in plan.roster.sessions]
        slots = tuple(s if s.session != session.session else _of(s, one.doctor) for s in plan.slots)
        after = totals(find_violations(week, Plan(type(plan.roster)(tuple(given)), slots, plan.holdings)))
        weekly = {key: after[key] - before[key] for key in after if key != "reserve_expert"}
        told = {key: more for key, more in one.more_units.items() if key != "reserve_expert"}
        assert told == {key: more for key, more in weekly.items() if more}


def _given(session, doctor):
    return replace(session, doctor=doctor, was_doctor=session.doctor)


def _of(slot, doctor):
    return replace(slot, doctor=doctor)


def test_who_holds_a_session_is_no_candidate_for_taking_it_over():
    week = scenario(BOB)
    found = who_could_cover(week, published(week), "2026-W30.bob.mon-am")
    assert able(found) == ["ann", "cid", "dan"]
    assert {one.more_units["changes"] for one in found} == {1}


def test_what_is_not_known_is_told_at_once():
    week = scenario(BOB)
    with pytest.raises(InputError) as told:
        who_could_sit(week, published(week), WEEK.next().cell("fri-pm"), "eys")
    assert [problem.where.field for problem in told.value.problems] == ["--clinic", "--at"]
    with pytest.raises(InputError, match="no such session takes place"):
        who_could_cover(week, published(week), "2026-W30.bob.mon-pm")
