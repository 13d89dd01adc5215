"""A storm over two servers: `python -m tests.benchmarks.storm_run FOLDER SECONDS` prints JSON.

64 clients of 16 partners claim and give back, while servers, their workers and the database are killed, weeks published
anew and tickets fall back. Everything that was acknowledged is counted by the clients and looked for afterwards.
"""

from __future__ import annotations

import datetime as dt
import json
import multiprocessing
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from api.store.database import open_store, upgrade
from api.store.keys import Role, create_key
from scenarios.smallest import RULES
from scheduler.errors import MenzhenError
from scheduler.tickets.models import ClaimRow, HoldingRow
from scheduler.tickets.publications import publish
from scheduler.tickets.queries import find_claims
from scheduler.tickets.releases import release
from scheduler.tickets.store import Store
from scheduler.tickets.verify import verify
from tests.benchmarks.clients import Place
from tests.benchmarks.service_run import SERVER
from tests.benchmarks.storm_clients import Client, Count, Kept, claim_in_threads
from tests.benchmarks.storm_week import PARTNERS, StormWeek
from tests.tickets.postgres import Server, serving

CLIENTS, PROCESSES = 64, 4
PAUSE = 3.0
"""Seconds between two faults."""

LONGEST = 120
"""Seconds that clients may take to have their last answers."""


