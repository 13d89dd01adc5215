"""Keys of systems, people and partners: made, checked, listed, revoked. Only the hash of a secret is stored."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum

from sqlalchemy import Connection, insert, select, update

from api.store.audit import lock_record
from api.store.models import KeyRow
from scheduler.errors import Problem, SettingError, StoreError, Where
from scheduler.tickets.hash_chain import digest
from scheduler.tickets.personal_data import name_problems
from scheduler.tickets.store import Store
from scheduler.words import message

MAX_LIVE_KEYS = 2
"""Live keys of one name: the old one and the one it is being replaced with."""


class Role(StrEnum):
    """What a key permits: each of the first four permits all that those before it do; a partner's only what is its own."""

    VIEWER = "viewer"
    PLANNER = "planner"
    APPROVER = "approver"
    ADMIN = "admin"
    PARTNER = "partner"

    def may(self, needed: Role) -> bool:
        """Return whether a key of this role may be used where `needed` is required."""
        if Role.PARTNER in (self, needed):
            return self is needed
        return _RANK[self] >= _RANK[needed]


_RANK = {role: rank for rank, role in enumerate(Role)}


@dataclass(frozen=True)
class Caller:
    """Whoever sends a request: the key's identity, name, role, and the partner it speaks for (empty: none)."""

    id: str
    name: str
    role: Role
    partner: str = ""


@dataclass(frozen=True)
class Key:
    """A key as it is listed, without its secret."""

    id: str
    name: str
    role: Role
    partner: str
    created_at: dt.datetime
    expires_at: dt.datetime | None
    revoked_at: dt.datetime | None
    used_at: dt.datetime | None

    def is_live(self, now: dt.datetime) -> bool:
        """Return whether the key is accepted: neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


def create_key(
    connection: Connection,
    name: str,
    role: Role,
    now: dt.datetime,
    *,
    partner: str = "",
    days: int | None = None,
) -> str:
    """Make a key and return the text that its owner sends, which is shown only once; it expires after `days` (none: never).

    Raises SettingError for a name that cannot be one, for a partner's key without a partner, and where two keys of the
    name are live already.
    """
    lock_record(connection)
    problems = _key_problems(connection, name, role, now, partner, days)
    if problems:
        raise SettingError(problems)
    key, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    row = {
        "id": key,
        "name": name,
        "role": str(role),
        "partner": partner,
        "secret": hash_secret(secret),
        "created_at": now,
        "expires_at": None if days is None else now + dt.timedelta(days=days),
    }
    connection.execute(insert(KeyRow).values(row))
    return f"mz_{key}_{secret}"


def _key_problems(
    connection: Connection, name: str, role: Role, now: dt.datetime, partner: str, days: int | None
) -> list[Problem]:
    problems = [*name_problems(name, "name")]
    if (role is Role.PARTNER) != bool(partner):
        wrong = message("role and partner do not fit")
        remedy = message("Name the partner of a partner's key, and of no other.")
        problems.append(Problem(Where(field="partner"), wrong, remedy, partner))
    if days is not None and not 1 <= days <= 3650:
        wrong = message("the number is out of range")
        remedy = message("Write a whole number from {least} to {most}.", least=1, most=3650)
        problems.append(Problem(Where(field="days"), wrong, remedy, str(days)))
    if sum(key.is_live(now) for key in list_keys(connection, name)) >= MAX_LIVE_KEYS:
        wrong, remedy = message("two keys of this name are live"), message("Revoke the older one first.")
        problems.append(Problem(Where(field="name"), wrong, remedy, name))
    return problems


def list_keys(connection: Connection, name: str | None = None) -> tuple[Key, ...]:
    """Return all keys, or those of a name, the oldest first."""
    columns = (KeyRow.__table__.c[field.name] for field in fields(Key))
    wanted = select(*columns).order_by(KeyRow.created_at, KeyRow.id)
    if name is not None:
        wanted = wanted.where(KeyRow.name == name)
    return tuple(Key(**{**row._asdict(), "role": Role(row.role)}) for row in connection.execute(wanted))


def revoke_key(connection: Connection, key: str, now: dt.datetime) -> bool:
    """Revoke a key by its identity; return whether there was a live one."""
    done = update(KeyRow).where(KeyRow.id == key, KeyRow.revoked_at.is_(None)).values(revoked_at=now)
    return connection.execute(done).rowcount == 1


def key_name(connection: Connection, key: str) -> str | None:
    """Return the name of the key with this identity; None where there is none."""
    name: str | None = connection.execute(select(KeyRow.name).where(KeyRow.id == key)).scalar()
    return name


def has_keys(connection: Connection) -> bool:
    """Return whether any key was ever made."""
    return connection.execute(select(KeyRow.id).limit(1)).first() is not None


def authenticate(connection: Connection, sent: str, now: dt.datetime) -> Caller | None:
    """Return the caller whose key was sent; None for a key that is not accepted."""
    mark, _, rest = sent.partition("_")
    key, _, secret = rest.partition("_")
    if mark != "mz" or not secret:
        return None
    row = connection.execute(select(KeyRow.__table__).where(KeyRow.id == key)).one_or_none()
    # The same work is done for a key that does not exist, so that the time tells nothing about it.
    matches = hmac.compare_digest(hash_secret(secret), row.secret if row else _NOBODY)
    if row is None or not matches or row.revoked_at is not None:
        return None
    if row.expires_at is not None and now >= row.expires_at:
        return None
    return Caller(row.id, row.name, Role(row.role), row.partner)


class KeyUses:
    """When keys were last used: in memory, and written now and then, so that no reader waits for a writer.

    A crash loses the last of them, which nothing depends on.
    """

    def __init__(self) -> None:
        self._latest: dict[str, dt.datetime] = {}
        self._lock = threading.Lock()

    def note(self, key: str, at: dt.datetime) -> None:
        """Remember that a key was used."""
        with self._lock:
            self._latest[key] = at

    def write(self, store: Store) -> None:
        """Write what is remembered; raises StoreError, and then it is written the next time."""
        with self._lock:
            used, self._latest = self._latest, {}
        if not used:
            return
        try:
            store.write(lambda connection: _write_uses(connection, used))
        except StoreError:
            with self._lock:
                self._latest = {**used, **self._latest}
            raise


def _write_uses(connection: Connection, used: Mapping[str, dt.datetime]) -> None:
    for key, at in sorted(used.items()):
        connection.execute(update(KeyRow).where(KeyRow.id == key).values(used_at=at))


def key_seal(connection: Connection, key: str) -> str:
    """Return the digest of what a key may do and for whom, which the record keeps: a row that is changed shows."""
    row = connection.execute(
        select(KeyRow.name, KeyRow.role, KeyRow.partner, KeyRow.secret, KeyRow.expires_at).where(
            KeyRow.id == key
        )
    ).one()
    return digest([str(part) for part in row])


def hash_secret(secret: str) -> str:
    """Return what is stored of a secret; secrets are long and random, so that a plain hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


_NOBODY = hash_secret("")
