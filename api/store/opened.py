"""The service's tables in the ledger's database: opened, made, brought up to date, refused where they are too new."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, make_url, text

from scheduler.errors import Problem, StoreError, Where
from scheduler.tickets.store import Store
from scheduler.tickets.store import open_store as open_ledger
from scheduler.tickets.store import upgrade as upgrade_ledger
from scheduler.words import message

if TYPE_CHECKING:
    from alembic.config import Config

VERSION_TABLE = "api_schema"
"""Where Alembic notes the version of the service's tables, apart from the ledger's."""

# Any number will do, as long as every program that migrates asks for the same one.
_LOCK = text("SELECT pg_advisory_xact_lock(5318009)")


def open_store(url: str) -> Store:
    """Open the database at `url`, which must be up to date; raises StoreError."""
    store = open_ledger(url)
    store.read(lambda connection: _refuse_other_versions(connection, store.where))
    return store


def upgrade(url: str) -> None:
    """Make the tables at `url`, the ledger's too, or bring them up to date; raises StoreError."""
    file = make_url(url).database
    if url.startswith("sqlite") and file:
        make_folder(Path(file).parent)
    upgrade_ledger(url)
    store = open_ledger(url)
    try:
        store.read(lambda connection: _refuse_newer(connection, store.where))
        store.write(_bring_up_to_date)
        store.read(lambda connection: _refuse_other_versions(connection, store.where))
    finally:
        store.close()


def make_folder(folder: Path) -> None:
    """Make the folder of the database's file where it is missing; raises StoreError where it cannot be written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        writable = os.access(folder, os.W_OK)
    except OSError:
        writable = False
    if not writable:
        wrong = message("it cannot be made, or not be written to")
        remedy = message("Name another folder, or ask its owner for the right to write there.")
        raise StoreError([Problem(Where(file=str(folder)), wrong, remedy)])


def _config(connection: Connection | None = None) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "api.store:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@cache
def newest_version() -> str:
    """Return the version of the tables that this program writes."""
    from alembic.script import ScriptDirectory

    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None, "there is a migration"
    return head


def _bring_up_to_date(connection: Connection) -> None:
    from alembic import command

    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK)
    if _version_of(connection) != newest_version():
        command.upgrade(_config(connection), "head")


def _version_of(connection: Connection) -> str | None:
    from alembic.migration import MigrationContext

    return MigrationContext.configure(
        connection, opts={"version_table": VERSION_TABLE}
    ).get_current_revision()


def _refuse_newer(connection: Connection, where: str) -> None:
    from alembic.script import ScriptDirectory

    known = {one.revision for one in ScriptDirectory.from_config(_config()).walk_revisions()}
    found = _version_of(connection)
    if found in (None, *known):
        return
    wrong = message("its tables are of version {found}, which this program does not know", found=found)
    remedy = message("Use the Menzhen that wrote it, or a newer one.")
    raise StoreError([Problem(Where(file=where), wrong, remedy)])


def _refuse_other_versions(connection: Connection, where: str) -> None:
    found = _version_of(connection)
    if found == newest_version():
        return
    wrong = message("the service's tables are not of this program's version")
    remedy = message("Save a copy of the database, then run menzhen db upgrade.")
    raise StoreError([Problem(Where(file=where), wrong, remedy, found)])
