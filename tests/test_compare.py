from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from scheduler.compare import (
    COLUMNS,
    Aspect,
    compare_rosters,
    describe_change,
    describe_difference,
    difference_cells,
    plan_changes,
    summarize,
)
from scheduler.roster import Change, Roster, template_roster
from scheduler.scenario.rows import Block
from tests.check.small import session
from tests.study.table_rows import moved, small

WEEK = small()
STANDS = template_roster(WEEK)
ANN, BOB = STANDS.sessions
NAMES = {"ann": "安", "bob": ""}


def differing(first, second):
    found = compare_rosters(Roster(tuple(first)), Roster(tuple(second)))
    return [(one.session.session.partition(".")[2], list(one.aspects)) for one in found]


def described(first, second):
    (found,) = compare_rosters(Roster((first,)), Roster((second,) if second else ()))
    return str(describe_difference(found, NAMES))


def test_rosters_that_are_the_same_do_not_differ_whatever_the_order_of_their_rows():
    assert compare_rosters(STANDS, Roster(STANDS.sessions[::-1])) == ()
    two = replace(ANN, blocks=(Block("a", 1), Block("b", 2)))
    assert differing([two], [replace(two, blocks=two.blocks[::-1])]) == []


def test_each_way_to_differ_is_reported_in_words():
    monday = WEEK.week.cell("mon-pm")
    assert described(ANN, replace(ANN, cell=monday)) == (
        "Monday 2026-07-20 morning in the first, Monday 2026-07-20 afternoon in the second"
    )
    assert described(ANN, replace(ANN, doctor="bob", was_doctor="ann")) == "held by 安, by bob"
    assert described(ANN, replace(ANN, room="e2")) == "room -, e2"
    assert described(ANN, replace(ANN, blocks=(Block("eye", 25),))) == "tickets 30, 25"
    assert described(ANN, replace(ANN, blocks=(Block("heart", 30),))) == "clinic eye, heart"
    assert described(ANN, None) == "only in the first, Monday 2026-07-20 morning"


def test_a_session_may_differ_in_several_things():
    other = replace(ANN, cell=WEEK.week.cell("tue-pm"), room="e2", blocks=(Block("eye", 1),))
    assert differing([ANN], [other]) == [("ann.mon-am", [Aspect.MOVED, Aspect.TICKETS, Aspect.ROOM])]


def test_a_dropped_session_is_only_in_the_roster_that_holds_it():
    dropped = moved(WEEK, ("bob", "mon-am", None)).sessions
    assert differing(STANDS.sessions, dropped) == [("bob.mon-am", [Aspect.ONLY_FIRST])]
    assert differing(dropped, STANDS.sessions) == [("bob.mon-am", [Aspect.ONLY_SECOND])]
    assert differing(dropped, dropped) == []


def test_sessions_without_a_common_identity_are_the_same_by_doctor_clinic_and_half_day():
    """A session moved in one roster, and in the other dropped and added anew at the same place, is the same."""
    here = moved(WEEK, ("ann", "mon-am", "mon-pm")).sessions
    there = (*moved(WEEK, ("ann", "mon-am", None)).sessions, session("ann", "mon-pm", blocks=ANN.blocks))
    assert differing(here, there) == []
    elsewhere = (*there[:2], session("ann", "tue-pm", blocks=ANN.blocks))
    assert differing(here, elsewhere) == [
        ("ann.mon-am", [Aspect.ONLY_FIRST]),
        ("ann.tue-pm.new", [Aspect.ONLY_SECOND]),
    ]


def test_the_summary_counts_each_way_to_differ():
    other = moved(WEEK, ("ann", "mon-am", "mon-pm"), ("bob", "mon-am", None))
    assert str(summarize(compare_rosters(STANDS, other), STANDS, other)) == (
        "2 sessions differ (the first has 2, the second 1): 1 only in the first, 1 at another half-day."
    )
    assert str(summarize((), STANDS, STANDS)) == "The rosters are the same: 2 sessions."


def test_who_is_elsewhere_stands_before_who_is_only_in_another_room():
    other = (replace(ANN, room="e2"), replace(BOB, cell=WEEK.week.cell("wed-pm")))
    assert [key for key, _ in differing(STANDS.sessions, other)] == ["bob.mon-am", "ann.mon-am"]


def test_what_a_plan_changes_is_described_by_its_half_day():
    dropped = moved(WEEK, ("bob", "mon-am", None)).sessions[1]
    plan = Roster((replace(ANN, cell=WEEK.week.cell("mon-pm"), room="e2"), dropped, session("bob", "tue-am")))
    changes = plan_changes(plan)
    assert [change.change for change in changes] == [Change.MOVED, Change.DROPPED, Change.ADDED]
    assert [str(describe_change(change)) for change in changes] == [
        "ann's session on Monday 2026-07-20 morning moves to Monday 2026-07-20 afternoon, room e2.",
        "bob's session on Monday 2026-07-20 morning is dropped, 20 tickets.",
        "bob gets a session on Tuesday 2026-07-21 morning, room -.",
    ]
    (covered,) = plan_changes(Roster((replace(ANN, doctor="bob", was_doctor="ann"), BOB)))
    assert str(describe_change(covered)) == (
        "bob takes over ann's session on Monday 2026-07-20 morning, room -."
    )
    assert (covered.change, covered.before.doctor, covered.stays_on_date) == (Change.COVERED, "ann", True)
    assert str(describe_change(covered, {"ann": "Ann A."})).startswith("bob takes over Ann A.'s session")


def test_a_row_shows_both_sides():
    (found,) = compare_rosters(STANDS, moved(WEEK, ("ann", "mon-am", "mon-pm")))
    row = dict(zip(COLUMNS, difference_cells(found, {"eye": "eyes"}), strict=True))
    assert (row["session"], row["specialty"], row["differs"]) == ("2026-W30.ann.mon-am", "eyes", "moved")
    assert (row["first_half"], row["second_half"], row["second_tickets"]) == ("AM", "PM", "30")
    (gone,) = compare_rosters(Roster((ANN,)), Roster(()))
    assert difference_cells(gone, {})[-6:] == ("",) * 6


PLACES = st.lists(st.sampled_from([None, "mon-am", "mon-pm", "tue-am", "wed-pm"]), min_size=2, max_size=2)


@given(PLACES, PLACES)
def test_whichever_comes_first_the_same_sessions_differ(one, other):
    first, second = (
        moved(WEEK, *zip(("ann", "bob"), ("mon-am", "mon-am"), places, strict=True))
        for places in (one, other)
    )
    there, back = compare_rosters(first, second), compare_rosters(second, first)
    assert {d.session.session for d in there} == {d.session.session for d in back}
    assert len(there) == sum(a != b for a, b in zip(one, other, strict=True))
