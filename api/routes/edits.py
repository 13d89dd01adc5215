"""A roster edited by hand: tried, kept as a new version, told apart from others."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response
from sqlalchemy import Connection, Row

from api.jobs.results import plan_to_files
from api.rosters import View
from api.routes.results import view_of
from api.routes.rosters import solved_roster
from api.shapes.edits import (
    CheckBody,
    CompareQuery,
    ComparisonOut,
    DifferenceOut,
    EditBody,
    EffectOut,
    VersionHeader,
    VersionList,
    VersionOut,
    edited,
    effect_told,
    parsed_edits,
    session_told,
)
from api.shapes.rosters import CheckOut, RosterPath, violations_told
from api.store.audit import record_action
from api.store.keys import Role
from api.store.versions import add_version, read_pins, version_rows
from api.web.declare import Routes
from api.web.errors import Refusal, refuse
from api.web.service import caller, now, service
from scheduler.check.run import totals
from scheduler.errors import Problem, SettingError, Where, suggest
from scheduler.roster import Roster, Session
from scheduler.rules import KEYS
from scheduler.tickets.personal_data import text_problems
from scheduler.words import message

routes = Routes("edits", "rosters")


@routes.add("get", "/rosters/<roster>/check", Role.VIEWER, {200: CheckOut}, refusals=(404, 409))
def check_roster(path: RosterPath) -> dict[str, Any]:
    """Check the present version of a roster against every rule, independently of the engine."""
    violations = view_of(solved_roster(path.roster)).facts.violations
    told = CheckOut(
        hard=sum(violation.hard for violation in violations),
        units=totals(violations),
        violations=violations_told(violations),
    )
    return told.model_dump(mode="json")


@routes.add("post", "/rosters/<roster>/check", Role.VIEWER, {200: EffectOut}, refusals=(404, 409))
def try_edits(path: RosterPath, body: CheckBody) -> dict[str, Any]:
    """Tell what edits would change in the rules, without keeping them."""
    row = solved_roster(path.roster)
    view = view_of(row)
    edits = parsed_edits(view.scenario, body.edits)
    effect = view.draft.effect(edits)
    return effect_told(row.version, view.draft.sessions(edits), effect).model_dump(mode="json")


@routes.add("post", "/rosters/<roster>/edits", Role.PLANNER, {201: EffectOut}, refusals=(404, 409, 412, 428))
def edit_roster(path: RosterPath, header: VersionHeader, body: EditBody) -> Response:
    """Edit the version that was seen, told by `If-Match`, and get the next one.

    Where somebody else has edited it meanwhile nothing is kept, and the answer tells what they changed.
    """
    row = solved_roster(path.roster)
    check_seen(row, header.if_match)
    problems = text_problems(body.reason, "/reason")
    if problems:
        raise SettingError(problems)
    view = view_of(row)
    edits = parsed_edits(view.scenario, body.edits)
    sessions, effect = view.draft.sessions(edits), view.draft.effect(edits)
    plan = edited(view, edits)
    files = plan_to_files(view.scenario, plan) if edits else {}
    known = service().store.read(lambda c: read_pins(c, row.id, row.version))
    pins = known if body.pins is None else _pinned(plan.roster, body.pins)
    told = [edit.model_dump(mode="json", exclude_none=True) for edit in body.edits]

    def step(connection: Connection) -> bool:
        who, at = caller().id, now()
        made = add_version(connection, row.id, row.version, told, pins, files, body.reason, who, at)
        if made:
            record_action(connection, who, "edited", row.id, at, version=row.version + 1, edits=told)
        return made

    if not service().store.write(step):
        _too_late(row, row.version)
    answer = Response(effect_told(row.version + 1, sessions, effect).model_dump_json(), status=201)
    answer.content_type = "application/json"
    answer.headers["ETag"] = f'"v{row.version + 1}"'
    return answer


def check_seen(row: Row[Any], sent: str | None) -> None:
    """Refuse an author who has not seen the present version, and tell what was changed since."""
    if sent is None:
        refuse("precondition-required", message("Send the ETag that you have seen as If-Match."))
    # A proxy that compresses makes the mark a weak one; it still names the version.
    found = re.fullmatch(r'(?:W/)?"v([1-9][0-9]{0,8})"', sent.strip())
    if found is None or int(found[1]) != row.version:
        _too_late(row, int(found[1]) if found else 0)


def _too_late(row: Row[Any], seen: int) -> None:
    rows = service().store.read(lambda connection: version_rows(connection, row.id, seen))
    versions = [_version(one).model_dump(mode="json") for one in rows]
    present = versions[-1]["version"] if versions else row.version
    said = message("You have seen version {seen}; it is {now} now.", seen=seen, now=present)
    headers = {"ETag": f'"v{present}"'}
    raise Refusal("changed-meanwhile", said, headers=headers, difference={"versions": versions})


def _pinned(roster: Roster, told: Sequence[str]) -> list[Mapping[str, str]]:
    held = {session.session: session for session in roster.held}
    problems = [
        Problem(
            Where(field=f"/pins/{number}"), message("there is no such session"), suggest(key, list(held)), key
        )
        for number, key in enumerate(told)
        if key not in held
    ]
    if problems:
        raise SettingError(problems)
    return [_pin(held[key]) for key in sorted(set(told))]


def _pin(session: Session) -> Mapping[str, str]:
    at = f"{session.at.date.isoformat()}-{session.at.half}"
    return {"session": session.session, "doctor": session.doctor, "at": at}


@routes.add("get", "/rosters/<roster>/versions", Role.VIEWER, {200: VersionList}, refusals=(404, 409))
def list_versions(path: RosterPath) -> dict[str, Any]:
    """List the versions of a roster: who changed what, and why."""
    row = solved_roster(path.roster)
    rows = service().store.read(lambda connection: version_rows(connection, row.id))
    return VersionList(entries=[_version(row) for row in rows]).model_dump(mode="json")


def _version(row: Row[Any]) -> VersionOut:
    names = ("version", "edits", "pins", "made_at", "made_by", "reason")
    return VersionOut(**{name: getattr(row, name) for name in names})


@routes.add("get", "/rosters/<roster>/compare", Role.VIEWER, {200: ComparisonOut}, refusals=(404, 409))
def compare_rosters(path: RosterPath, query: CompareQuery) -> dict[str, Any]:
    """Compare two rosters of one week: the sessions that differ, and every rule's units in both."""
    first, second = view_of(solved_roster(path.roster)), view_of(solved_roster(query.other))
    if first.scenario.week != second.scenario.week:
        refuse("conflict", message("The two rosters are of different weeks."))
    return _compared(first, second).model_dump(mode="json")


def _compared(first: View, second: View) -> ComparisonOut:
    ours, theirs = _by_key(first), _by_key(second)
    differing = [
        key for key in sorted(ours.keys() | theirs.keys()) if _shown(ours, key) != _shown(theirs, key)
    ]
    units = [totals(view.facts.violations) for view in (first, second)]
    return ComparisonOut(
        sessions=[
            DifferenceOut(session=key, first=_shown(ours, key), second=_shown(theirs, key))
            for key in differing
        ],
        units={key: [units[0][key], units[1][key]] for key in KEYS if units[0][key] != units[1][key]},
    )


def _by_key(view: View) -> dict[str, Session]:
    return {s.session: s for s in view.plan.roster.sessions} if view.plan is not None else {}


def _shown(sessions: Mapping[str, Session], key: str) -> Any:
    return session_told(sessions[key]) if key in sessions else None
