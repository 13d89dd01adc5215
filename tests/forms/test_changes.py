from __future__ import annotations

from dataclasses import replace

from scheduler.forms.changes import change_form
from scheduler.roster import Roster, template_roster
from tests.forms.small_forms import facts, later, small


def test_two_weeks_that_are_the_same_are_called_so():
    form = change_form(facts(small()), later())
    (section,) = form.sections
    assert (section.title, section.lines) == ("Nothing changes.", ())


def test_two_rosters_of_one_week_are_not_told_apart_by_its_dates():
    named = (change_form(facts(small()), facts(small())).period, change_form(facts(small()), later()).period)
    assert named == (
        "20 July 2026 – 26 July 2026, against the roster before",
        "27 July 2026 – 2 August 2026, against 20 July 2026 – 26 July 2026",
    )


def test_a_session_that_moves_from_one_week_to_the_next_is_one_line_of_its_department():
    def moved(week) -> Roster:
        sessions = template_roster(week).sessions
        return Roster(
            tuple(replace(s, cell=week.week.cell("tue-pm")) if s.doctor == "zoe" else s for s in sessions)
        )

    (section,) = change_form(facts(small()), later(moved)).sections
    assert section.title == "heart"
    (line,) = section.lines
    assert line.cells == (
        "Heart rhythm disorders",
        "other half-day",
        "<b>Zoe</b>",
        "Tue 21 Jul AM",
        "<b>Zoe</b>",
        "Tue 28 Jul PM",
    )


def test_rooms_that_nobody_named_make_no_difference_and_named_ones_do():
    def in_room(doctor: str, room: str):
        sessions = template_roster(small()).sessions
        return Roster(tuple(replace(s, room=room) if s.doctor == doctor else s for s in sessions))

    unnamed = change_form(facts(small()), facts(small(), in_room("bob", "")))
    assert next(unnamed.sections).title == "Nothing changes."
    named = change_form(facts(small()), facts(small(), in_room("ann", "")))
    assert next(named.sections).lines[0].cells[1:4] == ("other room", "安娜", "Mon 20 Jul AM\ne1")
