"""The server as a process: started, asked by HTTP, killed and started again, stopped in good order."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from scenarios.bundled import typical
from scenarios.smallest import RULES
from tests.api.test_scenarios import TIMETABLE

ROOT = Path(__file__).parents[2]
MENZHEN = [sys.executable, "-c", "from scheduler.cli.main import run; run()"]


class Live:
    """A server on a port of its own choice, with one worker."""

    def __init__(self, data: Path, key: str = "") -> None:
        self._environment = {
            **os.environ,
            "MENZHEN_DATA": str(data),
            "MENZHEN_WORKERS": "1",
            "MENZHEN_LANG": "en",
            "PYTHONPATH": str(ROOT),
        }
        self.key = key or self.menzhen("keys", "create", "boss", "--role", "admin").strip()
        self._log = data / "server.log"
        command = [*MENZHEN, "serve", "--port", "0"]
        # A file, because a pipe that nobody reads would fill and stop the server.
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                command, env=self._environment, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT
            )
        self.address = self._listening()

    def menzhen(self, *words: str) -> str:
        done = subprocess.run(
            [*MENZHEN, *words], env=self._environment, cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _listening(self) -> str:
        while self._process.poll() is None:
            for line in self._log.read_text(encoding="utf-8").splitlines():
                if line.startswith("{") and line.endswith("}") and '"listening"' in line:
                    return str(json.loads(line)["address"])
            time.sleep(0.05)
        raise AssertionError(f"it never listened: {self._log.read_text(encoding='utf-8')}")

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        request = urllib.request.Request(f"{self.address}/api/v1/{path}", method=method)
        request.add_header("Authorization", f"Bearer {self.key}")
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        data = None if body is None else json.dumps(body).encode()
        if data is not None:
            request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, data, timeout=60) as answer:
            told = answer.read().decode()
            return json.loads(told) if "json" in answer.headers["Content-Type"] else told

    def end(self, number: int) -> None:
        self._process.send_signal(number)
        self._process.wait(timeout=60)


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Callable[..., Live]]:
    started: list[Live] = []

    def one(key: str = "") -> Live:
        started.append(Live(tmp_path, key))
        return started[-1]

    yield one
    for live in started:
        live.end(signal.SIGKILL)


def _until(true: Callable[[], bool]) -> None:
    ends = time.monotonic() + 120
    while not true():
        assert time.monotonic() < ends, "it does not come"
        time.sleep(0.1)


def _rosters(live: Live, *scenarios: Any) -> list[str]:
    found = []
    for number, scenario in enumerate(scenarios):
        known = live.ask("POST", "scenarios", scenario.model_dump(mode="json"))["id"]
        body = {"scenario": known, "seed": number, "seconds": 60}
        found.append(str(live.ask("POST", "rosters", body)["id"]))
    return found


def test_a_stop_and_a_kill_lose_no_job_and_do_none_twice(begin: Callable[..., Live]) -> None:
    live = begin()
    rosters = _rosters(live, typical(), *[RULES["ratio_day"]()] * 5)
    _until(lambda: live.ask("GET", f"rosters/{rosters[0]}")["state"] == "running")
    live.end(signal.SIGTERM)
    live = begin(live.key)
    _until(lambda: live.ask("GET", f"rosters/{rosters[0]}")["state"] == "running")
    # The stop in good order was no attempt; the kill is one.
    assert live.ask("GET", f"rosters/{rosters[0]}")["attempt"] == 1
    live.end(signal.SIGKILL)
    live = begin(live.key)
    _until(lambda: all(live.ask("GET", f"rosters/{one}").get("ended_at") for one in rosters))
    assert live.ask("GET", f"rosters/{rosters[0]}")["attempt"] == 2
    for roster in rosters:
        events = live.ask("GET", f"rosters/{roster}/events")["entries"]
        ends = [one["data"]["state"] for one in events if one["event"] == "state"]
        assert ends.count("done") == 1, (roster, ends)


def test_a_server_serves_streams_copies_and_keys(begin: Callable[..., Live], tmp_path: Path) -> None:
    live = begin()
    _what_the_server_itself_refuses_is_a_problem_too(live)
    _samples_of_the_docs_run(live, tmp_path)
    _events_stream_to_the_end_and_are_taken_up_again(live)
    _a_copy_is_made_and_put_back_while_it_serves(live, tmp_path)
    _keys_are_listed_and_revoked(live)


def _what_the_server_itself_refuses_is_a_problem_too(live: Live) -> None:
    for lines, status, kind in (
        (b"POST /api/v1/scenarios HTTP/1.1\r\nContent-Length: 100000000\r\n", 413, "too-large"),
        (b"GET / HTTP/1.1\r\nX-Long: " + b"a" * 300_000 + b"\r\n", 431, "headers-too-large"),
        (b"GET / HTTX\r\n", 400, "bad-request"),
    ):
        answer = _raw(live, lines + b"Accept-Language: zh\r\n\r\n")
        assert answer.startswith(f"HTTP/1.1 {status} ") or answer.startswith(f"HTTP/1.0 {status} ")
        assert "Content-Type: application/problem+json" in answer
        assert f'"type":"urn:menzhen:problem:{kind}"' in answer
        assert "X-Content-Type-Options: nosniff" in answer


def _raw(live: Live, sent: bytes) -> str:
    host, _, port = live.address.removeprefix("http://").partition(":")
    told = b""
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(sent)
        # A server that has not read everything breaks off after its answer.
        with suppress(ConnectionResetError):
            while part := connection.recv(65_536):
                told += part
    return told.decode()


def _samples_of_the_docs_run(live: Live, folder: Path) -> None:
    """Run every curl of docs/api.md in its order, with what the answers before it told."""
    if shutil.which("curl") is None:
        return
    balanced = [line for line in TIMETABLE.splitlines(keepends=True) if "李二" not in line]
    (folder / "timetable.csv").write_text("".join(balanced), encoding="utf-8")
    told = {**os.environ, "KEY": live.key, "URL": live.address}
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    lines = [line for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]
    assert len(lines) >= 10
    for line in lines:
        done = subprocess.run(
            ["sh", "-c", f"{line} --fail-with-body"],
            env=told,
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, (line, done.stdout, done.stderr)
        for name, mark in (("SCENARIO", "sc-"), ("ROSTER", "ro-"), ("STUDY", "st-")):
            found = re.search(rf'"id":\s?"({mark}[0-9a-f]+)"', done.stdout)
            if found:
                told.setdefault(name, found[1])
    (client,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-c", client], env=told, cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert (folder / "roster.xlsx").read_bytes().startswith(b"PK")


def _events_stream_to_the_end_and_are_taken_up_again(live: Live) -> None:
    (roster,) = _rosters(live, RULES["ratio_day"]())
    told = live.ask("GET", f"rosters/{roster}/events", Accept="text/event-stream")
    assert 'data: {"state": "done"}' in told
    last = [line for line in told.splitlines() if line.startswith("id: ")][-2].removeprefix("id: ")
    rest = live.ask("GET", f"rosters/{roster}/events", Accept="text/event-stream", Last_Event_ID=last)
    assert rest.count("id: ") == 1


def _a_copy_is_made_and_put_back_while_it_serves(live: Live, tmp_path: Path) -> None:
    live.menzhen("db", "backup", str(tmp_path / "copy.db"))
    live.ask("POST", "scenarios", RULES["rooms"]().model_dump(mode="json"))
    live.menzhen("db", "restore", str(tmp_path / "copy.db"))
    assert "rooms" not in [one["name"] for one in live.ask("GET", "scenarios")["entries"]]
    live.menzhen("db", "verify")


def _keys_are_listed_and_revoked(live: Live) -> None:
    identity = live.key.split("_")[1]
    listed = live.menzhen("keys", "list")
    assert identity in listed
    assert live.key.split("_", 2)[2] not in listed
    live.menzhen("keys", "revoke", identity)
    with pytest.raises(urllib.error.HTTPError, match="401"):
        live.ask("GET", "rosters")
