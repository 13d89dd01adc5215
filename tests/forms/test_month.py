from __future__ import annotations

import pytest

from scheduler.errors import InputError
from scheduler.forms.facts import WeekRoster
from scheduler.forms.month import department_month, doctor_month
from scheduler.forms.weeks import calendar_of
from scheduler.roster import template_roster
from tests.check.small import doctor, row
from tests.forms.small_forms import LATER, facts, later, small


def test_a_departments_month_has_every_week_below_its_dates():
    form = department_month([facts(small()), later()])
    assert [page.name for page in form.pages] == ["eye", "heart"]
    eye = next(form.sections)
    assert [line.cells[:3] for line in eye.lines] == [
        ("", "20 Jul", "21 Jul"),
        ("AM", "安娜● eye", ""),
        ("PM", "=BOB() eye", ""),
        ("", "27 Jul", "28 Jul"),
        ("AM", "安娜● eye", ""),
        ("PM", "=BOB() eye", ""),
    ]
    assert form.period == "20 July 2026 – 2 August 2026"


def test_a_doctors_month_is_a_calendar_of_clinics_on_the_departments_page():
    form = doctor_month([facts(small()), later()])
    assert [[section.title for section in page.sections] for page in form.pages] == [
        ["=BOB()", "安娜"],
        ["<b>Zoe</b>"],
    ]
    assert next(form.sections).lines[2].cells[:2] == ("PM", "eye")


def test_two_rosters_of_one_week_are_no_month(tmp_path):
    week = WeekRoster(small(), template_roster(small()))
    with pytest.raises(InputError, match="this roster is of the week of"):
        calendar_of([week, week], [tmp_path / "one", tmp_path / "two"])


def test_a_doctor_who_is_in_one_week_only_has_a_calendar():
    fresh = small(
        doctors=(*small().doctors, doctor("kim")), template=(*small().template, row("kim", "wed-am"))
    )
    form = doctor_month([facts(small()), facts(fresh.changed(week=LATER))])
    assert [[section.title for section in page.sections] for page in form.pages] == [
        ["=BOB()", "kim", "安娜"],
        ["<b>Zoe</b>"],
    ]
    assert department_month([facts(small()), facts(fresh.changed(week=LATER))]).pages


def test_a_page_explains_the_marks_that_are_on_it():
    form = department_month([facts(small()), later()])
    assert [page.legend for page in form.pages] == ["● chief", "▲ deputy chief"]
