"""Statements made ready once for each database: a claim runs few of them, and others wait meanwhile.

They go straight to the driver: what the library does around each would take longer than the database does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Insert, Select, Update
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError

Line = tuple[Any, ...]
"""A row as the driver gives it: times as stamps, dates as they are stored."""


class Prepared:
    """A statement whose text is made once for each sort of database.

    Values are handed over by name, as the driver knows them; others than it asks for may be among them.
    """

    def __init__(self, statement: Select[*tuple[Any, ...]] | Insert | Update) -> None:
        self._statement = statement
        self._ready: dict[str, _Ready] = {}

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[Line]:
        """Run it and return its rows; raises DBAPIError."""
        return self.rows_of_each(connection, [values])[0]

    def rows_of_each(self, connection: Connection, many: Sequence[Mapping[str, Any]]) -> list[list[Line]]:
        """Run it once for each of `many` values, in order, and return the rows of each time; raises DBAPIError."""
        ready = self._for(connection.dialect)
        given = [ready.given(values) for values in many]
        with _cursor(connection) as cursor:
            if connection.dialect.name == "postgresql" and len(given) > 1:
                return _on_the_way_together(cursor, ready.text, given)
            return [list(cursor.execute(ready.text, one).fetchall()) for one in given]

    def run_each(self, connection: Connection, many: Sequence[Mapping[str, Any]]) -> None:
        """Run it once for each of `many` values, without looking at what it returns; raises DBAPIError."""
        ready = self._for(connection.dialect)
        with _cursor(connection) as cursor:
            if len(many) == 1:
                cursor.execute(ready.text, ready.given(many[0]))
            else:
                cursor.executemany(ready.text, [ready.given(values) for values in many])

    def _for(self, dialect: Dialect) -> _Ready:
        ready = self._ready.get(dialect.name)
        if ready is None:
            compiled = self._statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
            order = None if compiled.positiontup is None else tuple(compiled.positiontup)
            ready = self._ready[dialect.name] = _Ready(str(compiled), compiled.params, order)
        return ready


@dataclass(frozen=True)
class _Ready:
    """The text for a sort of database, the values it asks for, and their order where they have no names there."""

    text: str
    constants: Mapping[str, Any]
    order: tuple[str, ...] | None

    def given(self, values: Mapping[str, Any]) -> Any:
        told = {**self.constants, **values}
        if self.order is None:
            return {name: told[name] for name in self.constants}
        return tuple(told[name] for name in self.order)


@contextmanager
def _cursor(connection: Connection) -> Iterator[Any]:
    """Yield the driver's cursor, and raise what it raises as the library would."""
    errors = connection.dialect.loaded_dbapi.Error
    cursor: DBAPICursor = connection.connection.cursor()
    try:
        yield cursor
    except errors as error:
        lost = connection.dialect.is_disconnect(error, connection.connection.driver_connection, cursor)
        if lost:
            connection.invalidate(error)
        raise DBAPIError.instance(
            None, None, error, errors, connection_invalidated=lost, dialect=connection.dialect
        ) from error
    finally:
        cursor.close()


def _on_the_way_together(cursor: Any, text: str, many: Sequence[Any]) -> list[list[Line]]:
    # All of them are sent before the first answer is awaited.
    cursor.executemany(text, many, returning=True)
    told = [list(cursor.fetchall())]
    while cursor.nextset():
        told.append(list(cursor.fetchall()))
    return told
