"""Many clients of one server, in processes of their own, and the seconds that each of their requests takes."""

from __future__ import annotations

import http.client
import json
import multiprocessing
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

PROCESSES, THREADS = 4, 4
SECONDS = 8.0


@dataclass(frozen=True)
class Place:
    """A server and the key that it takes."""

    port: int
    key: str = ""

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)

    def ask(self, method: str, path: str, body: bytes | None = None, media: str = "application/json") -> Any:
        """Return the JSON that is answered."""
        connection = self.connect()
        connection.request(method, f"/api/v1/{path}", body, self.headers | {"Content-Type": media})
        answer = connection.getresponse()
        told = answer.read()
        connection.close()
        assert answer.status < 300, told
        return json.loads(told)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}


def spread(times: list[float]) -> dict[str, float]:
    """Return the median and the 99th percentile."""
    ordered = sorted(times)
    return {"median": ordered[len(ordered) // 2], "p99": ordered[len(ordered) * 99 // 100]}


def load(place: Place, path: str) -> tuple[float, list[float]]:
    """Return answers a second and the seconds of each, asked by PROCESSES times THREADS clients."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(PROCESSES) as pool:
        told = pool.starmap(_clients, [(place, path)] * PROCESSES, chunksize=1)
    times = [one for part in told for one in part]
    return len(times) / SECONDS, times


def _clients(place: Place, path: str) -> list[float]:
    with ThreadPoolExecutor(THREADS) as pool:
        parts = list(pool.map(lambda _: _client(place, path), range(THREADS)))
    return [one for part in parts for one in part]


def _client(place: Place, path: str) -> list[float]:
    times, connection = [], place.connect()
    ends = time.perf_counter() + SECONDS
    while (started := time.perf_counter()) < ends:
        connection.request("GET", path, headers=place.headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
        times.append(time.perf_counter() - started)
    connection.close()
    return times
