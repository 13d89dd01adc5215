from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from scheduler.balance import Balance
from scheduler.check.run import find_violations, totals
from scheduler.clock import Half
from scheduler.outcome import Status, Tier
from scheduler.plan import make_plan
from scheduler.roster import Change, Roster, template_roster
from scheduler.scenario.hospital import Room
from scheduler.scenario.policy import ChangesPolicy, Policy, RatioPolicy
from scheduler.scenario.rows import DemandRow
from scheduler.study.table.figures import Figures, figures_of
from scheduler.tables.scenario.files import read_scenario
from scheduler.words import message
from tests.check.small import as_it_stands, monday, row, session
from tests.study.table_rows import TWO_MORNINGS, impossible, moved, planned, small

TYPICAL = Path(__file__).parents[3] / "scenarios/typical"


def roster_of(week, *moves, **more):
    return figures_of(planned(week, moved(week, *moves), **more)).roster


def test_mornings_and_afternoons_are_counted_by_day_and_over_the_week_in_sessions_and_tickets():
    found = roster_of(small(), ("bob", "mon-am", "tue-pm"))
    assert [day.sessions for day in found.days] == [Balance(1, 0), Balance(0, 1), *[Balance(0, 0)] * 3]
    assert [day.tickets for day in found.days[:2]] == [Balance(30, 0), Balance(0, 20)]
    assert (found.sessions, found.tickets) == (Balance(1, 1), Balance(30, 20))


def test_a_day_without_any_afternoon_is_the_highest_and_above_every_limit():
    week = small(template=(*TWO_MORNINGS, row("ann", "tue-am"), row("ann", "tue-pm"), row("bob", "tue-am")))
    found = roster_of(week)
    assert found.highest_day.date == week.week.dates[0]
    assert found.days_above == 2
    assert roster_of(week, ("ann", "mon-am", "mon-pm")).highest_day.date == week.week.dates[1]


def test_changes_are_reported_by_kind_and_by_whom_they_touch():
    found = roster_of(small(), ("ann", "mon-am", "mon-pm"), ("bob", "mon-am", None)).changes
    assert (found.moved, found.dropped, found.covered, found.added, found.all) == (1, 1, 0, 0, 2)
    assert (found.tickets, found.doctors, found.specialties) == (50, ("ann", "bob"), ("eye",))


def test_a_session_taken_over_touches_both_doctors():
    week = small(template=TWO_MORNINGS[:1])
    sessions = template_roster(week).sessions
    found = figures_of(planned(week, Roster((replace(sessions[0], doctor="bob", was_doctor="ann"),))))
    assert found.roster.changes.covered == 1
    assert found.roster.changes.doctors == ("ann", "bob")


def test_a_week_without_a_template_changes_nothing():
    found = figures_of(planned(small(template=()), Roster((session("ann", "mon-am"),))))
    assert found.roster.changes.all == 0
    assert found.roster.sessions == Balance(1, 0)


def test_what_is_due_to_partners_is_known_before_slots_are_cut_and_what_is_held_after():
    week = monday()
    plan = as_it_stands(week)
    light = figures_of(planned(week, plan.roster)).roster.reserve
    assert (light.due, light.held) == (12, None)
    whole = figures_of(replace(planned(week, plan.roster), plan=plan)).roster.reserve
    assert (whole.due, whole.held) == (12, 12)
    off = week.changed(rules={"reserve_expert": "off"})
    assert figures_of(planned(off, plan.roster)).roster.reserve is None


def test_rooms_are_used_as_far_as_they_are_open_and_fullest_at_one_half_day():
    rooms = (Room(room="e1", pool="eye"), Room(room="e2", pool="eye", closed=("mon-am",)))
    found = roster_of(small(rooms=rooms), ("bob", "mon-am", "tue-pm")).rooms
    assert (found.week.used, found.week.open) == (2, 19)
    assert (found.busiest, found.at_busiest.share) == ("mon-am", Fraction(1))


def test_without_rooms_there_is_nothing_to_show_of_them():
    assert roster_of(small(rooms=())).rooms is None


