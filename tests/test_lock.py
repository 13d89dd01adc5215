"""The hashed lists of .lock: what is installed is what is asked for, from wherever the user's pip gets it."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
LISTS = ("requirements.txt", "dask.txt", "dev.txt")


def _text(name: str) -> str:
    return (ROOT / ".lock" / name).read_text(encoding="utf-8")


def _pins(name: str) -> list[str]:
    """Return the pins whole: name, version, marker and hashes."""
    return re.split(r"\n(?=\S)", _text(name).strip())


def _asked(*groups: str) -> set[str]:
    project: Any = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = project["project"]["dependencies"] + [
        d for group in groups for d in project["dependency-groups"][group]
    ]
    return {re.split(r"[<>=~!\[ ]", line, maxsplit=1)[0].lower() for line in wanted}


@pytest.mark.parametrize(
    ("name", "groups"), [("requirements.txt", ("build",)), ("dev.txt", ("build", "dev"))]
)
def test_what_the_project_asks_for_is_pinned(name: str, groups: tuple[str, ...]) -> None:
    pinned = {re.split(r"[=\s]", entry, maxsplit=1)[0] for entry in _pins(name)}
    assert _asked(*groups) - pinned == set()


def test_the_extra_for_clusters_is_pinned_too() -> None:
    pinned = {re.split(r"[=\s]", entry, maxsplit=1)[0] for entry in _pins("dask.txt")}
    assert (_asked("build") | {"distributed"}) - pinned == set()


@pytest.mark.parametrize("name", LISTS)
def test_every_pin_has_a_version_and_a_hash(name: str) -> None:
    assert [pin for pin in _pins(name) if "==" not in pin or "--hash=sha256:" not in pin] == []


@pytest.mark.parametrize("name", LISTS)
def test_no_list_names_a_registry(name: str) -> None:
    assert not re.search(r"://|--(extra-)?index-url|--find-links|@ ", _text(name))


def test_tests_run_on_the_versions_that_users_get() -> None:
    for name in ("requirements.txt", "dask.txt"):
        assert set(_pins(name)) - set(_pins("dev.txt")) == set()
