"""Rosters: requested, followed, cancelled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response
from pydantic import BaseModel
from sqlalchemy import Connection, Row

from api.jobs.stops import requested_stops
from api.routes.scenarios import known_row
from api.shapes.rosters import (
    JobOut,
    RepairBody,
    RosterBody,
    RosterList,
    RosterPath,
    RosterQuery,
    job_address,
)
from api.store.approvals import last_step, last_steps
from api.store.audit import lock_record, record_action
from api.store.jobs import add_job, job_row, job_rows, queue_length, request_cancel
from api.store.keys import Role
from api.store.models import ROSTERS, JobKind, JobState
from api.store.scenarios import document_seal, store_scenario
from api.store.versions import read_pins
from api.web.declare import Routes, json_response
from api.web.errors import Refusal, not_found, refuse
from api.web.service import caller, now, service
from scheduler.adjust.stops import all_stops
from scheduler.adjust.typed_words import parse_cell
from scheduler.clock import BEIJING
from scheduler.errors import Problem, SettingError, Where
from scheduler.scenario.week import Scenario
from scheduler.tables.scenario.document import with_words
from scheduler.tickets.hash_chain import digest
from scheduler.words import Message, message

routes = Routes("rosters", "rosters")

RETRY_SECONDS = 1
"""Seconds after which to look again at a job that has not ended."""
_ACCEPTED = {202: JobOut}


@routes.add("post", "/rosters", Role.PLANNER, _ACCEPTED, refusals=(404,), solves=True)
def ask_for_roster(body: RosterBody) -> Response:
    """Request a roster. The response names its address, and when to look again."""
    known_row(body.scenario)
    planned = with_words(service().scenarios.get(body.scenario), body.set)
    request = body.model_dump(mode="json") | {"keep": _pins(body, planned)}
    check_seconds(body.seconds)

    def step(connection: Connection) -> Row[Any]:
        scenario, _ = store_scenario(connection, planned, "settings", (), caller().id, now())
        return queue_job(connection, JobKind.PLAN, scenario, request)

    return accepted(service().store.write(step))


def _pins(body: RosterBody, planned: Scenario) -> list[Mapping[str, str]]:
    if body.pins is None:
        return []
    row = solved_roster(body.pins)
    pins = list(service().store.read(lambda connection: read_pins(connection, row.id, row.version)))
    if not all(_fits(planned, pin) for pin in pins):
        wrong = message(
            "its pinned sessions are of another week, or of doctors that this scenario does not know"
        )
        remedy = message("Name a roster of the same scenario.")
        raise SettingError([Problem(Where(field="/pins"), wrong, remedy, body.pins)])
    return pins


def _fits(planned: Scenario, pin: Mapping[str, str]) -> bool:
    try:
        return parse_cell(planned.week, pin["at"]) in planned.cells and pin["doctor"] in planned.doctor_of
    except ValueError:
        return False


@routes.add("post", "/rosters/<roster>/repair", Role.PLANNER, _ACCEPTED, refusals=(404, 409), solves=True)
def ask_for_repair(path: RosterPath, body: RepairBody) -> Response:
    """Request a repair for doctors who cannot come, with the fewest changes; it becomes another roster."""
    row = solved_roster(path.roster)
    check_seconds(body.seconds)
    since = body.as_of or now().astimezone(BEIJING).date()
    view = service().rosters.view(row.id, row.version)
    assert view.plan is not None, "the roster is solved"
    request = body.model_dump(mode="json") | {"version": row.version, "as_of": since.isoformat()}
    stops = requested_stops(view.scenario, view.plan.roster, request, since).stops
    all_stops(view.scenario, view.plan.roster, stops, since)
    return queue_roster_job(JobKind.REPAIR, row, request)


def queue_roster_job(kind: JobKind, row: Row[Any], request: Mapping[str, Any]) -> Response:
    """Queue a job about a roster; return its state and address."""
    return accepted(service().store.write(lambda c: queue_job(c, kind, row.scenario, request, base=row.id)))


def queue_scenario_job(kind: JobKind, scenario: str, request: Mapping[str, Any], seconds: int) -> Response:
    """Queue a job about a scenario; return its state and address."""
    check_seconds(seconds)
    return accepted(service().store.write(lambda c: queue_job(c, kind, scenario, request)))


def queue_job(
    connection: Connection,
    kind: JobKind,
    scenario: str,
    request: Mapping[str, Any],
    *,
    base: str | None = None,
) -> Row[Any]:
    """Queue a job, put that on record and return the job; refuse it where too many wait already."""
    check_queue(connection)
    who, at = caller().id, now()
    job = add_job(connection, kind, scenario, request, who, at, base=base)
    about = {"scenario": scenario} if base is None else {"base": base}
    details = {**about, "document": [scenario, document_seal(connection, scenario)]}
    name = "roster" if kind is JobKind.PLAN else str(kind)
    record_action(connection, who, f"{name} asked for", job, at, **details, rest=digest(dict(request)))
    return known_job(connection, job)


def known_job(connection: Connection, job: str) -> Row[Any]:
    """Return the row of a job that is there."""
    row = job_row(connection, job)
    assert row is not None, "jobs are never removed"
    return row


def check_queue(connection: Connection) -> None:
    """Refuse a solve where too many wait already."""
    lock_record(connection)
    if queue_length(connection) >= service().settings.queue:
        detail = message("{count:solve waits|solves wait} already.", count=service().settings.queue)
        raise Refusal("queue-full", detail, headers={"Retry-After": "30"})


def check_seconds(seconds: int) -> None:
    """Refuse a solve that asks for more time than one may have."""
    most = service().settings.most_seconds
    if seconds > most:
        wrong = message("must be at most {most}", most=most)
        remedy = message("Write a whole number from {least} to {most}.", least=1, most=most)
        raise SettingError([Problem(Where(field="/seconds"), wrong, remedy, str(seconds))])


def accepted(row: Row[Any]) -> Response:
    """Return the response to a job that was queued or cancelled."""
    service().dispatcher.wake()
    return json_response(JobOut.of(row), 202, Location=job_address(row), Retry_After=str(RETRY_SECONDS))


@routes.add("get", "/rosters", Role.VIEWER, {200: RosterList})
def list_rosters(query: RosterQuery) -> RosterList:
    """List the rosters, the newest first."""

    def step(connection: Connection) -> tuple[list[Row[Any]], Mapping[str, str]]:
        state = None if query.state is None else str(query.state)
        rows = job_rows(connection, ROSTERS, query.limit + 1, query.before, query.scenario, state)
        return rows, last_steps(connection, [row.id for row in rows])

    rows, steps = service().store.read(step)
    page, following = query.page(rows)
    return RosterList(entries=[JobOut.of(row, steps.get(row.id)) for row in page], next=following)


@routes.add("get", "/rosters/<roster>", Role.VIEWER, {200: JobOut}, refusals=(404,))
def get_roster(path: RosterPath) -> Response:
    """Return a roster's state, its best value, bound and gap so far, and its outcome."""
    row = known_roster(path.roster)
    approval = service().store.read(lambda connection: last_step(connection, row.id))
    return job_response(row, JobOut.of(row, approval))


