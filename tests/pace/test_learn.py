from __future__ import annotations

import datetime as dt
from dataclasses import fields
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.regression.mixed_linear_model import MixedLM

from scheduler.errors import InputError
from scheduler.pace.consultations import consultations
from scheduler.pace.learn import Learned, learn
from scheduler.pace.records import ARRAYS, Records, RecordsRead, read_records
from scheduler.scenario.pace import PaceRow
from tests.pace import hospital
from tests.pace.hospital import FIRST_DAY, call_times, measured, scenario, time_text, write

HEADINGS = "doctor,date,half,appointment,arrived,start,end,shown,kind,booked_days"


def learned(*paths: Path, doctors: int = 1, specialties: int = 1, since: dt.date | None = None) -> Learned:
    week = scenario(doctors, specialties)
    return learn(read_records(paths, week, since), week)


def row(found: Learned, key: str) -> PaceRow:
    return next(row for row in found.rows if row.key == key)


def session_rows(day: int = 0, minutes: float = 10, patients: int = 10, doctor: str = "D000") -> list[str]:
    """Patients who come at their times, one after the other, from 08:00 on."""
    date = FIRST_DAY + dt.timedelta(days=day)
    times = [480 + n * minutes for n in range(patients)]
    return [
        f"{doctor},{date},AM,{time_text(t)},{time_text(t - 5)},{time_text(t)},{time_text(t + minutes)},yes,booked,3"
        for t in times
    ]


@pytest.fixture(scope="module")
def large(tmp_path_factory) -> tuple[Learned, hospital.Truth, dict[str, float]]:
    """A hospital as it was learned, its truth, and each doctor's plain mean."""
    path = tmp_path_factory.mktemp("records") / "records.csv"
    truth = measured(path, seed=4, doctors=120, specialties=12)
    plain = pd.read_csv(path).groupby("doctor")["service_seconds"].mean() / 60
    return learned(path, doctors=120, specialties=12), truth, plain.to_dict()


def test_pooled_minutes_are_nearer_the_truth_than_each_doctors_own_and_eight_in_ten_intervals_hold_it(large):
    found, truth, raw = large
    rows = [row for row in found.rows if row.scope == "doctor"]
    pooled = [np.log(float(row.minutes) / truth.minutes[row.key]) for row in rows]
    alone = [np.log(raw[row.key] / truth.minutes[row.key]) for row in rows]
    inside = [row.low <= truth.minutes[row.key] <= row.high for row in rows]
    assert np.std(pooled) < 0.08
    assert np.std(pooled) < 0.8 * np.std(alone)
    assert 0.7 < np.mean(inside) < 0.9


def test_a_doctor_with_few_sessions_leans_on_the_specialty(large):
    found, _, _ = large
    doctors = [row for row in found.rows if row.scope == "doctor"]
    few = [row.own_weight for row in doctors if row.sessions <= 2]
    many = [row.own_weight for row in doctors if row.sessions >= 15]
    assert max(few) < 0.35 < 0.5 < min(many)


def test_spread_within_and_between_sessions_is_found(large):
    found, _, _ = large
    hospital_row = found.rows[0]
    assert hospital_row.scope == "hospital"
    assert float(hospital_row.cv) == pytest.approx(np.sqrt(np.expm1(0.35**2)), rel=0.05)
    assert float(hospital_row.session_sd) == pytest.approx(0.25, rel=0.1)


# The package's own warnings on its way to the optimum.
@pytest.mark.filterwarnings("ignore")
def test_pace_is_within_two_percent_of_a_mixed_model(tmp_path):
    path = tmp_path / "records.csv"
    measured(path, seed=9, doctors=40, specialties=4, sessions=(6, 25), sds=(0.44, 0.25, 0.25, 0.35))
    found = learned(path, doctors=40, specialties=4)
    used = consultations(read_records([path], scenario(40, 4)).records)
    mean = np.bincount(used.session, used.minutes) / np.bincount(used.session)
    doctor = used.session_doctor
    frame = pd.DataFrame({"log_mean": np.log(mean), "doctor": doctor, "specialty": doctor % 4})
    model = MixedLM.from_formula("log_mean ~ 0 + C(specialty)", frame, groups="doctor").fit(method="powell")
    sessions_apart = float(found.rows[0].session_sd) ** 2
    for n in range(40):
        own = model.fe_params.iloc[n % 4] + model.random_effects[n].iloc[0]
        mixed = np.exp(own + sessions_apart / 2)
        assert float(row(found, f"D{n:03d}").minutes) == pytest.approx(mixed, rel=0.02)


