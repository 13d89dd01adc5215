"""Addresses that are told of changes: made, listed, removed; and how far each has been told."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from api.store.models import WebhookRow

_SHOWN = tuple(column for column in WebhookRow.__table__.columns if column.name != "secret")


def add_webhook(
    connection: Connection, address: str, after: int, by: str, at: dt.datetime
) -> tuple[Row[Any], str]:
    """Keep an address, which is told what happens after the change `after`; return its row and its secret."""
    identity, secret = f"wh-{secrets.token_hex(6)}", secrets.token_urlsafe(32)
    row = {"id": identity, "address": address, "secret": secret, "told": after, "made_at": at, "made_by": by}
    new = insert(WebhookRow).values(**row, tries=0, next_try_at=at, status="")
    return connection.execute(new.returning(*_SHOWN)).one(), secret


def webhook_rows(connection: Connection) -> list[Row[Any]]:
    """Return all addresses without their secrets, the oldest first."""
    return list(connection.execute(select(*_SHOWN).order_by(WebhookRow.made_at, WebhookRow.id)))


def remove_webhook(connection: Connection, identity: str) -> bool:
    """Remove an address; return whether there was one."""
    return bool(connection.execute(delete(WebhookRow).where(WebhookRow.id == identity)).rowcount)


def is_due(last: int, at: dt.datetime) -> ColumnElement[bool]:
    """Return the condition of addresses that do not know the change `last` yet, and whose time has come."""
    return (WebhookRow.told < last) & (WebhookRow.next_try_at <= at)


def any_due(connection: Connection, last: int, at: dt.datetime) -> bool:
    """Return whether there is an address to be told."""
    return connection.execute(select(WebhookRow.id).where(is_due(last, at)).limit(1)).first() is not None


def take_due(connection: Connection, last: int, at: dt.datetime, until: dt.datetime) -> list[Row[Any]]:
    """Return the addresses to be told, and keep other servers from them `until` then."""
    due = select(WebhookRow.__table__).where(is_due(last, at)).order_by(WebhookRow.id)
    rows = list(connection.execute(due.with_for_update(skip_locked=True)))
    for row in rows:
        connection.execute(update(WebhookRow).where(WebhookRow.id == row.id).values(next_try_at=until))
    return rows


def note_delivery(
    connection: Connection, identity: str, *, told: int, tries: int, next_try_at: dt.datetime, status: str
) -> None:
    """Write down how a delivery went: up to which change it is told, failed tries in a row, and the answer."""
    values = {"told": told, "tries": tries, "next_try_at": next_try_at, "status": status}
    connection.execute(update(WebhookRow).where(WebhookRow.id == identity).values(**values))
