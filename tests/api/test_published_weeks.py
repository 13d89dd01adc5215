"""What other systems and the office see of a published week follows the ledger: claimed, given back, fallen back."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import json
from typing import Any

import pytest
from sqlalchemy import Connection, Row
from sqlalchemy.event import listen, remove

from api.store.approvals import list_current
from tests.api.conftest import BEFORE, Planned
from tests.api.test_calendars import publish

FALLEN = dt.datetime(2026, 7, 20, 4, tzinfo=dt.UTC)
"""Monday noon of the week: partners' tickets of the day have fallen back."""


@pytest.fixture
def public(planned: Planned) -> Planned:
    """The roster published, at a time at which partners can claim."""
    planned.here.service.clock = lambda: BEFORE
    for role, step in (("planner", "proposal"), ("approver", "approval"), ("approver", "publication")):
        done = planned.ask("POST", f"/{step}", role=role, json={}, headers={"If-Match": '"v1"'})
        assert done.status_code == 201
    return planned


def platform(public: Planned, **query: str) -> list[dict[str, str]]:
    text = public.ask("GET", "/platform.csv", query_string=query).get_data().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def for_all(public: Planned, **query: str) -> int:
    """The tickets that anybody may book, by the FHIR file."""
    lines = public.ask("GET", "/fhir/Slot.ndjson", query_string=query).get_data(as_text=True).splitlines()
    return sum(one["valueInteger"] for line in lines for one in json.loads(line).get("extension", []))


def claim(public: Planned, referral: str = "R-1") -> dict[str, Any]:
    slots = public.here.ask("GET", "partner/slots", role="partner", partner="甲院").json
    assert slots is not None
    body = {"slot": slots["entries"][0]["slot"], "referral": referral}
    done = public.here.ask("POST", "partner/claims", role="partner", partner="甲院", json=body)
    assert done.status_code == 201
    entry: dict[str, Any] = slots["entries"][0]
    return entry


def test_a_claimed_ticket_is_no_longer_for_sale_and_falls_back_no_more(public: Planned) -> None:
    assert {line["claimed"] for line in platform(public)} == {"no"}
    slot = claim(public)["slot"]
    taken = [line for line in platform(public) if line["claimed"] == "yes"]
    assert [(one["slot"], one["channel"], one["tickets"], one["falls_back_at"]) for one in taken] == [
        (slot, "partner", "1", "")
    ]
    after = [line for line in platform(public, as_of=FALLEN.isoformat()) if line["slot"] == slot]
    assert ("partner", "1", "yes") in [(one["channel"], one["tickets"], one["claimed"]) for one in after]


def appointments(public: Planned, slot: str) -> list[dict[str, Any]]:
    """The rows of a slot's tickets, read page by page."""
    found: list[dict[str, Any]] = []
    following: int | None = 0
    while following is not None:
        page = public.ask("GET", f"/appointments?limit=40&offset={following}").json
        assert page is not None
        found, following = [*found, *page["rows"]], page["next"]
    return [row for row in found if row["slot"] == slot]


def test_each_ticket_is_served_with_its_minute_its_channel_and_whether_it_is_claimed(public: Planned) -> None:
    slot = claim(public)["slot"]
    rows = appointments(public, slot)
    assert [row["ticket"] for row in rows] == [*range(1, len(rows) + 1)]
    (claimed,) = (row for row in rows if row["claimed"])
    assert claimed["channel"] == "partner"
    assert claimed["start"] == claimed["told"] > claimed["come"]
    assert rows[0]["told"] < rows[-1]["told"]


def test_appointments_come_as_csv_and_of_the_slots_that_are_asked_for(public: Planned) -> None:
    text = public.ask("GET", "/appointments?format=csv&doctor=D002").get_data().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    slots = public.ask("GET", "/slots?format=csv&doctor=D002").get_data().decode("utf-8-sig")
    tickets = {row["slot"]: int(row["tickets"]) for row in csv.DictReader(io.StringIO(slots))}
    assert len(rows) == sum(tickets.values())
    assert {row["slot"] for row in rows} <= tickets.keys()


