"""Scenarios in the database: each content is stored once."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from api.memory import Memory
from api.store.audit import lock_record
from api.store.models import ScenarioRow
from scheduler.scenario.week import Scenario
from scheduler.tickets.store import Store


def store_scenario(
    connection: Connection,
    scenario: Scenario,
    source: str,
    findings: Iterable[Mapping[str, Any]],
    by: str,
    at: dt.datetime,
) -> tuple[str, bool]:
    """Store a scenario and return its identity, and whether it is new."""
    lock_record(connection)
    existing = connection.execute(
        select(ScenarioRow.id).where(ScenarioRow.digest == scenario.digest)
    ).scalar()
    if existing is not None:
        return str(existing), False
    document = json.dumps(scenario.model_dump(mode="json"), ensure_ascii=False).encode()
    row = {
        "id": f"sc-{secrets.token_hex(8)}",
        "name": scenario.name,
        "week": str(scenario.week),
        "digest": scenario.digest,
        "source": source,
        "findings": list(findings),
        "document": zlib.compress(document),
        "created_at": at,
        "created_by": by,
    }
    connection.execute(insert(ScenarioRow).values(row))
    return str(row["id"]), True


_WITHOUT_DOCUMENT = tuple(column for column in ScenarioRow.__table__.columns if column.name != "document")


def scenario_row(connection: Connection, scenario: str) -> Row[Any] | None:
    """Return a scenario without its document, or None."""
    return connection.execute(select(*_WITHOUT_DOCUMENT).where(ScenarioRow.id == scenario)).one_or_none()


def scenario_rows(connection: Connection, limit: int, before: int | None) -> list[Row[Any]]:
    """Return scenarios without their documents, the newest first, older than the number `before`."""
    wanted = select(*_WITHOUT_DOCUMENT).order_by(ScenarioRow.number.desc()).limit(limit)
    if before is not None:
        wanted = wanted.where(ScenarioRow.number < before)
    return list(connection.execute(wanted))


def scenario_document(connection: Connection, scenario: str) -> bytes | None:
    """Return a scenario's JSON."""
    document = connection.execute(select(ScenarioRow.document).where(ScenarioRow.id == scenario)).scalar()
    return None if document is None else zlib.decompress(document)


def document_seal(connection: Connection, scenario: str) -> str:
    """Return the SHA-256 of a scenario's document as it is stored; empty where there is none."""
    document = connection.execute(select(ScenarioRow.document).where(ScenarioRow.id == scenario)).scalar()
    return "" if document is None else hashlib.sha256(document).hexdigest()


_BYTES_OF_ONE = 10
"""Memory that a byte of a scenario's document comes to at most."""


class Scenarios:
    """The scenarios of one store, read and cross-checked once while they are in use."""

    def __init__(self, store: Store, memory: Memory) -> None:
        self._store, self._memory = store, memory

    def get(self, scenario: str) -> Scenario:
        """Return a scenario; raises KeyError where there is none."""
        read = self._memory.get(("scenario", scenario), lambda: self._read(scenario), _size_of)
        return read[0]

    def _read(self, scenario: str) -> tuple[Scenario, int]:
        document = self._store.read(lambda connection: scenario_document(connection, scenario))
        if document is None:
            raise KeyError(scenario)
        return Scenario.model_validate_json(document), len(document)


def _size_of(read: tuple[Scenario, int]) -> int:
    return _BYTES_OF_ONE * read[1]
