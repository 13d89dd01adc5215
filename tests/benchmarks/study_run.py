"""A study of 100 variants of a real week, watched from outside: `python -m tests.benchmarks.study_run BASE FOLDER`.

Prints JSON: wall seconds, seconds until the first variant was being solved, the highest memory of all its processes
together, and the engine's seconds of ten of the variants, each planned alone.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

VARIANTS, ALONE = 100, 10
MENZHEN = [sys.executable, "-c", "from scheduler.cli.main import run; run()"]
STUDY = """
name: hundred
base: {base}
sweeps:
  - name: limit
    over:
      policy.ratio.limit: {{from: 1.1, to: 1.296, step: 0.002}}
"""
ENGINE = ("build", "parts", "tiers", "rooms")


def main() -> None:
    """Run the study, then ten of its variants alone."""
    base, folder = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
    (folder / "study.yaml").write_text(STUDY.format(base=base), "utf-8")
    out = folder / "out"
    started = time.perf_counter()
    command = [*MENZHEN, "whatif", str(folder / "study.yaml"), "--out", str(out), "--workers", "2"]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    most, first = 0, 0.0
    while running.poll() is None:
        most = max(most, _memory(running.pid))
        if not first:
            done = sorted(out.glob("variants/*/timing.json"))
            first = time.perf_counter() - started - _seconds(done[0]) if done else 0.0
        time.sleep(0.05)
    wall = time.perf_counter() - started
    assert running.returncode == 0
    with (out / "table.csv").open(encoding="utf-8-sig") as table:
        rows = list(csv.DictReader(table))
    assert len(rows) == VARIANTS
    assert {row["proved"] for row in rows} == {"yes"}
    limits = [f"{1.1 + 0.02 * number:.2f}" for number in range(ALONE)]
    alone = [_alone(base, limit, folder / "alone") for limit in limits]
    print(json.dumps({"wall": wall, "first": first, "megabytes": most, "engine": alone}))


def _seconds(timing: Path) -> float:
    return float(json.loads(timing.read_text("utf-8"))["seconds"])


def _alone(base: Path, limit: str, out: Path) -> float:
    setting = f"policy.ratio.limit={limit}"
    command = [*MENZHEN, "plan", str(base), "--out", str(out), "--set", setting]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    told: dict[str, Any] = json.loads((out / "report.json").read_text("utf-8"))["seconds"]
    return sum(float(told.get(stage, 0)) for stage in ENGINE)


def _memory(process: int) -> int:
    """Return the megabytes that a process and all that it started hold, what they share counted once a process."""
    total, todo = 0, [process]
    while todo:
        one = todo.pop()
        try:
            status = Path(f"/proc/{one}/status").read_text("utf-8")
            tasks = list(Path(f"/proc/{one}/task").glob("*/children"))
            todo += [int(child) for task in tasks for child in task.read_text("utf-8").split()]
        except OSError:
            continue  # it has just ended
        for line in status.splitlines():
            if line.startswith("VmRSS:"):
                total += int(line.split()[1]) // 1024
    return total


if __name__ == "__main__":
    main()
