"""The full path on a real week, by HTTP alone: from the published timetable to a claim that outlives a new version."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from scheduler.clock import BEIJING
from tests.api.conftest import Here

TIMETABLE = Path(__file__).parents[2] / ".." / "shared/data" / "puh3_2025w43.csv"


@pytest.mark.skipif(not TIMETABLE.exists(), reason="the real weeks are not part of the repository")
def test_a_claim_outlives_the_repair_of_a_real_week(here: Here) -> None:
    scenario = _uploaded(here)
    monday = dt.datetime.strptime(f"{scenario['week']}-1", "%G-W%V-%u").replace(tzinfo=BEIJING)
    here.service.clock = lambda: monday - dt.timedelta(days=5)
    roster = _solved(here, "rosters", {"scenario": scenario["id"], "seconds": 60})
    assert (roster["status"], roster["reasons"]) == ("optimal", [])
    first = _published(here, roster)
    assert (first["version"], first["kept"], first["hurt"]) == (1, 0, [])

    slot = _partner(here, "GET", "slots?limit=1", 200)["entries"][0]["slot"]
    _partner(here, "POST", "claims", 201, json={"slot": slot, "referral": "R-1"})

    stopped = _afternoon(here, roster, monday.date() + dt.timedelta(days=2), but=slot)
    body = {"stops": [f"{stopped['doctor']}@wed-pm"], "as_of": f"{monday:%Y-%m-%d}", "seconds": 60}
    repaired = _solved(here, f"rosters/{roster['id']}/repair", body)
    assert (repaired["status"], len(repaired["changes"])) == ("optimal", 1)
    differing = _told(here, f"rosters/{roster['id']}/compare?other={repaired['id']}")["sessions"]
    assert [one["session"] for one in differing] == [stopped["session"]]

    second = _published(here, repaired, reason=f"{stopped['doctor']} cannot come")
    assert (second["version"], second["kept"], second["hurt"]) == (2, 1, [])
    claims = _partner(here, "GET", "claims", 200)["entries"]
    assert [(one["slot"], one["referral"], one["state"]) for one in claims] == [(slot, "R-1", "live")]


def _uploaded(here: Here) -> Any:
    sent = here.ask(
        "POST", "scenarios/import", data=TIMETABLE.read_bytes(), headers={"Content-Type": "text/csv"}
    )
    assert sent.status_code == 201, sent.get_data(as_text=True)
    return sent.json


def _solved(here: Here, path: str, body: Any) -> Any:
    asked = here.ask("POST", path, json=body)
    assert asked.status_code == 202, asked.get_data(as_text=True)
    here.solve()
    return _told(here, asked.headers["Location"])


def _told(here: Here, path: str) -> Any:
    answer = here.ask("GET", path)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.json


def _published(here: Here, roster: Any, reason: str = "") -> Any:
    for role, step in (("planner", "proposal"), ("approver", "approval"), ("approver", "publication")):
        path, seen = f"rosters/{roster['id']}/{step}", {"If-Match": '"v1"'}
        answer = here.ask("POST", path, role=role, json={"reason": reason}, headers=seen)
        assert answer.status_code == 201, answer.get_data(as_text=True)
    assert answer.json is not None
    return answer.json["outcome"]


def _partner(here: Here, method: str, path: str, status: int, **more: Any) -> Any:
    answer = here.ask(method, f"partner/{path}", role="partner", partner="甲院", **more)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.json


def _afternoon(here: Here, roster: Any, date: dt.date, but: str) -> Any:
    """Return the first session of that afternoon to which the slot `but` does not belong."""
    rows = _told(here, f"rosters/{roster['id']}/sessions?date={date}&limit=10000")["rows"]
    return next(row for row in rows if row["half"] == "PM" and not but.startswith(row["session"]))
