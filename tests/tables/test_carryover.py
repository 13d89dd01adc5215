from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.carryover import CarryOver, DoctorRecord, WeekBudget
from scheduler.clock import Week
from scheduler.errors import InputError
from scheduler.scenario.hospital import Credit
from scheduler.tables.carryover import read_carryover, write_carryover

COUNT = st.integers(0, 10**6)
NAMES = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=8)
RECORDS = st.lists(
    st.builds(DoctorRecord, NAMES, NAMES, COUNT, COUNT, COUNT, COUNT),
    max_size=4,
    unique_by=lambda a: a.doctor,
)
WEEKS = st.lists(
    st.builds(
        WeekBudget, st.builds(Week, st.just(2026), st.integers(1, 29)), st.none() | COUNT, COUNT, COUNT
    ),
    max_size=4,
    unique_by=lambda w: w.week,
)
NEXT = Week(2026, 30)
CREDITS = st.lists(
    st.builds(
        lambda partner, specialty, credit: Credit(partner=partner, specialty=specialty, credit=credit),
        NAMES,
        NAMES,
        st.fractions(-2, 2, max_denominator=1000),
    ),
    max_size=4,
    unique_by=lambda row: (row.partner, row.specialty),
)


@given(RECORDS, WEEKS, CREDITS)
def test_a_carry_over_that_is_written_reads_back(tmp_path_factory, records, weeks, owed):
    folder = tmp_path_factory.mktemp("carryover")
    carryover = CarryOver(
        tuple(sorted(records, key=lambda a: a.doctor)), tuple(sorted(weeks, key=lambda w: w.week))
    ).with_credits(owed)
    write_carryover(carryover, folder)
    assert read_carryover(folder / "carryover.csv", NEXT) == carryover


def written(folder: Path, carryover: str, budget: str | None = None) -> Path:
    path = folder / "carryover.csv"
    path.write_text("doctor,specialty,weeks,afternoons,fridays,weekends\n" + carryover, encoding="utf-8")
    if budget is not None:
        (folder / "budget.csv").write_text("week,budget,spent,carried\n" + budget, encoding="utf-8")
    return path


def test_a_carry_over_edited_in_chinese_without_its_budget_is_read(tmp_path):
    path = tmp_path / "carryover.csv"
    path.write_text("医生,科室,周数,下午,周五,周末\n张三,眼科,4,8,2,1\n", encoding="gb18030")
    assert read_carryover(path, NEXT) == CarryOver((DoctorRecord("张三", "眼科", 4, 8, 2, 1),))


def test_rows_may_stand_in_any_order(tmp_path):
    path = written(tmp_path, "bob,eye,1,0,0,0\nann,eye,1,0,0,0\n", "2026-W29,,0,2\n2026-W28,,0,1\n")
    carryover = read_carryover(path, NEXT)
    assert [a.doctor for a in carryover.doctors] == ["ann", "bob"]
    assert carryover.carried == 2


def test_everything_wrong_in_both_files_is_told_at_once(tmp_path):
    path = written(
        tmp_path,
        "ann,eye,1,-2,0,0\nbob,eye,1,0,0,0\nbob,eye,1,0,0,0\n",
        "2026-W30,2,0,2\n2026-W99,2,0,2\n",
    )
    with pytest.raises(InputError) as caught:
        read_carryover(path, NEXT)
    found = {(p.where.file, p.where.row, p.where.column, p.value) for p in caught.value.problems}
    assert found == {
        ("carryover.csv", 2, "afternoons", "-2"),
        ("carryover.csv", 4, "doctor", "bob"),
        ("budget.csv", 2, "week", "2026-W30"),
        ("budget.csv", 3, "week", "2026-W99"),
    }


def test_a_carry_over_that_is_not_there_is_told(tmp_path):
    with pytest.raises(InputError, match="there is no such file"):
        read_carryover(tmp_path / "carryover.csv", NEXT)


def test_a_credit_that_stands_twice_is_told_with_the_rest(tmp_path):
    path = written(tmp_path, "ann,eye,1,x,0,0\n")
    (tmp_path / "credits.csv").write_text("成员单位,科室,结转\n东,眼科,2/5\n东,眼科,0\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_carryover(path, NEXT)
    assert [problem.where.row for problem in caught.value.problems] == [2, 3]
