"""Statements made ready once for each database: a claim runs few of them, and others wait meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, CursorResult, Insert, Select, Update
from sqlalchemy.engine import Dialect


class Prepared:
    """A statement whose text is made once for each sort of database.

    Values are handed over, and rows come back, as the driver knows them: times as stamps, dates as they were read.
    """

    def __init__(self, statement: Select[*tuple[Any, ...]] | Insert | Update) -> None:
        self._statement = statement
        self._ready: dict[str, tuple[str, Mapping[str, Any], tuple[str, ...] | None]] = {}

    def run(self, connection: Connection, values: Mapping[str, Any]) -> CursorResult[Any]:
        """Run it with `values` by name; others than it asks for may be among them."""
        ready = self._ready.get(connection.dialect.name)
        if ready is None:
            ready = self._ready[connection.dialect.name] = self._made_ready(connection.dialect)
        text, constants, order = ready
        told = {**constants, **values}
        if order is None:
            return connection.exec_driver_sql(text, {name: told[name] for name in constants})
        return connection.exec_driver_sql(text, tuple(told[name] for name in order))

    def _made_ready(self, dialect: Dialect) -> tuple[str, Mapping[str, Any], tuple[str, ...] | None]:
        compiled = self._statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        order = None if compiled.positiontup is None else tuple(compiled.positiontup)
        return str(compiled), compiled.params, order
