from fractions import Fraction
from pathlib import Path

import pytest

from scheduler.clock import Week
from scheduler.errors import MenzhenError
from scheduler.scenario.hospital import Clinic, Doctor
from scheduler.scenario.pace import NoShows, PaceQuality, PaceRow, PaceScope, pace_of
from scheduler.scenario.week import Scenario
from scheduler.tables.scenario.files import read_scenario, write_scenario

EYE = PaceRow(scope=PaceScope.SPECIALTY, key="eye", minutes="6")
LI = PaceRow(
    scope=PaceScope.DOCTOR,
    key="li",
    records=120,
    sessions=6,
    minutes="8.25",
    low="7.5",
    high="9.1",
    base=30,
    per_patient="6.5",
    no_show="0:0.05;1:0.2;7:0.27",
    early_mean="12.5",
    early_sd="18",
    quality="call_times",
)
ALL = PaceRow(scope=PaceScope.HOSPITAL, minutes="7")


def week(*pace: PaceRow) -> Scenario:
    return Scenario(
        week=Week(2026, 31),
        doctors=(Doctor(doctor="li", specialty="eye"), Doctor(doctor="wang", specialty="ear")),
        clinics=(
            Clinic(clinic="eye clinic", specialty="eye", pool="p"),
            Clinic(clinic="ear clinic", specialty="ear", pool="p"),
        ),
        pace=pace,
    )


def test_a_doctors_own_pace_comes_before_that_of_the_specialty():
    assert pace_of(week(EYE, LI, ALL), "li", "eye clinic") == LI
    assert pace_of(week(EYE, ALL), "li", "eye clinic") == EYE


def test_the_hospitals_pace_is_nobodys():
    assert pace_of(week(EYE, LI, ALL), "wang", "ear clinic") is None


@pytest.mark.parametrize(
    ("days", "share"), [(0, "1/20"), (1, "1/5"), (6, "1/5"), (7, "27/100"), (90, "27/100")]
)
def test_no_shows_are_told_by_the_days_booked_ahead(days: int, share: str):
    assert LI.no_show.share(days) == Fraction(share)


@pytest.mark.parametrize("text", ["0.12", "0:0.05;1:0.2;7:0.27", "1/3"])
def test_no_shows_read_back_as_they_are_written(text: str):
    assert str(NoShows.parse(text)) == text


@pytest.mark.parametrize("text", ["1.2", "1:0.2", "0:0.1;7:0.2;1:0.3", "0:0.1;x:0.2", "-0.1", "0:0.1;0:0.2"])
def test_what_is_not_shares_by_days_is_refused(text: str):
    with pytest.raises(ValueError):
        NoShows.parse(text)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_table_is_read_as_it_is_written(tmp_path: Path, language: str):
    write_scenario(week(LI, EYE, ALL), tmp_path, language)
    assert set(read_scenario(tmp_path).pace) == {LI, EYE, ALL}


def test_a_planner_writes_scope_key_and_minutes(tmp_path: Path):
    write_scenario(week(EYE), tmp_path)
    (tmp_path / "pace.csv").write_text("范围,对象,平均接诊分钟,爽约率\n医生,li,9,0.1\n", encoding="utf-8")
    (row,) = read_scenario(tmp_path).pace
    assert (row.scope, row.key, row.minutes, row.quality) == (PaceScope.DOCTOR, "li", 9, PaceQuality.STATED)
    assert row.no_show.share(3) == Fraction(1, 10)


def test_rows_that_contradict_themselves_or_name_nobody_are_told_with_their_place(tmp_path: Path):
    write_scenario(week(EYE), tmp_path)
    rows = [
        "scope,key,minutes,low,high,base,no_show",
        "doctor,lee,6,,,,",
        "specialty,nose,6,,,,",
        "hospital,eye,6,,,,",
        "doctor,,6,,,,",
        "doctor,li,6,7,8,3,",
        "doctor,wang,0.1,,,,2",
    ]
    (tmp_path / "pace.csv").write_text("\n".join(rows), encoding="utf-8")
    with pytest.raises(MenzhenError) as caught:
        read_scenario(tmp_path)
    assert [(p.where.row, p.where.column) for p in caught.value.problems] == [
        (2, "key"),
        (3, "key"),
        (4, "key"),
        (5, "key"),
        (6, "minutes"),
        (6, "base"),
        (7, "no_show"),
        (7, "minutes"),
    ]
