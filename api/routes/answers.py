"""Questions about a roster: who could take a session (at once), why, at what price, and what patients meet (by a job)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from flask import Response
from sqlalchemy import Row

from api.routes.roster_tables import view_of
from api.routes.rosters import (
    cancelled,
    check_seconds,
    job_response,
    queue_roster_job,
    queue_scenario_job,
    solved_roster,
)
from api.routes.scenarios import known_row
from api.shapes.answers import (
    AnswerOut,
    AnswerPath,
    CandidateList,
    FlowBody,
    OptionsQuery,
    PriceBody,
    WhyBody,
)
from api.shapes.edits import half_day
from api.shapes.rosters import JobOut, RosterPath
from api.shapes.scenarios import ScenarioPath
from api.store.jobs import job_row
from api.store.keys import Role
from api.store.models import JobKind
from api.web.declare import Routes
from api.web.errors import not_found, refuse
from api.web.service import service
from scheduler.errors import Problem, SettingError, Where, suggest
from scheduler.scenario.policy import exact
from scheduler.scenario.week import Scenario
from scheduler.words import message

if TYPE_CHECKING:
    from scheduler.adjust.candidates import Candidate
    from scheduler.roster import Plan

routes = Routes("answers", "answers")

_KINDS = (JobKind.WHY, JobKind.PRICE, JobKind.FLOW)
_ACCEPTED = {202: JobOut}


@routes.add("post", "/rosters/<roster>/why", Role.VIEWER, _ACCEPTED, refusals=(404, 409), solves=True)
def ask_why(path: RosterPath, body: WhyBody) -> Response:
    """Ask why a doctor has no session at a half-day: what it would cost, or what forbids it."""
    row = solved_roster(path.roster)
    check_seconds(body.seconds)
    scenario, problems = view_of(row).scenario, list[Problem]()
    half_day(scenario, body.at, "/at", problems)
    problems += _unknown("/doctor", body.doctor, scenario.doctor_of)
    problems += _unknown("/clinic", body.clinic, scenario.clinic_of) if body.clinic else ()
    _refuse_any(problems)
    return queue_roster_job(JobKind.WHY, row, body.model_dump(mode="json") | {"version": row.version})


@routes.add("post", "/scenarios/<scenario>/price", Role.VIEWER, _ACCEPTED, refusals=(404,), solves=True)
def ask_price(path: ScenarioPath, body: PriceBody) -> Response:
    """Ask for the price of the afternoon: what each limit down to an even day costs in changes."""
    known_row(path.scenario)
    problems = [*_ratio("/start", body.start), *_ratio("/end", body.end)]
    _refuse_any(problems)
    return queue_scenario_job(JobKind.PRICE, path.scenario, body.model_dump(mode="json"), body.seconds)


def _ratio(place: str, text: str | None) -> Iterable[Problem]:
    try:
        if text is not None:
            exact(text)
    except ValueError:
        wrong, remedy = message("this is not a ratio"), message("Give a number such as 1.2 or 6/5.")
        yield Problem(Where(field=place), wrong, remedy, text)


@routes.add("post", "/rosters/<roster>/flow", Role.VIEWER, _ACCEPTED, refusals=(404, 409), solves=True)
def ask_flow(path: RosterPath, body: FlowBody) -> Response:
    """Ask for the patient flow of a roster's week, alone or beside another roster of the same scenario."""
    row = solved_roster(path.roster)
    check_seconds(body.seconds)
    other = None if body.against is None else solved_roster(body.against)
    if other is not None and other.scenario != row.scenario:
        wrong = message("that roster is not one of the same scenario")
        remedy = message("Name a roster of the same scenario.")
        raise SettingError([Problem(Where(field="/against"), wrong, remedy, body.against)])
    against = None if other is None else {"roster": other.id, "version": other.version}
    request = body.model_dump(mode="json") | {"version": row.version, "against": against}
    return queue_roster_job(JobKind.FLOW, row, request)


@routes.add("get", "/answers/<answer>", Role.VIEWER, {200: AnswerOut}, refusals=(404,))
def get_answer(path: AnswerPath) -> Response:
    """Return an answer's state, and the answer once it is there."""
    row = _known_answer(path.answer)
    return job_response(row, AnswerOut.of(row))


@routes.add("post", "/answers/<answer>/cancel", Role.VIEWER, _ACCEPTED, refusals=(404, 409))
@routes.add("delete", "/answers/<answer>", Role.VIEWER, _ACCEPTED, refusals=(404, 409), name="delete_answer")
def cancel_answer(path: AnswerPath) -> Response:
    """Cancel an answer that is being worked out."""
    return cancelled(_known_answer(path.answer))


def _known_answer(answer: str) -> Row[Any]:
    row = service().store.read(lambda connection: job_row(connection, answer, _KINDS))
    if row is None:
        not_found(message("There is no answer {answer}.", answer=answer))
    return row


@routes.add("get", "/rosters/<roster>/options", Role.VIEWER, {200: CandidateList}, refusals=(404, 409))
def get_options(path: RosterPath, query: OptionsQuery) -> CandidateList:
    """Rank the doctors who could take a session, with the effect on every rule."""
    view = view_of(solved_roster(path.roster))
    if (query.session is None) == (query.at is None or query.clinic is None) or (
        query.session is not None and (query.at or query.clinic)
    ):
        refuse("not-valid", message("Name a session, or a half-day and a clinic."))
    assert view.plan is not None, "the roster is solved"
    candidates = _candidates(view.scenario, view.plan, query)
    return CandidateList.of(view.scenario, candidates, with_unable=query.all)


def _candidates(scenario: Scenario, plan: Plan, query: OptionsQuery) -> Sequence[Candidate]:
    from scheduler.adjust.candidates import find_session, who_could_cover, who_could_sit

    if query.session is not None:
        if find_session(scenario, plan, query.session) is None:
            _refuse_any([*_unknown("?session", query.session, [s.session for s in plan.roster.held])])
        return who_could_cover(scenario, plan, query.session)
    problems: list[Problem] = []
    cell = half_day(scenario, query.at or "", "?at", problems)
    problems += _unknown("?clinic", query.clinic or "", scenario.clinic_of)
    _refuse_any(problems)
    assert cell is not None, "there was no problem with it"
    return who_could_sit(scenario, plan, cell, query.clinic or "")


def _refuse_any(problems: list[Problem]) -> None:
    if problems:
        raise SettingError(problems)


def _unknown(place: str, name: str, known: Iterable[str]) -> Iterable[Problem]:
    names = list(known)
    if name not in names:
        wrong = message("the scenario does not know this name")
        yield Problem(Where(field=place), wrong, suggest(name, names), name)
