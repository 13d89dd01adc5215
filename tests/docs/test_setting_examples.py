"""Every example of the documents that applies settings does the same on the command line and over HTTP."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

from api import create_app
from api.jobs import studies
from api.web.service import EXTENSION
from scheduler.cli import whatif
from scheduler.cli.main import run
from scheduler.errors import CallError, Problem, Where
from scheduler.scenario.week import Scenario
from scheduler.study.base import Base
from scheduler.study.run import study_run
from scheduler.study.study import Study
from scheduler.tables.scenario.files import read_scenario
from scheduler.words import message
from tests.api.conftest import Here, Inline, settings_in
from tests.docs.samples import EXAMPLES, ROOT, run_anew
from tests.docs.setting_examples import DOCUMENTS, Example, examples

ALL = tuple(example for document in DOCUMENTS for example in examples(document))
REFUSED = {"policy.ratio.limt=1.1"}
"""What the documents show as refused."""


@dataclass
class Solved:
    """What reached the engine: digests of scenarios, one of each variant of a study."""

    digests: list[list[str]] = field(default_factory=list)

    def plan(self, scenario: Scenario, *_: Any, **__: Any) -> Any:
        self.digests.append([scenario.digest])
        raise CallError([Problem(Where(), message("stop"), message("stop"))])

    def study(self, study: Study, base: Base, *_: Any) -> study_run.StudyRows:
        self.digests.append([base.patched(variant).digest for variant in study.variants])
        return study_run.StudyRows((), True)


@pytest.fixture
def solved(monkeypatch: pytest.MonkeyPatch) -> Solved:
    """Nothing is solved: what would be is noted."""
    solved = Solved()
    monkeypatch.setattr(import_module("scheduler.plan"), "make_plan", solved.plan)
    monkeypatch.setattr(study_run, "run_study", solved.study)
    monkeypatch.setattr(studies, "run_study", solved.study)
    monkeypatch.setattr(whatif, "_open_workers", lambda _: nullcontext())
    return solved


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the documents' commands are given, with the manual's week."""
    folder = tmp_path_factory.mktemp("documents")
    shutil.copytree(EXAMPLES, folder / EXAMPLES.name)
    (folder / "scenarios").symlink_to(ROOT / "scenarios")
    text = (ROOT / "docs/zh/import.md").read_text(encoding="utf-8")
    run_anew(text[: text.index("\n```\n", text.index("$ menzhen import")) + 5], folder, "zh")
    return folder


@dataclass
class Service:
    """A service that was sent the documents' scenarios."""

    here: Here
    folder: Path
    known: dict[str, str] = field(default_factory=dict)

    def scenario(self, name: str) -> str:
        if name not in self.known:
            self.known[name] = self.here.send(read_scenario(self.folder / name))
        return self.known[name]


@pytest.fixture(scope="module")
def service(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    app = create_app(
        settings_in(tmp_path_factory.mktemp("service"), rate="100000/minute", solve_rate="100000/minute"),
        Inline,
    )
    here = Here(app.extensions[EXTENSION], app.test_client(), app)
    yield Service(here, folder)
    here.service.close()


def _call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    monkeypatch.setattr(sys, "argv", ["menzhen", *words])
    monkeypatch.setenv("MENZHEN_LANG", "en")
    with pytest.raises(SystemExit):
        run()
    return capsys.readouterr().err


@pytest.mark.parametrize("example", ALL, ids=str)
def test_an_example_does_the_same_on_the_command_line_and_over_http(
    example: Example,
    solved: Solved,
    service: Service,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(service.folder)
    if example.study:
        file = tmp_path / "study.yaml"
        file.write_text(
            yaml.safe_dump(
                {"base": str(service.folder / example.scenario), **example.study}, allow_unicode=True
            )
        )
        printed = _call(monkeypatch, capsys, "whatif", str(file), "--out", str(tmp_path / "out"))
        address, body = "studies", {"study": {"name": "study", **example.study}}
    else:
        settings = [part for word in example.words for part in ("--set", word)]
        printed = _call(
            monkeypatch, capsys, "plan", example.scenario, "--out", str(tmp_path / "out"), *settings
        )
        address, body = "rosters", {"set": example.words}
    answer = service.here.ask("POST", address, json={"scenario": service.scenario(example.scenario), **body})
    if REFUSED & {*example.words}:
        assert (answer.status_code, solved.digests) == (422, [])
        assert answer.json is not None
        for problem in answer.json["errors"]:
            assert problem["detail"] in printed
        return
    assert answer.status_code == 202, answer.get_data(as_text=True)
    service.here.solve()
    assert len(solved.digests) == 2, printed
    assert solved.digests[0] == solved.digests[1] != []


def test_examples_are_found_wherever_they_stand() -> None:
    assert {example.document for example in ALL if example.words} > {
        "README.md",
        "docs/api.md",
        "docs/consortium.md",
        "docs/formats.md",
        "docs/python.md",
        "docs/zh/plan.md",
        "docs/zh/reserve.md",
    }
    assert {example.document for example in ALL if example.study} == {
        "docs/api.md",
        "docs/whatif.md",
        "docs/zh/questions.md",
        "docs/zh/whatif.md",
    }
