from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from scheduler.compare import COLUMNS, Apart, cells, differences, sentence, summary
from scheduler.roster import Roster, template_roster
from scheduler.scenario import Block
from tests.check.small import session
from tests.whatif.table_rows import moved, small

WEEK = small()
STANDS = template_roster(WEEK)
ANN, BOB = STANDS.sessions
NAMES = {"ann": "安", "bob": ""}


def apart(first, second):
    found = differences(Roster(tuple(first)), Roster(tuple(second)))
    return [(one.session.session.partition(".")[2], list(one.apart)) for one in found]


def said(first, second):
    (found,) = differences(Roster((first,)), Roster((second,) if second else ()))
    return str(sentence(found, NAMES))


def test_rosters_that_are_the_same_do_not_differ_whatever_the_order_of_their_rows():
    assert differences(STANDS, Roster(STANDS.sessions[::-1])) == ()
    two = replace(ANN, blocks=(Block("a", 1), Block("b", 2)))
    assert apart([two], [replace(two, blocks=two.blocks[::-1])]) == []


def test_each_way_to_differ_is_told_in_words():
    monday = WEEK.week.cell("mon-pm")
    assert said(ANN, replace(ANN, cell=monday)) == (
        "Monday 2026-07-20 morning in the first, Monday 2026-07-20 afternoon in the second"
    )
    assert said(ANN, replace(ANN, doctor="bob", was_doctor="ann")) == "held by 安, by bob"
    assert said(ANN, replace(ANN, room="e2")) == "room -, e2"
    assert said(ANN, replace(ANN, blocks=(Block("eye", 25),))) == "tickets 30, 25"
    assert said(ANN, replace(ANN, blocks=(Block("heart", 30),))) == "clinic eye, heart"
    assert said(ANN, None) == "only in the first, Monday 2026-07-20 morning"


def test_a_session_may_differ_in_several_things():
    other = replace(ANN, cell=WEEK.week.cell("tue-pm"), room="e2", blocks=(Block("eye", 1),))
    assert apart([ANN], [other]) == [("ann.mon-am", [Apart.MOVED, Apart.TICKETS, Apart.ROOM])]


def test_a_dropped_session_is_only_in_the_roster_that_holds_it():
    dropped = moved(WEEK, ("bob", "mon-am", None)).sessions
    assert apart(STANDS.sessions, dropped) == [("bob.mon-am", [Apart.ONLY_FIRST])]
    assert apart(dropped, STANDS.sessions) == [("bob.mon-am", [Apart.ONLY_SECOND])]
    assert apart(dropped, dropped) == []


def test_sessions_without_a_common_identity_are_the_same_by_doctor_clinic_and_half_day():
    """A session moved in one roster, and in the other dropped and added anew at the same place, is the same."""
    here = moved(WEEK, ("ann", "mon-am", "mon-pm")).sessions
    there = (*moved(WEEK, ("ann", "mon-am", None)).sessions, session("ann", "mon-pm", blocks=ANN.blocks))
    assert apart(here, there) == []
    elsewhere = (*there[:2], session("ann", "tue-pm", blocks=ANN.blocks))
    assert apart(here, elsewhere) == [
        ("ann.mon-am", [Apart.ONLY_FIRST]),
        ("ann.tue-pm.new", [Apart.ONLY_SECOND]),
    ]


def test_the_summary_counts_each_way_to_differ():
    other = moved(WEEK, ("ann", "mon-am", "mon-pm"), ("bob", "mon-am", None))
    assert str(summary(differences(STANDS, other), STANDS, other)) == (
        "2 sessions differ (the first has 2, the second 1): 1 only in the first, 1 at another half-day."
    )
    assert str(summary((), STANDS, STANDS)) == "The rosters are the same: 2 sessions."


def test_who_is_elsewhere_stands_before_who_is_only_in_another_room():
    other = (replace(ANN, room="e2"), replace(BOB, cell=WEEK.week.cell("wed-pm")))
    assert [key for key, _ in apart(STANDS.sessions, other)] == ["bob.mon-am", "ann.mon-am"]


def test_a_row_tells_both_sides():
    (found,) = differences(STANDS, moved(WEEK, ("ann", "mon-am", "mon-pm")))
    row = dict(zip(COLUMNS, cells(found, {"eye": "eyes"}), strict=True))
    assert (row["session"], row["specialty"], row["differs"]) == ("2026-W30.ann.mon-am", "eyes", "moved")
    assert (row["first_half"], row["second_half"], row["second_tickets"]) == ("AM", "PM", "30")
    (gone,) = differences(Roster((ANN,)), Roster(()))
    assert cells(gone, {})[-6:] == ("",) * 6


PLACES = st.lists(st.sampled_from([None, "mon-am", "mon-pm", "tue-am", "wed-pm"]), min_size=2, max_size=2)


@given(PLACES, PLACES)
def test_whichever_comes_first_the_same_sessions_differ(one, other):
    first, second = (
        moved(WEEK, *zip(("ann", "bob"), ("mon-am", "mon-am"), places, strict=True))
        for places in (one, other)
    )
    there, back = differences(first, second), differences(second, first)
    assert {d.session.session for d in there} == {d.session.session for d in back}
    assert len(there) == sum(a != b for a, b in zip(one, other, strict=True))
