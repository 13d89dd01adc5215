"""Scenarios: sent as JSON, as a workbook or as a published timetable; checked, stored and returned."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import Response, request
from sqlalchemy import Connection, Row

from api.scenario_files import (
    DocumentError,
    scenario_of_document,
    scenario_of_timetable,
    scenario_of_workbook,
)
from api.shapes.scenarios import (
    ImportQuery,
    ScenarioChecked,
    ScenarioList,
    ScenarioOut,
    ScenarioPath,
)
from api.store.audit import record_action
from api.store.keys import Role
from api.store.scenarios import document_seal, scenario_document, scenario_row, scenario_rows, store_scenario
from api.web.declare import PREFIX, Routes, json_response
from api.web.errors import not_found, problem, refuse
from api.web.guards import NO_JSON
from api.web.service import caller, now, service
from api.web.shape import PageQuery
from api.web.uploads import CSV, FORM, XLSX, uploaded
from scheduler.clock import Week
from scheduler.errors import Problem, SettingError, Where
from scheduler.scenario.rows import TABLES
from scheduler.scenario.week import Scenario
from scheduler.tables.published.read import ReadOptions
from scheduler.words import message

routes = Routes("scenarios", "scenarios")

_BINARY = {"schema": {"type": "string", "format": "binary"}}
_FORM = {
    "schema": {
        "type": "object",
        "properties": {"file": {"type": "string", "format": "binary"}},
        "required": ["file"],
    }
}
_SCENARIO = {
    "application/json": {"schema": {"$ref": "#/components/schemas/Scenario"}},
    XLSX: _BINARY,
    FORM: _FORM,
}
_TIMETABLE = {CSV: _BINARY, XLSX: _BINARY, FORM: _FORM}


@routes.add("post", "/scenarios", Role.PLANNER, {200: ScenarioOut, 201: ScenarioOut}, body=_SCENARIO)
def send_scenario() -> Response:
    """Send a scenario: its JSON document, or the xlsx workbook.

    The same content is kept once: sent again it is answered with 200.
    """
    source = "json" if request.mimetype == "application/json" else "workbook"
    return _store(_read(), source, ())


@routes.add("post", "/scenarios/validate", Role.VIEWER, {200: ScenarioChecked}, body=_SCENARIO)
def validate_scenario() -> ScenarioChecked:
    """Check a scenario without keeping or planning it."""
    scenario = _read()
    rows = {table: len(getattr(scenario, table)) for table in TABLES}
    return ScenarioChecked(digest=scenario.digest, week=str(scenario.week), rows=rows)


@routes.add("post", "/scenarios/import", Role.PLANNER, {200: ScenarioOut, 201: ScenarioOut}, body=_TIMETABLE)
def import_timetable(query: ImportQuery) -> Response:
    """Send a published timetable, csv or xlsx, and get the scenario that is made of it, with what was found."""
    with uploaded(CSV, XLSX) as path:
        week = _week(query.week)
        options = ReadOptions(week=week, sheet=query.sheet, conflicts=query.conflicts)
        size, asked = path.stat().st_size, (options, week, query.stopped, query.name)
        imported = service().files.read(size, scenario_of_timetable, path, *asked)
    findings = [
        {
            "kind": one.kind,
            "label": one.label.to_json(),
            "value": one.value,
            "note": None if one.note is None else one.note.to_json(),
        }
        for one in imported.findings
    ]
    return _store(imported.scenario, "timetable", findings)


@routes.add("get", "/scenarios", Role.VIEWER, {200: ScenarioList})
def list_scenarios(query: PageQuery) -> ScenarioList:
    """List the scenarios, the newest first."""
    rows = service().store.read(lambda c: scenario_rows(c, query.limit + 1, query.before))
    page, following = query.page(rows)
    return ScenarioList(entries=[ScenarioOut.of(row) for row in page], next=following)


@routes.add("get", "/scenarios/<scenario>", Role.VIEWER, {200: ScenarioOut}, refusals=(404,))
def get_scenario(path: ScenarioPath) -> ScenarioOut:
    """Return a scenario's entry."""
    return ScenarioOut.of(known_row(path.scenario))


@routes.add(
    "get",
    "/scenarios/<scenario>/document",
    Role.VIEWER,
    {200: {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Scenario"}}}}},
    refusals=(404,),
)
def get_scenario_document(path: ScenarioPath) -> Response:
    """Return a scenario's document as it can be sent again."""
    document = service().store.read(lambda c: scenario_document(c, path.scenario))
    if document is None:
        not_found(message("There is no scenario {scenario}.", scenario=path.scenario))
    return json_response(document)


def known_row(scenario: str) -> Row[Any]:
    """Return a scenario's row, or refuse the request."""
    row = service().store.read(lambda connection: scenario_row(connection, scenario))
    if row is None:
        not_found(message("There is no scenario {scenario}.", scenario=scenario))
    return row


def _read() -> Scenario:
    files = service().files
    if request.mimetype == "application/json":
        document = request.get_data()
        return _valid(lambda: files.read(len(document), scenario_of_document, document))
    with uploaded(XLSX) as path:
        # The library knows a workbook by its ending, and names the scenario after the file.
        book = path.rename(path.with_name("scenario.xlsx"))
        return files.read(book.stat().st_size, scenario_of_workbook, book)


def _valid(read: Callable[[], Scenario]) -> Scenario:
    from flask import abort

    try:
        return read()
    except DocumentError as error:
        abort(problem("not-valid", faults=error.problems, count=error.count))
    except ValueError:
        refuse("bad-request", NO_JSON)


def _week(text: str | None) -> Week | None:
    if text is None:
        return None
    try:
        return Week.parse(text)
    except ValueError:
        wrong, remedy = message("there is no such week"), message("Write an ISO week such as 2026-W30.")
        raise SettingError([Problem(Where(field="?week"), wrong, remedy, text)]) from None


def _store(scenario: Scenario, source: str, findings: Iterable[Mapping[str, Any]]) -> Response:
    def step(connection: Connection) -> tuple[Row[Any] | None, bool]:
        who, at = caller().id, now()
        scenario_id, new = store_scenario(connection, scenario, source, findings, who, at)
        if new:
            sealed = [scenario_id, document_seal(connection, scenario_id)]
            details = {"digest": scenario.digest, "document": sealed}
            record_action(connection, who, "scenario sent", scenario_id, at, **details)
        return scenario_row(connection, scenario_id), new

    row, new = service().store.write(step)
    assert row is not None, "it was just written"
    return json_response(ScenarioOut.of(row), 201 if new else 200, Location=f"{PREFIX}/scenarios/{row.id}")
