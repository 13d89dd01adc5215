"""What a roster holds: its tables as JSON and csv, and its report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Response
from sqlalchemy import Row

from api.rosters import FILTERS, Line, Span, View, page_csv, page_json
from api.routes.rosters import known_roster, solved_roster
from api.shapes.rosters import PresentRowsQuery, ReportQuery, RosterPath, RowsOut, RowsQuery
from api.store.approvals import Step, list_steps
from api.store.keys import Role
from api.store.models import JobState
from api.web.declare import Routes, answer_in_forms, file_answer, file_response, json_response
from api.web.errors import refuse
from api.web.language import language
from api.web.service import now, service
from api.web.uploads import CSV, XLSX
from scheduler.errors import Problem, SettingError, Where
from scheduler.report.acceptance import add_acceptance
from scheduler.report.html import html_text
from scheduler.report.json import json_text
from scheduler.report.workbook import workbook_bytes
from scheduler.tickets.held_tickets import refuse_past
from scheduler.tickets.results import Acceptance
from scheduler.words import message

routes = Routes("roster_tables", "rosters")

_PAGE = 1_000
_ROWS = answer_in_forms(RowsOut, CSV)


@routes.add("get", "/rosters/<roster>/sessions", Role.VIEWER, _ROWS, refusals=(404, 409))
def get_sessions(path: RosterPath, query: RowsQuery) -> Response:
    """Return the sessions of a roster: a row per session and clinic."""
    return _rows(path, query, "sessions")


@routes.add("get", "/rosters/<roster>/slots", Role.VIEWER, _ROWS, refusals=(404, 409))
def get_slots(path: RosterPath, query: RowsQuery) -> Response:
    """Return the slots of a roster with their tickets."""
    return _rows(path, query, "slots")


@routes.add("get", "/rosters/<roster>/channels", Role.VIEWER, _ROWS, refusals=(404, 409))
def get_channels(path: RosterPath, query: PresentRowsQuery) -> Response:
    """Return who may book the tickets of each slot, and until when; of a published one the present tickets."""
    return _present_rows(path, query, "channels")


@routes.add("get", "/rosters/<roster>/appointments", Role.VIEWER, _ROWS, refusals=(404, 409))
def get_appointments(path: RosterPath, query: PresentRowsQuery) -> Response:
    """Return each ticket: its number, start, the time that its patient is told, when to come, its channel."""
    return _present_rows(path, query, "appointments")


def _present_rows(path: RosterPath, query: PresentRowsQuery, table: str) -> Response:
    row = solved_roster(path.roster)
    plan = service().published.plan(row.id, row.version, time_as_of(query.as_of))
    lines = view_of(row).ticket_lines(table, plan, *_choice(query))
    return _page_response(_page_bytes(table, lines, query), table, query)


def time_as_of(at: dt.datetime | None) -> dt.datetime:
    """Return the time that is asked for, by default the service's; raises SettingError for one that is past."""
    if at is None:
        return now()
    where = Where(field="?as_of")
    if at.tzinfo is None:
        wrong, remedy = message("the time has no zone"), message("Write +08:00 behind it.")
        raise SettingError([Problem(where, wrong, remedy, at.isoformat())])
    service().store.read(lambda connection: refuse_past(connection, at, "?as_of"))
    return at


def _rows(path: RosterPath, query: RowsQuery, table: str) -> Response:
    row = solved_roster(path.roster)
    filters, span = _choice(query)
    key = (
        row.id,
        row.version,
        table,
        query.format,
        query.offset,
        query.limit,
        *span,
        *sorted(filters.items()),
    )
    content = service().rosters.answer(
        key, lambda: _page_bytes(table, view_of(row).lines(table, filters, span), query)
    )
    response = _page_response(content, table, query)
    response.headers["ETag"] = f'"v{row.version}"'
    return response


def _choice(query: RowsQuery) -> tuple[Mapping[str, str], Span]:
    filters = {name: str(getattr(query, name)) for name in FILTERS if getattr(query, name) is not None}
    first, last = ("" if date is None else date.isoformat() for date in (query.first, query.last))
    return filters, (first, last)


def _page_bytes(table: str, lines: Sequence[Line], query: RowsQuery) -> bytes:
    if query.format == "csv":
        return page_csv(table, lines, query.offset, query.limit)
    return page_json(table, lines, query.offset, query.limit or _PAGE)


def _page_response(content: bytes, table: str, query: RowsQuery) -> Response:
    if query.format == "json":
        return json_response(content)
    return file_response(content, "text/csv; charset=utf-8", f"{table}.csv")


def view_of(row: Row[Any]) -> View:
    """Return the present version of a roster."""
    return service().rosters.view(row.id, row.version)


@routes.add(
    "get",
    "/rosters/<roster>/report",
    Role.VIEWER,
    {200: file_answer("application/json", "text/html", XLSX)},
    refusals=(404, 409),
)
def get_report(path: RosterPath, query: ReportQuery) -> Response:
    """Return the report for programs, for a meeting, or as a workbook; also of an infeasible week."""
    row = known_roster(path.roster)
    if row.state not in (JobState.DONE, JobState.INFEASIBLE, JobState.TIMED_OUT):
        refuse("conflict", message("There is no report: {state}.", state=row.state))
    spoken = language()
    match query.format:
        case "json":
            response = json_response(json_text(view_of(row).facts, row.outcome.get("seconds", {})))
        case "html":
            page = _derived(
                row, f"report.{spoken}.html", lambda: html_text(view_of(row).facts, spoken).encode()
            )
            # What a version was accepted with is known only after its report was made, and kept.
            whole = add_acceptance(page.decode(), _acceptance(row), spoken)
            response = Response(whole, content_type="text/html; charset=utf-8")
        case _:
            book = _derived(row, f"roster.{spoken}.xlsx", lambda: workbook_bytes(view_of(row).facts, spoken))
            response = file_response(book, XLSX, "roster.xlsx")
    response.headers["Content-Language"] = spoken
    return response


def _acceptance(row: Row[Any]) -> Acceptance | None:
    """Return why broken hard rules were accepted when this version was published; None where nothing was."""
    steps = service().store.read(lambda connection: list_steps(connection, row.id))
    published = [one for one in steps if (one.version, one.step) == (row.version, Step.PUBLISHED)]
    accepted = published[-1].outcome.get("accepted") if published else None
    return None if accepted is None else Acceptance(**accepted)


def _derived(row: Row[Any], name: str, make: Callable[[], bytes]) -> bytes:
    return service().rosters.derived(row.id, row.version, name, make)
