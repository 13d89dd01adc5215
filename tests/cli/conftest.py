"""The command line as it is called, and small weeks for it to read."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scenarios.smallest import RULES
from scheduler.cli import shared
from scheduler.cli.main import run
from scheduler.engine.process import run_apart
from scheduler.engine.run import run_here
from scheduler.tables.scenario.files import write_scenario

Menzhen = Callable[..., tuple[int, str, str]]
"""Called with the words of a command; returns exit code, answer and errors."""


@pytest.fixture
def menzhen(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Menzhen:
    """The command in this process, and the engine too: another one for each solve would load the solver anew."""
    monkeypatch.setenv("MENZHEN_LANG", "en")
    monkeypatch.setattr(shared, "engine_runner", lambda: run_here)

    def call(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["menzhen", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            run()
        printed = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, printed.out, printed.err

    return call


@pytest.fixture
def engine_apart(menzhen: Menzhen, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine in a process of its own, as users have it."""
    monkeypatch.setattr(shared, "engine_runner", lambda: run_apart)


@pytest.fixture
def week(tmp_path: Path) -> Path:
    """The folder of a week in which one of two mornings must move."""
    write_scenario(RULES["ratio_day"](), tmp_path / "week")
    return tmp_path / "week"


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, hidden ones too, with its bytes."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture
def files() -> Callable[[Path], dict[str, bytes]]:
    return contents
