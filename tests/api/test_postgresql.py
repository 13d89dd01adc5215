"""The service on a real PostgreSQL server: the same tables, jobs, publications and claims; several servers at once."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from api.store.audit import record_action, walk_record
from api.store.jobs import claim_next
from api.store.verify import verify_record
from scenarios.smallest import RULES
from tests.api.conftest import BEFORE, Here


@pytest.fixture
def here(postgresql_url: str, start: Callable[..., Here]) -> Here:
    return start(database_url=postgresql_url)


def test_a_week_goes_from_the_scenario_to_a_claim(here: Here) -> None:
    roster = here.plan(RULES["ratio_day"]())
    here.service.clock = lambda: BEFORE
    for role, step in (("planner", "proposal"), ("approver", "approval"), ("approver", "publication")):
        answer = here.ask(
            "POST", f"rosters/{roster}/{step}", role=role, json={}, headers={"If-Match": '"v1"'}
        )
        assert answer.status_code == 201, answer.get_data(as_text=True)
    slots = here.ask("GET", "partner/slots", role="partner", partner="甲院").json
    assert slots is not None
    body = {"slot": slots["entries"][0]["slot"], "referral": "R-1"}
    claimed = here.ask("POST", "partner/claims", role="partner", partner="甲院", json=body)
    assert claimed.status_code == 201
    edit = {"edits": [{"op": "move", "session": "2026-W30.D002.mon-am", "at": "tue-am"}]}
    kept = here.ask("POST", f"rosters/{roster}/edits", json=edit, headers={"If-Match": '"v1"'})
    assert kept.status_code == 201
    scenario = (here.ask("GET", f"rosters/{roster}").json or {})["scenario"]
    study = {
        "name": "s",
        "seconds": 1.5,
        "patches": {"a": {"rules": {"ratio_day": "off"}}},
        "variants": ["a"],
    }
    for path, asked in (
        (f"rosters/{roster}/why", {"doctor": "D002", "at": "tue-am"}),
        (f"rosters/{roster}/repair", {"stops": ["D001@mon-pm"], "as_of": "2026-07-06"}),
        (f"scenarios/{scenario}/price", {}),
        (f"rosters/{roster}/flow", {}),
        ("studies", {"scenario": scenario, "study": study}),
    ):
        answer = here.ask("POST", path, json=asked)
        assert answer.status_code == 202, answer.get_data(as_text=True)
    broken = here.service.store.read(verify_record).broken
    # The keys were made behind the record's back, as tests do.
    assert [str(one) for one in broken if "a key is told" not in str(one)] == []


def test_many_servers_claim_each_job_once_and_keep_one_chain(here: Here) -> None:
    jobs = {here.plan_later(RULES["ratio_day"](), seed=n) for n in range(12)}
    store, got = here.service.store, list[str]()

    def take(name: str) -> None:
        # A claimer that comes second to a row gets none; others may wait all the same.
        for _ in range(60):
            claimed = store.write(lambda c: claim_next(c, name, here.service.clock()))
            if claimed is not None:
                got.append(claimed.id)
                store.write(
                    lambda c, job=claimed.id: record_action(c, name, "claimed", job, here.service.clock())
                )  # type: ignore[misc]

    threads = [threading.Thread(target=take, args=(f"server {n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == sorted(jobs)
    assert store.read(walk_record).broken is None
