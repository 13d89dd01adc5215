"""Claims over HTTP with and without idempotency keys: `python -m tests.benchmarks.keyed_claims_run URL FOLDER`.

Prints JSON: claims a second of both sorts in turn, on a service that keeps few answers and on one that keeps 200,000.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from pathlib import Path

import structlog
from sqlalchemy import insert

from api import create_app
from api.store.models import ResponseRow
from api.web.service import EXTENSION
from scheduler.tickets.publications import publish
from tests.api.conftest import Here, Inline, settings_in
from tests.at_once import at_once
from tests.tickets.week import CLAIMED, OPENS, Piece, write_week

CLIENTS, CLAIMS, ROUNDS, SLOTS = 16, 40, 3, 6
ANSWERS = 200_000


def main() -> None:
    """Publish a week with many tickets, claim them, and print how quickly that went."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    url, folder = sys.argv[1], Path(sys.argv[2])
    app = create_app(settings_in(folder, database_url=url, rate="1000000/minute"), Inline)
    here = Here(app.extensions[EXTENSION], app.test_client(), app)
    slots = [Piece(f"a{n}", [("partner", "", 10_000), ("public", "", 1)]) for n in range(SLOTS)]
    publish(here.service.store, write_week(folder / "week", slots), OPENS, "office")
    here.service.clock = lambda: CLAIMED
    for number in range(CLIENTS):
        here.key("partner", f"P{number}")
    told = {"few": _rates(here, "few")}
    rows = [
        {"partner": f"P{n % CLIENTS}", "key": f"{n:064d}", "digest": "", "body": "{}", "made_at": CLAIMED}
        for n in range(ANSWERS)
    ]
    here.service.store.write(lambda connection: connection.execute(insert(ResponseRow), rows))
    told["many"] = _rates(here, "many")
    here.service.close()
    print(json.dumps(told))


def _rates(here: Here, name: str) -> list[float]:
    """Return claims a second without keys, and with; in turn, because machines have moods."""
    seconds = [0.0, 0.0]
    for number in range(ROUNDS + 1):
        for keyed in (0, 1):
            started = time.perf_counter()
            _claim_all(here, f"{name}-{number}-{keyed}", bool(keyed))
            # The first round warms up.
            seconds[keyed] += (time.perf_counter() - started) if number else 0.0
    return [ROUNDS * CLIENTS * CLAIMS / total for total in seconds]


def _claim_all(here: Here, name: str, keyed: bool) -> None:
    def claim(client: int) -> None:
        mine = Here(here.service, here.app.test_client(), here.app, here.keys)
        for number in range(CLAIMS):
            referral = f"{name}-{client}-{number}"
            body = {"slot": f"a{number % SLOTS}", "referral": referral}
            headers = {"Idempotency-Key": referral} if keyed else {}
            partner = {"role": "partner", "partner": f"P{client}"}
            answer = mine.ask("POST", "partner/claims", json=body, headers=headers, **partner)
            assert answer.status_code == 201, answer.get_data(as_text=True)

    at_once(claim, CLIENTS)


if __name__ == "__main__":
    main()
