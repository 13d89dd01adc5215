"""A study run, broken off, resumed, and run again elsewhere: always the same rows and bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import fields, replace
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from scheduler.engine.options import Options
from scheduler.engine.week import solve_week
from scheduler.errors import EngineError, OutputError, Problem, Where
from scheduler.outcome import Outcome, Status
from scheduler.processes import OverdueError
from scheduler.scenario.patch import Patch
from scheduler.scenario.week import Scenario
from scheduler.study.base import Base
from scheduler.study.run.study_run import StudyProgress, StudyRows, run_study, stored_rows
from scheduler.study.run.variant_folder import VariantFolder
from scheduler.study.run.variant_solver import VariantResult, VariantTask, solve_variant
from scheduler.study.run.workers import LocalWorkers, Workers
from scheduler.study.study import Study, Variant
from scheduler.study.table.write import write_table
from scheduler.study.uncertainty.stop_response import StopResponse
from scheduler.words import Words, message
from tests.study.small_study import TASK, VARIANTS, FatalWorkers, small_study


@pytest.fixture(scope="module")
def workers() -> Iterator[LocalWorkers]:
    opened = LocalWorkers(2, TASK.limit_seconds)
    yield opened
    opened.close()


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return small_study(tmp_path / "week")


def _run(study: Study, out: Path, workers: Workers, task: VariantTask = TASK, **more: object) -> StudyRows:
    return run_study(study, Base.read(study.base), task, VariantFolder(out), workers, **more)  # type: ignore[arg-type]


def _bytes(folder: Path) -> dict[str, bytes]:
    """Everything in a study's folder but what tells seconds."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in files
        if path.name not in ("timing.json", "timings.csv")
    }


def _whole(study: Study, result: StudyRows, out: Path) -> dict[str, bytes]:
    write_table(result.rows, study, out, "en")
    return _bytes(out)


def test_every_variant_has_its_row_in_the_order_of_the_study(
    study: Study, workers: LocalWorkers, tmp_path: Path
) -> None:
    result = _run(study, tmp_path / "out", workers)
    assert result.is_complete
    assert [row.variant.name for row in result.rows] == [variant.name for variant in VARIANTS]
    moved = [row.roster.changes.all for row in result.rows if row.roster is not None]
    assert moved == [1, 0, 0, 1]
    assert (tmp_path / "out/variants/loose/sessions.csv").exists()


@pytest.mark.parametrize("full", [False, True])
def test_a_variant_is_solved_by_the_solver_and_within_the_seconds_of_its_study(
    full: bool, study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Options] = []

    def answered(scenario: Scenario, options: Options, *args: Any, **more: Any) -> Outcome:
        seen.append(options)
        return solve_week(scenario, options, *args, **more)

    monkeypatch.setattr("scheduler.engine.week.solve_week", answered)
    solve_variant(
        Base.read(study.base), study.variants[0], VariantTask("scip", seconds=17.5, seed=3, full=full)
    )
    assert {(one.solver, one.seconds, one.seed) for one in seen} == {("scip", 17.5, 3)}


def test_patient_flow_is_simulated_only_where_it_is_asked_for(study: Study) -> None:
    base = Base.read(study.base)
    without, flow = (
        solve_variant(base, study.variants[0], VariantTask(seconds=20, flow=flow)).figures.flow
        for flow in (False, True)
    )
    assert without is None
    assert (flow.wait > 0, flow.peak_crowd > 0, flow.over_15) == (True, True, None)


def test_one_worker_two_and_a_study_that_was_resumed_give_the_same_bytes(
    study: Study, workers: LocalWorkers, tmp_path: Path
) -> None:
    two = _whole(study, _run(study, tmp_path / "two", workers), tmp_path / "two")
    single = LocalWorkers(1, TASK.limit_seconds)
    try:
        one = _whole(study, _run(study, tmp_path / "one", single), tmp_path / "one")
    finally:
        single.close()
    left = _run(study, tmp_path / "three", workers, should_stop=lambda: True)
    assert not left.is_complete
    three = _whole(study, _run(study, tmp_path / "three", workers), tmp_path / "three")
    assert one == two == three
    assert len(one) == 3 + 2 * len(VARIANTS)


