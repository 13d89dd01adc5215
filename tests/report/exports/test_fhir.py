from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest

from scheduler.report.exports.fhir import KINDS, bulk_lines, bundle, identity, manifest, resources
from scheduler.roster import Channel, Holding
from scheduler.scenario.policy import Policy, SlotPolicy
from tests.check.small import as_it_stands, monday

AT = dt.datetime(2026, 7, 1, 9, tzinfo=dt.timezone(dt.timedelta(hours=8)))


@pytest.fixture(scope="module")
def week():
    scenario = monday()
    return scenario, as_it_stands(scenario)


def test_every_resource_is_valid_r4b(week):
    models = pytest.importorskip("fhir.resources.R4B")
    for resource in resources(*week):
        models.get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    models.get_fhir_model_class("Bundle").model_validate(bundle(*week, AT))


def test_slots_belong_to_schedules_and_schedules_to_rooms_that_are_there(week):
    found = list(resources(*week))
    known = {f"{one['resourceType']}/{one['id']}" for one in found}
    for one in found:
        if one["resourceType"] == "Slot":
            assert one["schedule"]["reference"] in known
        if one["resourceType"] == "Schedule":
            assert {a["reference"] for a in one["actor"] if "reference" in a} <= known


def test_each_slot_is_there_once_with_its_own_minutes(week):
    slots = [one for one in resources(*week) if one["resourceType"] == "Slot"]
    assert [one["identifier"][0]["value"] for one in slots] == sorted(slot.slot for slot in week[1].slots)
    assert slots[0]["start"] == "2026-07-20T08:00:00+08:00"
    assert slots[0]["end"] == "2026-07-20T08:30:00+08:00"


def test_only_public_tickets_make_a_slot_free(week):
    scenario, plan = week
    held = {}
    for holding in plan.holdings:
        held.setdefault(holding.slot, {})[holding.channel.value] = holding.tickets
    for one in resources(scenario, plan):
        if one["resourceType"] == "Slot":
            public = held[one["identifier"][0]["value"]].get("public", 0)
            assert one["status"] == ("free" if public else "busy-tentative")
            assert [e["valueInteger"] for e in one.get("extension", [])] == ([public] if public else [])


def test_a_slot_held_for_partners_only_is_not_free(week):
    scenario, plan = week
    first = plan.slots[0]
    rest = [holding for holding in plan.holdings if holding.slot != first.slot]
    (partner,) = [h for h in plan.holdings if h.slot == first.slot and h.channel is Channel.PARTNER]
    held = replace(plan, holdings=(replace(partner, tickets=first.tickets), *rest))
    (found,) = [
        one
        for one in resources(scenario, held)
        if one["resourceType"] == "Slot" and one["identifier"][0]["value"] == first.slot
    ]
    assert (found["status"], "extension" in found) == ("busy-tentative", False)


def by_ticket(week):
    """The week with one slot, of three tickets from 08:30 on, of which the partners hold the second; a slot a ticket."""
    scenario, plan = week
    slot = replace(plan.slots[1], starts=(510, 518, 526))
    holdings = tuple(holding for holding in plan.holdings if holding.slot == slot.slot)
    told = scenario.changed(policy=Policy(slots=SlotPolicy(fhir="ticket")))
    return told, replace(plan, slots=(slot,), holdings=holdings)


def minutes(week):
    slots = [one for one in resources(*week) if one["resourceType"] == "Slot"]
    return [(one["start"][11:16], one["end"][11:16], one["status"]) for one in slots]


def test_each_ticket_can_be_a_slot_from_its_minute_to_the_next_one(week):
    assert minutes(by_ticket(week)) == [
        ("08:30", "08:38", "free"),
        ("08:38", "08:46", "busy-tentative"),
        ("08:46", "09:00", "free"),
    ]
    ids = [one["id"] for one in resources(*by_ticket(week))]
    assert len(set(ids)) == len(ids)


def test_a_claimed_ticket_is_busy_and_the_others_are_as_they_were(week):
    scenario, plan = by_ticket(week)
    held = replace(plan.holdings[1], tickets=3, claimed=1, numbers=(2, 1, 3))
    statuses = [status for _, _, status in minutes((scenario, replace(plan, holdings=(held,))))]
    assert statuses == ["free", "busy", "free"]


def test_tickets_without_numbers_stay_one_slot(week):
    scenario, plan = by_ticket(week)
    unknown = tuple(replace(holding, numbers=()) for holding in plan.holdings)
    assert minutes((scenario, replace(plan, holdings=unknown))) == [("08:30", "09:00", "free")]


def test_slots_of_single_tickets_are_valid_r4b(week):
    models = pytest.importorskip("fhir.resources.R4B")
    for resource in resources(*by_ticket(week)):
        models.get_fhir_model_class(resource["resourceType"]).model_validate(resource)


def test_bulk_files_hold_every_resource_once_and_the_manifest_names_them(week):
    found = list(resources(*week))
    lines = {kind: bulk_lines(found, kind).splitlines() for kind in KINDS}
    assert sum(len(part) for part in lines.values()) == len(found)
    assert all(json.loads(line)["resourceType"] == kind for kind, part in lines.items() for line in part)
    named = manifest("https://clinic.example/fhir", AT)
    assert [one["type"] for one in named["output"]] == list(KINDS)
    assert named["request"] == "https://clinic.example/fhir/$bulk-publish"


def test_an_identity_fits_fhir_whatever_the_key():
    assert identity("Slot", "2026-W30.王医生.mon-am/眼科/1").isalnum()
    assert identity("Slot", "a") != identity("Room", "a")


@pytest.mark.parametrize(
    ("claimed", "status", "capacity"),
    [((0, 0), "free", 1), ((1, 0), "free", 1), ((0, 1), "busy-tentative", 0), ((1, 1), "busy", 0)],
)
def test_a_slot_s_status_is_that_of_its_tickets_which_nobody_has_claimed(week, claimed, status, capacity):
    scenario, plan = week
    slot = next(slot for slot in plan.slots if slot.tickets == 2)
    kinds = zip((Channel.PARTNER, Channel.PUBLIC), claimed, strict=True)
    held = tuple(Holding(slot.slot, channel, "", 1, AT, claimed=taken) for channel, taken in kinds)
    found = next(
        one
        for one in resources(scenario, replace(plan, slots=(slot,), holdings=held))
        if one["resourceType"] == "Slot"
    )
    assert found["status"] == status
    assert sum(one["valueInteger"] for one in found.get("extension", [])) == capacity
