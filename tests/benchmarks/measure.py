"""A process measured from outside: the time it takes and the memory of its largest process."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

MENZHEN = "from scheduler.cli.main import run; run()"

_PER_MEGABYTE = 1024 * 1024 if sys.platform == "darwin" else 1024
"""Units of `ru_maxrss` in a megabyte: bytes on macOS, kilobytes elsewhere."""


@dataclass(frozen=True)
class Spent:
    """What a process used: seconds of the clock, megabytes of the largest process in it, and how it ended."""

    seconds: float
    megabytes: int
    code: int


def spent(code: str, *arguments: str, times: int = 1) -> Spent:
    """Run Python `code` with `arguments` so many times; return the quickest run."""
    return min(
        (_once([sys.executable, "-c", code, *arguments]) for _ in range(times)), key=lambda s: s.seconds
    )


def _once(command: Sequence[str]) -> Spent:
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    return Spent(seconds, usage.ru_maxrss // _PER_MEGABYTE, process.returncode)
