"""The library as an analyst uses it: every function once, on the smallest weeks."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import scheduler as menzhen
from tests.exams.test_demand import week as scan_week

ROOT = Path(__file__).parents[2]
WEEK = ROOT / "scenarios" / "rules" / "ratio_day"


@pytest.fixture(scope="module")
def week() -> menzhen.Scenario:
    return menzhen.read_scenario(WEEK)


@pytest.fixture(scope="module")
def plan(week: menzhen.Scenario) -> menzhen.Plan:
    return menzhen.plan(week, seconds=20)


def test_every_name_is_there_and_has_a_docstring() -> None:
    assert len(dir(menzhen)) >= 20
    for name in dir(menzhen):
        value = getattr(menzhen, name)
        assert isinstance(value, str) or value.__doc__, name


@pytest.mark.parametrize("name", ["plan", "check", "compare", "study"])
def test_a_module_of_the_same_name_does_not_hide_a_function(name: str) -> None:
    importlib.import_module(f"scheduler.{name}")
    assert callable(getattr(menzhen, name))


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'plann'"):
        getattr(menzhen, "plann")  # noqa: B009


def test_importing_the_library_loads_neither_solver_nor_pandas() -> None:
    code = (
        "import sys, scheduler; dir(scheduler); print({'pandas', 'ortools', 'pydantic'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"


def test_a_plan_is_one_line_of_text(plan: menzhen.Plan) -> None:
    assert repr(plan) == "Plan(ratio_day 2026-W30: optimal, 1 of 3 sessions changes)"


def test_a_plan_is_tables_in_a_notebook(plan: menzhen.Plan) -> None:
    page = plan._repr_html_()
    assert page.count("<table") == 2
    assert "optimal" in page


def test_frames_have_the_columns_and_cells_of_the_files(plan: menzhen.Plan, tmp_path: Path) -> None:
    plan.write(tmp_path / "out")
    for name in ("sessions", "slots", "channels", "appointments"):
        file = pd.read_csv(tmp_path / "out" / f"{name}.csv", encoding="utf-8-sig", dtype=str)
        frame: pd.DataFrame = getattr(plan, name)
        assert list(frame.columns) == list(file.columns)
        assert len(frame) == len(file) > 0
    assert plan.sessions.date.dtype.kind == "M"
    assert int(plan.sessions.tickets.sum()) == int(plan.slots.tickets.sum())


def test_tiers_changes_and_balance_agree_with_each_other(plan: menzhen.Plan) -> None:
    tiers = plan.tiers.set_index("tier")
    assert (tiers.gap == tiers.value - tiers.bound).all()
    assert list(plan.changes.change) == ["moved"]
    moved = plan.balance[plan.balance.am != plan.balance.was_am]
    assert len(moved) > 0
    assert (plan.balance.am <= 1.2 * plan.balance.pm).all()


def test_an_infeasible_week_is_a_result_with_reasons_and_empty_frames() -> None:
    folder = next(path for path in sorted((ROOT / "scenarios" / "infeasible").iterdir()) if path.is_dir())
    none = menzhen.plan(menzhen.read_scenario(folder), seconds=20)
    assert none.status == "infeasible"
    assert none.reasons
    assert len(none.sessions) == len(none.slots) == len(none.shares) == 0
    assert "no roster" in repr(none)


def test_a_plan_that_was_read_is_checked_like_the_one_that_was_made(
    week: menzhen.Scenario, plan: menzhen.Plan, tmp_path: Path
) -> None:
    plan.write(tmp_path / "out")
    back = menzhen.read_plan(week, tmp_path / "out")
    assert back.status == "read"
    pd.testing.assert_frame_equal(back.sessions, plan.sessions)
    pd.testing.assert_frame_equal(back.violations, plan.violations)
    pd.testing.assert_frame_equal(menzhen.check(week, tmp_path / "out"), menzhen.check(week, plan))
    assert len(menzhen.compare(plan, tmp_path / "out")) == 0
    assert back.tiers.empty


def test_a_broken_roster_is_seen_by_check(week: menzhen.Scenario, plan: menzhen.Plan, tmp_path: Path) -> None:
    plan.write(tmp_path / "out")
    sessions = tmp_path / "out" / "sessions.csv"
    text = sessions.read_text(encoding="utf-8-sig")
    sessions.write_text(text.replace(",PM,13:30,17:00,", ",AM,08:00,11:30,"), encoding="utf-8-sig")
    assert menzhen.check(week, plan).query("hard").empty
    assert "ratio_day" in set(menzhen.check(week, tmp_path / "out").query("hard").rule)


def test_compare_names_the_sessions_in_which_two_plans_differ(
    week: menzhen.Scenario, plan: menzhen.Plan
) -> None:
    loose = menzhen.plan(menzhen.with_settings(week, "policy.ratio.limit=5"), seconds=20)
    differences = menzhen.compare(loose, plan)
    assert differences.differs.str.contains("moved").sum() == 1
    assert list(differences.first_half) != list(differences.second_half)


def test_settings_leave_the_first_scenario_as_it_is(week: menzhen.Scenario) -> None:
    changed = menzhen.with_settings(week, "policy.ratio.limit=1.1")
    assert changed.policy.ratio.limit != week.policy.ratio.limit


def test_a_wrong_setting_is_told_with_its_remedy(week: menzhen.Scenario) -> None:
    with pytest.raises(menzhen.MenzhenError, match=r"Did you mean policy\.ratio\.limit"):
        menzhen.with_settings(week, "policy.ratio.limt=1.1")


def test_a_repair_keeps_the_published_week_but_for_the_stop(plan: menzhen.Plan, tmp_path: Path) -> None:
    session = plan.sessions.iloc[0]
    stop = f"{session.doctor}@{session.date.date()}-{session.half}"
    repaired = menzhen.repair(plan, [stop], as_of="2026-07-20", seconds=20)
    assert repr(repaired).startswith("Repair(ratio_day 2026-W30: ")
    if repaired.status == "infeasible":
        assert repaired.reasons
    else:
        assert len(repaired.changes) >= 1
        repaired.write(tmp_path / "out")
        assert (tmp_path / "out" / "report.html").exists()


def test_a_leave_list_is_repaired_and_noted(plan: menzhen.Plan, tmp_path: Path) -> None:
    session = plan.sessions.iloc[0]
    who, when = session.doctor, session.date.date()
    lines = ("医生,日期,时段,替诊", f"{who},{when},,否", f"{who},周日,夜诊,")
    (tmp_path / "leave.csv").write_text("\n".join(lines), encoding="utf-8")
    repaired = menzhen.repair(plan, leave=tmp_path / "leave.csv", as_of="2026-07-20", seconds=20)
    assert repaired.status == "optimal"
    assert any("is dropped" in sentence for sentence in repaired.changes["sentence"])
    assert any(note.startswith("leave.csv, row 3: ") for note in repaired.notes)


def test_why_answers_in_words_and_tiers(plan: menzhen.Plan) -> None:
    session = plan.sessions.iloc[0]
    answer = menzhen.why(plan, session.doctor, f"{session.date.date()}-{session.half}")
    assert answer.verdict == "so_already"
    assert answer.sentences


def test_a_half_day_that_is_unknown_is_refused_by_name(plan: menzhen.Plan) -> None:
    with pytest.raises(menzhen.MenzhenError, match="noon"):
        menzhen.why(plan, "D001", "fri-noon")


def test_candidates_are_ranked_with_what_forbids_them(week: menzhen.Scenario, plan: menzhen.Plan) -> None:
    clinic = week.clinics[0].clinic
    ranked = menzhen.candidates(plan, at="fri-pm", clinic=clinic)
    assert list(ranked.columns) == ["doctor", "level", "possible", "over_limit", "forbidden_by", "units"]
    assert (ranked.forbidden_by.isna() == ranked.possible).all()
    with pytest.raises(ValueError, match="name a session"):
        menzhen.candidates(plan)


def test_examinations_are_rows_and_their_sessions_demand(tmp_path: Path) -> None:
    answer = menzhen.exams(scan_week())
    assert list(answer.table.extra) == [2]
    assert set(answer.weeks.course) == {"now", "needed"}
    assert [(row.clinic, row.sessions) for row in answer.scenario.demand] == [("scan", 3)]
    assert repr(answer) == "Exams(week 2026-W30: 1 examination, 0 within target)"
    answer.write(tmp_path / "exams")
    assert (tmp_path / "exams" / "exam_weeks.csv").exists()


def test_a_price_is_a_row_a_limit(week: menzhen.Scenario, tmp_path: Path) -> None:
    price = menzhen.price(week, steps=3, end=1.0, seconds=20)
    assert len(price.table) == 3
    assert list(price.table.limit)[-1] == "1"
    assert price.table.points.is_monotonic_increasing
    price.write(tmp_path / "price")
    assert {path.name for path in (tmp_path / "price").iterdir()} == {"price.csv", "price.html"}


def test_several_weeks_are_planned_one_after_another(week: menzhen.Scenario) -> None:
    weeks = menzhen.plan_weeks(week, 2, seconds=20)
    assert [str(one.scenario.week) for one in weeks] == ["2026-W30", "2026-W31"]
    with pytest.raises(menzhen.MenzhenError, match="out of range"):
        menzhen.plan_weeks(week, 0)


STUDY = """
base: {base}
patches:
  loose: {{set: {{policy.ratio.limit: 5}}}}
