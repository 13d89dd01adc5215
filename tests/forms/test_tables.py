from __future__ import annotations

from dataclasses import replace

import pytest

from scheduler.errors import InputError
from scheduler.forms.document import Section
from scheduler.forms.tables import clinic_form, department_form, door_form
from scheduler.roster import Roster, template_roster
from tests.forms.small_forms import covered, facts, on_leave, small


def cell(section: Section, name: str, heading: str) -> str:
    """The text below a heading in the line of this clinic or half."""
    column = [one.whole for one in section.headings].index(heading)
    (line,) = [line for line in section.lines if name in line.cells]
    return line.cells[column]


def test_each_department_has_a_page_with_its_doctors_and_their_levels():
    form = department_form(facts(small()))
    eye, heart = form.sections
    assert (eye.title, heart.title) == ("eye", "heart")
    assert cell(eye, "eye", "Mon 20 Jul AM") == "安娜●\ne1"
    assert cell(heart, "Heart rhythm disorders", "Tue 21 Jul AM") == "<b>Zoe</b>▲"
    assert [page.legend for page in form.pages] == ["● chief", "▲ deputy chief"]


def test_a_room_that_an_import_made_up_is_printed_nowhere():
    week = small()
    forms = [department_form(facts(week)), door_form(facts(week))]
    assert "eye 2" not in repr(forms)
    assert [page.name for page in forms[1].pages] == ["e1"]


def test_the_website_table_has_whole_clinic_names_and_no_rooms():
    form = clinic_form(facts(small()))
    (section,) = form.sections
    assert cell(section, "Heart rhythm disorders", "Tue 21 Jul AM") == "<b>Zoe</b>▲"
    assert cell(section, "eye", "Mon 20 Jul AM") == "安娜●"


def test_leave_is_shown_as_stopped_and_cover_names_both_doctors():
    stopped = department_form(facts(on_leave(), language="zh"))
    assert cell(next(stopped.sections), "eye", "周一 7月20日 上午") == "安娜●（停诊）"
    taken = department_form(facts(small(), covered(small()), "zh"))
    assert cell(next(taken.sections), "eye", "周一 7月20日 上午") == "=BOB()（替安娜）\ne1"


def test_a_dropped_session_is_shown_as_stopped_and_not_where_somebody_covers_it():
    week = small()
    dropped = tuple(replace(s, cell=None) if s.doctor == "ann" else s for s in template_roster(week).sessions)
    form = clinic_form(facts(week, Roster(dropped)))
    assert cell(next(form.sections), "eye", "Mon 20 Jul AM") == "安娜● (no clinic)"


def test_leave_that_a_colleague_covers_is_not_stopped():
    week = on_leave()
    form = clinic_form(facts(week, covered(small())))
    assert cell(next(form.sections), "eye", "Mon 20 Jul AM") == "=BOB() (for 安娜)"


def test_a_door_has_the_rooms_week_with_hours():
    form = door_form(facts(small()))
    (section,) = form.sections
    assert section.title == "e1"
    assert cell(section, "AM", "Mon 20 Jul") == "安娜\nchief\neye\n08:00-11:30"
    assert all(any(line.cells[1:]) or line.cells[0] in ("AM", "PM") for line in section.lines)


def test_doors_of_a_week_without_named_rooms_are_refused():
    week = small()
    unnamed = tuple(replace(s, room="eye 2" if s.room else "") for s in template_roster(week).sessions)
    with pytest.raises(InputError, match="no session is in a room with a name"):
        door_form(facts(week, Roster(unnamed)))
