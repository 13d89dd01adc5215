"""Studies by the service: the whole way, what is refused, cancel and resume, and the same bytes as the command line."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml

from api import create_app
from api.jobs.dispatcher import JobDispatcher
from api.jobs.executors import LocalExecutor
from api.jobs.studies import _ProgressReporter
from api.store.variants import StoredVariants
from api.web.service import EXTENSION
from scenarios.smallest import RULES
from scheduler.cli.main import run
from scheduler.study.run.variant_solver import VariantTask
from scheduler.tables.scenario.files import write_scenario
from tests.api.conftest import Here, Inline, Planned, settings_in
from tests.live_workers import live_workers

STUDY: Mapping[str, Any] = {
    "name": "mornings",
    "title": "早上",
    "seconds": 20,
    "patches": {
        "free": {"title": "No limit a day", "rules": {"ratio_day": "off", "ratio_target": "off"}},
        "nobody": {"pin": {"doctor": ["D001", "D002"]}},
    },
    "variants": ["free", {"name": "不动 at all", "patches": ["nobody"]}],
}
"""Three variants with the base, of the week in which one of two mornings must move; the last is infeasible."""

IMPOSSIBLE = "%E4%B8%8D%E5%8A%A8%20at%20all"


class ThreadWorkers:
    """Solves in a thread of the test itself: processes of their own take seconds to start."""

    def __init__(self, count: int, seconds: float) -> None:
        self.count, self._executor = count, ThreadPoolExecutor(count)

    def share(self, value: Any) -> Any:
        return value

    def submit(self, function: Any, /, *args: Any) -> Future[Any]:
        return self._executor.submit(function, *args)

    def close(self) -> None:
        self._executor.shutdown()


@pytest.fixture
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.jobs.studies.LocalWorkers", ThreadWorkers)


@pytest.fixture(scope="module")
def _finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("studied")
    app = create_app(settings_in(folder), Inline)
    here = Here(app.extensions[EXTENSION], app.test_client(), app)
    study = _ask(here)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("api.jobs.studies.LocalWorkers", ThreadWorkers)
        here.solve()
    here.service.close()
    return folder, study


@pytest.fixture
def studied(_finished: tuple[Path, str], tmp_path: Path, start: Callable[..., Here]) -> Planned:
    """A service with one study that is done."""
    shutil.copytree(_finished[0], tmp_path, dirs_exist_ok=True)
    return Planned(start(), _finished[1])


def _ask(here: Here, study: Mapping[str, Any] = STUDY, **more: Any) -> str:
    scenario = here.send(RULES["ratio_day"]())
    answer = here.ask("POST", "studies", json={"scenario": scenario, "study": study, **more})
    assert answer.status_code == 202, answer.get_data(as_text=True)
    assert answer.json is not None
    assert answer.headers["Location"] == f"/api/v1/studies/{answer.json['id']}"
    assert int(answer.headers["Retry-After"]) > 0
    return str(answer.json["id"])


def _get(here: Here, study: str, path: str = "") -> Any:
    answer = here.ask("GET", f"studies/{study}{path}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.json


def _pointers(here: Here, study: Mapping[str, Any], **more: Any) -> list[str]:
    scenario = here.send(RULES["ratio_day"]())
    answer = here.ask("POST", "studies", json={"scenario": scenario, "study": study, **more})
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert answer.json is not None
    return [one["pointer"] for one in answer.json["errors"]]


def test_a_study_shows_its_progress_and_its_history(studied: Planned) -> None:
    body = _get(studied.here, studied.roster)
    assert (body["state"], body["all"], body["done"], body["failed"]) == ("done", 3, 3, 0)
    events = _get(studied.here, studied.roster, "/events")
    assert events["ended"]
    assert [one["data"]["done"] for one in events["entries"] if one["event"] == "progress"] == [0, 1, 2, 3]
    rest = _get(studied.here, studied.roster, f"/events?after={events['entries'][-2]['id']}")
    assert [one["data"] for one in rest["entries"]] == [{"state": "done"}]
    stream = studied.here.ask(
        "GET",
        f"studies/{studied.roster}/events",
        headers={"Accept": "text/event-stream", "Last-Event-ID": str(events["entries"][-2]["id"])},
    )
    assert stream.get_data(as_text=True).count("id: ") == 1
    listed = studied.here.ask("GET", "studies?state=done").json
    assert listed is not None
    assert listed["entries"] == [body]


def test_the_table_leads_to_every_variant_and_its_roster(studied: Planned) -> None:
    table = _get(studied.here, studied.roster, "/table")
    assert [row["cells"]["status"] for row in table["rows"]] == ["optimal", "optimal", "infeasible"]
    assert table["columns"][:2] == ["variant", "title"]
    for row, changed in zip(table["rows"][:2], (1, 0), strict=True):
        variant = studied.here.ask("GET", row["links"]["self"]).json
        assert variant is not None
        assert len(variant["changed"]) == changed
        sessions = studied.here.ask("GET", variant["links"]["sessions"]).json
        assert sessions is not None
        assert [line["change"] for line in sessions["rows"]].count("moved") == changed
    impossible = studied.here.ask("GET", table["rows"][2]["links"]["self"]).json
    assert impossible is not None
    assert "sessions" not in impossible["links"]
    assert impossible["reasons"]
    assert studied.here.ask("GET", f"{impossible['links']['self']}/sessions").status_code == 409


def test_sessions_of_a_variant_come_in_pages_and_for_spreadsheets(studied: Planned) -> None:
    page = _get(studied.here, studied.roster, "/variants/base/sessions?limit=2&offset=1")
    assert (page["total"], page["next"], len(page["rows"])) == (3, None, 2)
    text = studied.here.ask("GET", f"studies/{studied.roster}/variants/base/sessions?format=csv").get_data()
    rows = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))
    assert [row["session"] for row in rows][1:] == [row["session"] for row in page["rows"]]


def test_the_table_has_the_bytes_that_the_command_line_writes(
    studied: Planned, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    week, out = tmp_path / "week", tmp_path / "by hand"
    write_scenario(RULES["ratio_day"](), week)
    (tmp_path / "mornings.yaml").write_text(
        yaml.safe_dump({"base": "week", **STUDY}, allow_unicode=True), encoding="utf-8"
    )
    words = ["whatif", str(tmp_path / "mornings.yaml"), "--out", str(out), "--lang", "zh"]
    monkeypatch.setattr(sys, "argv", ["menzhen", *words])
    with pytest.raises(SystemExit):
        run()
    for form, name in (("csv", "table.csv"), ("xlsx", "table.xlsx"), ("html", "whatif.html")):
        answer = studied.here.ask(
            "GET", f"studies/{studied.roster}/table?format={form}", headers={"Accept-Language": "zh"}
        )
        assert answer.get_data() == (out / name).read_bytes(), name
    sessions = {path.parent.name: path.read_bytes() for path in out.glob("variants/*/sessions.csv")}
    for name, content in sessions.items():
        answer = studied.here.ask("GET", f"studies/{studied.roster}/variants/{name}/sessions?format=csv")
        assert answer.get_data() == content
    assert set(sessions) == {"base", "free"}


def test_the_page_may_run_its_own_script_and_no_other(studied: Planned) -> None:
    answer = studied.here.ask("GET", f"studies/{studied.roster}/table?format=html")
    assert "script-src 'sha256-" in answer.headers["Content-Security-Policy"]
    assert "script-src 'unsafe-inline'" not in answer.headers["Content-Security-Policy"]
    book = studied.here.ask("GET", f"studies/{studied.roster}/table?format=xlsx")
    assert openpyxl.load_workbook(io.BytesIO(book.get_data())).sheetnames


def test_what_is_wrong_in_a_study_is_reported_all_at_once_and_nothing_is_queued(here: Here) -> None:
    study = {
        "name": "a/b",
        "patches": {"x": {"set": {"policy.ratio.limt": 1}, "add": {"rooms": [{}, {"pol": "1"}]}}},
        "variants": ["x", "z"],
        "seconds": 0,
    }
    assert set(_pointers(here, study)) == {
        "/study/name",
        "/study/patches/x/set/policy.ratio.limt",
        "/study/patches/x/add/rooms/0",
        "/study/patches/x/add/rooms/1",
        "/study/patches/x/add/rooms/1/pol",
        "/study/variants/1",
        "/study/seconds",
    }
    listed = here.ask("GET", "studies").json
    assert listed is not None
    assert listed["entries"] == []


def test_what_does_not_fit_the_base_is_reported_all_at_once(here: Here) -> None:
    study = {"patches": {"x": {"stop": ["D001", "D009"]}}, "seconds": 601}
    assert _pointers(here, study) == ["/study/seconds", "/study/patches/x/stop/1"]


@pytest.mark.parametrize(
    ("study", "pointer"),
    [
        ({"base": "elsewhere", "patches": {}}, "/study/base"),
        ({"patches": {"x": {"title": "\ud800"}}}, "/study/patches/x/title"),
        ({"patches": [[[]]], "sweeps": 1}, "/study/patches"),
        ({"sweeps": [{"name": "s", "over": {"policy.ratio.limit": [1, 2, 3, 4, 5]}}]}, "/study/sweeps"),
        ({"patches": {f"p{n}": {"stop": ["D001"]} for n in range(5)}, "variants": []}, "/study/patches"),
    ],
)
def test_a_study_that_cannot_be_is_refused(
    start: Callable[..., Here], study: Mapping[str, Any], pointer: str
) -> None:
    assert pointer in _pointers(start(study_variants="4"), study)


def test_a_study_is_asked_for_with_known_words_of_a_known_scenario_and_no_megabytes(here: Here) -> None:
    assert _pointers(here, STUDY, how="guess") == ["/how"]
    assert _pointers(here, STUDY, replications=-1) == ["/replications"]
    assert here.ask("POST", "studies", json={"scenario": "sc-0", "study": STUDY}).status_code == 404
    large = {"scenario": here.send(RULES["ratio_day"]()), "study": {"title": "x" * 1_000_000}}
    assert here.ask("POST", "studies", json=large).status_code == 413


def test_a_full_queue_takes_no_study(start: Callable[..., Here]) -> None:
    here = start(queue="1")
    _ask(here)
    body = {"scenario": here.send(RULES["ratio_day"]()), "study": STUDY}
    assert here.ask("POST", "studies", json=body).status_code == 429


def test_nobody_else_sees_a_study_and_only_planners_ask_for_one(studied: Planned) -> None:
    here, study = studied.here, studied.roster
    paths = ["", "/events", "/table", "/variants/base", f"/variants/{IMPOSSIBLE}", "/variants/base/sessions"]
    for path in paths:
        hidden = here.ask("GET", f"studies/{study}{path}", role="partner", partner="协作一院")
        assert hidden.status_code == 403
        assert "mornings" not in hidden.get_data(as_text=True)
        assert here.client.get(f"/api/v1/studies/{study}{path}").status_code == 401
    for method, path in (("POST", ""), ("POST", f"/{study}/resume"), ("DELETE", f"/{study}")):
        assert here.ask(method, f"studies{path}", role="viewer", json={}).status_code == 403
    assert here.ask("GET", f"studies/{study}/table", role="viewer").status_code == 200


def test_jobs_of_other_kinds_are_no_studies_and_studies_are_no_rosters(planned: Planned) -> None:
    here = planned.here
    study = _ask(here)
    assert here.ask("GET", f"studies/{planned.roster}").status_code == 404
    assert here.ask("GET", f"rosters/{study}").status_code == 404
    assert here.ask("GET", f"answers/{study}").status_code == 404
    assert here.ask("GET", f"studies/{study}/variants/other").status_code == 404
    assert here.ask("GET", f"studies/{study}/variants/base").status_code == 409
    assert here.ask("GET", f"studies/{study}/table").status_code == 409


def _after_one(monkeypatch: pytest.MonkeyPatch, do: Callable[[], object]) -> None:
    """Do something once, as soon as a variant is finished."""
    report = _ProgressReporter.__call__
    done: list[object] = []

    def report_and_do(self: _ProgressReporter, progress: Any) -> None:
        report(self, progress)
        if progress.done and not done:
            done.append(do())

    monkeypatch.setattr(_ProgressReporter, "__call__", report_and_do)


def _record_saves(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record which variants are saved from now on."""
    names: list[str] = []
    save = StoredVariants.save

    def save_and_record(self: StoredVariants, name: str, *more: Any) -> None:
        names.append(name)
        save(self, name, *more)

    monkeypatch.setattr(StoredVariants, "save", save_and_record)
    return names


