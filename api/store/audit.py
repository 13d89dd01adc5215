"""Who did what through the service: a hash chain of its own beside the ledger's."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, text

from api.store.models import AuditRow
from scheduler.tickets.hash_chain import HashChain, Head
from scheduler.tickets.timestamps import to_timestamp
from scheduler.words import Message, message

_ACTIONS = HashChain(("who", "what", "target", "told"))
_LOCK = text("LOCK TABLE api_audit IN SHARE ROW EXCLUSIVE MODE")


def lock_record(connection: Connection) -> None:
    """Let nobody else take a step that goes on record until this transaction ends; reading goes on.

    A step that looks before it writes takes this lock first: what it sees then holds until it has written.
    """
    if connection.dialect.name == "postgresql":
        # SQLite needs no lock: a transaction that writes is alone in the file.
        connection.execute(_LOCK)


def record_action(
    connection: Connection, who: str, what: str, target: str, at: dt.datetime, **details: Any
) -> None:
    """Write down that the key `who` did `what` to `target`, in the transaction in which it is done."""
    lock_record(connection)
    newest_first = select(AuditRow.place, AuditRow.hash).order_by(AuditRow.place.desc())
    last = connection.execute(newest_first.limit(1)).one_or_none()
    head = Head("") if last is None else Head("", last.place, last.hash)
    values = {"who": who, "what": what, "target": target, "told": details}
    connection.execute(insert(AuditRow).values(_ACTIONS.entry_after(head, at, values)))


@dataclass(frozen=True)
class Walk:
    """The record walked from its first entry: the last one that is whole, and what is wrong with the next, if anything."""

    head: Head
    broken: Message | None = None


def walk_record(connection: Connection) -> Walk:
    """Return how far the record is whole."""
    head = Head("")
    try:
        for row in connection.execute(select(AuditRow.__table__).order_by(AuditRow.place)):
            wrong = _ACTIONS.find_break(head, row._asdict(), to_timestamp(row.at))
            if wrong is not None:
                return Walk(head, message("entry {place}: {wrong}", place=head.place + 1, wrong=wrong))
            head = Head("", row.place, row.hash)
    except ValueError as error:
        wrong = message("a table holds what cannot be read: {reason}", reason=str(error)[:120])
        return Walk(head, message("entry {place}: {wrong}", place=head.place + 1, wrong=wrong))
    return Walk(head)