def test_a_claim_tells_the_ticket_and_the_same_key_the_same_one(public: Planned) -> None:
    here = public.here
    slots = here.ask("GET", "partner/slots", role="partner", partner="甲院").json
    assert slots is not None
    entry = slots["entries"][0]
    assert len(entry["times"]) == entry["own"] + entry["shared"]
    body, headers = {"slot": entry["slot"], "referral": "R-1"}, {"Idempotency-Key": "k"}

    def ask() -> dict[str, Any]:
        address = "partner/claims"
        done = here.ask("POST", address, role="partner", partner="甲院", json=body, headers=headers).json
        assert done is not None
        return done

    first = ask()
    assert (first["told"], first["date"]) == (entry["times"][0], entry["date"])
    assert first["come"] < first["told"]
    assert ask() == first
    listed = here.ask("GET", "partner/claims", role="partner", partner="甲院").json
    assert listed is not None
    assert [(one["ticket"], one["told"]) for one in listed["entries"]] == [(first["ticket"], first["told"])]
    feed = here.ask("GET", "partner/changes", role="partner", partner="甲院").json
    assert feed is not None
    assert (feed["entries"][0]["data"]["ticket"], feed["entries"][0]["data"]["told"]) == (
        first["ticket"],
        first["told"],
    )


def test_a_partner_s_claims_come_in_pages(public: Planned) -> None:
    for number in range(3):
        claim(public, f"R-{number}")
    found, pages = list[str](), 0
    following: int | None = 0
    while following is not None:
        address = f"partner/claims?limit=2&offset={following}"
        page = public.here.ask("GET", address, role="partner", partner="甲院").get_json()
        found, following, pages = (
            [*found, *(one["referral"] for one in page["entries"])],
            page["next"],
            pages + 1,
        )
        assert page["total"] == 3
    assert (found, pages) == (["R-0", "R-1", "R-2"], 2)


def test_after_its_hour_a_ticket_is_public_in_every_export(public: Planned) -> None:
    claim(public)
    later = FALLEN + dt.timedelta(days=6)
    tickets = sum(int(line["tickets"]) for line in platform(public))
    assert for_all(public) < tickets - 1
    assert for_all(public, as_of=later.isoformat()) == tickets - 1
    public.here.service.clock = lambda: later
    assert for_all(public) == tickets - 1
    assert {line["channel"] for line in platform(public) if line["claimed"] == "no"} == {"public"}
    bundle = json.loads(public.ask("GET", "/fhir").get_data())
    slots = [e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "Slot"]
    assert sum(one["extension"][0]["valueInteger"] for one in slots) == tickets - 1


def channels(public: Planned, **query: str) -> list[dict[str, Any]]:
    told = public.ask("GET", "/channels", query_string=query).json
    assert told is not None
    rows: list[dict[str, Any]] = told["rows"]
    return rows


def test_channels_tell_claimed_tickets_apart_and_public_ones_after_their_hour(public: Planned) -> None:
    whole = sum(row["tickets"] for row in channels(public))
    before = public.ask("GET", "/channels").headers["ETag"]
    slot = claim(public)["slot"]
    taken = [row for row in channels(public) if row["claimed"]]
    assert [(row["slot"], row["channel"], row["tickets"], row["falls_back_at"]) for row in taken] == [
        (slot, "partner", 1, None)
    ]
    assert public.ask("GET", "/channels", headers={"If-None-Match": before}).status_code == 200
    later = (FALLEN + dt.timedelta(days=6)).isoformat()
    fallen = channels(public, as_of=later)
    assert {row["channel"] for row in fallen if not row["claimed"]} == {"public"}
    assert sum(row["tickets"] for row in fallen) == whole
    text = public.ask("GET", "/channels", query_string={"as_of": later, "format": "csv"}).get_data()
    lines = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))
    assert [one["slot"] for one in lines if one["claimed"] == "1"] == [slot]
    assert len(lines) == len(fallen)
    assert channels(public, as_of=later, **{"from": "2026-07-27"}) == []