def test_what_is_finished_is_not_solved_again_unless_anything_it_depends_on_has_changed(
    study: Study, workers: LocalWorkers, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    _run(study, out, workers)
    steps: list[StudyProgress] = []
    _run(study, out, workers, on_progress=steps.append)
    assert [step.resumed for step in steps] == [4]
    steps.clear()
    _run(study, out, workers, VariantTask(seconds=20, seed=7), on_progress=steps.append)
    assert steps[0].resumed == 0
    other = Study(
        "small", "", study.base, (*VARIANTS[:3], Variant("same", "", Patch(("policy.ratio.limit=1.3",))))
    )
    steps.clear()
    _run(other, out, workers, VariantTask(seconds=20, seed=7), on_progress=steps.append)
    assert steps[0].resumed == 3


def test_half_a_result_counts_for_nothing(study: Study, workers: LocalWorkers, tmp_path: Path) -> None:
    out = tmp_path / "out"
    _run(study, out, workers)
    (out / "variants/off/variant.json").write_text('{"digest": "')
    result = stored_rows(study, Base.read(study.base), TASK, VariantFolder(out))
    assert [row.variant.name for row in result.rows] == ["base", "loose", "same"]
    assert _run(study, out, workers).is_complete


def test_variants_that_the_study_no_longer_has_are_removed(
    study: Study, workers: LocalWorkers, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    _run(study, out, workers)
    _run(Study("small", "", study.base, VARIANTS[:1]), out, workers)
    assert [path.name for path in (out / "variants").iterdir()] == ["base"]


def test_a_variant_that_cannot_be_is_a_row_that_says_why_in_both_languages(
    study: Study, workers: LocalWorkers, tmp_path: Path
) -> None:
    tight = Variant("tight", "", Patch(("policy.changes.budget=0",)))
    result = _run(Study("small", "", study.base, (VARIANTS[0], tight)), tmp_path / "out", workers)
    row = result.rows[1]
    assert row.figures is not None
    assert (row.figures.status, row.roster) == (Status.INFEASIBLE, None)
    assert row.reasons
    assert all(str(reason) and str(reason) != Words("zh").say(reason) for reason in row.reasons)


def test_a_patch_that_does_not_fit_fails_its_variant_alone(
    study: Study, workers: LocalWorkers, tmp_path: Path
) -> None:
    wrong = Variant("wrong", "", Patch(("policy.ratio.limit=much",)))
    result = _run(Study("small", "", study.base, (VARIANTS[0], wrong)), tmp_path / "out", workers)
    assert result.is_complete
    assert result.rows[1].failure is not None
    assert "limit" in result.rows[1].failure.in_every_language()["en"]


def test_a_worker_killed_in_the_middle_costs_one_try_of_one_variant(
    study: Study, workers: LocalWorkers, tmp_path: Path
) -> None:
    (tmp_path / "marks").mkdir()
    fatal = FatalWorkers(workers, "loose", tmp_path / "marks")
    result = _run(study, tmp_path / "out", fatal)
    plain = _run(study, tmp_path / "plain", workers)
    assert len(list((tmp_path / "marks").iterdir())) == 1
    assert [row.failure for row in result.rows] == [None] * len(VARIANTS)
    assert _whole(study, result, tmp_path / "out") == _whole(study, plain, tmp_path / "plain")


def test_a_variant_whose_worker_dies_twice_fails_alone_and_is_tried_again_on_resuming(
    study: Study, workers: LocalWorkers, tmp_path: Path
) -> None:
    (tmp_path / "marks").mkdir()
    fatal = FatalWorkers(workers, "loose", tmp_path / "marks", times=2)
    result = _run(study, tmp_path / "out", fatal)
    again = _run(study, tmp_path / "out", fatal)
    assert [row.failure is None for row in result.rows] == [True, False, True, True]
    assert all(row.failure is None for row in again.rows)


class _WorkersHere:
    """Calls the functions in the test itself."""

    count = 1

    def share(self, value: Any) -> Any:
        return value

    def submit(self, function: Any, /, *args: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(function(*args))
        except Exception as error:
            future.set_exception(error)
        return future

    def close(self) -> None:
        pass


def test_a_variant_that_is_overdue_fails_alone_and_is_tried_again_on_resuming(
    study: Study, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def solve(base: Base, variant: Variant, task: VariantTask) -> VariantResult:
        if variant.name == "loose":
            raise OverdueError
        return solve_variant(base, variant, task)

    with monkeypatch.context() as patch:
        patch.setattr(import_module("scheduler.study.run.study_run"), "solve_variant", solve)
        result = _run(study, tmp_path / "out", _WorkersHere())
    failures = [Words("en").say(row.failure) for row in result.rows if row.failure is not None]
    assert failures == [
        "the solver did not keep its time limit and was stopped. Give it more time with --seconds, or report it."
    ]
    assert all(row.failure is None for row in _run(study, tmp_path / "out", _WorkersHere()).rows)


def test_a_result_depends_on_every_field_of_its_task_and_not_on_the_names_of_classes(study: Study) -> None:
    base, variant = Base.read(study.base), study.variants[0]
    digest = TASK.digest(base, variant)
    others = {"solver": "scip", "seconds": 1.0, "seed": 1, "full": True, "language": "en", "replications": 1}
    others["flow"] = True
    others |= {
        "how": StopResponse.REPLAN,
        "distributions": TASK.distributions.model_copy(update={"no_show": Fraction(1, 7)}),
    }
    assert set(others) == {field.name for field in fields(VariantTask)}
    for name, value in others.items():
        assert replace(TASK, **{name: value}).digest(base, variant) != digest
    renamed = type("AnotherName", (VariantTask,), {})(seconds=20)
    assert renamed.digest(base, variant) == digest


def _disk_full(*_: object) -> None:
    raise OutputError([Problem(Where(), message("the disk is full"), message("Make room."))])


def test_a_failure_that_may_pass_is_tried_again_on_resuming(
    study: Study, workers: LocalWorkers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(import_module("scheduler.plan"), "plan_roster", _disk_full)
        result = _run(study, tmp_path / "out", _WorkersHere())
    assert all(
        row.failure is not None and "disk is full" in row.failure.in_every_language()["en"]
        for row in result.rows
    )
    assert all(row.failure is None for row in _run(study, tmp_path / "out", workers).rows)


def test_a_full_folder_holds_the_scenario_and_all_that_plan_writes(
    study: Study, workers: LocalWorkers, tmp_path: Path
) -> None:
    _run(study, tmp_path / "out", workers, VariantTask(seconds=20, full=True, language="en"))
    folder = tmp_path / "out/variants/loose"
    there = {path.name for path in folder.iterdir()}
    assert there >= {"scenario", "sessions.csv", "slots.csv", "channels.csv", "report.html", "roster.xlsx"}
    assert "limit: 9" in (folder / "scenario/scenario.yaml").read_text("utf-8")


def test_replications_give_intervals_and_the_same_ones_again(
    study: Study, workers: LocalWorkers, tmp_path: Path
) -> None:
    task = VariantTask(seconds=20, replications=5)
    first = _run(study, tmp_path / "one", workers, task)
    assert all(row.intervals for row in first.rows)
    resumed = _run(study, tmp_path / "one", workers, task)
    assert [row.intervals for row in resumed.rows] == [row.intervals for row in first.rows]
    content = json.loads((tmp_path / "one/variants/base/variant.json").read_text("utf-8"))
    assert len(content["replicated"]) == 5


def test_a_folder_that_cannot_be_written_to_is_reported(
    study: Study, workers: LocalWorkers, tmp_path: Path
) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(OutputError):
        _run(study, tmp_path / "out", workers)


def test_two_studies_do_not_write_into_one_folder_at_once(tmp_path: Path) -> None:
    with (
        VariantFolder(tmp_path / "out").lock(),
        pytest.raises(OutputError, match="another study"),
        VariantFolder(tmp_path / "out").lock(),
    ):
        pass
    with VariantFolder(tmp_path / "out").lock():
        pass


def test_what_a_killed_run_left_of_a_table_is_cleared(tmp_path: Path) -> None:
    (tmp_path / "out/.table-left").mkdir(parents=True)
    with VariantFolder(tmp_path / "out").lock():
        assert list((tmp_path / "out").iterdir()) == []


def test_a_title_is_never_a_formula(study: Study, workers: LocalWorkers, tmp_path: Path) -> None:
    named = Study("small", "", study.base, (Variant("base", "=1+1"),))
    write_table(_run(named, tmp_path / "out", workers).rows, named, tmp_path / "out", "en")
    assert "base,'=1+1," in (tmp_path / "out/table.csv").read_text("utf-8-sig")


def test_a_cluster_that_cannot_be_reached_ends_the_study_with_a_problem(study: Study, tmp_path: Path) -> None:
    class Away:
        count = 1

        def share(self, value: object) -> object:
            raise ConnectionError

    with pytest.raises(EngineError, match="--resume"):
        _run(study, tmp_path / "out", Away())  # type: ignore[arg-type]
