"""Rosters as they are published: printed forms, calendars of doctors, FHIR resources, lines for the ticket platform."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from flask import Response, request
from pydantic import Field
from sqlalchemy import Row

from api.routes.roster_tables import time_as_of, view_of
from api.routes.rosters import solved_roster
from api.shapes.rosters import AsOfQuery, RosterPath
from api.store.approvals import list_published
from api.store.keys import Role
from api.web.declare import PREFIX, Routes, file_answer, json_response
from api.web.errors import not_found
from api.web.language import language
from api.web.service import now, service
from api.web.shape import Parameters
from scheduler.clock import BEIJING
from scheduler.errors import InputError, Problem, Where
from scheduler.forms.catalogue import MEDIA_TYPES, PRINTED, WRITERS
from scheduler.forms.facts import FormFacts, WeekRoster
from scheduler.report.exports.calendar import PublishedVersion, doctor_calendar
from scheduler.report.exports.fhir import KINDS, bulk_lines, bundle, manifest, resources
from scheduler.report.exports.notices import Notices, read_notices
from scheduler.report.exports.ticket_platform import platform_headings, platform_lines
from scheduler.report.voice import Voice
from scheduler.roster import Plan, Roster
from scheduler.tables.grids.csv_out import csv_bytes
from scheduler.words import message


@lru_cache(maxsize=4)
def hospital_notices(path: Path | None) -> Notices:
    """Return the templates in the file, none where no file is named; raises InputError for a file that is wrong."""
    return Notices({}) if path is None else read_notices(path)


routes = Routes("exports", "exports")

_FHIR, _NDJSON, _CALENDAR = "application/fhir+json", "application/fhir+ndjson", "text/calendar"


class DoctorPath(RosterPath):
    """Whose calendar."""

    doctor: str = Field(max_length=120, description="The doctor.")


class KindPath(RosterPath):
    """Which resources."""

    kind: str = Field(max_length=20, description="Location, Schedule or Slot.")


class FormPath(RosterPath):
    """Which form."""

    form: str = Field(max_length=20, description="departments, clinics, doors, month or changes.")


class FormQuery(Parameters):
    """In which format, and compared with what."""

    format: Literal["xlsx", "html", "csv", "docx"] = Field(default="html", description="Format of the file.")
    against: str | None = Field(
        default=None, max_length=40, description="For changes: the roster before, of this week or of another."
    )


class BaseQuery(Parameters):
    """Where the files lie."""

    base: str | None = Field(
        default=None,
        max_length=300,
        description="Address of the files for the reader; default: this service's.",
    )


@routes.add(
    "get",
    "/rosters/<roster>/calendars/<path:doctor>",
    Role.VIEWER,
    {200: file_answer(_CALENDAR)},
    refusals=(404, 409),
)
def get_calendar(path: DoctorPath) -> Response:
    """Return a doctor's sessions as a calendar that marks what the week's publications changed or cancelled."""
    row = solved_roster(path.roster)
    view = view_of(row)
    if path.doctor not in view.scenario.doctor_of:
        not_found(message("The scenario does not know {doctor}.", doctor=path.doctor))
    name = view.scenario.doctor_name(path.doctor)
    content = doctor_calendar(name, [_published(row)], path.doctor, Voice(language()))
    return Response(content, content_type=f"{_CALENDAR}; charset=utf-8")


def _published(row: Row[Any]) -> list[PublishedVersion]:
    """Return the week's published versions up to this one, and this one last."""
    here = service()
    week = str(here.scenarios.get(row.scenario).week)
    versions = []
    for one in here.store.read(lambda connection: list_published(connection, week)):
        versions.append(PublishedVersion(one.made_at, here.published.sessions(one.job, one.version)))
        if (one.job, one.version) == (row.id, row.version):
            return versions
    at = row.ended_at or row.created_at
    return [*versions, PublishedVersion(at, here.published.sessions(row.id, row.version))]


@routes.add("get", "/rosters/<roster>/fhir", Role.VIEWER, {200: file_answer(_FHIR)}, refusals=(404, 409))
def get_fhir_bundle(path: RosterPath, query: AsOfQuery) -> Response:
    """Return the roster as a FHIR R4B bundle of Location, Schedule and Slot; a published one with its present tickets."""
    row = solved_roster(path.roster)
    content = bundle(
        view_of(row).scenario, _plan_as_of(row, query.as_of), _changed_at(row, time_as_of(query.as_of))
    )
    return Response(json.dumps(content, ensure_ascii=False, separators=(",", ":")), content_type=_FHIR)


