"""Search as FHIR has it: prefixes of dates, tokens, references, and pages that neither skip nor repeat."""

from __future__ import annotations

import datetime as dt
from urllib.parse import parse_qs, urlsplit

import pytest

from scheduler.clock import BEIJING
from scheduler.errors import CallError
from scheduler.report.exports.fhir import resources
from scheduler.report.exports.fhir_search import Found, search, searchable
from scheduler.scenario.policy import Policy, SlotPolicy
from tests.check.small import as_it_stands, doctor, monday

MADE = dt.datetime(2026, 7, 10, 8, tzinfo=BEIJING)
ADDRESS = "https://clinic/api/v1/fhir/Slot"


@pytest.fixture(scope="module")
def slots() -> list[Found]:
    week = monday(doctors=(doctor("ann", "chief", name="安娜"), doctor("bob")))
    plan = as_it_stands(week)
    return searchable(resources(week, plan), "Slot", {plan.slots[0].slot: MADE + dt.timedelta(days=1)}, MADE)


def test_a_slot_is_found_by_its_tickets_where_each_is_a_slot() -> None:
    week = monday(policy=Policy(slots=SlotPolicy(fhir="ticket")))
    plan = as_it_stands(week)
    first, later = plan.slots[0], MADE + dt.timedelta(days=1)
    tickets = searchable(resources(week, plan), "Slot", {first.slot: later}, MADE)
    assert total(tickets, identifier=first.slot) == first.tickets
    assert total(tickets, identifier=f"{first.slot}/1") == 1
    assert total(tickets, XlastUpdated="2026-07-11") == first.tickets


def ids(slots: list[Found], count: int = 1000, after: str = "", **wanted: str) -> list[str]:
    named = {
        name.replace("__", ".").replace("_of", "-type").replace("X", "_"): [text]
        for name, text in wanted.items()
    }
    page = search(slots, named, ADDRESS, count, after)
    return [entry["resource"]["id"] for entry in page.get("entry", [])]


def total(slots: list[Found], **wanted: str) -> int:
    return len(ids(slots, **wanted))


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("2026-07-20", lambda at: True),
        ("2026-07-21", lambda at: False),
        ("ge2026-07-20T13:30:00+08:00", lambda at: at >= "13:30"),
        ("gt2026-07-20T13:30:00+08:00", lambda at: at > "13:30"),
        ("sa2026-07-20T13:30+08:00", lambda at: at > "13:30"),
        ("lt2026-07-20T13:30:00+08:00", lambda at: at < "13:30"),
        ("le2026-07-20T05:30:00Z", lambda at: at <= "13:30"),
        ("eb2026-07-20T08:30:00 08:00", lambda at: at < "08:30"),
        ("ne2026-07-20T08:00:00+08:00", lambda at: at != "08:00"),
        ("eq2026-07-20T08:00+08:00", lambda at: at == "08:00"),
        ("ge2026-07-21", lambda at: False),
        ("lt2026-07-21", lambda at: True),
    ],
)
def test_a_start_fits_by_its_prefix(slots, text, fits):
    expected = {one.resource["id"] for one in slots if fits(one.resource["start"][11:16])}
    assert set(ids(slots, start=text)) == expected


@pytest.mark.parametrize(
    "text", ["", "monday", "xx2026-07-20", "2026-13-01", "ge", "2026-07-20T99:00", "ge9999-12-31"]
)
def test_a_date_that_is_none_is_told(slots, text):
    with pytest.raises(CallError, match=r"\?start"):
        ids(slots, start=text)


def test_doctors_rooms_clinics_and_schedules_are_found_in_every_usual_spelling(slots):
    every, of_ann = (
        len(slots),
        [one for one in slots if one.schedule["actor"][0]["identifier"]["value"] == "ann"],
    )
    assert total(slots, schedule__actor="ann") == len(of_ann) > 0
    assert total(slots, schedule__actor="Practitioner/ann") == len(of_ann)
    assert total(slots, schedule__actor="urn:menzhen:practitioner|ann,bob") == every
    schedule = of_ann[0].schedule["id"]
    assert total(slots, schedule=schedule) == total(slots, schedule=f"{ADDRESS}/Schedule/{schedule}") > 0
    assert total(slots, service_of="eye") == total(slots, specialty="eye") == every
    assert total(slots, service_of="ear") == 0
    assert of_ann[0].schedule["actor"][0]["display"] == "安娜"


def test_a_status_and_a_last_change_are_found(slots):
    free = total(slots, status="free")
    assert 0 < free <= total(slots, status="free,busy-tentative") == len(slots)
    assert total(slots, XlastUpdated="gt2026-07-10") == 1


def test_pages_hold_every_slot_once_in_order_of_time_and_links_lead_on(slots):
    seen, after = [], ""
    while True:
        page = search(slots, {"status": ["free"]}, ADDRESS, 3, after)
        seen += [entry["resource"] for entry in page.get("entry", [])]
        links = {link["relation"]: link["url"] for link in page["link"]}
        if "next" not in links:
            break
        query = parse_qs(urlsplit(links["next"]).query)
        assert query["status"] == ["free"]
        after = query["_after"][0]
    assert [one["start"] for one in seen] == sorted(one["start"] for one in seen)
    assert sorted(one["id"] for one in seen) == sorted(ids(slots, status="free"))
    assert page["total"] == len(seen)


def test_a_search_that_finds_nothing_is_a_bundle_without_entries(slots):
    page = search(slots, {"start": ["2030-01-01"]}, ADDRESS, 10, "")
    assert (page["type"], page["total"], "entry" in page) == ("searchset", 0, False)


def test_a_page_is_valid_r4b(slots):
    from fhir.resources.R4B.bundle import Bundle

    Bundle.model_validate(dict(search(slots, {"status": ["free"]}, ADDRESS, 5, "")))
