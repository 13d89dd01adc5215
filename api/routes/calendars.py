"""Calendars to subscribe to: a secret address for a doctor, which follows the published weeks until it is revoked."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from flask import Response, g, request
from pydantic import Field
from sqlalchemy import Connection, Row

from api.store.approvals import last_publication
from api.store.audit import record_action
from api.store.calendars import add_calendar, calendar_rows, find_calendar, revoke_calendar
from api.store.keys import Role
from api.web.declare import PREFIX, Routes, file_answer, json_response
from api.web.errors import not_found
from api.web.guards import OPEN
from api.web.service import caller, now, service
from api.web.shape import Parameters, Shape
from scheduler.clock import BEIJING, Week
from scheduler.errors import Problem, SettingError, Suggestions, Where
from scheduler.words import message

routes = Routes("calendars", "exports")

_CALENDAR = "text/calendar"
_WEEKS_BACK = 26
"""Weeks that stay in a calendar once they are over."""


class CalendarBody(Shape):
    """Whose calendar, in which language."""

    doctor: str = Field(max_length=120, description="The doctor, of a published week.")
    language: Literal["zh", "en"] = Field(default="zh", description="Language of the entries.")


class CalendarOut(Shape):
    """An address of a doctor's calendar."""

    id: str = Field(description="The address's identity, by which it is revoked.")
    doctor: str = Field(description="The doctor.")
    language: str = Field(description="Language of the entries.")
    made_at: dt.datetime = Field(description="When it was made.")
    made_by: str = Field(description="By whom.")
    revoked_at: dt.datetime | None = Field(default=None, description="When it was revoked.")
    address: str | None = Field(
        default=None, description="What the doctor enters in a calendar program. It is shown only once."
    )


class CalendarList(Shape):
    """All addresses, by doctor."""

    entries: list[CalendarOut] = Field(description="The addresses.")


class CalendarPath(Parameters):
    """Which address."""

    calendar: str = Field(max_length=40, description="The address's identity.")


class SecretPath(Parameters):
    """The secret part of the address."""

    secret: str = Field(max_length=100, description="The secret.")


@routes.add("post", "/calendars", Role.PLANNER, {201: CalendarOut})
def make_calendar(body: CalendarBody) -> Response:
    """Make a secret address of a doctor's calendar, which the doctor's own programs subscribe to."""
    _require_doctor(body.doctor)

    def step(connection: Connection) -> tuple[Row[Any], str]:
        who, at = caller().id, now()
        row, secret = add_calendar(connection, body.doctor, body.language, who, at)
        record_action(connection, who, "calendar made", row.id, at, doctor=body.doctor)
        return row, secret

    row, secret = service().store.write(step)
    address = f"{request.host_url.rstrip('/')}{PREFIX}/calendars/{secret}.ics"
    return json_response(CalendarOut.of_row(row, address=address), 201)


def _require_doctor(doctor: str) -> None:
    weeks = service().published.scenarios().values()
    known = {key for week in weeks for key in week.doctor_of}
    if doctor not in known:
        wrong = message("no published week has this doctor")
        raise SettingError(
            [Problem(Where(field="/doctor"), wrong, Suggestions(known).remedy(doctor), doctor)]
        )


@routes.add("get", "/calendars", Role.PLANNER, {200: CalendarList})
def list_calendars() -> CalendarList:
    """List the addresses of calendars, revoked ones too; their secrets are known to nobody."""
    return CalendarList(entries=[CalendarOut.of_row(row) for row in service().store.read(calendar_rows)])


@routes.add("delete", "/calendars/<calendar>", Role.PLANNER, {200: CalendarOut}, refusals=(404,))
def revoke(path: CalendarPath) -> CalendarOut:
    """Revoke an address: from now on nothing is there."""

    def step(connection: Connection) -> Row[Any] | None:
        who, at = caller().id, now()
        row = revoke_calendar(connection, path.calendar, at)
        if row is not None:
            record_action(connection, who, "calendar revoked", path.calendar, at)
        return row

    row = service().store.write(step)
    if row is None:
        not_found(message("There is no such calendar, or it is revoked already."))
    return CalendarOut.of_row(row)


@routes.add("get", "/calendars/<secret>.ics", OPEN, {200: file_answer(_CALENDAR)}, refusals=(404,))
def read_calendar(path: SecretPath) -> Response:
    """Return the calendar at a secret address: the doctor's sessions of the published weeks. It takes no key."""
    row, last = service().store.read(lambda c: (find_calendar(c, path.secret), last_publication(c)))
    if row is None:
        g.count_wrong_key()
        not_found(message("There is no such calendar, or it is revoked already."))
    since = Week.of(now().astimezone(BEIJING).date() - dt.timedelta(weeks=_WEEKS_BACK))
    content = service().published.calendar(row.doctor, row.language, since, last)
    return Response(content, content_type=f"{_CALENDAR}; charset=utf-8")
