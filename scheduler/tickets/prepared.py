"""Statements whose text is made once for each sort of database: a claim runs few of them, and others wait meanwhile.

They go straight to the driver: what SQLAlchemy does around each would take longer than the database does.
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

DriverRow = tuple[Any, ...]
"""A row as the driver returns it: times as timestamps, dates as they are stored."""


class Prepared:
    """A statement whose text is made once for each sort of database.

    Values are passed by name, as the driver takes them; others than the statement needs may be among them.
    """

    def __init__(self, statement: Select[*tuple[Any, ...]] | Insert | Update) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[DriverRow]:
        """Run it and return its rows; raises DBAPIError."""
        return self.rows_of_each(connection, [values])[0]

    def rows_of_each(
        self, connection: Connection, value_sets: Sequence[Mapping[str, Any]]
    ) -> list[list[DriverRow]]:
        """Run it once for each of `value_sets`, in order, and return the rows of each time; raises DBAPIError."""
        statement = self._compile(connection.dialect)
        parameters = [statement.parameters(values) for values in value_sets]
        with _cursor(connection) as cursor:
            if connection.dialect.name == "postgresql" and len(parameters) > 1:
                return _run_pipelined(cursor, statement.text, parameters)
            return [list(cursor.execute(statement.text, values).fetchall()) for values in parameters]

    def run_each(self, connection: Connection, value_sets: Sequence[Mapping[str, Any]]) -> None:
        """Run it once for each of `value_sets` and ignore what it returns; raises DBAPIError."""
        statement = self._compile(connection.dialect)
        with _cursor(connection) as cursor:
            if len(value_sets) == 1:
                cursor.execute(statement.text, statement.parameters(value_sets[0]))
            else:
                cursor.executemany(statement.text, [statement.parameters(values) for values in value_sets])

    def _compile(self, dialect: Dialect) -> _Compiled:
        statement = self._compiled.get(dialect.name)
        if statement is None:
            compiled = self._statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
            order = None if compiled.positiontup is None else tuple(compiled.positiontup)
            statement = self._compiled[dialect.name] = _Compiled(str(compiled), compiled.params, order)
        return statement


@dataclass(frozen=True)
class _Compiled:
    """The text for a sort of database, the values it needs, and their order where they have no names there."""

    text: str
    constants: Mapping[str, Any]
    order: tuple[str, ...] | None

    def parameters(self, values: Mapping[str, Any]) -> Any:
        all_values = {**self.constants, **values}
        if self.order is None:
            return {name: all_values[name] for name in self.constants}
        return tuple(all_values[name] for name in self.order)


@contextmanager
def _cursor(connection: Connection) -> Iterator[Any]:
    """Yield the driver's cursor, and raise what it raises as the library would."""
    driver_error = connection.dialect.loaded_dbapi.Error
    cursor: DBAPICursor = connection.connection.cursor()
    try:
        yield cursor
    except driver_error as error:
        lost = connection.dialect.is_disconnect(error, connection.connection.driver_connection, cursor)
        if lost:
            connection.invalidate(error)
        raise DBAPIError.instance(
            None, None, error, driver_error, connection_invalidated=lost, dialect=connection.dialect
        ) from error
    finally:
        cursor.close()


def _run_pipelined(cursor: Any, text: str, parameters: Sequence[Any]) -> list[list[DriverRow]]:
    # psycopg sends all of them before it waits for the first result.
    cursor.executemany(text, parameters, returning=True)
    results = [list(cursor.fetchall())]
    while cursor.nextset():
        results.append(list(cursor.fetchall()))
    return results
