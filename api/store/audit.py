"""Who did what through the service: a chain of its own beside the ledger's, each entry with the hash of the one before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert, select, text

from api.store.models import AuditRow
from scheduler.tickets.events import FIRST, digest
from scheduler.tickets.timestamps import stamp

_ALONE = text("LOCK TABLE api_audit IN SHARE ROW EXCLUSIVE MODE")


def note(connection: Connection, who: str, what: str, target: str, at: dt.datetime, **told: Any) -> None:
    """Write down that the key `who` did `what` to `target`, in the transaction in which it is done."""
    if connection.dialect.name == "postgresql":
        connection.execute(_ALONE)
    wanted = select(AuditRow.place, AuditRow.hash).order_by(AuditRow.place.desc()).limit(1)
    last = connection.execute(wanted).one_or_none()
    entry = {
        "place": 1 if last is None else last.place + 1,
        "who": who,
        "what": what,
        "target": target,
        "told": told,
        "previous": FIRST if last is None else last.hash,
    }
    row = {**entry, "at": at, "hash": _hash(entry, at)}
    connection.execute(insert(AuditRow).values(row))


def first_broken(connection: Connection) -> int | None:
    """Return the place of the first entry that was changed, or follows one that was removed; None where none was."""
    previous = FIRST
    rows = connection.execute(select(AuditRow.__table__).order_by(AuditRow.place))
    for place, row in enumerate(rows, start=1):
        entry = {name: getattr(row, name) for name in ("place", "who", "what", "target", "told", "previous")}
        if row.place != place or row.previous != previous or row.hash != _hash(entry, row.at):
            return place
        previous = row.hash
    return None


def _hash(entry: Mapping[str, Any], at: dt.datetime) -> str:
    return digest({**entry, "at": stamp(at)})
