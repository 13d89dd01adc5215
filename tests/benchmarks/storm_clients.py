"""Partners in a storm: they claim and give back, send again what was not answered, and keep count of every answer."""

from __future__ import annotations

import http.client
import json
import random
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from tests.benchmarks.storm_week import SLOTS

Kept = dict[tuple[str, str], str]
"""The state that was acknowledged last, by partner and referral number."""


@dataclass(frozen=True)
class Client:
    """A client of a partner: its number, its key, and the ports of the servers it may ask."""

    number: int
    partner: str
    key: str
    ports: Sequence[int]
    ends: float
    """When to stop, in seconds since 1970."""


@dataclass
class Count:
    """What a client counts: acknowledged claims and returns, requests, tries, and wrong answers to repeated requests."""

    kept: Kept
    requests: int = 0
    tries: int = 0
    wrong: int = 0


def claim_in_threads(clients: Sequence[Client]) -> list[Count]:
    """Let each of the clients work in a thread of its own until its end; return their counts."""
    with ThreadPoolExecutor(len(clients)) as pool:
        return list(pool.map(_claim, clients))


def _claim(client: Client) -> Count:
    count, dice = Count({}), random.Random(client.number)
    turn = 0
    while time.time() < client.ends:
        turn += 1
        referral = f"R-{client.number}-{turn}"
        body = {"slot": f"a{dice.randrange(SLOTS)}", "referral": referral}
        if not _done(client, count, dice, "claims", body):
            continue
        count.kept[client.partner, referral] = "live"
        if dice.random() < 0.25 and _done(client, count, dice, "returns", {"referral": referral}):
            count.kept[client.partner, referral] = "returned"
    return count


def _done(client: Client, count: Count, dice: random.Random, what: str, body: dict[str, str]) -> bool:
    """Send a keyed request until it is answered, some of them once more; return whether it was done."""
    count.requests += 1
    status, first = _ask(client, count, dice, what, body)
    if dice.random() < 0.3:
        again, second = _ask(client, count, dice, what, body)
        count.wrong += status == 201 and (again, second) != (status, first)
        # What was refused may be granted now, and then it is done.
        status = min(status, again)
    return status == 201


def _ask(
    client: Client, count: Count, dice: random.Random, what: str, body: dict[str, str]
) -> tuple[int, Any]:
    headers = {
        "Authorization": f"Bearer {client.key}",
        "Content-Type": "application/json",
        "Idempotency-Key": f"{what} {body['referral']}",
    }
    while True:
        count.tries += 1
        connection = http.client.HTTPConnection("127.0.0.1", dice.choice(client.ports), timeout=60)
        try:
            connection.request("POST", f"/api/v1/partner/{what}", json.dumps(body), headers)
            answer = connection.getresponse()
            told = answer.read()
            if answer.status in (201, 409):
                return answer.status, json.loads(told)
            assert answer.status in (429, 500, 503, 507), (answer.status, told)
            count.wrong += answer.status == 500
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()
        time.sleep(dice.uniform(0.3, 1.0))
