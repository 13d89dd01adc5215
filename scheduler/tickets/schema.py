"""Versions of the tables: made new, brought up to date, and refused where they are not what this program knows."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from scheduler.errors import Problem, StoreError, Where
from scheduler.words import message

if TYPE_CHECKING:
    from alembic.config import Config

# Any number will do, as long as every program that migrates asks for the same one.
_LOCK = text("SELECT pg_advisory_xact_lock(5318008)")


def config_for(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration, which is nowhere in a file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "scheduler.tickets:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@cache
def known_versions() -> tuple[str, ...]:
    """Return the versions this program knows, the newest first."""
    from alembic.script import ScriptDirectory

    script = ScriptDirectory.from_config(config_for())
    return tuple(step.revision for step in script.walk_revisions())


def bring_up_to_date(connection: Connection) -> None:
    """Run the migrations that are missing, inside the connection's transaction; two at once wait for each other."""
    from alembic import command

    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK)
    command.upgrade(config_for(connection), "head")


def version_of(connection: Connection) -> str | None:
    """Return the version of the tables, or None where the database holds none of ours."""
    from alembic.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()


def refuse_other_versions(connection: Connection, where: str) -> None:
    """Raise StoreError unless the tables are of the version this program knows."""
    found, known = version_of(connection), known_versions()
    if found == known[0]:
        return
    if found is None:
        raise no_ledger(where)
    if found in known:
        wrong = message("its tables are of the older version {found}", found=found)
        remedy = message("Save a copy of it, then bring it up to date with menzhen ledger upgrade.")
    else:
        wrong = message("its tables are of version {found}, which this program does not know", found=found)
        remedy = message("Use the Menzhen that wrote it, or a newer one.")
    raise StoreError([Problem(Where(file=where), wrong, remedy)])


def no_ledger(where: str) -> StoreError:
    """Return the error for a database without a ledger."""
    wrong = message("this database holds no ticket ledger")
    remedy = message("Check its name, or publish a week into it: that makes the ledger.")
    return StoreError([Problem(Where(file=where), wrong, remedy)])


def is_empty(connection: Connection) -> bool:
    """Tell whether the database holds no table at all."""
    return not inspect(connection).get_table_names()
