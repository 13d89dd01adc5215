"""Questions about a roster: who could take a session at once, why and at what price by a solve."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Response
from sqlalchemy import Row

from api.routes.results import view_of
from api.routes.rosters import answered, ask, ask_of_scenario, cancelled, check_seconds, solved_roster
from api.routes.scenarios import known_row
from api.shapes.edits import (
    AnswerOut,
    AnswerPath,
    CandidateList,
    CandidateOut,
    OptionsQuery,
    PointOut,
    PriceBody,
    TierChangeOut,
    WhyBody,
    half_day,
)
from api.shapes.rosters import JobOut, RosterPath, job_told, sentences, tiers_told, violations_told
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

routes = Routes("answers", "answers")

_KINDS = (JobKind.WHY, JobKind.PRICE)
_ACCEPTED = {202: JobOut}


@routes.add("post", "/rosters/<roster>/why", Role.VIEWER, _ACCEPTED, refusals=(404, 409), solves=True)
def ask_why(path: RosterPath, body: WhyBody) -> Response:
    """Ask why a doctor has no session at a half-day: what it would cost, or what forbids it."""
    row = solved_roster(path.roster)
    check_seconds(body.seconds)
    scenario, problems = view_of(row).scenario, list[Problem]()
    half_day(scenario, body.at, "/at", problems)
    problems += _known("/doctor", body.doctor, scenario.doctor_of)
    problems += _known("/clinic", body.clinic, scenario.clinic_of) if body.clinic else ()
    if problems:
        raise SettingError(problems)
    return ask(JobKind.WHY, row, body.model_dump(mode="json") | {"version": row.version})


@routes.add("post", "/scenarios/<scenario>/price", Role.VIEWER, _ACCEPTED, refusals=(404,), solves=True)
def ask_price(path: ScenarioPath, body: PriceBody) -> Response:
    """Ask for the price of the afternoon: what each limit down to an even day costs in changes."""
    known_row(path.scenario)
    problems = [*_ratio("/start", body.start), *_ratio("/end", body.end)]
    if problems:
        raise SettingError(problems)
    return ask_of_scenario(JobKind.PRICE, path.scenario, body.model_dump(mode="json"), body.seconds)


def _ratio(place: str, text: str | None) -> Iterable[Problem]:
    try:
        if text is not None:
            exact(text)
    except ValueError:
        wrong, remedy = message("this is no ratio"), message("Give a number such as 1.2 or 6/5.")
        yield Problem(Where(field=place), wrong, remedy, text)


@routes.add("get", "/answers/<answer>", Role.VIEWER, {200: AnswerOut}, refusals=(404,))
def get_answer(path: AnswerPath) -> Response:
    """Tell where an answer stands, and what it is."""
    row = _known_answer(path.answer)
    kept = row.outcome
    told = AnswerOut(
        job=job_told(row),
        verdict=kept.get("verdict"),
        sentences=sentences(kept.get("sentences", [])),
        proved=kept.get("proved"),
        tiers=[TierChangeOut(**tier) for tier in kept.get("tiers", [])],
        points=[
            PointOut(limit=point["limit"], status=point["status"], tiers=tiers_told(point["tiers"]))
            for point in kept.get("points", [])
        ],
    )
    return answered(row, told)


@routes.add("delete", "/answers/<answer>", Role.VIEWER, _ACCEPTED, refusals=(404, 409))
def delete_answer(path: AnswerPath) -> Response:
    """Cancel an answer that is being worked out."""
    return cancelled(_known_answer(path.answer))


@routes.add("post", "/answers/<answer>/cancel", Role.VIEWER, _ACCEPTED, refusals=(404, 409))
def cancel_answer(path: AnswerPath) -> Response:
    """Cancel an answer that is being worked out."""
    return cancelled(_known_answer(path.answer))


def _known_answer(answer: str) -> Row[Any]:
    row = service().store.read(lambda connection: job_row(connection, answer, _KINDS))
    if row is None:
        not_found(message("There is no answer {answer}.", answer=answer))
    return row


@routes.add("get", "/rosters/<roster>/options", Role.VIEWER, {200: CandidateList}, refusals=(404, 409))
def get_options(path: RosterPath, query: OptionsQuery) -> dict[str, Any]:
    """Rank the doctors who could take a session, with the effect on every rule."""
    from scheduler.adjust.candidates import who_could_cover, who_could_sit

    view = view_of(solved_roster(path.roster))
    if (query.session is None) == (query.at is None or query.clinic is None) or (
        query.session is not None and (query.at or query.clinic)
    ):
        refuse("not-valid", message("Name a session, or a half-day and a clinic."))
    assert view.plan is not None, "the roster is solved"
    if query.session is not None:
        problems = [*_known("?session", query.session, [s.session for s in view.plan.roster.held])]
        _refuse_any(problems)
        found = who_could_cover(view.scenario, view.plan, query.session)
    else:
        problems = []
        cell = half_day(view.scenario, query.at or "", "?at", problems)
        problems += _known("?clinic", query.clinic or "", view.scenario.clinic_of)
        _refuse_any(problems)
        assert cell is not None, "there was no problem with it"
        found = who_could_sit(view.scenario, view.plan, cell, query.clinic or "")
    return _ranked(view.scenario, found, everybody=query.all).model_dump(mode="json")


def _refuse_any(problems: list[Problem]) -> None:
    if problems:
        raise SettingError(problems)


def _known(place: str, name: str, known: Iterable[str]) -> Iterable[Problem]:
    names = list(known)
    if name not in names:
        wrong = message("the scenario does not know this name")
        yield Problem(Where(field=place), wrong, suggest(name, names), name)


def _ranked(scenario: Scenario, found: Iterable[Any], *, everybody: bool) -> CandidateList:
    able = [one for one in found if not one.forbidden_by]
    unable = [one for one in found if one.forbidden_by]
    entries = [
        CandidateOut(
            doctor=one.doctor,
            level=scenario.doctor_of[one.doctor].level,
            units=one.more_units,
            forbidden_by=violations_told(one.forbidden_by),
        )
        for one in (*able, *(unable if everybody else ()))
    ]
    return CandidateList(able=len(able), unable=len(unable), entries=entries)
