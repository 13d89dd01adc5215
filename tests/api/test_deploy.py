"""The samples of docs/deploy.md against what there is: commands, variables, files, and the unit's own checker."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from api.cli import app
from api.settings import SETTINGS

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
NAMES = {setting.name for setting in SETTINGS}


def _sample(language: str) -> str:
    return next(iter(re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)))


def _commands() -> set[str]:
    root: Any = get_command(app)
    groups = {name: getattr(command, "commands", {}) for name, command in root.commands.items()}
    return {
        " ".join((name, *([sub] if sub else []))) for name, subs in groups.items() for sub in subs or [""]
    }


def test_every_command_that_is_named_is_one() -> None:
    named = re.findall(r"\bmenzhen ((?:keys|db) [a-z]+|serve)\b", TEXT.replace('", "', " "))
    assert {"serve", "keys create", "db backup", "db restore"} <= set(named)
    assert set(named) - _commands() == set()


def test_every_variable_that_is_named_is_a_setting() -> None:
    named = {name.removesuffix("_FILE") for name in re.findall(r"\bMENZHEN_[A-Z_]+", TEXT)}
    assert len(named) > 5
    assert named - NAMES == set()


def test_the_image_is_made_of_files_that_are_there() -> None:
    copied = re.findall(r"^COPY (.+) \S+$", _sample("dockerfile"), re.MULTILINE)
    files = [name for line in copied for name in line.split()]
    assert {"api", "scheduler", "pyproject.toml"} <= set(files)
    assert [name for name in files if not (ROOT / name).exists()] == []
    lists = {*re.findall(r"LIST=([a-z]+)", TEXT)}
    assert [name for name in lists if not (ROOT / ".lock" / f"{name}.txt").exists()] == []


def test_the_machines_of_the_sample_fit_together() -> None:
    told = yaml.safe_load(_sample("yaml"))
    secrets = {name for one in told["services"].values() for name in one.get("secrets", [])}
    assert secrets == told["secrets"].keys()
    service = told["services"]["service"]["environment"]
    assert {name.removesuffix("_FILE") for name in service} - NAMES == set()
    assert service["MENZHEN_DASK_SCHEDULER"] in told["services"]["worker"]["command"]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
def test_the_unit_is_one_that_systemd_understands(tmp_path: Path) -> None:
    unit = tmp_path / "menzhen.service"
    unit.write_text(re.sub("ExecStart=.*", f"ExecStart={shutil.which('true')}", _sample("ini")))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)], capture_output=True, text=True, check=False
    )
    assert [line for line in done.stderr.splitlines() if unit.name in line] == []
