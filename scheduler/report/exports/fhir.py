"""The week as FHIR R4B: Location, Schedule and Slot, as one bundle or as the lines of a bulk publication."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from scheduler.appointment_times import ticket_times, with_numbers
from scheduler.clock import Window, moment
from scheduler.roster import Channel, Holding, Plan, Slot, with_named_rooms
from scheduler.scenario.policy import SlotPolicy
from scheduler.scenario.week import Scenario

Resource = Mapping[str, Any]

SYSTEM = "urn:menzhen"
"""Where our identifiers come from; what follows is their kind, as in `urn:menzhen:slot`."""

CAPACITY = "http://fhir-registry.smarthealthit.org/StructureDefinition/slot-capacity"
"""The extension of SMART Scheduling Links for a slot of more than one ticket."""

KINDS = ("Location", "Schedule", "Slot")
"""The types of resources, in the order in which they refer to one another."""


def resources(scenario: Scenario, plan: Plan) -> Iterator[Resource]:
    """Yield all resources of the plan in the order of KINDS, each kind sorted by what it stands for."""
    plan = with_named_rooms(scenario, plan)
    rooms = sorted({slot.room for slot in plan.slots if slot.room})
    yield from (_location(scenario, room) for room in rooms)
    lines: dict[tuple[str, str], list[Slot]] = defaultdict(list)
    for slot in plan.slots:
        lines[slot.session, slot.clinic].append(slot)
    yield from (_schedule(scenario, slots) for _, slots in sorted(lines.items()))
    held: dict[str, list[Holding]] = defaultdict(list)
    for holding in plan.holdings:
        held[holding.slot].append(holding)
    for slot in sorted(plan.slots, key=lambda s: s.slot):
        yield from _slots(scenario.policy.slots, slot, with_numbers(held[slot.slot]))


def bundle(scenario: Scenario, plan: Plan, at: dt.datetime) -> Resource:
    """Return all resources as a collection that was made at `at`."""
    entries = [{"fullUrl": _url(resource), "resource": resource} for resource in resources(scenario, plan)]
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": at.isoformat(),
        "entry": entries,
    }


def bulk_lines(resources: Iterable[Resource], kind: str) -> str:
    """Return the resources of one kind as ndjson, a line each."""
    return "".join(
        json.dumps(resource, ensure_ascii=False, separators=(",", ":")) + "\n"
        for resource in resources
        if resource["resourceType"] == kind
    )


def manifest(base: str, at: dt.datetime) -> Mapping[str, Any]:
    """Return the manifest of a bulk publication whose files lie at `base`/Slot.ndjson and so on."""
    return {
        "transactionTime": at.isoformat(),
        "request": f"{base}/$bulk-publish",
        "output": [{"type": kind, "url": f"{base}/{kind}.ndjson"} for kind in KINDS],
        "error": [],
    }


def identity(kind: str, key: str) -> str:
    """Return a FHIR id (at most 64 letters and digits) for a key that may be Chinese; always the same for one key."""
    return hashlib.sha256(f"{kind}:{key}".encode()).hexdigest()[:40]


def _url(resource: Resource) -> str:
    return f"{SYSTEM}:{resource['resourceType'].lower()}:{resource['id']}"


def _named(kind: str, key: str) -> dict[str, Any]:
    return {
        "resourceType": kind,
        "id": identity(kind, key),
        "identifier": [{"system": f"{SYSTEM}:{kind.lower()}", "value": key}],
    }


def _location(scenario: Scenario, room: str) -> Resource:
    campus = next((one.campus for one in scenario.rooms if one.room == room), "")
    location = _named("Location", room) | {"name": room, "mode": "instance"}
    return location | ({"description": campus} if campus else {})


def _schedule(scenario: Scenario, slots: list[Slot]) -> Resource:
    first = slots[0]
    specialty = scenario.clinic_of[first.clinic].specialty
    actors: list[dict[str, Any]] = [
        {
            "identifier": {"system": f"{SYSTEM}:practitioner", "value": first.doctor},
            "display": scenario.doctor_name(first.doctor),
        }
    ]
    if first.room:
        actors.append({"reference": f"Location/{identity('Location', first.room)}", "display": first.room})
    return _named("Schedule", f"{first.session}/{first.clinic}") | {
        "active": True,
        "serviceType": [{"text": first.clinic}],
        "specialty": [{"text": specialty}],
        "actor": actors,
        "planningHorizon": {
            "start": _at(first.date, min(slot.window.start for slot in slots)),
            "end": _at(first.date, max(slot.window.end for slot in slots)),
        },
    }


def _slots(policy: SlotPolicy, slot: Slot, holdings: list[Holding]) -> Iterator[Resource]:
    """Yield the slot, or each of its tickets where the policy says so and all have numbers."""
    numbered = sum(len(holding.numbers or ()) for holding in holdings) == slot.tickets
    if policy.fhir == "slot" or not numbered:
        yield _slot(slot, holdings)
        return
    statuses = {
        number: "busy" if place < holding.claimed else _status_unclaimed(holding.channel)
        for holding in holdings
        for place, number in enumerate(holding.numbers or ())
    }
    times = ticket_times(policy, slot)
    for time in times:
        end = min((other.told for other in times if other.told > time.told), default=slot.window.end)
        yield _slot_of(slot, f"{slot.slot}/{time.ticket}", statuses[time.ticket], Window(time.told, end))


def _status_unclaimed(channel: Channel) -> str:
    return "free" if channel is Channel.PUBLIC else "busy-tentative"


def _slot_of(slot: Slot, key: str, status: str, window: Window) -> dict[str, Any]:
    resource = _named("Slot", key)
    if key != slot.slot:
        # A search for the slot finds its tickets, too.
        resource["identifier"] += _named("Slot", slot.slot)["identifier"]
    return resource | {
        "schedule": {"reference": f"Schedule/{identity('Schedule', f'{slot.session}/{slot.clinic}')}"},
        "status": status,
        "start": _at(slot.date, window.start),
        "end": _at(slot.date, window.end),
    }


def _slot(slot: Slot, holdings: list[Holding]) -> Resource:
    """A slot that the public may book some of is free; held for others only it is busy-tentative, all claimed busy."""
    public = sum(holding.free for holding in holdings if holding.channel is Channel.PUBLIC)
    if public:
        status = "free"
    elif any(holding.free for holding in holdings):
        status = "busy-tentative"
    else:
        status = "busy" if any(holding.claimed for holding in holdings) else "busy-unavailable"
    resource = _slot_of(slot, slot.slot, status, slot.window)
    return resource | ({"extension": [{"url": CAPACITY, "valueInteger": public}]} if public else {})


def _at(date: dt.date, minute: int) -> str:
    """Write a minute after midnight, up to midnight of the next day, as an instant of Beijing."""
    return (moment(date, 0) + dt.timedelta(minutes=minute)).isoformat()