def job_response(row: Row[Any], content: BaseModel) -> Response:
    """Return a job's `content`, with its version as ETag, and when to look again while the job goes on."""
    response = json_response(content)
    if row.kind in ROSTERS:
        response.headers["ETag"] = f'"v{row.version}"'
    if row.ended_at is None:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


@routes.add("post", "/rosters/<roster>/cancel", Role.PLANNER, _ACCEPTED, refusals=(404, 409))
@routes.add("delete", "/rosters/<roster>", Role.PLANNER, _ACCEPTED, refusals=(404, 409), name="delete_roster")
def cancel_roster(path: RosterPath) -> Response:
    """Cancel a roster that is being worked out; the process that works on it is ended."""
    return cancelled(known_roster(path.roster))


def cancelled(row: Row[Any]) -> Response:
    """Cancel a job and return its state; refuse one that has ended."""
    return accepted(service().store.write(lambda connection: cancel(connection, row)))


def cancel(connection: Connection, row: Row[Any]) -> Row[Any]:
    """Cancel a job of any kind and return it; refuse one that has ended."""
    if not request_cancel(connection, row.id, now()):
        refuse("conflict", message("It has ended already: {state}.", state=row.state))
    record_action(connection, caller().id, "cancelled", row.id, now())
    return known_job(connection, row.id)


def known_roster(roster: str) -> Row[Any]:
    """Return a roster's row, or refuse the request."""
    row = service().rosters.row(roster)
    if row is None:
        not_found(message("There is no roster {roster}.", roster=roster))
    return row


def solved_roster(roster: str) -> Row[Any]:
    """Return the row of a roster that is done, or refuse the request."""
    row = known_roster(roster)
    if row.state != JobState.DONE:
        raise Refusal("conflict", _not_done(row.state))
    return row


def _not_done(state: str) -> Message:
    if state in (JobState.QUEUED, JobState.RUNNING):
        return message("The roster is not ready yet: {state}.", state=state)
    return message("The solve gave no roster: {state}.", state=state)
