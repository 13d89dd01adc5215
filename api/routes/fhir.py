"""FHIR search over the published weeks: slots and schedules, with their tickets as the ledger has them now."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, request
from pydantic import ConfigDict, Field

from api.routes.rosters import solved_roster
from api.shapes.rosters import RosterPath
from api.store.keys import Role
from api.web.declare import Routes, file_answer
from api.web.service import now, service
from api.web.shape import Parameters
from scheduler.report.exports.fhir_search import Found, search

routes = Routes("fhir", "exports")

_FHIR = "application/fhir+json"
_Values = list[str]
_MOST_VALUES = 20


def _parameter(name: str, description: str) -> Any:
    return Field(default_factory=list, alias=name, max_length=_MOST_VALUES, description=description)


class SearchQuery(Parameters):
    """What to look for: all parameters must fit; a parameter may be repeated, and its values parted by commas."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    ids: _Values = _parameter("_id", "Identity of the resource.")
    updated: _Values = _parameter(
        "_lastUpdated", "When it changed last, such as ge2026-07-20T08:00:00+08:00."
    )
    identifier: _Values = _parameter("identifier", "Identifier, such as the slot's.")
    service_type: _Values = _parameter("service-type", "The clinic.")
    specialty: _Values = _parameter("specialty", "The specialty.")
    count: int = Field(default=100, ge=0, le=1_000, alias="_count", description="Most resources of a page.")
    after: str = Field(
        default="", max_length=80, alias="_after", description="Where a page begins: of `next` links."
    )


class SlotSearchQuery(SearchQuery):
    """Which slots."""

    start: _Values = _parameter(
        "start", "When it begins: a date or time behind eq, ne, ge, gt, le, lt, sa or eb."
    )
    status: _Values = _parameter("status", "free, busy, busy-tentative or busy-unavailable.")
    schedule: _Values = _parameter("schedule", "The schedule that it belongs to.")
    actor: _Values = _parameter("schedule.actor", "The doctor or room of its schedule.")


class ScheduleSearchQuery(SearchQuery):
    """Which schedules."""

    date: _Values = _parameter(
        "date", "When it begins: a date or time behind eq, ne, ge, gt, le, lt, sa or eb."
    )
    actor: _Values = _parameter("actor", "The doctor or room.")


@routes.add("get", "/fhir/Slot", Role.VIEWER, {200: file_answer(_FHIR)})
def search_slots(query: SlotSearchQuery) -> Response:
    """Search the slots of the published weeks."""
    return _search(query, service().published.found("Slot", now()))


@routes.add("get", "/fhir/Schedule", Role.VIEWER, {200: file_answer(_FHIR)})
def search_schedules(query: ScheduleSearchQuery) -> Response:
    """Search the schedules of the published weeks."""
    return _search(query, service().published.found("Schedule", now()))


@routes.add("get", "/rosters/<roster>/fhir/Slot", Role.VIEWER, {200: file_answer(_FHIR)}, refusals=(404, 409))
def search_slots_of_roster(path: RosterPath, query: SlotSearchQuery) -> Response:
    """Search the slots of one roster, published or not."""
    return _search(query, _found_in(path, "Slot"))


@routes.add(
    "get", "/rosters/<roster>/fhir/Schedule", Role.VIEWER, {200: file_answer(_FHIR)}, refusals=(404, 409)
)
def search_schedules_of_roster(path: RosterPath, query: ScheduleSearchQuery) -> Response:
    """Search the schedules of one roster, published or not."""
    return _search(query, _found_in(path, "Schedule"))


def _found_in(path: RosterPath, kind: str) -> list[Found]:
    row = solved_roster(path.roster)
    made = row.ended_at or row.created_at
    return service().published.found_of(row.id, row.version, made, kind, now())


def _search(query: SearchQuery, found: list[Found]) -> Response:
    named = query.model_dump(by_alias=True)
    count, after = named.pop("_count"), named.pop("_after")
    wanted = {name: values for name, values in named.items() if values}
    bundle = search(found, wanted, request.base_url, count, after)
    return Response(json.dumps(bundle, ensure_ascii=False, separators=(",", ":")), content_type=_FHIR)