@pytest.mark.parametrize("load", [1.0, 0.84, 0.65])
def test_calls_with_check_ins_are_unbiased_within_two_percent_at_every_load(tmp_path, load):
    call_times(tmp_path / "calls.csv", seed=1, load=load)
    doctor = row(learned(tmp_path / "calls.csv"), "D000")
    assert doctor.quality == "call_times"
    assert float(doctor.minutes) == pytest.approx(8, rel=0.02)


def test_calls_alone_are_marked_as_an_upper_bound(tmp_path):
    call_times(tmp_path / "calls.csv", seed=1, load=0.65)
    bare = [
        ",".join(line.split(",")[i] for i in (0, 1, 2, 4))
        for line in (tmp_path / "calls.csv").read_text().split()
    ]
    path = write(tmp_path / "bare.csv", bare[0], bare[1:])
    doctor = row(learned(path), "D000")
    assert doctor.quality == "upper_bound"
    assert float(doctor.minutes) > 8 * 1.2


def test_shuffled_records_in_two_files_teach_the_same(tmp_path, large):
    path = tmp_path / "records.csv"
    measured(path, seed=6, doctors=10, specialties=3)
    heading, *rows = path.read_text().splitlines()
    np.random.default_rng(0).shuffle(rows)
    half = len(rows) // 2
    one, other = (
        write(tmp_path / "a.csv", heading, rows[:half]),
        write(tmp_path / "b.csv", heading, rows[half:]),
    )
    assert learned(other, one, doctors=10, specialties=3) == learned(path, doctors=10, specialties=3)


def test_minutes_that_depend_on_the_number_of_patients_are_told_as_a_line(tmp_path):
    draw = np.random.default_rng(3)
    rows = []
    for day in range(40):
        patients = int(draw.integers(8, 30))
        rows += session_rows(day, (100 + 7.5 * patients) / patients, patients)
    doctor = row(learned(write(tmp_path / "r.csv", HEADINGS, rows)), "D000")
    assert float(doctor.base) == pytest.approx(100, rel=0.02)
    assert float(doctor.per_patient) == pytest.approx(7.5, rel=0.02)


def test_headings_may_be_chinese_and_doctors_named(tmp_path):
    rows = [
        line.replace("D000", "Dr 0").replace("AM", "上午").replace("yes", "是") for line in session_rows()
    ]
    headings = "医生姓名,就诊日期,午别,预约时间,签到时间,叫号时间,结束时间,是否就诊,类型,提前天数"
    doctor = row(
        learned(write(tmp_path / "r.csv", headings, [r.replace("booked", "预约") for r in rows])), "D000"
    )
    assert (doctor.minutes, doctor.records) == (10, 10)
    assert (doctor.early_mean, doctor.early_sd) == (5, 0)


def test_since_leaves_out_what_is_older(tmp_path):
    path = write(tmp_path / "r.csv", HEADINGS, [*session_rows(0, 20), *session_rows(5, 10)])
    assert row(learned(path, since=FIRST_DAY + dt.timedelta(days=5)), "D000").minutes == 10


def test_who_stays_away_is_told_by_the_days_booked_ahead(tmp_path):
    draw = np.random.default_rng(8)
    rows = []
    for day in range(200):
        for line in session_rows(day):
            cells = line.split(",")
            ahead = int(draw.choice([0, 2, 8]))
            if draw.random() < {0: 0.05, 2: 0.2, 8: 0.3}[ahead]:
                cells[5:8] = ["", "", "no"]
            rows.append(",".join([*cells[:-1], str(ahead)]))
    found = learned(write(tmp_path / "r.csv", HEADINGS, rows))
    shares = row(found, "D000").no_show
    assert [days for days, _ in shares.steps] == [0, 1, 7]
    assert [float(shares.share(days)) for days in (0, 2, 8)] == pytest.approx([0.05, 0.2, 0.3], abs=0.04)
    assert found.judgement is not None
    assert found.judgement.no_show_loss < found.judgement.one_share_loss


def test_walk_ins_and_late_starts_are_told_by_the_session(tmp_path):
    rows = []
    for day in range(60):
        late = session_rows(day)[1:]
        rows += late[:-2] + [line.replace("booked", "walk_in") for line in late[-2:]]
    doctor = row(learned(write(tmp_path / "r.csv", HEADINGS, rows)), "D000")
    assert doctor.walk_ins == 2
    # The first patient there is seen ten minutes after eight, five after coming.
    assert doctor.late_start == 5


