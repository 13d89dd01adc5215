"""The command line as it is called, and small weeks for it to read."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scenarios.smallest import RULES
from scheduler.cli.main import run
from scheduler.tables.scenario.files import write_scenario

Menzhen = Callable[..., tuple[int, str, str]]
"""Called with the words of a command; returns exit code, answer and errors."""


@pytest.fixture
def menzhen(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Menzhen:
    monkeypatch.setenv("MENZHEN_LANG", "en")

    def called(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["menzhen", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            run()
        told = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, told.out, told.err

    return called


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
