"""The feed of changes, for other systems and for partners, and the webhooks that it is sent to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from flask import Response
from pydantic import Field
from sqlalchemy import Connection, Row

from api.changes import Change
from api.routes.events import EVENTS, MOST, follow
from api.shapes.rosters import EventHeader, EventQuery
from api.store.audit import record_action
from api.store.keys import Role
from api.store.webhooks import add_webhook, remove_webhook, webhook_rows
from api.web.declare import Routes, json_response
from api.web.errors import not_found
from api.web.service import caller, now, service
from api.web.shape import Parameters, Shape
from api.webhook_hosts import may_call
from scheduler.errors import Problem, SettingError, Where
from scheduler.tickets.changes_feed import last_change, wait_for_writers
from scheduler.words import message

routes = Routes("changes", "changes")


@routes.add("get", "/changes", Role.VIEWER, EVENTS)
def get_changes(query: EventQuery, header: EventHeader) -> Response:
    """Follow what happens: publications with their sessions, claims, returns, fall-backs, hurt claims.

    As a stream where `Accept` asks for one, else a page: go on with `after` = `next`. Nothing comes twice, or not at all.
    """
    return follow(_reader(""), query, header)


@routes.add("get", "/partner/changes", Role.PARTNER, EVENTS)
def get_partner_changes(query: EventQuery, header: EventHeader) -> Response:
    """Follow what happens to this partner's own claims, and which of its tickets fall back."""
    return follow(_reader(caller().partner), query, header)


def _reader(partner: str) -> Any:
    feed = service().changes

    def read(after: int) -> tuple[Sequence[Change], int, bool]:
        return *feed.read(after, MOST, partner), False

    return read


class WebhookBody(Shape):
    """Where changes are sent to."""

    address: str = Field(
        max_length=500, description="http or https, at a host that MENZHEN_WEBHOOK_HOSTS names."
    )
    after: int | None = Field(
        default=None,
        ge=0,
        le=2**31 - 1,
        description="Begin after this change; default: after the last there is.",
    )


class WebhookOut(Shape):
    """An address that is told of changes."""

    id: str = Field(description="Its identity.")
    address: str = Field(description="Where changes are sent to.")
    told: int = Field(description="The last change it has accepted.")
    tries: int = Field(description="Deliveries in a row that it did not accept.")
    next_try_at: dt.datetime = Field(description="When it is tried again, where there is something to tell.")
    status: str = Field(description="Its last answer, or what kept it from coming.")
    made_at: dt.datetime = Field(description="When it was made.")
    made_by: str = Field(description="By whom.")
    secret: str | None = Field(
        default=None, description="What deliveries are signed with. It is shown only once."
    )


class WebhookList(Shape):
    """All webhooks."""

    entries: list[WebhookOut] = Field(description="The webhooks.")


class WebhookPath(Parameters):
    """Which webhook."""

    webhook: str = Field(max_length=40, description="Its identity.")


@routes.add("post", "/webhooks", Role.ADMIN, {201: WebhookOut})
def make_webhook(body: WebhookBody) -> Response:
    """Have changes sent to an address: signed, in order, again and again until it accepts them with 2xx."""
    here = service()
    if not may_call(body.address, here.settings.webhook_hosts):
        wrong = message("this address may not be called")
        remedy = message("Name its host in MENZHEN_WEBHOOK_HOSTS, and write it as https://HOST/PATH.")
        raise SettingError([Problem(Where(field="/address"), wrong, remedy, body.address)])

    def step(connection: Connection) -> tuple[Row[Any], str]:
        who, at = caller().id, now()
        after = _settled_change(connection) if body.after is None else body.after
        row, secret = add_webhook(connection, body.address, after, who, at)
        record_action(connection, who, "webhook made", row.id, at, address=body.address)
        return row, secret

    row, secret = here.store.write(step)
    return json_response(WebhookOut.of_row(row, secret=secret), 201)


def _settled_change(connection: Connection) -> int:
    """Return the last change of which it is certain that none before it is still to come."""
    wait_for_writers(connection)
    return last_change(connection)


@routes.add("get", "/webhooks", Role.ADMIN, {200: WebhookList})
def list_webhooks() -> WebhookList:
    """List the webhooks: how far each is told, and how its last delivery went."""
    return WebhookList(entries=[WebhookOut.of_row(row) for row in service().store.read(webhook_rows)])


@routes.add("delete", "/webhooks/<webhook>", Role.ADMIN, {204: None}, refusals=(404,))
def delete_webhook(path: WebhookPath) -> Response:
    """Remove a webhook: it is told nothing more."""

    def step(connection: Connection) -> bool:
        done = remove_webhook(connection, path.webhook)
        if done:
            record_action(connection, caller().id, "webhook removed", path.webhook, now())
        return done

    if not service().store.write(step):
        not_found(message("There is no such webhook."))
    return Response(status=204)