def test_the_engines_tiers_count_and_the_checkers_units_where_there_is_none():
    week = small(demand=(DemandRow(clinic="eye", day="tue", half=Half.AM, sessions=2),))
    assert roster_of(week).cover == 2
    assert roster_of(week, tiers=(Tier("cover", 5, 4),)).cover == 5
    assert roster_of(week.changed(rules={"cover": "off"})).cover is None


def test_an_answer_is_usable_only_with_a_roster_that_was_found_and_keeps_the_rules():
    week = small()
    even = moved(week, ("ann", "mon-am", "mon-pm"))
    assert figures_of(planned(week, even)).keeps_rules
    assert not figures_of(planned(week, even, Status.TIMED_OUT)).keeps_rules
    assert figures_of(planned(week, template_roster(week))).broken == 1
    assert not figures_of(planned(week, template_roster(week))).keeps_rules
    assert not figures_of(impossible(week)).keeps_rules


def test_only_what_leaves_nothing_open_is_proved():
    week = small()
    proofs = {status: figures_of(planned(week, moved(week), status)).proved for status in Status}
    assert proofs == {
        Status.OPTIMAL: True,
        Status.INFEASIBLE: True,
        Status.FEASIBLE: False,
        Status.TIMED_OUT: False,
    }


def test_a_week_without_a_roster_says_why_in_both_languages():
    found = figures_of(impossible(small()))
    assert found.roster is None
    assert found.reasons == (message("No <room> is open on Friday."),)


def test_the_remedies_of_a_week_that_cannot_be_are_reported():
    week = small(policy=Policy(changes=ChangesPolicy(budget=0)))
    found = figures_of(make_plan(week))
    assert found.status is Status.INFEASIBLE
    assert found.reasons
    assert "a budget of 1 change" in [str(way) for way in found.ways]


@pytest.mark.parametrize("make", [lambda week: planned(week, moved(week)), impossible])
def test_figures_come_back_from_json_as_they_were_and_seconds_are_not_in_it(make):
    found = figures_of(make(small(policy=Policy(ratio=RatioPolicy(limit=Fraction(7, 6))))))
    content = found.to_json()
    assert "seconds" not in content
    assert Figures.from_json(json.loads(json.dumps(content)), seconds=1.5) == found
    assert Figures.from_json(content, seconds=1.5).seconds == 1.5


def test_what_is_no_figures_is_refused():
    with pytest.raises(ValueError, match="status"):
        Figures.from_json({"proved": True})


def test_figures_of_a_bundled_week_agree_with_the_independent_checker():
    """Every figure that the checker knows too is recomputed by it, on a roster with moves made by hand."""
    week = read_scenario(TYPICAL, [])
    free = ChangesPolicy(same_date=1, other_date=1, drop=1, add=1, cover=1, booked=0)
    week = week.changed(policy=week.policy.model_copy(update={"changes": free}))
    mornings = [s for s in template_roster(week).sessions if s.at.half is Half.AM]
    moves = [
        (s.doctor, s.at.key, None if n % 3 else f"{s.at.key[:3]}-pm") for n, s in enumerate(mornings[::9])
    ]
    roster = moved(week, *moves)
    found = figures_of(planned(week, roster)).roster
    plan = planned(week, roster).plan
    units = totals(find_violations(week, plan))
    assert found.changes.all == units["changes"] > 0
    assert found.cover == units["cover"]
    assert found.fairness.value == units["fairness"]
    above = {v.place: v.amount for v in find_violations(week, plan, rules=["ratio_day"])}
    assert above == {
        day.date.isoformat(): day.sessions.over(found.limit)
        for day in found.days
        if not day.sessions.within(found.limit)
    }
    assert above
    short = [v.amount for v in find_violations(week, plan, rules=["reserve_expert"]) if "," not in v.place]
    assert found.reserve.due == sum(short) > 0
    assert found.changes.dropped == sum(s.change is Change.DROPPED for s in roster.sessions)
