"""The database of the ledger, by URL: SQLite in a file, or PostgreSQL. Every step is written whole or not at all."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from scheduler.errors import Problem, StoreError, Where
from scheduler.tickets.faults import is_retryable, store_error
from scheduler.tickets.group_commit import GroupCommit
from scheduler.tickets.schema import LEDGER, Schema, is_empty
from scheduler.words import Message, message

_T = TypeVar("_T")
_Request = TypeVar("_Request")
_TRIES = 5
PATIENCE = 10
"""Seconds a step waits for others before it gives up, unless given otherwise."""

_STATEMENT_PATIENCES = 3
"""A statement may take so many times as long."""

_UPGRADE_PATIENCES = 1000
"""The same where tables are brought up to date, which may rewrite them."""


@dataclass(frozen=True)
class Store:
    """An open ledger: `where` is its URL without password and query."""

    engine: Engine
    where: str
    patience: int
    # In one process, writers of a SQLite file queue here: SQLite itself lets any of those who wait go first.
    _turn: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _commits: GroupCommit[Any, Any] = field(default_factory=GroupCommit, repr=False)

    def write(self, step: Callable[[Connection], _T]) -> _T:
        """Run a step that writes, in one transaction; it may run again from its start, so it changes nothing else.

        Raises StoreError where the database cannot; then nothing of the step was written.
        """
        for tries_left in reversed(range(_TRIES)):
            try:
                with self._exclusive_turn(), self.engine.connect() as connection:
                    # SQLite takes its one lock at the beginning then, see `_begin_sqlite`.
                    connection = connection.execution_options(writes=True)
                    with connection.begin():
                        return step(connection)
            except DBAPIError as error:
                if not (tries_left and is_retryable(error)):
                    raise store_error(self.where, error) from error
            except SQLAlchemyError as error:
                raise store_error(self.where, error) from error
        raise AssertionError("the last try returns or raises")

    def commit_in_group(
        self, request: _Request, work: Callable[[Sequence[_Request]], Sequence[_T | Exception]]
    ) -> _T:
        """Return the result of `work` for `request`, which it gets with the requests of other threads at that time.

        A store has one group commit, for one sort of work. Raises the error that `work` returns or raises, and
        StoreError where others work for too long.
        """
        try:
            result: _T = self._commits.submit(request, work, self.patience)
        except TimeoutError:
            raise _error(self.where, *_BUSY) from None
        except CancelledError:
            raise _error(self.where, *_INTERRUPTED) from None
        return result

    def read(self, step: Callable[[Connection], _T]) -> _T:
        """Run a step that only reads, all of it at one moment; raises StoreError where the database cannot."""
        try:
            with self.engine.connect() as connection:
                if connection.dialect.name == "postgresql":
                    # One snapshot for all statements of the step; in SQLite a transaction has that by itself.
                    connection = connection.execution_options(isolation_level="REPEATABLE READ")
                with connection.begin():
                    return step(connection)
        except SQLAlchemyError as error:
            raise store_error(self.where, error) from error

    def close(self) -> None:
        """Close every connection; the store can still be used afterwards and opens new ones."""
        self.engine.dispose()

    @contextmanager
    def _exclusive_turn(self) -> Iterator[None]:
        if self.engine.dialect.name != "sqlite":
            yield
            return
        if not self._turn.acquire(timeout=self.patience):
            raise _error(self.where, *_BUSY)
        try:
            yield
        finally:
            self._turn.release()


_BUSY = (
    message("other clients of this program have been writing for too long"),
    message("Try again when they are done: nothing of this step was written."),
)
_INTERRUPTED = (
    message("the step was interrupted"),
    message("Try again. If the claim was written after all, the next try says so."),
)


def open_store(url: str, *, schemas: Sequence[Schema] = (LEDGER,), patience: int = PATIENCE) -> Store:
    """Open the database at `url`, which must hold the tables of all `schemas`.

    Raises StoreError, also for tables of another revision.
    """
    parsed = _parse_url(url)
    if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").exists():
        # SQLite would make an empty file of it.
        raise LEDGER.absent_error(_without_secrets(parsed))
    return _check_revisions(_connect(url, patience), schemas)


def open_or_make_store(url: str, *, patience: int = PATIENCE) -> Store:
    """Open the ledger at `url`, made new where the database is empty; raises StoreError as `open_store` does."""
    store = _connect(url, patience)
    try:
        if store.read(is_empty):
            store.write(LEDGER.bring_up_to_date)
    except StoreError:
        store.close()
        raise
    return _check_revisions(store, (LEDGER,))


def _check_revisions(store: Store, schemas: Sequence[Schema]) -> Store:
    try:
        for schema in schemas:
            store.read(partial(schema.refuse_other_revisions, where=store.where))
    except StoreError:
        store.close()
        raise
    return store


def upgrade(url: str, *, schemas: Sequence[Schema] = (LEDGER,), patience: int = PATIENCE) -> None:
    """Bring the tables of `schemas` at `url` up to date, or make them, all or none.

    Raises StoreError, also where some are newer than this program; then none was changed.
    """
    store = _connect(url, patience, _UPGRADE_PATIENCES)
    try:
        store.write(lambda connection: _upgrade(connection, schemas, store.where))
    finally:
        store.close()


def _upgrade(connection: Connection, schemas: Sequence[Schema], where: str) -> None:
    # All are looked at before the first is changed.
    for schema in schemas:
        schema.refuse_newer(connection, where)
    for schema in schemas:
        schema.bring_up_to_date(connection)


_FILE_ENDINGS = (".db", ".sqlite", ".sqlite3")
"""How a file's name ends that stands for the database in it, in place of an address."""


