"""A roster edited by hand: edits tried, kept as a new version; two rosters compared."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response
from sqlalchemy import Connection, Row

from api.jobs.results import plan_to_files
from api.rosters import View
from api.routes.roster_tables import view_of
from api.routes.rosters import solved_roster
from api.shapes.edits import (
    CheckBody,
    CompareQuery,
    ComparisonOut,
    DifferenceOut,
    EditBody,
    EffectOut,
    SessionOut,
    VersionHeader,
    VersionList,
    VersionOut,
    parse_edits,
)
from api.shapes.rosters import CheckOut, RosterPath
from api.store.audit import record_action
from api.store.keys import Role
from api.store.versions import add_version, read_pins, version_rows
from api.web.declare import Routes, json_response
from api.web.errors import Refusal, refuse
from api.web.service import caller, now, service
from scheduler.check.run import totals
from scheduler.errors import Problem, SettingError, Suggestions, Where
from scheduler.roster import Roster, Session
from scheduler.rules import KEYS
from scheduler.tickets.hash_chain import digest
from scheduler.words import message

routes = Routes("edits", "rosters")


@routes.add("get", "/rosters/<roster>/check", Role.VIEWER, {200: CheckOut}, refusals=(404, 409))
def check_roster(path: RosterPath) -> CheckOut:
    """Check the present version of a roster against every rule, independently of the engine."""
    return CheckOut.of(view_of(solved_roster(path.roster)).facts.violations)


@routes.add("post", "/rosters/<roster>/check", Role.VIEWER, {200: EffectOut}, refusals=(404, 409))
def try_edits(path: RosterPath, body: CheckBody) -> EffectOut:
    """Return what edits would change in the rules, without keeping them."""
    row = solved_roster(path.roster)
    view = view_of(row)
    edits = parse_edits(view.scenario, body.edits)
    edited = view.draft.apply(edits)
    return EffectOut.of(row.version, edited.sessions, edited.effect)


@routes.add("post", "/rosters/<roster>/edits", Role.PLANNER, {201: EffectOut}, refusals=(404, 409, 412, 428))
def edit_roster(path: RosterPath, header: VersionHeader, body: EditBody) -> Response:
    """Edit the version that was seen, named by `If-Match`, and get the next one.

    Where somebody else has edited it meanwhile nothing is kept, and the response holds what they changed.
    """
    row = solved_roster(path.roster)
    check_seen(row, header.if_match)
    view = view_of(row)
    edits = parse_edits(view.scenario, body.edits)
    edited = view.draft.apply(edits)
    files = plan_to_files(view.scenario, edited.plan) if edits else {}
    known = service().store.read(lambda c: read_pins(c, row.id, row.version))
    pins = known if body.pins is None else _pinned(edited.plan.roster, body.pins)
    requests = [edit.model_dump(mode="json", exclude_none=True) for edit in body.edits]

    def step(connection: Connection) -> bool:
        who, at = caller().id, now()
        made = add_version(connection, row.id, row.version, requests, pins, files, body.reason, who, at)
        if made:
            rest = digest([pins, body.reason])
            record_action(
                connection, who, "edited", row.id, at, version=row.version + 1, edits=requests, rest=rest
            )
        return made

    if not service().store.write(step):
        _refuse_too_late(row, row.version)
    following = row.version + 1
    return json_response(EffectOut.of(following, edited.sessions, edited.effect), 201, ETag=f'"v{following}"')


def check_seen(row: Row[Any], sent: str | None) -> None:
    """Refuse an author who has not seen the present version, with what was changed since."""
    if sent is None:
        refuse("precondition-required", message("Send the ETag that you have seen as If-Match."))
    # A proxy that compresses makes the mark a weak one; it still names the version.
    tag = re.fullmatch(r'(?:W/)?"v([1-9][0-9]{0,8})"', sent.strip())
    if tag is None or int(tag[1]) != row.version:
        _refuse_too_late(row, int(tag[1]) if tag else 0)


def _refuse_too_late(row: Row[Any], seen: int) -> None:
    rows = service().store.read(lambda connection: version_rows(connection, row.id, seen))
    versions = [VersionOut.of_row(one).model_dump(mode="json") for one in rows]
    present = versions[-1]["version"] if versions else row.version
    detail = message("You have seen version {seen}; it is {now} now.", seen=seen, now=present)
    headers = {"ETag": f'"v{present}"'}
    raise Refusal("changed-meanwhile", detail, headers=headers, difference={"versions": versions})


def _pinned(roster: Roster, keys: Sequence[str]) -> list[Mapping[str, str]]:
    held = {session.session: session for session in roster.held}
    wrong, sessions = message("there is no such session"), Suggestions(held)
    problems = [
        Problem(Where(field=f"/pins/{number}"), wrong, sessions.remedy(key), key)
        for number, key in enumerate(keys)
        if key not in held
    ]
    if problems:
        raise SettingError(problems)
    return [_pin(held[key]) for key in sorted(set(keys))]


def _pin(session: Session) -> Mapping[str, str]:
    at = f"{session.at.date.isoformat()}-{session.at.half}"
    return {"session": session.session, "doctor": session.doctor, "at": at}


@routes.add("get", "/rosters/<roster>/versions", Role.VIEWER, {200: VersionList}, refusals=(404, 409))
def list_versions(path: RosterPath) -> VersionList:
    """List the versions of a roster: who changed what, and why."""
    row = solved_roster(path.roster)
    rows = service().store.read(lambda connection: version_rows(connection, row.id))
    return VersionList(entries=[VersionOut.of_row(row) for row in rows])


@routes.add("get", "/rosters/<roster>/compare", Role.VIEWER, {200: ComparisonOut}, refusals=(404, 409))
def compare_rosters(path: RosterPath, query: CompareQuery) -> ComparisonOut:
    """Compare two rosters of one week: the sessions that differ, and every rule's units in both."""
    first, second = view_of(solved_roster(path.roster)), view_of(solved_roster(query.other))
    if first.scenario.week != second.scenario.week:
        refuse("conflict", message("The two rosters are of different weeks."))
    return _compare(first, second)


def _compare(first: View, second: View) -> ComparisonOut:
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


def _shown(sessions: Mapping[str, Session], key: str) -> SessionOut | None:
    return SessionOut.of(sessions[key]) if key in sessions else None