@pytest.mark.usefixtures("_quick")
def test_finished_variants_stay_when_a_study_is_cancelled_and_it_is_resumed_from_them(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = _ask(here)

    def cancel() -> None:
        assert here.ask("DELETE", f"studies/{study}").status_code == 202
        time.sleep(1)

    assert here.ask("POST", f"studies/{study}/resume").status_code == 409
    with monkeypatch.context() as patch:
        _after_one(patch, cancel)
        here.solve()
    here.solve()
    body = _get(here, study)
    assert (body["state"], body["done"]) == ("cancelled", 1)
    assert "resume" in body["links"]
    assert [row["cells"]["variant"] for row in _get(here, study, "/table")["rows"]] == ["base"]
    assert here.ask("DELETE", f"studies/{study}").status_code == 409
    names = _record_saves(monkeypatch)
    assert here.ask("POST", f"studies/{study}/resume").status_code == 202
    here.solve()
    body = _get(here, study)
    assert (body["state"], body["done"], names) == ("done", 3, ["free", "不动 at all"])
    assert here.ask("POST", f"studies/{study}/resume").status_code == 409


def test_a_worker_that_is_killed_costs_a_study_nothing_that_was_finished(here: Here, tmp_path: Path) -> None:
    limits = [f"1.{number:02d}" for number in range(15)]
    study = _ask(
        here, {"seconds": 20, "sweeps": [{"name": "limits", "over": {"policy.ratio.limit": limits}}]}
    )
    jobs = JobDispatcher(here.service.store, settings_in(tmp_path, workers="1"), LocalExecutor)
    jobs.start()
    try:
        _until(lambda: _get(here, study)["done"] >= 1)
        for child in live_workers():
            os.kill(child.pid or 0, signal.SIGKILL)
        _until(lambda: _get(here, study)["ended_at"] is not None)
    finally:
        jobs.stop()
    body = _get(here, study)
    assert (body["state"], body["attempt"], body["done"]) == ("done", 2, 16)
    entries = _get(here, study, "/events")["entries"]
    done = [one["data"]["done"] for one in entries if one["event"] == "progress"]
    assert done[0] == 0
    assert 0 not in done[1:]


def _until(is_true: Callable[[], bool], seconds: float = 120) -> None:
    ends = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < ends, "it does not come"
        time.sleep(0.05)


def test_every_variant_is_solved_with_the_solver_seconds_and_seed_of_its_study(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks: list[VariantTask] = []

    class Recorded(ThreadWorkers):
        def submit(self, function: Any, /, *args: Any) -> Future[Any]:
            tasks.extend(arg for arg in args if isinstance(arg, VariantTask))
            return super().submit(function, *args)

    monkeypatch.setattr("api.jobs.studies.LocalWorkers", Recorded)
    _ask(here, {"solver": "scip", "seconds": 17.5, "seed": 3, "patches": {}})
    here.solve()
    assert {(task.solver, task.seconds, task.seed) for task in tasks} == {("scip", 17.5, 3)}


@pytest.mark.usefixtures("_quick")
def test_what_failed_without_being_stored_is_reported_and_can_be_tried_again(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = _ask(here, {"seconds": 20, "patches": {}})
    with monkeypatch.context() as patch:
        patch.setattr(import_module("scheduler.study.run.study_run"), "solve_variant", json.loads)
        here.solve()
    body = _get(here, study)
    assert (body["state"], body["failed"]) == ("done", 1)
    assert _get(here, study, "/variants/base")["reasons"]
    assert _get(here, study, "/table")["rows"][0]["cells"]["status"] == "failed"
    assert here.ask("POST", f"studies/{study}/resume").status_code == 202
    here.solve()
    assert _get(here, study, "/table")["rows"][0]["cells"]["status"] == "optimal"
