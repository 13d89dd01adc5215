"""Studies: requested, followed, cancelled, resumed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flask import Response
from sqlalchemy import Connection, Row

from api.jobs.studies import make_task, read_study
from api.routes.events import EVENTS, follow_job
from api.routes.rosters import cancel, check_queue, known_job, queue_job
from api.routes.scenarios import known_row
from api.shapes.rosters import EventHeader, EventQuery
from api.shapes.studies import StudyBody, StudyList, StudyOut, StudyPath, StudyQuery, study_address
from api.store.audit import record_action
from api.store.jobs import is_active, job_row, job_rows
from api.store.keys import Role
from api.store.models import JobKind
from api.store.variants import count_variants, read_progress, requeue_ended
from api.web.declare import Routes, json_response
from api.web.errors import not_found, refuse
from api.web.service import caller, now, service
from scheduler.errors import MenzhenError, Problem, StudyError, Where
from scheduler.study.base import Base, check_study
from scheduler.study.study import Study
from scheduler.tickets.personal_data import key_problems
from scheduler.words import message

routes = Routes("studies", "studies")

_RETRY_SECONDS = 2
_ACCEPTED = {202: StudyOut}


@routes.add("post", "/studies", Role.PLANNER, _ACCEPTED, refusals=(404,), solves=True)
def ask_for_study(body: StudyBody) -> Response:
    """Request a study: variants of a scenario, solved and put side by side. Nothing is queued that is not valid."""
    known_row(body.scenario)
    job_request = _valid(body)
    return _accepted(lambda connection: queue_job(connection, JobKind.STUDY, body.scenario, job_request))


def _people(study: Study) -> Iterator[Problem]:
    names = (study.name, study.title, *(text for one in study.variants for text in (one.name, one.title)))
    return (problem for name in dict.fromkeys(names) for problem in key_problems(name, Where(field="/study")))


def _valid(body: StudyBody) -> Mapping[str, Any]:
    """Return what the worker needs to know; raises StudyError with everything that is wrong."""
    here = service()
    study = read_study(body.study, here.settings.study_variants)
    # Each of them is put on the base while the caller waits.
    if len(study.parts) > here.settings.study_variants:
        raise StudyError([_too_many(len(study.parts), here.settings.study_variants)])
    problems = [*_too_long(study, here.settings.most_seconds), *_people(study)]
    base = Base.of(here.scenarios.get(body.scenario))
    try:
        check_study(study, base)
    except MenzhenError as error:
        problems += error.problems
    if problems:
        raise StudyError(problems)
    workers, variants = here.settings.study_workers, len(study.variants)
    limit_seconds = make_task(study, body.replications, body.how).limit_seconds
    return {
        "name": study.name,
        "title": study.title,
        "study": body.study,
        "replications": body.replications,
        "how": body.how,
        "variants": variants,
        "workers": min(workers, variants),
        "solver": study.solver,
        "seed": study.seed,
        "seconds": math.ceil(limit_seconds * math.ceil(variants / workers)),
    }


def _too_many(count: int, most: int) -> Problem:
    wrong = message("there are {count} patches and values to sweep, more than {most}", count=count, most=most)
    return Problem(Where(field="/study/patches"), wrong, message("Take some out."))


def _too_long(study: Study, most: int) -> Iterator[Problem]:
    if study.seconds > most:
        wrong = message("must be at most {most}", most=most)
        remedy = message("Write seconds above 0, at most {most}.", most=most)
        yield Problem(Where(field="/study/seconds"), wrong, remedy)


@routes.add("get", "/studies", Role.VIEWER, {200: StudyList})
def list_studies(query: StudyQuery) -> StudyList:
    """List the studies, the newest first."""
    state = None if query.state is None else str(query.state)

    def step(connection: Connection) -> tuple[list[Row[Any]], Mapping[str, Mapping[str, Any]]]:
        rows = job_rows(connection, (JobKind.STUDY,), query.limit + 1, query.before, query.scenario, state)
        return rows, read_progress(connection, [row.id for row in rows])

    rows, progress = service().store.read(step)
    page, following = query.page(rows)
    entries = [StudyOut.of(row, progress.get(row.id, {})) for row in page]
    return StudyList(entries=entries, next=following)


@routes.add("get", "/studies/<study>", Role.VIEWER, {200: StudyOut}, refusals=(404,))
def get_study(path: StudyPath) -> Response:
    """Return where a study stands: how many of its variants are finished, and how many of these failed."""
    row = known_study(path.study)
    return _study_response(row, service().store.read(lambda c: read_progress(c, [row.id])), 200)


@routes.add("get", "/studies/<study>/events", Role.VIEWER, EVENTS, refusals=(404,))
def get_study_events(path: StudyPath, query: EventQuery, header: EventHeader) -> Response:
    """Follow a study: as a stream where `Accept` asks for one, else the events so far.

    A stream ends with the study; one that breaks off is taken up again with `Last-Event-ID`.
    """
    return follow_job(known_study(path.study), query, header)


@routes.add("post", "/studies/<study>/cancel", Role.PLANNER, _ACCEPTED, refusals=(404, 409))
@routes.add("delete", "/studies/<study>", Role.PLANNER, _ACCEPTED, refusals=(404, 409), name="delete_study")
def cancel_study(path: StudyPath) -> Response:
    """Cancel a study; what works on it is ended, and its finished variants stay."""
    row = known_study(path.study)
    return _accepted(lambda connection: cancel(connection, row))


@routes.add("post", "/studies/<study>/resume", Role.PLANNER, _ACCEPTED, refusals=(404, 409), solves=True)
def resume_study(path: StudyPath) -> Response:
    """Go on with a study that ended before its end: only the variants are solved that are not finished."""
    row = known_study(path.study)

    def step(connection: Connection) -> Row[Any]:
        if count_variants(connection, row.id) >= row.request["variants"]:
            refuse("conflict", message("Every variant of it is finished."))
        check_queue(connection)
        if not requeue_ended(connection, row.id, now()):
            refuse("conflict", message("It has not ended yet: {state}.", state=row.state))
        record_action(connection, caller().id, "study resumed", row.id, now())
        return known_job(connection, row.id)

    return _accepted(step)


def known_study(study: str) -> Row[Any]:
    """Return a study's row, or refuse the request."""
    row = service().store.read(lambda connection: job_row(connection, study, (JobKind.STUDY,)))
    if row is None:
        not_found(message("There is no study {study}.", study=study))
    return row


def _accepted(step: Callable[[Connection], Row[Any]]) -> Response:
    """Run a step that changes a study; return the response with what it is then."""

    def with_progress(connection: Connection) -> tuple[Row[Any], Mapping[str, Mapping[str, Any]]]:
        row = step(connection)
        return row, read_progress(connection, [row.id])

    row, progress = service().store.write(with_progress)
    service().dispatcher.wake()
    response = _study_response(row, progress, 202)
    response.headers["Location"] = study_address(row.id)
    response.headers["Retry-After"] = str(_RETRY_SECONDS)
    return response


def _study_response(row: Row[Any], progress: Mapping[str, Mapping[str, Any]], status: int) -> Response:
    response = json_response(StudyOut.of(row, progress.get(row.id, {})), status)
    if is_active(row):
        response.headers["Retry-After"] = str(_RETRY_SECONDS)
    return response
