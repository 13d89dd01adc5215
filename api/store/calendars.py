"""Addresses of doctors' calendars: made, found by their secret, listed, revoked. Only the hash of a secret is stored."""

from __future__ import annotations

import datetime as dt
import hmac
import secrets
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from api.store.keys import hash_secret
from api.store.models import CalendarRow

_SHOWN = tuple(column for column in CalendarRow.__table__.columns if column.name != "secret")


def add_calendar(
    connection: Connection, doctor: str, language: str, by: str, at: dt.datetime
) -> tuple[Row[Any], str]:
    """Make an address of a doctor's calendar; return its row and its secret, which is shown only once."""
    identity, secret = f"ca-{secrets.token_hex(6)}", secrets.token_urlsafe(32)
    row = {"id": identity, "doctor": doctor, "language": language, "secret": hash_secret(secret)}
    new = insert(CalendarRow).values(**row, made_at=at, made_by=by).returning(*_SHOWN)
    return connection.execute(new).one(), f"{identity.removeprefix('ca-')}.{secret}"


# Made once: calendar programs ask all day long.
_OF_IDENTITY = select(CalendarRow.__table__).where(CalendarRow.id == bindparam("identity"))


def find_calendar(connection: Connection, secret: str) -> Row[Any] | None:
    """Return the calendar that a secret is the address of; None for a wrong or a revoked one."""
    identity, _, rest = secret.partition(".")
    row = connection.execute(_OF_IDENTITY, {"identity": f"ca-{identity}"}).one_or_none()
    known = row is not None and hmac.compare_digest(row.secret, hash_secret(rest)) and row.revoked_at is None
    return row if known else None


def calendar_rows(connection: Connection) -> list[Row[Any]]:
    """Return all addresses without their secrets, by doctor, the oldest first."""
    wanted = select(*_SHOWN).order_by(CalendarRow.doctor, CalendarRow.made_at, CalendarRow.id)
    return list(connection.execute(wanted))


def revoke_calendar(connection: Connection, identity: str, at: dt.datetime) -> Row[Any] | None:
    """Revoke an address and return its row; None where there was none that was not revoked."""
    live = (CalendarRow.id == identity) & CalendarRow.revoked_at.is_(None)
    done = update(CalendarRow).where(live).values(revoked_at=at).returning(*_SHOWN)
    row: Row[Any] | None = connection.execute(done).one_or_none()
    return row
