"""The service measured as a process, asked by others: `python -m tests.benchmarks.service_run PART ...` prints JSON.

`week TIMETABLE FOLDER`: a published week from submission to its first byte, and the throughput of its slots beside a
bare route; `small TIMETABLE FOLDER`: small requests while two solves run; `many COUNT FOLDER`: a store of so many
rosters, listed and fetched; `hostile FOLDER`: small requests while many hostile files are refused; `bare FILE` serves a
file's bytes from memory.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmarks.clients import Place, load, spread

SERVER = "from api.server import serve; from api.settings import read_settings; serve(read_settings())"
LOOK = 0.02
LONGEST = 300.0
"""Seconds after which a server that is waited for counts as stuck."""

FETCHED = 19
UPLOADS = 32
HOSTILE_BYTES = (95_000, 1_000_000)
"""Sizes that the server reads itself, and has read by another process."""


@contextmanager
def _running(command: list[str], log: Path, key: str = "", **environment: str) -> Iterator[Place]:
    # A file, because a pipe that nobody reads would fill and stop the server.
    with log.open("w") as file:
        process = subprocess.Popen(command, env={**os.environ, **environment}, stdout=file, stderr=file)
    try:
        yield Place(_port(process, log), key)
    finally:
        process.terminate()
        process.wait(timeout=60)


def _port(process: subprocess.Popen[bytes], log: Path) -> int:
    ends = time.monotonic() + LONGEST
    while process.poll() is None and time.monotonic() < ends:
        for line in log.read_text(encoding="utf-8").splitlines():
            if line.endswith("}") and json.loads(line)["event"] == "listening":
                return int(json.loads(line)["address"].rpartition(":")[2])
        time.sleep(LOOK)
    raise AssertionError(log.read_text(encoding="utf-8"))


@contextmanager
def _service(folder: Path) -> Iterator[Place]:
    """Run a server on a database in `folder`, with a key for everything and no limit of requests."""
    from api.settings import read_settings
    from api.store.database import open_store, upgrade
    from api.store.keys import Role, create_key

    told = {
        "MENZHEN_DATA": str(folder),
        "MENZHEN_PORT": "0",
        "MENZHEN_RATE": "10000000/minute",
    }
    url = read_settings(told).url
    upgrade(url)
    store = open_store(url)
    key = store.write(lambda c: create_key(c, "benchmark", Role.ADMIN, dt.datetime.now(dt.UTC)))
    store.close()
    with _running([sys.executable, "-c", SERVER], folder / "server.log", key, **told) as place:
        yield place


def _upload(place: Place, timetable: Path) -> str:
    return str(place.ask("POST", "scenarios/import", timetable.read_bytes(), "text/csv")["id"])


def _submit(place: Place, scenario: str, **how: Any) -> str:
    body = json.dumps({"scenario": scenario, "seconds": 60, **how}).encode()
    return str(place.ask("POST", "rosters", body)["id"])


def _until(place: Place, roster: str, state: str) -> Any:
    ends = time.monotonic() + LONGEST
    while (told := place.ask("GET", f"rosters/{roster}"))["state"] != state:
        assert told["state"] in ("queued", "running"), told
        assert time.monotonic() < ends, told
        time.sleep(LOOK)
    return told


def week(timetable: Path, folder: Path) -> dict[str, Any]:
    """Submit a week three times, then ask for its slots, in turn with a bare route that has the same bytes."""
    with _service(folder) as place:
        scenario = _upload(place, timetable)
        path = ""
        runs = []
        for seed in range(3):
            started = time.perf_counter()
            roster = _submit(place, scenario, seed=seed)
            told = _until(place, roster, "done")
            path = f"/api/v1/rosters/{roster}/slots?limit=100000"
            body = _first_byte(place, path)
            runs.append((time.perf_counter() - started, sum(told["seconds"].values())))
            assert told["status"] == "optimal"
        file = folder / "slots.json"
        file.write_bytes(body)
        command = [sys.executable, "-m", "tests.benchmarks.service_run", "bare", str(file)]
        with _running(command, folder / "bare.log") as plain:
            ours, theirs = [], []
            for _ in range(2):
                ours.append(load(place, path)[0])
                theirs.append(load(plain, "/")[0])
    first, engine = min(runs, key=lambda run: run[0] - run[1])
    return {
        "first": first,
        "engine": engine,
        "rows": len(json.loads(body)["rows"]),
        "bytes": len(body),
        "ours": median(ours),
        "bare": median(theirs),
    }


def _first_byte(place: Place, path: str) -> bytes:
    connection = place.connect()
    connection.request("GET", path, headers=place.headers)
    body = connection.getresponse().read()
    connection.close()
    return body


def small(timetable: Path, folder: Path) -> dict[str, Any]:
    """Ask where a roster stands, by 16 clients, with nothing else to do and while two solves run."""
    with _service(folder) as place:
        scenario = _upload(place, timetable)
        done = _submit(place, scenario)
        _until(place, done, "done")
        path = f"/api/v1/rosters/{done}"
        _, idle = load(place, path)
        asked = [_submit(place, scenario, seed=seed, set=["policy.ratio.limit=1.05"]) for seed in range(1, 9)]
        _until(place, asked[0], "running")
        rate, times = load(place, path)
        left = [place.ask("GET", f"rosters/{one}")["state"] for one in asked]
        for one, state in zip(asked, left, strict=True):
            if state in ("queued", "running"):
                place.ask("DELETE", f"rosters/{one}")
    return {
        "solving": left.count("running"),
        "rate": rate,
        "idle": spread(idle),
        "busy": spread(times),
    }


def bare(file: Path) -> None:
    """Serve the file's bytes from memory, by a Flask route and the server that the service uses."""
    from flask import Flask, Response
    from waitress.server import create_server

    app, content = Flask(__name__), file.read_bytes()

    @app.get("/")
    def same() -> Response:
        return Response(content, content_type="application/json")

    server = create_server(app, host="127.0.0.1", port=0, threads=32)
    print(json.dumps({"event": "listening", "address": f":{server.effective_port}"}), flush=True)
    server.run()


