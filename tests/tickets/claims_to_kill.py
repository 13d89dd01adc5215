"""Writers killed at random moments: `python -m tests.tickets.claims_to_kill URL FOLDER TIMES` prints the losses, as JSON."""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

from scheduler.errors import ClaimError
from scheduler.tickets.claims import claim
from scheduler.tickets.models import ClaimState
from scheduler.tickets.publications import publish
from scheduler.tickets.queries import find_claims
from scheduler.tickets.releases import release
from scheduler.tickets.returns import return_claim
from scheduler.tickets.store import open_or_make_store, open_store
from scheduler.tickets.verify import verify
from tests.tickets.week import CLAIMED, OPENS

WRITERS = 3
LONGEST = 0.08
"""Seconds that a writer may live at most."""


def main() -> None:
    """Let writers claim, give back and release, kill them, and look at what they left; so many times."""
    url, folder, times = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    store = open_or_make_store(url)
    publish(store, folder, OPENS, "office")
    slots = [line.split(",")[0] for line in (folder / "slots.csv").read_text("utf-8").splitlines()[1:]]
    store.close()
    dice, acknowledged, lost, unsound = random.Random(1), 0, 0, 0
    for turn in range(times):
        acknowledged_now = _one_turn(url, slots, turn, dice.uniform(0.005, LONGEST))
        store = open_store(url)
        live = {
            c.referral
            for n in range(WRITERS)
            for c in find_claims(store, f"P{n}")
            if c.state is ClaimState.LIVE
        }
        acknowledged += len(acknowledged_now)
        lost += len(acknowledged_now - live)
        unsound += not verify(store).whole
        store.close()
    print(json.dumps({"turns": times, "acknowledged": acknowledged, "lost": lost, "unsound": unsound}))


def _one_turn(url: str, slots: list[str], turn: int, seconds: float) -> set[str]:
    reading, writing = os.pipe()
    children = []
    for number in range(WRITERS):
        child = os.fork()
        if child == 0:
            os.close(reading)
            _write(url, slots, f"P{number}", turn, writing)
        children.append(child)
    os.close(writing)
    # The first acknowledgement shows that they are at work.
    output = os.read(reading, 64)
    time.sleep(seconds)
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as rest:
        output += rest.read()
    # A line that was cut off by the end of its writer was never acknowledged.
    return set(output.decode().rpartition("\n")[0].split())


def _write(url: str, slots: list[str], partner: str, turn: int, acknowledge: int) -> None:
    store, dice = open_store(url), random.Random(f"{partner}{turn}")
    count = 0
    while True:
        count += 1
        referral = f"{partner}-{turn}-{count}"
        try:
            claim(store, partner, dice.choice(slots), referral, CLAIMED)
        except ClaimError:
            release(store, CLAIMED)
            continue
        if count % 4 == 0:
            return_claim(store, partner, referral, CLAIMED)
        else:
            os.write(acknowledge, f"{referral}\n".encode())


if __name__ == "__main__":
    main()
