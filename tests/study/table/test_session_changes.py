from __future__ import annotations

from dataclasses import replace

from scheduler.clock import Week
from scheduler.roster import Roster, template_roster
from scheduler.study.table.session_changes import (
    NOWHERE,
    PlaceChange,
    SessionPlace,
    differing_places,
    place_changes,
)
from tests.check.small import row, session
from tests.study.table_rows import TWO_MORNINGS, impossible, moved, planned, small

ANN = SessionPlace("mon-am", "ann", 30)


def changes(week, *moves, base=None):
    return place_changes(planned(week, moved(week, *moves)), base)


def test_a_moved_a_dropped_and_an_added_session_are_reported_with_where_they_stood():
    week = small()
    roster = moved(week, ("ann", "mon-am", "mon-pm"), ("bob", "mon-am", None))
    found = place_changes(planned(week, Roster((*roster.sessions, session("bob", "tue-am")))))
    assert [(one.session, one.was, one.now) for one in found] == [
        ("ann.mon-am", ANN, SessionPlace("mon-pm", "ann", 30)),
        ("bob.mon-am", SessionPlace("mon-am", "bob", 20), NOWHERE),
        ("bob.tue-am.new", NOWHERE, SessionPlace("tue-am", "bob", 20)),
    ]
    assert (found[0].doctor, found[0].specialty, found[0].clinics) == ("ann", "eye", ("eye",))


def test_a_session_that_the_variants_own_timetable_lacks_is_not_held():
    base, without = small(), small(template=TWO_MORNINGS[:1])
    assert [(one.session, one.now) for one in changes(without, base=base)] == [("bob.mon-am", NOWHERE)]
    assert changes(without) == ()


def test_other_tickets_and_another_doctor_are_changes_too():
    base = small()
    more = small(template=(row("ann", "mon-am", tickets=35), TWO_MORNINGS[1]))
    assert [one.now for one in changes(more, base=base)] == [SessionPlace("mon-am", "ann", 35)]
    first, *rest = template_roster(base).sessions
    covered = Roster((replace(first, doctor="bob", was_doctor="ann"), *rest))
    assert [one.now for one in place_changes(planned(base, covered))] == [SessionPlace("mon-am", "bob", 30)]


def test_a_variant_of_another_week_is_compared_by_half_days():
    base = small()
    later = base.changed(week=Week.parse("2026-W31"))
    assert changes(later, base=base) == ()


def test_a_week_without_a_roster_changes_nothing():
    assert place_changes(impossible(small())) == ()


def test_changes_come_back_from_plain_data():
    (one,) = changes(small(), ("ann", "mon-am", "mon-pm"))
    assert PlaceChange.from_json(one.to_json()) == one


def test_two_variants_differ_where_they_leave_a_session_at_different_places():
    week = small()
    one = changes(week, ("ann", "mon-am", "mon-pm"), ("bob", "mon-am", "tue-pm"))
    other = changes(week, ("bob", "mon-am", "tue-pm"))
    (pair,) = differing_places(one, other)
    assert (pair.session.session, pair.first.at, pair.second) == ("ann.mon-am", "mon-pm", ANN)
    assert [(p.first, p.second) for p in differing_places(other, one)] == [(pair.second, pair.first)]
    assert differing_places(one, one) == ()
