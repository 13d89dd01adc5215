from __future__ import annotations

import pytest

from scheduler.tables.scenario.files import read_scenario, write_scenario
from tests.pace.hospital import measured, scenario, write


@pytest.fixture
def hospital(tmp_path):
    """The folder of a scenario of 12 doctors in 3 specialties, and their record."""
    write_scenario(scenario(12, 3), tmp_path / "week")
    measured(tmp_path / "records.csv", seed=2, doctors=12, specialties=3)
    return tmp_path / "week", tmp_path / "records.csv"


def test_a_record_becomes_the_table_pace_of_a_scenario(menzhen, hospital):
    week, records = hospital
    code, out, err = menzhen("learn", records, "--scenario", week)
    assert (code, err) == (0, "")
    assert "Judged on" in out
    assert f"Written: {week / 'pace.csv'}. It may be edited." in out
    rows = read_scenario(week).pace
    assert {row.scope for row in rows} == {"hospital", "specialty", "doctor"}


def test_the_same_record_gives_the_same_bytes(menzhen, hospital):
    week, records = hospital
    menzhen("learn", records, "--scenario", week)
    first = (week / "pace.csv").read_bytes()
    menzhen("learn", records, "--scenario", week)
    assert (week / "pace.csv").read_bytes() == first


def test_rows_that_a_planner_states_stay(menzhen, hospital):
    week, records = hospital
    write(week / "pace.csv", "scope,key,minutes", ["doctor,D003,25"])
    out = menzhen("learn", records, "--scenario", week)[1]
    assert "1 row of your own stays as it is." in out
    assert next(row.minutes for row in read_scenario(week).pace if row.key == "D003") == 25


def test_a_table_of_another_name_is_replaced_and_not_doubled(menzhen, hospital):
    week, records = hospital
    write(week / "接诊用时.csv", "范围,对象,平均接诊分钟", ["医生,D003,25"])
    assert menzhen("learn", records, "--scenario", week, "--lang", "zh")[0] == 0
    assert not (week / "pace.csv").exists()
    assert len(read_scenario(week).pace) > 1


def test_what_is_left_out_is_told_with_its_count(menzhen, hospital, tmp_path):
    week, _ = hospital
    bad = [f"nobody,2026-01-05,AM,08:{n:02d},300" for n in range(3)]
    good = ["D001,2026-01-05,AM,09:00,300", "D001,2026-01-05,AM,09:30,9"]
    records = write(tmp_path / "r.csv", "doctor,date,half,start,service_seconds,room", [*bad, *good])
    out = menzhen("learn", records, "--scenario", week)[1]
    assert "1 consultation of 1 session, out of 5 rows." in out
    assert "  - 3: doctors that the scenario does not know (nobody)" in out
    assert "  - 1: it took less than 20 seconds or more than 3 hours" in out
    assert "Columns not read: room." in out
    assert "Too few sessions" in out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--since", "soon"), "--since: this is not a date ('soon')"),
        (("--since", "2030-01-01"), "not one record can be used"),
    ],
)
def test_a_call_that_teaches_nothing_is_refused_and_writes_nothing(menzhen, hospital, words, told):
    week, records = hospital
    code, _, err = menzhen("learn", records, "--scenario", week, *words)
    assert code == 2
    assert told in err
    assert not (week / "pace.csv").exists()


def test_the_table_is_written_into_a_folder(menzhen, hospital, tmp_path):
    _, records = hospital
    code, _, err = menzhen("learn", records, "--scenario", tmp_path / "week.xlsx")
    assert code == 2
    assert "written into the folder of a scenario" in err


def test_return_visits_a_session_are_learned_where_the_record_tells_kinds(menzhen, hospital, tmp_path):
    week, _ = hospital
    rows = [
        f"D000,C00,2026-01-{day:02d},08:{n:02d},300,return" for day in (5, 12, 19) for n in range(0, 50, 10)
    ]
    others = [f"D001,C01,2026-01-05,08:{n:02d},300,first" for n in range(0, 50, 10)]
    heading = "doctor,clinic,date,start,service_seconds,kind"
    write(week / "returns.csv", "clinic,per_session", ["C00,99", "C02,7"])
    code, out, _ = menzhen("learn", write(tmp_path / "r.csv", heading, [*rows, *others]), "--scenario", week)
    assert code == 0
    assert (
        f"Return visits a session of 1 clinic, by the last weeks of the record: {week / 'returns.csv'}."
        in out
    )
    rates = {rate.clinic: (rate.per_session, rate.weeks) for rate in read_scenario(week).returns}
    assert rates == {"C00": (5, 3), "C02": (7, None)}


def test_a_record_without_return_visits_leaves_the_table_returns_alone(menzhen, hospital):
    week, records = hospital
    menzhen("learn", records, "--scenario", week)
    assert not (week / "returns.csv").exists()


def test_a_telephone_number_in_another_column_is_taken_out_not_replaced_by_a_name(menzhen, tmp_path):
    week = scenario()
    write_scenario(week, tmp_path / "week")
    (tmp_path / "r.csv").write_text("doctor,date,start,note\nann,2026-05-04,08:00,13812345678\n", "utf-8")
    code, _, err = menzhen("learn", tmp_path / "r.csv", "--scenario", tmp_path / "week")
    assert code == 2
    assert "Take the column out of the file" in err
    assert "Write a name" not in err