def _connect(url: str, patience: int, statement_patiences: int = _STATEMENT_PATIENCES) -> Store:
    parsed = _parse_url(url)
    where = _without_secrets(parsed)
    options: dict[str, Any] = {"pool_size": 16, "max_overflow": 16, "pool_timeout": patience}
    options["hide_parameters"] = True
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed, connect_args={"timeout": patience}, **options)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = create_engine(parsed, pool_pre_ping=True, **options)
        event.listen(
            engine, "do_connect", partial(_connect_postgresql, patience, statement_patiences * patience)
        )
    return Store(engine, where, patience)


def _connect_postgresql(
    patience: int, statement_seconds: int, dialect: Any, record: Any, args: Any, arguments: dict[str, Any]
) -> Any:
    from scheduler.tickets.postgresql_connection import connect

    return connect(patience, statement_seconds, arguments)


def _without_secrets(parsed: URL) -> str:
    # The query may hold a password too.
    return parsed.set(query={}).render_as_string(hide_password=True)


def _parse_url(url: str) -> URL:
    remedy = message("Write FILE.db, sqlite:///FILE or postgresql://USER@HOST/DATABASE.")
    if "://" not in url and url.endswith(_FILE_ENDINGS):
        return URL.create("sqlite", database=url)
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # a port that is no number is a ValueError
        raise _error("", message("this is not the address of a database"), remedy) from None
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername not in ("sqlite", "sqlite+pysqlite", "postgresql+psycopg"):
        raise _error(parsed.drivername, message("the ledger cannot be kept in such a database"), remedy)
    if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise _error(parsed.drivername, message("the ledger is kept in a file, and none is named"), remedy)
    return parsed


def _error(where: str, wrong: Message, remedy: Message) -> StoreError:
    return StoreError([Problem(Where(file=where), wrong, remedy)])


def _prepare_sqlite(connection: sqlite3.Connection, _: Any) -> None:
    # Python's sqlite3 would begin a transaction only at the first write: a read before it would stand outside.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=WAL")
    # What was acknowledged must survive a power cut too, not only the end of a process.
    connection.execute("PRAGMA synchronous=FULL")
    # A claim changes pages all over the file: they are written back less often than by default.
    connection.execute("PRAGMA wal_autocheckpoint=4000")
    connection.execute("PRAGMA foreign_keys=ON")


def _begin_sqlite(connection: Connection) -> None:
    # A step that reads first and writes later could not get the lock if somebody else has written in between: SQLite
    # refuses at once, without waiting. So a step that writes takes the lock before its first read.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
