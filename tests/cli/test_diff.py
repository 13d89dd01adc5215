from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from scenarios.smallest import RULES
from scheduler.clock import DayKind, Week
from scheduler.roster import Plan, Roster, template_roster
from scheduler.scenario.rows import CalendarRow
from scheduler.tables.roster.write import write_plan
from scheduler.tables.scenario.files import write_scenario
from tests.check.small import clinic, doctor, row, scenario
from tests.study.table_rows import moved, small


def written(folder: Path, week, roster: Roster) -> Path:
    write_plan(Plan(roster), week, folder)
    return folder


@pytest.fixture
def stands(tmp_path: Path) -> Path:
    return written(tmp_path / "stands", small(), template_roster(small()))


@pytest.fixture
def even(tmp_path: Path) -> Path:
    return written(tmp_path / "even", small(), moved(small(), ("ann", "mon-am", "mon-pm")))


def test_rosters_that_are_the_same_are_called_so(menzhen, stands):
    code, out, err = menzhen("diff", stands, stands)
    assert (code, err) == (0, "")
    assert out.startswith("The rosters are the same: 2 sessions.")
    assert "only in" not in out


def test_what_differs_is_reported_by_day_and_by_session(menzhen, stands, even):
    code, out, err = menzhen("diff", stands, even)
    assert (code, err) == (1, "")
    lines = [line.split() for line in out.splitlines() if line.strip()]
    assert " ".join(lines[0]) == ("1 session differs (the first has 2, the second 2): 1 at another half-day.")
    assert ["Mon", "20", "Jul", "2", "0", "no", "PM", "1", "1", "1.00"] in lines
    assert any(line[:4] == ["ann", "eye", "eye", "Monday"] for line in lines)


def test_every_session_is_written_where_a_file_is_named(menzhen, stands, even, tmp_path):
    code, _, _ = menzhen("diff", stands, even, "--out", tmp_path / "new/diff.csv")
    assert code == 1
    (line,) = csv.DictReader(io.StringIO((tmp_path / "new/diff.csv").read_text("utf-8-sig")))
    assert (line["session"], line["specialty"]) == ("2026-W30.ann.mon-am", "eye")


def test_a_scenario_gives_names_and_its_own_working_days(menzhen, tmp_path):
    week = small(
        doctors=(doctor("ann", "chief", name="安娜"), doctor("bob")),
        calendar=(CalendarRow(date="2026-07-24", kind=DayKind.CLOSED),),
    )
    write_scenario(week, tmp_path / "week")
    one = written(tmp_path / "one", week, template_roster(week))
    other = written(tmp_path / "other", week, moved(week, ("ann", "mon-am", "mon-pm")))
    plain = menzhen("diff", one, other)[1]
    named = menzhen("diff", one, other, "--scenario", tmp_path / "week")[1]
    assert ("安娜" in plain, "Fri 24 Jul" in plain) == (False, True)
    assert ("安娜" in named, "Fri 24 Jul" in named) == (True, False)


def test_long_lists_are_cut_short_and_the_number_is_reported(menzhen, tmp_path):
    people = [f"d{n:02}" for n in range(45)]
    week = scenario(
        doctors=tuple(doctor(key) for key in people),
        template=tuple(row(key, "mon-am") for key in people),
    )
    one = written(tmp_path / "one", week, template_roster(week))
    other = written(tmp_path / "other", week, moved(week, *((key, "mon-am", "tue-pm") for key in people)))
    code, out, _ = menzhen("diff", one, other)
    assert code == 1
    assert ("d19" in out, "d20" in out) == (True, False)
    assert "25 more sessions differ; --out FILE writes them all." in out


def test_the_answer_is_in_the_language_that_is_asked_for(menzhen, stands):
    _, out, _ = menzhen("diff", stands, stands, "--lang", "zh")
    assert "周一" in out


def test_rosters_of_two_weeks_are_compared_by_weekday_and_half(menzhen, stands, tmp_path):
    later = small().changed(week=Week.parse("2026-W31"))
    same = written(tmp_path / "same", later, template_roster(later))
    code, out, err = menzhen("diff", stands, same)
    assert (code, err) == (0, "")
    assert out.startswith("The rosters are the same: 2 sessions.")
    other = written(tmp_path / "later", later, moved(later, ("ann", "mon-am", "mon-pm")))
    code, out, _ = menzhen("diff", stands, other)
    assert code == 1
    assert "1 session differs" in out
    lines = [line.split() for line in out.splitlines()]
    days = ["Mon", "20", "Jul", "/", "Mon", "27", "Jul"]
    assert [*days, "2", "0", "no", "PM", "1", "1", "1.00"] in lines


def test_half_days_of_two_weeks_are_told_without_dates(menzhen, stands, tmp_path):
    later = small().changed(week=Week.parse("2026-W31"))
    moved_later = written(tmp_path / "later", later, moved(later, ("ann", "mon-am", "mon-pm")))
    out = menzhen("diff", stands, moved_later)[1]
    assert "Monday, morning in the first, Monday, afternoon in the second" in out


def test_rooms_that_an_import_made_up_make_no_difference(menzhen, tmp_path):
    def in_room(folder: str, room: str) -> Path:
        week = scenario(template=(row("ann", "mon-am", room=room),))
        return written(tmp_path / folder, week, template_roster(week))

    one, other, named = in_room("one", "eye 1"), in_room("other", "eye 2"), in_room("named", "101")
    assert menzhen("diff", one, other)[0] == 0
    code, out, _ = menzhen("diff", one, named)
    assert (code, "1 in another room" in out) == (1, True)


def test_rosters_of_two_hospitals_are_refused(menzhen, stands, tmp_path):
    week = scenario(
        doctors=(doctor("zoe", specialty="heart"),),
        clinics=(clinic("heart", "heart"),),
        template=(row("zoe", "mon-am", "heart"),),
    )
    code, _, err = menzhen("diff", stands, written(tmp_path / "heart", week, template_roster(week)))
    assert code == 2
    assert "the rosters have no doctor in common" in err


def test_a_scenario_of_another_week_is_refused(menzhen, stands, tmp_path):
    write_scenario(RULES["ratio_day"]().changed(week=Week.parse("2026-W31")), tmp_path / "week")
    code, _, err = menzhen("diff", stands, stands, "--scenario", tmp_path / "week")
    assert code == 2
    assert "the scenario is of another week than the rosters, 2026-W30 ('2026-W31')" in err


def test_everything_wrong_with_both_is_reported_at_once(menzhen, even, tmp_path):
    table = even / "sessions.csv"
    table.write_text(table.read_text("utf-8-sig").replace("AM", "noon"), "utf-8")
    (tmp_path / "empty").mkdir()
    code, out, err = menzhen("diff", even, tmp_path / "nowhere", "--out", tmp_path / "diff.csv")
    assert (code, out) == (2, "")
    assert f"{table}, row 2" in err
    assert f"{tmp_path / 'nowhere'}: there is no such folder" in err
    assert not (tmp_path / "diff.csv").exists()
    assert menzhen("diff", even, tmp_path / "empty")[0] == 2


def test_a_table_without_any_date_is_refused(menzhen, stands):
    table = stands / "sessions.csv"
    table.write_text(table.read_text("utf-8-sig").splitlines()[0] + "\n", "utf-8")
    code, _, err = menzhen("diff", stands, stands)
    assert code == 2
    assert "no session has a date" in err