def many(count: int, folder: Path) -> dict[str, Any]:
    """Fill a store with copies of one roster; list them and fetch some, spread over all."""
    from scenarios.smallest import RULES

    with _service(folder) as place:
        document = RULES["ratio_day"]().model_dump_json().encode()
        roster = _submit(place, place.ask("POST", "scenarios", document)["id"])
        _until(place, roster, "done")
        copies = _copied(folder, roster, count - 1)
        listed = [_seconds(place, "rosters?limit=20") for _ in range(100)]
        # Each once: the second time the answer is kept.
        chosen = copies[:: len(copies) // FETCHED][:FETCHED]
        fetched = [_seconds(place, f"rosters/{one}/sessions") for one in chosen]
    return {"list": median(listed), "fetch": median(fetched)}


def hostile(folder: Path) -> dict[str, Any]:
    """Ask where a roster stands, by 16 clients, while UPLOADS others send hostile files of all kinds."""
    from scenarios.smallest import RULES

    with _service(folder) as place:
        document = RULES["ratio_day"]().model_dump_json().encode()
        roster = _submit(place, place.ask("POST", "scenarios", document)["id"])
        _until(place, roster, "done")
        context = multiprocessing.get_context("spawn")
        ready, stop, refused = context.Event(), context.Event(), context.Value("i", 0)
        senders = context.Process(target=_send_hostile, args=(place, ready, stop, refused))
        senders.start()
        ready.wait(60)
        rate, times = load(place, f"/api/v1/rosters/{roster}")
        before = refused.value
        stop.set()
        senders.join(120)
    return {"rate": rate, "refused": before, **spread(times)}


def _send_hostile(place: Place, ready: Any, stop: Any, refused: Any) -> None:
    from tests.api.hostile.bodies import DOCUMENTS
    from tests.api.hostile.tables import CSV

    documents = [("scenarios/validate", "application/json", make) for make in DOCUMENTS.values()]
    tables = [("scenarios/import", "text/csv", make) for make in CSV.values()]
    made = [(path, media, make(size)) for size in HOSTILE_BYTES for path, media, make in documents + tables]

    def send(number: int) -> None:
        for path, media, body in itertools.islice(itertools.cycle(made), number, None):
            if stop.is_set():
                return
            connection = place.connect()
            connection.request("POST", f"/api/v1/{path}", body, place.headers | {"Content-Type": media})
            status = connection.getresponse().status
            connection.close()
            assert 400 <= status < 504, status
            with refused.get_lock():
                refused.value += 1

    with ThreadPoolExecutor(UPLOADS) as pool:
        sent = [pool.submit(send, number) for number in range(UPLOADS)]
        ready.set()
        for one in sent:
            one.result()


def _seconds(place: Place, path: str) -> float:
    started = time.perf_counter()
    place.ask("GET", path)
    return time.perf_counter() - started


def _copied(folder: Path, roster: str, count: int) -> list[str]:
    from sqlalchemy import Connection, insert, select

    from api.settings import read_settings
    from api.store.database import open_store
    from api.store.models import FileRow, JobRow, VersionRow

    names = [f"{roster[:3]}{number:024x}" for number in range(count)]

    def step(connection: Connection) -> None:
        for table, key in ((JobRow, "id"), (VersionRow, "job"), (FileRow, "job")):
            found = connection.execute(
                select(table.__table__).where(getattr(table, key) == roster)
            ).mappings()
            rows = [{name: row[name] for name in row if name != "number"} for row in found]
            connection.execute(insert(table), [{**row, key: name} for name in names for row in rows])

    store = open_store(read_settings({"MENZHEN_DATA": str(folder)}).url)
    store.write(step)
    store.close()
    return names


def main() -> None:
    """Run the part that is named and print what it tells."""
    part, *told = sys.argv[1:]
    if part == "bare":
        bare(Path(told[0]))
    elif part == "many":
        print(json.dumps(many(int(told[0]), Path(told[1]))))
    elif part == "hostile":
        print(json.dumps(hostile(Path(told[0]))))
    else:
        print(json.dumps({"week": week, "small": small}[part](Path(told[0]), Path(told[1]))))


if __name__ == "__main__":
    main()
