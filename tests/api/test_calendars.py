"""A doctor subscribes once: the secret address follows what is published, needs no key, and can be revoked."""

from __future__ import annotations

from typing import Any

import pytest
from icalendar import Calendar, Event

from api.store.files import read_file
from scenarios.smallest import RULES
from tests.api.conftest import BEFORE, Here, Planned


@pytest.fixture
def public(planned: Planned) -> Planned:
    """The roster published."""
    planned.here.service.clock = lambda: BEFORE
    publish(planned.here, planned.roster)
    return planned


def publish(here: Here, roster: str, version: int = 1) -> None:
    """Take a version through all steps, whatever rules it breaks."""
    body, seen = {"reason": "so", "accept_violations": "so"}, {"If-Match": f'"v{version}"'}
    for role, step in (("planner", "proposal"), ("approver", "approval"), ("approver", "publication")):
        done = here.ask("POST", f"rosters/{roster}/{step}", role=role, json=body, headers=seen)
        assert done.status_code == 201, done.get_data(as_text=True)


def subscribe(public: Planned, doctor: str, **more: Any) -> str:
    made = public.here.ask("POST", "calendars", json={"doctor": doctor, **more})
    assert made.status_code == 201
    assert made.json is not None
    return str(made.json["address"]).partition("localhost")[2]


def events(public: Planned, address: str) -> list[Event]:
    """The events at an address, read as calendar programs read it: without a key."""
    answer = public.here.client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    return Calendar.from_ical(answer.get_data()).walk("VEVENT")


def test_a_secret_address_gives_the_doctors_sessions_without_a_key(public: Planned) -> None:
    address = subscribe(public, "D001")
    rows = public.ask("GET", "/sessions?doctor=D001").json
    assert rows is not None
    assert {str(one["UID"]) for one in events(public, address)} == {
        f"{row['session']}.D001@menzhen" for row in rows["rows"] if row["date"]
    }


def test_the_address_follows_new_versions_and_new_weeks(public: Planned) -> None:
    address = subscribe(public, "D001")
    before = {str(one["UID"]): int(one["SEQUENCE"]) for one in events(public, address)}
    rows = public.ask("GET", "/sessions?doctor=D001").json
    assert rows is not None
    session = next(row["session"] for row in rows["rows"] if row["date"])
    seen = {"If-Match": '"v1"'}
    edited = public.ask(
        "POST", "/edits", json={"edits": [{"op": "drop", "session": session}], "reason": "so"}, headers=seen
    )
    assert edited.status_code == 201, edited.get_data(as_text=True)
    publish(public.here, public.roster, 2)
    after = {str(one["UID"]): one for one in events(public, address)}
    gone = after[f"{session}.D001@menzhen"]
    assert (str(gone["STATUS"]), int(gone["SEQUENCE"])) == ("CANCELLED", before[str(gone["UID"])] + 1)
    following = RULES["ratio_day"]().changed(week="2026-W31")
    publish(public.here, public.here.plan(following))
    assert len(events(public, address)) > len(after)


def test_what_is_not_published_is_in_no_calendar(public: Planned) -> None:
    address = subscribe(public, "D001")
    before = events(public, address)
    public.here.plan(RULES["ratio_day"]().changed(week="2026-W31"))
    assert len(events(public, address)) == len(before)


def test_a_revoked_or_wrong_address_is_none(public: Planned) -> None:
    address = subscribe(public, "D001")
    listed = public.here.ask("GET", "calendars").json
    assert listed is not None
    (entry,) = listed["entries"]
    assert "address" not in entry or entry["address"] is None
    assert address.rpartition("/")[2].removesuffix(".ics").partition(".")[2] not in str(listed)
    wrong = address[:-6] + "xx.ics"
    assert public.here.client.get(wrong).status_code == 404
    assert public.here.ask("DELETE", f"calendars/{entry['id']}").status_code == 200
    assert public.here.client.get(address).status_code == 404
    assert public.here.ask("DELETE", f"calendars/{entry['id']}").status_code == 404


def test_wrong_addresses_are_limited_and_each_right_one_has_a_rate_of_its_own(
    start: Any, planned: Planned
) -> None:
    here = start(rate="4/hour")
    here.service.clock = lambda: BEFORE
    guesses = [here.client.get(f"/api/v1/calendars/ab.{n}.ics").status_code for n in range(6)]
    assert guesses == [404, 404, 404, 404, 429, 429]


def test_a_doctor_whom_no_published_week_has_gets_no_address(public: Planned) -> None:
    refused = public.here.ask("POST", "calendars", json={"doctor": "D999"})
    assert refused.status_code == 422
    assert public.here.ask("POST", "calendars", role="viewer", json={"doctor": "D001"}).status_code == 403


def test_the_language_is_that_of_the_address(public: Planned) -> None:
    chinese, english = subscribe(public, "D001"), subscribe(public, "D001", language="en")
    texts = [public.here.client.get(address).get_data(as_text=True) for address in (chinese, english)]
    assert ["outpatient sessions" in text for text in texts] == [False, True]


def test_what_calendars_show_is_made_when_a_week_is_published(public: Planned) -> None:
    made = public.here.service.store.read(lambda c: read_file(c, public.roster, 1, "calendar.json", own=True))
    assert made is not None
