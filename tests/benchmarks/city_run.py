"""Ten hospitals with 20 variants each, on a Dask cluster of two workers.

`python -m tests.benchmarks.city_run FOLDER WEEK...`: the hospitals take the published weeks in turn. Prints JSON: for
every hospital its rows, the wall seconds of its study and the engine's seconds in it, and the highest memory of a worker.
"""

from __future__ import annotations

import csv
import itertools
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HOSPITALS, WORKERS, VARIANTS = 10, 2, 20
MENZHEN = [sys.executable, "-c", "from scheduler.cli.main import run; run()"]
STUDY = """
name: limits
base: {base}
sweeps:
  - name: limit
    over:
      policy.ratio.limit: {{from: 1.11, to: 1.3, step: 0.01}}
"""


def main() -> None:
    """Make the hospitals, start the cluster, and run one study after another."""
    folder, weeks = Path(sys.argv[1]), sys.argv[2:]
    names = [f"hospital{number}" for number in range(1, HOSPITALS + 1)]
    for name, week in zip(names, itertools.cycle(weeks), strict=False):
        command = [*MENZHEN, "import", week, "--out", str(folder / name)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with _cluster() as (address, workers):
        watched = _Watched(workers)
        told = [_study(folder, name, address) for name in names]
    print(json.dumps({"hospitals": told, "megabytes": watched.most}))


def _study(folder: Path, name: str, address: str) -> dict[str, Any]:
    study, out = folder / f"{name}.yaml", folder / f"out-{name}"
    study.write_text(STUDY.format(base=name), "utf-8")
    started = time.perf_counter()
    command = [*MENZHEN, "whatif", str(study), "--out", str(out), "--cluster", address]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    wall = time.perf_counter() - started
    with (out / "timings.csv").open(encoding="utf-8-sig") as timings:
        seconds = [float(row["seconds"]) for row in csv.DictReader(timings)]
    assert len(seconds) == VARIANTS + 1  # and the base
    rows = len((out / "variants/base/sessions.csv").read_text("utf-8-sig").splitlines()) - 1
    return {"name": name, "rows": rows, "wall": round(wall, 1), "engine": round(sum(seconds), 1)}


@contextmanager
def _cluster() -> Iterator[tuple[str, list[int]]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address, quiet = f"tcp://127.0.0.1:{port}", {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    dask = [sys.executable, "-m"]
    words = ["distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"]
    processes = [subprocess.Popen([*dask, *words], **quiet)]  # type: ignore[call-overload]
    alone = ["--nthreads", "1", "--no-nanny", "--no-dashboard"]
    for _ in range(WORKERS):
        words = ["distributed.cli.dask_worker", address, *alone]
        processes.append(subprocess.Popen([*dask, *words], **quiet))  # type: ignore[call-overload]
    try:
        _wait_for(address)
        yield address, [process.pid for process in processes[1:]]
    finally:
        for process in processes:
            process.kill()
            process.wait()


def _wait_for(address: str) -> None:
    from distributed import Client

    connect: Any = Client
    with connect(address, timeout=60) as client:
        client.wait_for_workers(WORKERS, timeout=60)


class _Watched:
    """The most memory that one of the processes held, in megabytes."""

    def __init__(self, processes: list[int]) -> None:
        self.most = 0
        self._processes = processes
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while True:
            for process in self._processes:
                status = Path(f"/proc/{process}/status")
                lines = status.read_text("utf-8").splitlines() if status.exists() else []
                for line in lines:
                    if line.startswith("VmHWM:"):
                        self.most = max(self.most, int(line.split()[1]) // 1024)
            time.sleep(0.5)


if __name__ == "__main__":
    main()