BAD = {
    "the end is before the start": "D000,2026-02-02,AM,08:00,07:50,08:10,08:05,yes,booked,1",
    "it took less than 20 seconds or more than 3 hours": "D000,2026-02-02,AM,08:00,07:50,08:10:00,08:10:09,yes,booked,1",
    "the patient checked in long after the start": "D000,2026-02-02,AM,08:00,09:50,08:10,08:20,yes,booked,1",
    "doctors that the scenario does not know": "nobody,2026-02-02,AM,08:00,07:50,08:10,08:20,yes,booked,1",
    "appointment: not understood (8 o'clock)": "D000,2026-02-02,AM,8 o'clock,07:50,08:10,08:20,yes,booked,1",
    "appointment: not understood ()": "D000,2026-02-02,AM,13800138000,07:50,08:10,08:20,yes,booked,1",
    "patients who came, without a start": "D000,2026-02-02,AM,08:00,07:50,,,yes,booked,1",
}


@pytest.mark.parametrize("reason", BAD)
def test_a_record_that_cannot_be_is_left_out_and_counted(tmp_path, reason):
    found = learned(write(tmp_path / "r.csv", HEADINGS, [*session_rows(), BAD[reason]]))
    assert [(n, reason in str(text)) for text, n in found.left_out.items()] == [(1, True)]
    assert row(found, "D000").minutes == 10


def test_titles_above_the_headings_are_passed_over(tmp_path):
    plain = learned(write(tmp_path / "r.csv", HEADINGS, session_rows()))
    titled = learned(write(tmp_path / "t.csv", "接诊记录,2026年2月", [HEADINGS, *session_rows()]))
    assert titled.rows == plain.rows


def test_a_consultation_that_reaches_into_the_next_is_left_out(tmp_path):
    rows = session_rows()
    rows[3] = rows[3].replace("08:40:00,yes", "09:30:00,yes")
    found = learned(write(tmp_path / "r.csv", HEADINGS, rows))
    assert [(n, "begins before the end" in str(text)) for text, n in found.left_out.items()] == [(1, True)]
    assert row(found, "D000").records == 9


def test_one_session_teaches_but_nothing_is_held_back(tmp_path):
    found = learned(write(tmp_path / "r.csv", HEADINGS, session_rows()))
    assert (found.sessions, found.judgement) == (1, None)


def refused(*lines: str, headings: str = HEADINGS, folder: Path) -> str:
    with pytest.raises(InputError) as caught:
        learned(write(folder / "r.csv", headings, list(lines)))
    return str(caught.value)


def test_without_a_record_that_can_be_used_nothing_is_learned(tmp_path):
    assert "not one record can be used" in refused(folder=tmp_path)
    assert "nobody" in refused(BAD["doctors that the scenario does not know"], folder=tmp_path)
    away = "D000,2026-02-02,AM,08:00,,,,no,booked,1"
    assert "all patients stayed away" in refused(away, away, folder=tmp_path)
    one = "D000,2026-02-02,AM,08:00,,08:00,,yes,booked,1"
    assert "not one consultation can be used" in refused(one, folder=tmp_path)


@pytest.mark.parametrize("heading", ["姓名", "患者姓名", "patient_id", "手机号", "身份证号", "phone", "name"])
def test_columns_that_tell_who_a_patient_is_are_refused(tmp_path, heading):
    rows = [f"{line},x" for line in session_rows()]
    text = refused(*rows, headings=f"{HEADINGS},{heading}", folder=tmp_path)
    assert "seems to tell who a patient is" in text


@pytest.mark.parametrize("value", ["13800138000", "11010519491231002X", "a@b.cn"])
def test_values_that_tell_who_a_patient_is_are_refused_and_not_repeated(tmp_path, value):
    rows = [f"{line},{value}" for line in session_rows()]
    text = refused(*rows, headings=f"{HEADINGS},remark", folder=tmp_path)
    assert "it looks like" in text
    assert value not in text


def test_columns_of_a_record_that_are_missing_or_twice_there_are_told(tmp_path):
    assert "the column is missing" in refused(headings="doctor,date,half", folder=tmp_path)
    assert "two columns mean this" in refused(headings=f"{HEADINGS},医生", folder=tmp_path)


def test_records_are_columns_of_one_length(tmp_path):
    read = read_records([write(tmp_path / "r.csv", HEADINGS, session_rows())], scenario())
    assert isinstance(read, RecordsRead)
    assert {len(getattr(read.records, name)) for name in ARRAYS} == {10}
    assert {f.name for f in fields(Records)} == {"doctors", "clinics", *ARRAYS}