@routes.add(
    "get",
    "/rosters/<roster>/fhir/$bulk-publish",
    Role.VIEWER,
    {200: file_answer("application/json")},
    refusals=(404, 409),
)
def get_bulk_manifest(path: RosterPath, query: BaseQuery) -> Response:
    """Return the manifest of the roster's bulk files, as SMART Scheduling Links has it."""
    row = solved_roster(path.roster)
    base = query.base or f"{request.host_url.rstrip('/')}{PREFIX}/rosters/{row.id}/fhir"
    return json_response(json.dumps(manifest(base, _changed_at(row, now()))))


@routes.add(
    "get",
    "/rosters/<roster>/fhir/<kind>.ndjson",
    Role.VIEWER,
    {200: file_answer(_NDJSON)},
    refusals=(404, 409),
)
def get_bulk_file(path: KindPath, query: AsOfQuery) -> Response:
    """Return the roster's resources of one kind, a line each; a published one's slots with their present tickets."""
    row = solved_roster(path.roster)
    if path.kind not in KINDS:
        not_found(message("Use one of: {known}.", known=list(KINDS)))
    every = resources(view_of(row).scenario, _plan_as_of(row, query.as_of))
    return Response(bulk_lines(every, path.kind), content_type=_NDJSON)


@routes.add(
    "get", "/rosters/<roster>/platform.csv", Role.VIEWER, {200: file_answer("text/csv")}, refusals=(404, 409)
)
def get_platform_file(path: RosterPath, query: AsOfQuery) -> Response:
    """Return the lines for the city's ticket platform, with the notice for patients: free tickets, and claimed ones."""
    row, spoken = solved_roster(path.roster), language()
    notices, plan = hospital_notices(service().settings.notices), _plan_as_of(row, query.as_of)
    lines = platform_lines(view_of(row).scenario, plan, notices, Voice(spoken))
    return Response(csv_bytes(platform_headings(spoken), lines), content_type="text/csv; charset=utf-8")


def _plan_as_of(row: Row[Any], at: dt.datetime | None) -> Plan:
    return service().published.plan(row.id, row.version, time_as_of(at))


@routes.add(
    "get",
    "/rosters/<roster>/forms/<form>",
    Role.VIEWER,
    {200: file_answer(*(media.partition(";")[0] for media in MEDIA_TYPES.values()))},
    refusals=(404, 409),
)
def get_form(path: FormPath, query: FormQuery) -> Response:
    """Return a printed form of the roster: the tables of departments, the website's, doors, a month, changes."""
    if path.form not in PRINTED:
        not_found(message("Use one of: {known}.", known=list(PRINTED)))
    row, spoken = solved_roster(path.roster), language()
    rows = [row] if query.against is None else [solved_roster(query.against), row]
    if path.form == "changes" and query.against is None:
        remedy = message("Name the roster before.")
        raise InputError([Problem(Where(field="against"), message("this is missing"), remedy)])

    def make() -> bytes:
        weeks = [_form_facts(one, spoken) for one in (rows if path.form == "changes" else [row])]
        return WRITERS[query.format](PRINTED[path.form].make(weeks))

    others = (f"{one.id}.{one.version}" for one in rows[:-1])
    name = ".".join((path.form, query.format, spoken, *others))
    return _cached(row, name, make, MEDIA_TYPES[query.format])


def _form_facts(row: Row[Any], spoken: str) -> FormFacts:
    view = view_of(row)
    return FormFacts(WeekRoster(view.scenario, (view.plan or Plan(Roster(()))).roster), Voice(spoken))


def _changed_at(row: Row[Any], at: dt.datetime) -> dt.datetime:
    """Return when the roster was made, or a ticket of it was last claimed, given back or fell back by `at`."""
    made: dt.datetime = row.ended_at or row.created_at
    held = service().published.held(row.id, row.version, at)
    last = made if held is None else max([made, *held.changed_at.values()])
    return last.astimezone(BEIJING)


def _cached(row: Row[Any], name: str, make: Callable[[], bytes], media: str) -> Response:
    content = service().rosters.answer((row.id, row.version, name), make)
    return Response(content, content_type=media)
