"""Many clients claim a week's tickets at once, beside bare commits: `python -m tests.benchmarks.claims_run URL FOLDER`.

Prints JSON: claims and bare single-row commits a second, p99 in milliseconds, and what must be nought: tickets oversold,
acknowledged claims lost, referral numbers claimed twice.
"""

from __future__ import annotations

import datetime as dt
import json
import multiprocessing
import random
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select, text

from scheduler.clock import BEIJING
from scheduler.errors import ClaimError
from scheduler.tickets.claims import claim
from scheduler.tickets.models import ClaimRow, HoldingRow
from scheduler.tickets.publications import publish
from scheduler.tickets.queries import list_available_slots
from scheduler.tickets.store import Store, open_or_make_store, open_store
from scheduler.tickets.verify import verify

PROCESSES, THREADS, BARE = 4, 8, 8000
PATIENCE = 60


@dataclass(frozen=True)
class Work:
    """What one process does: the slots each of its clients asks for, or, with none, how many bare rows each writes."""

    url: str
    first: int
    at: dt.datetime
    slots: tuple[tuple[str, ...], ...] = ()
    rows: int = 0


def main() -> None:
    """Publish the week, let all clients loose on it, and print what came of it."""
    url, folder = sys.argv[1], Path(sys.argv[2])
    store = open_or_make_store(url, patience=PATIENCE)
    week = dt.date.fromisoformat(publish_date(folder))
    at = dt.datetime.combine(week - dt.timedelta(days=8), dt.time(12), BEIJING)
    publish(store, folder, at, "benchmark")
    store.write(lambda connection: connection.execute(text("CREATE TABLE bare (told varchar(400))")))
    asked = [one.slot for one in list_available_slots(store, "P", at) for _ in range(one.shared)]
    tickets = len(asked)
    asked += random.Random(1).choices(asked, k=tickets // 20)  # some come too late
    random.Random(2).shuffle(asked)
    clients = PROCESSES * THREADS
    shares = [tuple(asked[client::clients]) for client in range(clients)]
    places = range(0, clients, THREADS)
    bare = [Work(url, first, at, rows=BARE // 2 // clients) for first in places]
    claims = [Work(url, first, at, slots=tuple(shares[first : first + THREADS])) for first in places]
    before, ours, after = _run(bare), _run(claims), _run(bare)
    print(json.dumps(_told(store, tickets, before, ours, after)))


def publish_date(folder: Path) -> str:
    """Return the week's first date, by the slots."""
    from scheduler.tickets.week_files import read_week

    return read_week(folder).week.dates[0].isoformat()


Done = tuple[float, list[float], list[str]]
"""Seconds of all, seconds of each, and the referral numbers that were acknowledged."""


def _run(works: list[Work]) -> Done:
    context = multiprocessing.get_context("spawn")
    ready, go, answers = context.Barrier(len(works) + 1), context.Event(), context.Queue()
    processes = [context.Process(target=_process, args=(work, ready, go, answers)) for work in works]
    for process in processes:
        process.start()
    ready.wait()
    started = time.perf_counter()
    go.set()
    told = [answers.get() for _ in works]
    seconds = time.perf_counter() - started
    for process in processes:
        process.join()
    return seconds, [s for times, _ in told for s in times], [r for _, kept in told for r in kept]


def _process(work: Work, ready: Any, go: Any, answers: Any) -> None:
    store = open_store(work.url, patience=PATIENCE)
    client = _bare if work.rows else _client
    with ThreadPoolExecutor(THREADS) as pool:
        # Every client has its connection before the clock starts.
        warm = threading.Barrier(THREADS)
        list(pool.map(lambda _: store.read(lambda connection: warm.wait()), range(THREADS)))
        ready.wait()
        go.wait()
        told = list(pool.map(lambda number: client(store, work, number), range(THREADS)))
    answers.put(([s for times, _ in told for s in times], [r for _, kept in told for r in kept]))


def _timed(times: list[float], step: Callable[[], object]) -> None:
    started = time.perf_counter()
    step()
    times.append(time.perf_counter() - started)


def _bare(store: Store, work: Work, number: int) -> tuple[list[float], list[str]]:
    insert = text("INSERT INTO bare VALUES (:told)")

    def row(connection: Connection) -> None:
        connection.execute(insert, {"told": "x" * 300})

    times: list[float] = []
    for _ in range(work.rows):
        _timed(times, lambda: store.write(row))
    return times, []


def _client(store: Store, work: Work, number: int) -> tuple[list[float], list[str]]:
    times: list[float] = []
    kept: list[str] = []
    partner = f"P{work.first + number}"
    for count, slot in enumerate(work.slots[number]):
        referral = f"{partner}-{count}"
        try:
            _timed(times, lambda slot=slot, referral=referral: claim(store, partner, slot, referral, work.at))
        except ClaimError:
            continue
        kept.append(referral)
    return times, kept


def _told(store: Store, tickets: int, before: Done, ours: Done, after: Done) -> dict[str, Any]:
    times, acknowledged = sorted(ours[1]), ours[2]
    rows = store.read(lambda connection: connection.scalars(select(ClaimRow.referral)).all())
    over = select(func.count()).where(HoldingRow.taken > HoldingRow.granted)
    oversold = store.read(lambda connection: connection.execute(over).scalar_one())
    return {
        "tickets": tickets,
        "claimed": len(acknowledged),
        "claims a second": len(acknowledged) / ours[0],
        "bare a second": (len(before[1]) + len(after[1])) / (before[0] + after[0]),
        "seconds": ours[0],
        "median": 1000 * times[len(times) // 2],
        "p99": 1000 * times[len(times) * 99 // 100],
        "oversold": oversold + max(0, len(rows) - tickets),
        "lost": len(set(acknowledged) - set(rows)),
        "double": len(rows) - len(set(rows)),
        "verified": verify(store).whole,
    }


if __name__ == "__main__":
    main()
