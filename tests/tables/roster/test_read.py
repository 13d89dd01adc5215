from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.errors import InputError
from scheduler.roster import Plan, template_roster
from scheduler.tables.roster.read import read_standalone_roster
from scheduler.tables.roster.write import write_plan
from tests.check.small import WEEK, monday


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_plan(Plan(template_roster(monday())), monday(), tmp_path)
    return tmp_path


def test_a_roster_is_read_back_with_its_week_and_specialties_and_no_scenario(folder):
    found = read_standalone_roster(folder)
    assert found.roster == template_roster(monday())
    assert (found.week, found.specialties) == (WEEK, {"eye": "eye"})


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