def test_a_bundle_is_as_new_as_its_last_claim(public: Planned) -> None:
    public.here.service.clock = lambda: BEFORE + dt.timedelta(hours=1)
    claim(public)
    told = json.loads(public.ask("GET", "/fhir").get_data())["timestamp"]
    made = json.loads(public.ask("GET", "/fhir/$bulk-publish").get_data())["transactionTime"]
    assert told == made


def test_a_search_fetches_one_publication_of_a_week_however_many_there_were(
    public: Planned, monkeypatch: pytest.MonkeyPatch
) -> None:
    publications: list[int] = []

    def counted(connection: Connection) -> list[Row[Any]]:
        rows = list_current(connection)
        publications.append(len(rows))
        return rows

    monkeypatch.setattr("api.published_weeks.list_current", counted)

    def fetched() -> tuple[int, list[int]]:
        """How many statements a search makes, and how many publications each time it asks for them."""
        statements: list[str] = []
        publications.clear()
        engine = public.here.service.store.engine
        listen(engine, "before_cursor_execute", note := lambda *call: statements.append(call[2]))
        try:
            assert public.here.ask("GET", "fhir/Slot").status_code == 200
        finally:
            remove(engine, "before_cursor_execute", note)
        return len(statements), list(publications)

    fetched()  # what is made once is made
    once = fetched()
    for version in range(1, 5):
        rows = public.ask("GET", "/sessions").json
        assert rows is not None
        session = next(row for row in rows["rows"] if row["date"])
        blocks = [{"clinic": session["clinic"], "tickets": 7 + version}]
        edit = {"edits": [{"op": "move", "session": session["session"], "blocks": blocks}], "reason": "so"}
        done = public.ask("POST", "/edits", json=edit, headers={"If-Match": f'"v{version}"'})
        assert done.status_code == 201
        publish(public.here, public.roster, version + 1)
    fetched()
    assert fetched() == once
    assert once[1] == [1]
    standing = public.here.service.published.current()
    assert [(one.job, one.version) for one in standing.values()] == [(public.roster, 5)]


def test_a_time_that_is_past_or_has_no_zone_is_refused(public: Planned) -> None:
    claim(public)
    ends = ("0001-01-01T00:00:00+12:00", "9999-12-31T23:59:59-12:00")
    for as_of in ("2026-07-01T08:00:00+08:00", "2026-07-20T08:00:00", *ends):
        answer = public.ask("GET", "/platform.csv", query_string={"as_of": as_of})
        assert answer.status_code == 422
        assert answer.json is not None
        assert answer.json["errors"][0]["parameter"] == "as_of"


def test_the_office_sees_what_is_claimed_of_every_slot_and_no_referral(public: Planned) -> None:
    slot = claim(public)["slot"]
    told = public.ask("GET", "/tickets", query_string={"claimed": "true"}).json
    assert told is not None
    assert (told["total"], told["claimed"]) == (1, 1)
    entry = told["entries"][0]
    assert (entry["slot"], entry["channel"], entry["claimed"]) == (slot, "partner", 1)
    whole = public.ask("GET", "/tickets").json
    assert whole is not None
    assert whole["tickets"] > whole["claimed"] == 1
    assert "R-1" not in public.ask("GET", "/tickets").get_data(as_text=True)


def test_a_roster_that_is_not_published_has_its_plan_and_no_tickets(planned: Planned) -> None:
    assert planned.ask("GET", "/tickets").status_code == 409
    assert {line["claimed"] for line in platform(planned)} == {"no"}
    assert planned.here.ask("GET", "fhir/Slot").get_json(force=True)["total"] == 0


