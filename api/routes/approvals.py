"""A roster's way to the public: proposed, approved or rejected, published into the ticket ledger."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Response
from sqlalchemy import Connection, Row

from api.errors import Refusal, refuse
from api.keys import Role
from api.routes.declare import Routes
from api.routes.edits import check_seen
from api.routes.results import view_of
from api.routes.rosters import solved_roster
from api.service import caller, now, service
from api.shapes.approvals import PublishBody, StepBody, StepList, StepTold
from api.shapes.edits import VersionHeader
from api.shapes.rosters import RosterPath
from api.store.approvals import BEFORE, Step, last_step, steps_of, take_step
from api.store.audit import note
from api.store.jobs import job_row
from scheduler.errors import SettingError
from scheduler.tickets.publish import publish
from scheduler.tickets.refusals import text_problems
from scheduler.words import Message, message

routes = Routes("approvals", "rosters")

_TAKEN = {201: StepTold}
_REFUSALS = (404, 409, 412, 428)


@routes.add("post", "/rosters/<roster>/proposal", Role.PLANNER, _TAKEN, refusals=_REFUSALS)
def propose_roster(path: RosterPath, header: VersionHeader, body: StepBody) -> Response:
    """Propose the version that was seen, told by `If-Match`, to those who approve."""
    return _step(path, header, Step.PROPOSED, body.reason)


@routes.add("post", "/rosters/<roster>/approval", Role.APPROVER, _TAKEN, refusals=_REFUSALS)
def approve_roster(path: RosterPath, header: VersionHeader, body: StepBody) -> Response:
    """Approve the version that was seen, told by `If-Match`; one with violations of hard rules needs a reason."""
    row = solved_roster(path.roster)
    hard = sum(violation.hard for violation in view_of(row).facts.violations)
    if hard and not body.reason.strip():
        refuse("conflict", message("{count} violations of hard rules: say why it may pass.", count=hard))
    return _step(path, header, Step.APPROVED, body.reason)


@routes.add("post", "/rosters/<roster>/rejection", Role.APPROVER, _TAKEN, refusals=_REFUSALS)
def reject_roster(path: RosterPath, header: VersionHeader, body: StepBody) -> Response:
    """Reject the version that was seen, told by `If-Match`."""
    return _step(path, header, Step.REJECTED, body.reason)


@routes.add("post", "/rosters/<roster>/publication", Role.APPROVER, _TAKEN, refusals=_REFUSALS)
def publish_roster(path: RosterPath, header: VersionHeader, body: PublishBody) -> Response:
    """Publish the approved version into the ticket ledger; it supersedes the week's version before, claims are kept."""
    row = solved_roster(path.roster)
    check_seen(row, header.if_match)
    here = service()
    _check_step(here.store.read(lambda connection: last_step(connection, row.id)), Step.PUBLISHED)
    with tempfile.TemporaryDirectory() as folder:
        for name, content in view_of(row).files.items():
            (Path(folder) / name).write_bytes(content)
        done = publish(here.store, Path(folder), now(), caller().name, reason=body.reason, most=body.most)
    told = {"week": done.week, "version": done.version, "slots": done.slots, "tickets": done.tickets}
    hurt = [{"partner": one.partner, "slot": one.slot, "why": str(one.why)} for one in done.hurt]
    return _step(path, header, Step.PUBLISHED, body.reason, {**told, "kept": done.kept, "hurt": hurt})


@routes.add("get", "/rosters/<roster>/approvals", Role.VIEWER, {200: StepList}, refusals=(404, 409))
def list_approvals(path: RosterPath) -> dict[str, Any]:
    """List the steps of a roster on its way to the public."""
    row = solved_roster(path.roster)
    rows = service().store.read(lambda connection: steps_of(connection, row.id))
    return StepList(entries=[_told(one) for one in rows]).model_dump(mode="json")


def _step(
    path: RosterPath, header: VersionHeader, step: Step, reason: str, outcome: Mapping[str, Any] | None = None
) -> Response:
    row = solved_roster(path.roster)
    check_seen(row, header.if_match)
    problems = text_problems(reason, "/reason")
    if problems:
        raise SettingError(problems)

    def write(connection: Connection) -> Row[Any]:
        present = job_row(connection, row.id)
        if present is None or present.version != row.version:
            raise Refusal("changed-meanwhile", message("It was edited meanwhile."))
        _check_step(last_step(connection, row.id), step)
        who, at = caller().id, now()
        take_step(connection, row.id, row.version, step, reason, who, at, outcome or {})
        note(connection, who, str(step), row.id, at, version=row.version, reason=reason)
        return steps_of(connection, row.id)[-1]

    told = _told(service().store.write(write))
    return Response(told.model_dump_json(), status=201, content_type="application/json")


def _check_step(last: str | None, step: Step) -> None:
    if (None if last is None else Step(last)) not in BEFORE[step]:
        raise Refusal("conflict", _not_now(last, step))


def _not_now(last: str | None, step: Step) -> Message:
    if last is None:
        return message("It cannot be {step}: this version was not proposed yet.", step=str(step))
    return message("It cannot be {step}: this version is {last}.", step=str(step), last=last)


def _told(row: Row[Any]) -> StepTold:
    names = ("version", "step", "reason", "made_at", "made_by", "outcome")
    return StepTold(**{name: getattr(row, name) for name in names})
