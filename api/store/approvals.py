"""Approvals: the steps from a version of a roster to its publication; the last one counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, insert, select

from api.store.models import ApprovalRow, JobRow, ScenarioRow


class Step(StrEnum):
    """A step towards publication."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    PUBLISHED = "published"


PREVIOUS_STEPS: Mapping[Step, tuple[Step | None, ...]] = {
    Step.PROPOSED: (None, Step.REJECTED),
    Step.APPROVED: (Step.PROPOSED,),
    Step.REJECTED: (Step.PROPOSED, Step.APPROVED),
    Step.PUBLISHED: (Step.APPROVED,),
}
"""The steps of a version after which a step may be taken."""


def record_step(
    connection: Connection,
    job: str,
    version: int,
    step: Step,
    reason: str,
    by: str,
    at: dt.datetime,
    outcome: Mapping[str, Any],
) -> Row[Any]:
    """Write a step and return its row."""
    row = {"job": job, "version": version, "step": str(step), "reason": reason, "made_by": by, "made_at": at}
    step_row = insert(ApprovalRow).values({**row, "outcome": dict(outcome)})
    return connection.execute(step_row.returning(ApprovalRow.__table__)).one()


def list_steps(connection: Connection, job: str) -> list[Row[Any]]:
    """Return all steps of a roster, the oldest first."""
    wanted = select(ApprovalRow.__table__).where(ApprovalRow.job == job)
    return list(connection.execute(wanted.order_by(ApprovalRow.number)))


def last_step(connection: Connection, job: str) -> str | None:
    """Return the last step of a roster's present version."""
    return last_steps(connection, [job]).get(job)


def last_steps(connection: Connection, jobs: Iterable[str]) -> dict[str, str]:
    """Return the last step of the present version of each roster that has any."""
    here = and_(ApprovalRow.job == JobRow.id, ApprovalRow.version == JobRow.version)
    last = (
        select(func.max(ApprovalRow.number))
        .join(JobRow, here)
        .where(JobRow.id.in_(list(jobs)))
        .group_by(ApprovalRow.job)
    )
    wanted = select(ApprovalRow.job, ApprovalRow.step).where(ApprovalRow.number.in_(last))
    return {str(job): str(step) for job, step in connection.execute(wanted)}


def list_published(connection: Connection, week: str) -> list[Row[Any]]:
    """Return the published versions of a week, as `list_publications` does."""
    return [row for row in list_publications(connection, week) if row.week == week]


def list_publications(connection: Connection, since: str) -> list[Row[Any]]:
    """Return the published versions of the weeks from `since` on, the oldest first.

    Each has its number, week, scenario, job and version, when it was published, and its version in the ledger.
    """
    wanted = _published(*_COLUMNS).where(ScenarioRow.week >= since)
    return list(connection.execute(wanted.order_by(ApprovalRow.number)))


_LAST = select(func.max(ApprovalRow.number)).where(ApprovalRow.step == Step.PUBLISHED)


def last_publication(connection: Connection) -> int:
    """Return the number of the last publication of any week, 0 where there is none."""
    return connection.scalar(_LAST) or 0


def list_current(connection: Connection) -> list[Row[Any]]:
    """Return the last publication of every week, in order of the weeks, each as `list_publications` has it.

    Earlier publications are not fetched, however many there are.
    """
    last = _published(func.max(ApprovalRow.number)).group_by(ScenarioRow.week)
    wanted = _published(*_COLUMNS).where(ApprovalRow.number.in_(last))
    return list(connection.execute(wanted.order_by(ScenarioRow.week)))


_COLUMNS = (
    ApprovalRow.number,
    ScenarioRow.week,
    JobRow.scenario,
    ApprovalRow.job,
    ApprovalRow.version,
    ApprovalRow.made_at,
    ApprovalRow.outcome,
)


def _published(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(ApprovalRow)
        .join(JobRow, ApprovalRow.job == JobRow.id)
        .join(ScenarioRow, JobRow.scenario == ScenarioRow.id)
        .where(ApprovalRow.step == Step.PUBLISHED)
    )
