"""A roster's way to publication: proposed, approved or rejected, published into the ticket ledger."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row

from api.routes.edits import check_seen
from api.routes.roster_tables import view_of
from api.routes.rosters import solved_roster
from api.shapes.approvals import AcceptingBody, PublishBody, StepBody, StepList, StepOut
from api.shapes.edits import VersionHeader
from api.shapes.rosters import RosterPath
from api.store.approvals import PREVIOUS_STEPS, Step, list_steps, record_step
from api.store.audit import lock_record, record_action
from api.store.jobs import job_row
from api.store.keys import Role, key_name
from api.store.verify import files_digest
from api.web.declare import Routes
from api.web.errors import Refusal
from api.web.service import caller, now, service
from scheduler.adjust.hard_rules import accept_violations, hard_units
from scheduler.clock import clock_text
from scheduler.tables.partner_channels import write_partner_channels
from scheduler.tickets.hash_chain import digest
from scheduler.tickets.publications import publish
from scheduler.tickets.results import Acceptance, Publication
from scheduler.words import Message, message

routes = Routes("approvals", "rosters")

_STEP = {201: StepOut}
_REFUSALS = (404, 409, 412, 428)


@routes.add("post", "/rosters/<roster>/proposal", Role.PLANNER, _STEP, refusals=_REFUSALS)
def propose_roster(path: RosterPath, header: VersionHeader, body: AcceptingBody) -> StepOut:
    """Propose the version that was seen, named by `If-Match`, to those who approve.

    One that breaks hard rules needs `accept_violations`, as it does at every further step.
    """
    return _step(path, header, Step.PROPOSED, body.reason, body)


@routes.add("post", "/rosters/<roster>/approval", Role.APPROVER, _STEP, refusals=_REFUSALS)
def approve_roster(path: RosterPath, header: VersionHeader, body: AcceptingBody) -> StepOut:
    """Approve the version that was seen, named by `If-Match`; one that breaks hard rules needs `accept_violations`.

    Whoever proposed it cannot approve it, an admin apart.
    """
    return _step(path, header, Step.APPROVED, body.reason, body)


@routes.add("post", "/rosters/<roster>/rejection", Role.APPROVER, _STEP, refusals=_REFUSALS)
def reject_roster(path: RosterPath, header: VersionHeader, body: StepBody) -> StepOut:
    """Reject the version that was seen, named by `If-Match`."""
    return _step(path, header, Step.REJECTED, body.reason)


@routes.add("post", "/rosters/<roster>/publication", Role.APPROVER, _STEP, refusals=_REFUSALS)
def publish_roster(path: RosterPath, header: VersionHeader, body: PublishBody) -> StepOut:
    """Publish the approved version into the ticket ledger; it supersedes the week's version before, claims are kept.

    Ledger and step are written together or not at all. A version that breaks hard rules needs `accept_violations`.
    """
    row = solved_roster(path.roster)
    check_seen(row, header.if_match)
    accepted = _acceptance(row, body)
    store, decision = service().store, _Decision(row, Step.PUBLISHED, body.reason)
    store.read(decision.check)
    # Calendars of its doctors are read by many at once. Made before: what was published is never answered with a fault.
    service().published.sessions(row.id, row.version)
    steps: list[StepOut] = []

    def take(connection: Connection, publication: Publication) -> None:
        steps.append(decision.take(connection, _summary(publication) | _accepted(accepted)))

    with tempfile.TemporaryDirectory() as folder:
        for name, content in view_of(row).files.items():
            (Path(folder) / name).write_bytes(content)
        write_partner_channels(view_of(row).scenario, Path(folder))
        publish(
            store,
            Path(folder),
            now(),
            caller().name,
            reason=body.reason,
            most=body.most,
            accepted=accepted,
            also=take,
        )
    return steps[-1]


def _acceptance(row: Row[Any], body: AcceptingBody) -> Acceptance | None:
    """Return why broken hard rules are accepted, None where none is broken; raises PublicationError without a reason."""
    field = "/accept_violations"
    return accept_violations(hard_units(view_of(row).facts.violations), body.accept_violations, field)


def _accepted(accepted: Acceptance | None) -> dict[str, Any]:
    return (
        {} if accepted is None else {"accepted": {"reason": accepted.reason, "rules": dict(accepted.rules)}}
    )


def _summary(publication: Publication) -> dict[str, Any]:
    numbers = {name: getattr(publication, name) for name in ("week", "version", "slots", "tickets", "kept")}
    hurt = [{"partner": one.partner, "slot": one.slot, "why": str(one.why)} for one in publication.hurt]
    retimed = [
        {"partner": one.partner, "slot": one.slot, "ticket": one.ticket, "told": clock_text(one.told)}
        for one in publication.retimed
    ]
    return {**numbers, "hurt": hurt, "retimed": retimed}


@routes.add("get", "/rosters/<roster>/approvals", Role.VIEWER, {200: StepList}, refusals=(404, 409))
def list_approvals(path: RosterPath) -> StepList:
    """List the steps of a roster on its way to publication."""
    row = solved_roster(path.roster)
    rows = service().store.read(lambda connection: list_steps(connection, row.id))
    return StepList(entries=[StepOut.of_row(one) for one in rows])


def _step(
    path: RosterPath, header: VersionHeader, step: Step, reason: str, body: AcceptingBody | None = None
) -> StepOut:
    row = solved_roster(path.roster)
    check_seen(row, header.if_match)
    outcome = {} if body is None else _accepted(_acceptance(row, body))
    decision = _Decision(row, step, reason)
    return service().store.write(lambda connection: decision.take(connection, outcome))


class _Decision:
    """A step to be taken with the version in `row`."""

    def __init__(self, row: Row[Any], step: Step, reason: str) -> None:
        self._row, self._step, self._reason = row, step, reason

    def check(self, connection: Connection) -> None:
        """Refuse a version that was edited, a step out of order, and an approval of one's own proposal."""
        present = job_row(connection, self._row.id)
        if present is None or present.version != self._row.version:
            raise Refusal("changed-meanwhile", message("It was edited meanwhile."))
        steps = [one for one in list_steps(connection, self._row.id) if one.version == self._row.version]
        last = Step(steps[-1].step) if steps else None
        if last not in PREVIOUS_STEPS[self._step]:
            raise Refusal("conflict", _not_now(last, self._step))
        if self._step is Step.APPROVED and caller().role is not Role.ADMIN:
            _refuse_own(connection, steps[-1].made_by)

    def take(self, connection: Connection, outcome: Mapping[str, Any]) -> StepOut:
        """Write the step down and return it."""
        lock_record(connection)
        self.check(connection)
        who, at, row = caller().id, now(), self._row
        taken = record_step(connection, row.id, row.version, self._step, self._reason, who, at, outcome)
        accepted = {key: value for key, value in outcome.items() if key == "accepted"}
        step, reason = str(self._step), self._reason
        files = files_digest(view_of(row).files)
        told = {"version": row.version, "reason": reason, "files": files, **accepted, "rest": digest(outcome)}
        record_action(connection, who, step, row.id, at, **told)
        return StepOut.of_row(taken)


def _refuse_own(connection: Connection, proposer: str) -> None:
    # By name: the two live keys of one name are one person's.
    if key_name(connection, proposer) == caller().name:
        raise Refusal("forbidden", message("You proposed it: somebody else must approve it."))


def _not_now(last: str | None, step: Step) -> Message:
    if last is None:
        return message("It cannot be {step}: this version was not proposed yet.", step=str(step))
    return message("It cannot be {step}: this version is {last}.", step=str(step), last=last)
