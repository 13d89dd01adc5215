"""What a roster holds: its tables as JSON and csv, its reports, what the checker says of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from flask import Response
from sqlalchemy import Row

from api.rosters import FILTERS, View, columns, page_json
from api.routes.rosters import known_roster, solved_roster
from api.shapes.rosters import ReportQuery, RosterPath, RowsOut, RowsQuery
from api.store.keys import Role
from api.store.models import JobState
from api.web.declare import Routes, file_answer
from api.web.errors import refuse
from api.web.language import language
from api.web.service import service
from api.web.uploads import CSV, XLSX
from scheduler.report.exports.ticket_platform import safe_cell
from scheduler.report.html import html_text
from scheduler.report.json import json_text
from scheduler.report.workbook import workbook_bytes
from scheduler.words import message

routes = Routes("results", "rosters")

_PAGE = 1_000
_ROWS: Mapping[int, Any] = {
    200: {
        "content": {
            "application/json": {"schema": {"$ref": f"#/components/schemas/{RowsOut.__name__}"}},
            CSV: {"schema": {"type": "string"}},
        }
    }
}


@routes.add("get", "/rosters/<roster>/sessions", Role.VIEWER, _ROWS, refusals=(404, 409))
def get_sessions(path: RosterPath, query: RowsQuery) -> Response:
    """Return the sessions of a roster: a row per session and clinic."""
    return _rows(path, query, "sessions")


@routes.add("get", "/rosters/<roster>/slots", Role.VIEWER, _ROWS, refusals=(404, 409))
def get_slots(path: RosterPath, query: RowsQuery) -> Response:
    """Return the slots of a roster with their tickets."""
    return _rows(path, query, "slots")


@routes.add("get", "/rosters/<roster>/channels", Role.VIEWER, _ROWS, refusals=(404, 409))
def get_channels(path: RosterPath, query: RowsQuery) -> Response:
    """Return who may book the tickets of each slot, and until when."""
    return _rows(path, query, "channels")


def _rows(path: RosterPath, query: RowsQuery, table: str) -> Response:
    row = solved_roster(path.roster)
    chosen = {name: str(getattr(query, name)) for name in FILTERS if getattr(query, name) is not None}
    limit = query.limit or (_PAGE if query.format == "json" else None)
    key = (row.id, row.version, table, query.format, query.offset, limit, *sorted(chosen.items()))

    def make() -> bytes:
        lines = view_of(row).lines(table, chosen)
        if query.format == "csv":
            page = lines[query.offset : None if limit is None else query.offset + limit]
            return _csv(table, [[line[name] for name in columns(table)] for line in page])
        return page_json(table, lines, query.offset, limit or _PAGE)

    content = service().rosters.answer(key, make)
    media = "text/csv; charset=utf-8" if query.format == "csv" else "application/json"
    answer = Response(content, content_type=media)
    answer.headers["ETag"] = f'"v{row.version}"'
    if query.format == "csv":
        answer.headers["Content-Disposition"] = f'attachment; filename="{table}.csv"'
    return answer


def _csv(table: str, rows: list[list[Any]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns(table))
    writer.writerows([safe_cell(c) if isinstance(c, str) else c for c in cells] for cells in rows)
    # With the mark at its beginning a spreadsheet opens Chinese rightly.
    return text.getvalue().encode("utf-8-sig")


def view_of(row: Row[Any]) -> View:
    """Return the present version of a roster."""
    return service().rosters.view(row.id, row.version)


_REPORT = {200: file_answer("application/json", "text/html", XLSX)}


@routes.add("get", "/rosters/<roster>/report", Role.VIEWER, _REPORT, refusals=(404, 409))
def get_report(path: RosterPath, query: ReportQuery) -> Response:
    """Return the report: for machines, for a meeting, or as a workbook; also of a week that cannot be."""
    row = known_roster(path.roster)
    if row.state not in (JobState.DONE, JobState.INFEASIBLE, JobState.TIMED_OUT):
        refuse("conflict", message("There is no report: {state}.", state=row.state))
    tongue, facts = language(), view_of(row).facts if query.format == "json" else None
    seconds = row.outcome.get("seconds", {})
    match query.format:
        case "json":
            assert facts is not None
            content, media = json_text(facts, seconds).encode(), "application/json"
        case "html":
            name = f"report.{tongue}.html"
            content = _derived(row, name, lambda: html_text(view_of(row).facts, tongue).encode())
            media = "text/html; charset=utf-8"
        case _:
            name = f"roster.{tongue}.xlsx"
            content = _derived(row, name, lambda: workbook_bytes(view_of(row).facts, tongue))
            media = XLSX
    answer = Response(content, content_type=media)
    answer.headers["Content-Language"] = tongue
    if query.format == "xlsx":
        answer.headers["Content-Disposition"] = 'attachment; filename="roster.xlsx"'
    return answer


def _derived(row: Row[Any], name: str, make: Any) -> bytes:
    return service().rosters.derived(row.id, row.version, name, make)
