"""What the benchmarks tell: one table at the end, and with --write in a file."""

from __future__ import annotations

import platform
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.measure import Spent

Tell = Callable[[str, Spent, str, Spent], float]

_ROWS = pytest.StashKey[list[str]]()

_HEAD = """# Benchmarks

After this page you know how fast the parts are and how much memory they take, each beside something that any machine also
has to do.

Written by `make bench WRITE=1` on {machine}. Machines and their load differ, so each figure stands beside something that the
machine also has to do: compare the ratios. Memory is that of the largest process. The single model is solved by
HiGHS, SCIP and CP-SAT in turn, 30 s each; the best of the three stands in the table ("not proved" where none proved
its answer). The peer is a plain CP-SAT model written as the shift-scheduling example of OR-Tools is, with 60 s.

"""
_TABLE = ("| what | seconds | MB | beside it | seconds | ratio |", "|---|---:|---:|---|---:|---:|")


def pytest_addoption(parser: Any) -> None:
    parser.addoption("--write", metavar="FILE", help="write the table into this file")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_ROWS] = []


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Tell:
    """Return what notes a measurement beside its yardstick, and returns how many times as long it takes."""

    def note(what: str, ours: Spent, beside: str, yardstick: Spent) -> float:
        ratio = ours.seconds / yardstick.seconds
        request.config.stash[_ROWS].append(
            f"| {what} | {ours.seconds:.2f} | {ours.megabytes} | {beside} | {yardstick.seconds:.2f} | {ratio:.2g} |"
        )
        return ratio

    return note


def pytest_terminal_summary(terminalreporter: Any, exitstatus: int, config: pytest.Config) -> None:
    rows = config.stash[_ROWS]
    if not rows:
        return
    table = "\n".join([*_TABLE, *rows]) + "\n"
    terminalreporter.write_line(table)
    target = config.getoption("--write")
    if target and exitstatus == pytest.ExitCode.OK:
        machine = f"{platform.system()} {platform.machine()} with Python {platform.python_version()}"
        Path(target).write_text(_HEAD.format(machine=machine) + table, encoding="utf-8")