class MenzhenServer:
    """A server of the service on a port that it keeps when it is killed and started anew."""

    def __init__(self, folder: Path, url: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        folder.mkdir()
        self._log = folder / "server.log"
        self._environment = {
            **os.environ,
            "MENZHEN_DATA": str(folder),
            "MENZHEN_DATABASE_URL": url,
            "MENZHEN_PORT": str(self.port),
            "MENZHEN_RATE": "10000000/minute",
            "MENZHEN_WORKERS": "1",
        }
        self.start()

    def start(self) -> None:
        """Start it; it listens some seconds later."""
        with self._log.open("a") as log:
            command = [sys.executable, "-c", SERVER]
            self._process = subprocess.Popen(command, env=self._environment, stdout=log, stderr=log)

    def wait(self) -> None:
        """Wait until it listens."""
        ends = time.monotonic() + 120
        while not self.is_up():
            assert time.monotonic() < ends and self._process.poll() is None, self._log.read_text()
            time.sleep(0.2)

    def is_up(self) -> bool:
        """Return whether it listens."""
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=5):
            return True
        return False

    def kill(self) -> None:
        """Kill it and start it again; not while it has not begun yet, since on a slow machine it never would."""
        assert self.is_up()
        self._process.kill()
        self._process.wait()
        self.start()

    def revive(self) -> None:
        """Start it anew where it has ended, as systemd does: without its database it cannot begin."""
        if self._process.poll() is not None:
            self.start()

    def kill_workers(self) -> None:
        """Kill the processes that solve for it."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        with suppress(OSError):
            for child in children.read_text().split():
                with suppress(ProcessLookupError):
                    os.kill(int(child), signal.SIGKILL)

    def stop(self) -> None:
        """Stop it in good order."""
        self._process.terminate()
        self._process.wait(60)


class Storm:
    """What befalls the servers, one after another, each as often as the others."""

    def __init__(self, database: Server, servers: list[MenzhenServer], week: StormWeek, folder: Path) -> None:
        self._database, self._servers, self._week, self._folder = database, servers, week, folder
        self._dice, self._version = random.Random(1), 1
        self.store = open_store(database.url)
        self.faults: Counter[str] = Counter()
        self.key = ""

    def publish(self) -> None:
        """Publish the week, or its next version."""
        files = self._week.write(self._folder / "week", self._version)
        now = dt.datetime.now(dt.UTC)
        publish(self.store, files, now, "office", reason=f"version {self._version}")
        self._version += 1

    def rage(self, ends: float) -> None:
        """Let one thing happen after another until it ends."""
        things: dict[str, Callable[[], object]] = {
            "server": lambda: self._dice.choice(self._servers).kill(),
            "republication": self.publish,
            "solve": self._ask_for_roster,
            "workers": lambda: [server.kill_workers() for server in self._servers],
            "release": lambda: release(self.store, dt.datetime.now(dt.UTC)),
            "database": lambda: (self._database.crash(), self._database.start()),
        }
        while time.time() < ends:
            for name, happens in things.items():
                # A fault may meet another one: it happens again the next time round.
                with suppress(MenzhenError, OSError, AssertionError, StopIteration):
                    happens()
                    self.faults[name] += 1
                time.sleep(PAUSE)
                self.revive()

    def revive(self) -> None:
        """Start servers that ended."""
        for server in self._servers:
            server.revive()

    def _ask_for_roster(self) -> None:
        place = Place(next(server.port for server in self._servers if server.is_up()), self.key)
        known = place.ask("POST", "scenarios", RULES["ratio_day"]().model_dump_json().encode())["id"]
        body = {"scenario": known, "seconds": 5, "seed": self.faults["solve"]}
        place.ask("POST", "rosters", json.dumps(body).encode())


def main() -> None:
    """Let the storm rage, and print what it cost."""
    folder, seconds = Path(sys.argv[1]), float(sys.argv[2])
    folder.mkdir(parents=True)
    with serving(durable=True) as database:
        print(json.dumps(storm(database, folder, seconds)))


def storm(database: Server, folder: Path, seconds: float) -> dict[str, Any]:
    """Return the counts of a storm of so many seconds."""
    upgrade(database.url)
    servers = [MenzhenServer(folder / f"server{number}", database.url) for number in range(2)]
    raging = Storm(database, servers, StormWeek(dt.datetime.now(dt.UTC)), folder)
    try:
        for server in servers:
            server.wait()
        raging.publish()
        raging.key = _key(raging.store, "planner", Role.PLANNER)
        keys = {partner: _key(raging.store, partner, Role.PARTNER, partner) for partner in PARTNERS}
        ends, ports = time.time() + seconds, tuple(server.port for server in servers)
        clients = [Client(n, PARTNERS[n % 16], keys[PARTNERS[n % 16]], ports, ends) for n in range(CLIENTS)]
        with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
            counts = pool.map_async(claim_in_threads, [clients[n::PROCESSES] for n in range(PROCESSES)], 1)
            raging.rage(ends)
            # Each client sends what it has begun until it is answered.
            while not counts.ready() and time.time() < ends + LONGEST:
                raging.revive()
                time.sleep(PAUSE)
            told = _told(raging.store, [count for part in counts.get(PAUSE) for count in part])
    finally:
        for server in servers:
            server.stop()
    return {**told, "faults": dict(raging.faults)}


def _key(store: Store, name: str, role: Role, partner: str = "") -> str:
    now = dt.datetime.now(dt.UTC)
    return store.write(lambda connection: create_key(connection, name, role, now, partner=partner))


def _told(store: Store, counts: list[Count]) -> dict[str, Any]:
    acknowledged: Kept = {}
    for count in counts:
        acknowledged |= count.kept
    claims = [(partner, claim) for partner in PARTNERS for claim in find_claims(store, partner)]
    rows = Counter((partner, claim.referral) for partner, claim in claims)
    states = {(partner, claim.referral): str(claim.state) for partner, claim in claims}
    over = select(func.count()).where(HoldingRow.taken > HoldingRow.granted, HoldingRow.current)
    live = select(func.count()).where(ClaimRow.state == "live")
    taken = select(func.coalesce(func.sum(HoldingRow.taken), 0)).where(HoldingRow.current)
    oversold, living, counted = (
        store.read(lambda connection, one=one: int(connection.execute(one).scalar_one()))
        for one in (over, live, taken)
    )
    return {
        "acknowledged": len(acknowledged),
        "returned": sum(state == "returned" for state in acknowledged.values()),
        "hurt": sum(state == "hurt" for state in states.values()),
        "requests": sum(count.requests for count in counts),
        "tries": sum(count.tries for count in counts),
        "lost": sum(states.get(at, "") not in (state, "hurt") for at, state in acknowledged.items()),
        "double": sum(times > 1 for times in rows.values()),
        "unacknowledged": len(states.keys() - acknowledged.keys()),
        "oversold": oversold + abs(living - counted),
        "wrong": sum(count.wrong for count in counts),
        "verified": verify(store).whole,
    }


if __name__ == "__main__":
    main()
