"""A Dask cluster instead of processes: the same study, the same bytes, also when a worker is killed in the middle."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from scheduler.errors import EngineError, SettingError
from scheduler.report.versions import versions
from scheduler.study.base import Base
from scheduler.study.run import cluster
from scheduler.study.run.cluster import DaskWorkers
from scheduler.study.run.study_run import StudyRows, run_study
from scheduler.study.run.variant_folder import VariantFolder
from scheduler.study.run.workers import LocalWorkers, Workers
from scheduler.study.study import Study
from scheduler.study.table.write import write_table
from tests.study.small_study import TASK, VARIANTS, FatalWorkers, small_study

# What Dask warns of is not ours.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return small_study(tmp_path / "week")


def _run(study: Study, out: Path, workers: Workers, **more: Any) -> StudyRows:
    return run_study(study, Base.read(study.base), TASK, VariantFolder(out), workers, **more)


def _bytes(study: Study, study_rows: StudyRows, out: Path) -> dict[str, bytes]:
    write_table(study_rows.rows, study, out, "zh")
    files = (path for path in sorted(out.rglob("*")) if path.is_file())
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in files
        if path.name not in ("timing.json", "timings.csv")
    }


def test_a_cluster_gives_the_same_bytes_as_this_machine_also_after_a_kill_and_after_resuming(
    dask_cluster: Any, study: Study, tmp_path: Path
) -> None:
    (tmp_path / "marks").mkdir()
    there = DaskWorkers(dask_cluster.scheduler_address)
    try:
        left = _run(study, tmp_path / "there", there, should_stop=lambda: True)
        resumed = _run(study, tmp_path / "there", there)
        fatal: Any = FatalWorkers(there, "loose", tmp_path / "marks")
        killed = _run(study, tmp_path / "killed", fatal)
    finally:
        there.close()
    here = LocalWorkers(2, TASK.limit_seconds)
    try:
        local = _run(study, tmp_path / "here", here)
    finally:
        here.close()
    assert there.count == 2
    assert not left.is_complete
    assert len(list((tmp_path / "marks").iterdir())) == 1
    assert [row.failure for row in killed.rows] == [None] * len(VARIANTS)
    wanted = _bytes(study, local, tmp_path / "here")
    assert _bytes(study, resumed, tmp_path / "there") == wanted
    assert _bytes(study, killed, tmp_path / "killed") == wanted


def test_a_cluster_that_goes_away_ends_the_study_and_what_is_finished_is_kept(
    study: Study, tmp_path: Path
) -> None:
    from distributed import LocalCluster

    running: Any = LocalCluster(  # type: ignore[no-untyped-call]
        n_workers=1, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    )
    workers = DaskWorkers(running.scheduler_address)
    try:
        with pytest.raises(EngineError, match="--resume"):
            _run(
                study,
                tmp_path / "out",
                workers,
                on_progress=lambda now: running.close() if now.done else None,
            )
    finally:
        workers.close()
    assert 1 <= len(list((tmp_path / "out/variants").iterdir())) < len(VARIANTS)


def test_an_address_where_no_cluster_answers_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_ANSWER_SECONDS", 1)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
    with pytest.raises(SettingError, match="no cluster answers there"):
        DaskWorkers(address)
    with pytest.raises(SettingError, match="no cluster answers there"):
        DaskWorkers("nonsense")


def test_workers_with_another_menzhen_are_refused(dask_cluster: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "versions", lambda: {"menzhen": "99.0"})
    with pytest.raises(SettingError, match="this machine runs 99"):
        DaskWorkers(dask_cluster.scheduler_address)


def test_workers_with_another_solver_are_refused(dask_cluster: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = versions()
    monkeypatch.setattr(cluster, "versions", lambda: {**installed, "ortools": "1.0"})
    with pytest.raises(
        SettingError, match=f"ortools {installed['ortools']}.*this machine runs .*ortools 1.0"
    ):
        DaskWorkers(dask_cluster.scheduler_address)


def test_a_cluster_without_workers_is_refused(dask_cluster: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from distributed import Client

    monkeypatch.setattr(Client, "run", lambda *_: {})
    with pytest.raises(SettingError, match="no workers"):
        DaskWorkers(dask_cluster.scheduler_address)