def test_slots_of_published_weeks_are_searched_in_pages_and_follow_claims(public: Planned) -> None:
    def ask(path: str) -> dict[str, Any]:
        answer = public.here.ask("GET", path)
        assert answer.status_code == 200
        return answer.get_json(force=True)

    every = ask("fhir/Slot?_count=1000")
    assert every["total"] == len(every["entry"]) > 4
    first = ask("fhir/Slot?start=ge2026-07-20&schedule.actor=D001&_count=2")
    following = next(link["url"] for link in first["link"] if link["relation"] == "next")
    second = ask(following.partition("/api/v1/")[2])
    shown = [entry["resource"]["id"] for page in (first, second) for entry in page["entry"]]
    assert len(set(shown)) == 4
    since = f"fhir/Slot?_lastUpdated=gt{BEFORE:%Y-%m-%dT%H:%M:%S}Z"
    assert ask(since)["total"] == 0
    public.here.service.clock = lambda: BEFORE + dt.timedelta(hours=1)
    slot = claim(public)["slot"]
    assert [one["resource"]["identifier"][0]["value"] for one in ask(since)["entry"]] == [slot]
    assert ask("fhir/Schedule?actor=D001&date=ge2026-07-20")["total"] > 0
    assert public.here.ask("GET", "fhir/Slot?start=soon").status_code == 422
    assert public.here.ask("GET", "fhir/Slot?patient=1").status_code == 422


def test_one_roster_is_searched_published_or_not(planned: Planned) -> None:
    whole = planned.ask("GET", "/fhir/Slot?_count=1000").get_json(force=True)
    assert whole["total"] == len(whole["entry"]) > 4
    first = planned.ask("GET", "/fhir/Slot?_count=2").get_json(force=True)
    following = next(link["url"] for link in first["link"] if link["relation"] == "next")
    assert f"/api/v1/rosters/{planned.roster}/fhir/Slot?" in following
    assert planned.ask("GET", "/fhir/Schedule?actor=D001").get_json(force=True)["total"] > 0
    assert planned.here.ask("GET", "rosters/ro-0/fhir/Slot").status_code == 404
    planned.here.service.clock = lambda: BEFORE
    publish(planned.here, planned.roster)
    slot = claim(planned)["slot"]

    def tickets(path: str) -> dict[str, Any]:
        every = planned.here.ask("GET", path).get_json(force=True)["entry"]
        return {one["resource"]["identifier"][0]["value"]: one["resource"]["status"] for one in every}

    within = tickets(f"rosters/{planned.roster}/fhir/Slot?_count=1000")
    assert within == tickets("fhir/Slot?_count=1000")
    assert slot in within


def test_rows_are_filtered_by_campus_and_by_a_span_of_dates(planned: Planned) -> None:
    def total(query: str) -> int:
        answer = planned.ask("GET", f"/slots?{query}").json
        assert answer is not None
        return int(answer["total"])

    assert total("from=2026-07-20&to=2026-07-26") == total("") > 0
    assert total("from=2026-07-27") == total("to=2026-07-19") == total("campus=nowhere") == 0


def test_an_answer_that_the_client_has_is_not_sent_again_and_large_ones_are_packed(public: Planned) -> None:
    plain = public.ask("GET", "/fhir/Slot.ndjson")
    packed = public.ask("GET", "/fhir/Slot.ndjson", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.get_data()) == plain.get_data()
    for etag in (plain.headers["ETag"], packed.headers["ETag"]):
        again = public.ask("GET", "/fhir/Slot.ndjson", headers={"If-None-Match": etag})
        assert (again.status_code, again.get_data()) == (304, b"")
    before = public.ask("GET", "/platform.csv").headers["ETag"]
    claim(public)
    assert public.ask("GET", "/platform.csv", headers={"If-None-Match": before}).status_code == 200


def test_of_a_week_that_was_published_twice_only_the_last_version_stands_and_is_fetched(
    public: Planned,
) -> None:
    edit = {"op": "move", "session": "2026-W30.D002.mon-am", "at": "tue-am"}
    seen = {"If-Match": '"v1"'}
    assert (
        public.ask("POST", "/edits", json={"edits": [edit], "reason": "so"}, headers=seen).status_code == 201
    )
    assert public.ask("GET", "/tickets").status_code == 409
    publish(public.here, public.roster, 2)
    assert public.ask("GET", "/tickets").status_code == 200
    rows = public.here.service.store.read(list_current)
    assert [(row.job, row.version, row.outcome["version"]) for row in rows] == [(public.roster, 2, 2)]
