"""Rosters of other weeks of a hospital, which have doctors and clinics that the scenario does not know."""

from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.errors import InputError
from scheduler.forms.weeks import read_weeks
from scheduler.roster import Plan, template_roster
from scheduler.scenario.week import Scenario
from scheduler.tables.roster.write import write_plan
from tests.check.small import clinic, doctor, row
from tests.forms.small_forms import LATER, small


def written(week: Scenario, folder: Path) -> Path:
    write_plan(Plan(template_roster(week)), week, folder)
    return folder


def other() -> Scenario:
    """Bob and kim in the eye clinic and in one that is new."""
    return small(
        doctors=(doctor("bob"), doctor("kim", "chief", specialty="skin")),
        clinics=(clinic(), clinic("moles", "skin")),
        template=(row("bob", "mon-pm", room="eye 2"), row("kim", "wed-am", "moles", room="7a")),
    )


def test_a_week_imported_by_itself_is_read_beside_the_scenarios_own(tmp_path):
    before = written(other(), tmp_path / "before")
    after = written(small().changed(week=LATER), tmp_path / "after")
    weeks = read_weeks(small().changed(week=LATER), [before, after])
    assert [week.roster for week in weeks] == [
        template_roster(other()),
        template_roster(small().changed(week=LATER)),
    ]
    assert weeks[0].scenario.doctor_of["kim"].specialty == "skin"
    assert weeks[0].scenario.doctor_of["bob"].name == "=BOB()"
    assert "kim" not in weeks[1].scenario.doctor_of


def test_a_roster_of_another_hospital_is_refused(tmp_path):
    folder = written(other(), tmp_path / "roster")
    stranger = small(doctors=(doctor("eva"),), template=()).changed(week=LATER)
    with pytest.raises(InputError, match="the scenario knows none of the roster's doctors"):
        read_weeks(stranger, [folder])


def test_in_the_scenarios_own_week_an_unknown_doctor_is_a_mistake(tmp_path):
    with pytest.raises(
        InputError, match=r"roster/sessions.csv.*the scenario does not know this doctor \('kim'\)"
    ):
        read_weeks(small(), [written(other(), tmp_path / "roster")])
