from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.clock import Week
from scheduler.errors import InputError
from scheduler.roster import Plan, template_roster
from scheduler.scenario.hospital import Level
from scheduler.tables.roster.standalone import read_standalone_roster
from scheduler.tables.roster.write import write_plan
from tests.check.small import WEEK, doctor, monday, scenario


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_plan(Plan(template_roster(monday())), monday(), tmp_path)
    return tmp_path


def test_a_roster_is_read_back_with_its_week_doctors_and_clinics_and_no_scenario(folder):
    found = read_standalone_roster(folder)
    assert found.roster == template_roster(monday())
    assert found.week == WEEK
    assert {key: (d.specialty, d.level) for key, d in found.doctors.items()} == {
        "ann": ("eye", Level.CHIEF),
        "bob": ("eye", Level.ATTENDING),
    }
    assert {key: (c.specialty, c.pool) for key, c in found.clinics.items()} == {"eye": ("eye", "eye")}


def test_what_a_roster_tells_makes_a_week_in_which_it_can_be_read(folder):
    found = read_standalone_roster(folder)
    assert found.roster_in(found.as_week()) == found.roster


def test_in_another_week_a_scenario_gets_the_doctors_and_clinics_that_it_lacks(folder):
    found = read_standalone_roster(folder)
    later = scenario(doctors=(doctor("ann", "known_expert"),), clinics=()).changed(
        week=Week.parse("2026-W31")
    )
    week = found.in_scenario(later)
    assert (week.week, sorted(week.doctor_of), sorted(week.clinic_of)) == (WEEK, ["ann", "bob"], ["eye"])
    assert week.doctor_of["ann"].level is Level.KNOWN_EXPERT
    assert found.roster_in(week) == found.roster


def test_in_its_own_week_a_scenario_stays_as_it_is_and_names_what_it_does_not_know(folder):
    found, own = read_standalone_roster(folder), scenario(doctors=(doctor("ann"),))
    assert found.in_scenario(own) is own
    with pytest.raises(InputError, match="the scenario does not know this doctor"):
        found.roster_in(own)


def test_a_session_of_another_week_than_the_first_is_told(folder):
    table = folder / "sessions.csv"
    lines = table.read_text("utf-8-sig").splitlines()
    lines[-1] = lines[-1].replace("2026-07-20", "2026-08-20")
    table.write_text("\n".join(lines), "utf-8")
    with pytest.raises(InputError, match="the date is not in the planned week"):
        read_standalone_roster(folder)


def test_what_cannot_be_read_is_told_with_its_row(folder):
    table = folder / "sessions.csv"
    table.write_text(table.read_text("utf-8-sig").replace(",AM,", ",noon,"), "utf-8")
    with pytest.raises(InputError, match="row 2"):
        read_standalone_roster(folder)