"""


def test_a_study_is_a_row_a_variant(tmp_path: Path) -> None:
    (tmp_path / "study.yaml").write_text(STUDY.format(base=WEEK), encoding="utf-8")
    study = menzhen.study(tmp_path / "study.yaml")
    assert study.table.variant.tolist() == ["base", "loose"]
    assert study.table.changed.tolist() == [1, 0]
    assert repr(study) == "Study(study: 2 variants)"
    study.write(tmp_path / "out")
    assert (tmp_path / "out" / "whatif.html").exists()


def test_an_imported_timetable_tells_what_it_found(tmp_path: Path) -> None:
    lines = ["日期,午别,院区,科室,门诊,医生,职称,限号"]
    for day in range(20, 25):
        lines += [f"2025-10-{day},{half},本部,骨科,骨科门诊,张甲,主任医师,20" for half in ("上午", "下午")]
    (tmp_path / "week.csv").write_text("\n".join(lines), encoding="utf-8")
    timetable = menzhen.import_timetable(tmp_path / "week.csv", week="2025-W44")
    assert str(timetable.scenario.week) == "2025-W44"
    assert "found" in set(timetable.findings.kind)
    menzhen.write_scenario(timetable.scenario, tmp_path / "week")
    assert menzhen.read_scenario(tmp_path / "week").digest == timetable.scenario.digest


def test_a_scenario_is_one_line_of_text(week: menzhen.Scenario) -> None:
    assert str(week) == repr(week) == "Scenario(ratio_day 2026-W30: 3 doctors, 3 sessions)"


@pytest.mark.parametrize(
    ("options", "named"),
    [({"solver": "highz"}, "solver.*highs"), ({"seconds": -1.0}, "seconds"), ({"seed": -1}, "seed")],
)
def test_options_that_are_wrong_are_refused_by_name(
    week: menzhen.Scenario, options: dict[str, object], named: str
) -> None:
    with pytest.raises(menzhen.MenzhenError, match=named):
        menzhen.plan(week, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (
            lambda: menzhen.plan("week"),
            "scenario: this has the type str, not Scenario ('week'). Pass what one of",
        ),  # type: ignore[arg-type]
        (lambda: menzhen.check(7, "out"), "scenario: this has the type int, not Scenario ('7')"),  # type: ignore[arg-type]
        (lambda: menzhen.why("out", "ann", "mon-pm"), "these returns: plan(), read_plan()."),  # type: ignore[arg-type]
        (lambda: menzhen.repair(None, []), "published: this has the type NoneType, not Plan"),  # type: ignore[arg-type]
    ],
)
def test_what_is_no_scenario_or_plan_is_refused_with_what_would_be_one(call, text: str) -> None:
    with pytest.raises(menzhen.MenzhenError) as error:
        call()
    assert text in str(error.value)


def test_choices_that_are_wrong_are_refused_by_name(plan: menzhen.Plan, tmp_path: Path) -> None:
    with pytest.raises(menzhen.MenzhenError, match="cover_level"):
        menzhen.repair(plan, [], cover_level="sane")  # type: ignore[arg-type]
    with pytest.raises(menzhen.MenzhenError, match="stopped"):
        menzhen.import_timetable(tmp_path / "none.csv", stopped="kept")  # type: ignore[arg-type]
    with pytest.raises(menzhen.MenzhenError, match=r"sessions\.csv"):
        menzhen.read_plan(plan.scenario, tmp_path / "nowhere")
    with pytest.raises(menzhen.MenzhenError, match="nobody"):
        menzhen.repair(plan, ["nobody@mon-am"], as_of="2026-07-20")
