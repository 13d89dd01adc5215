"""Versions of a set of tables: made new, brought up to date, and refused where they are not what this program knows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from scheduler.errors import Problem, StoreError, Where
from scheduler.words import Message, message

if TYPE_CHECKING:
    from alembic.config import Config


@dataclass(frozen=True)
class Schema:
    """A set of tables with revisions of its own; several sets may share one database.

    `scripts` is Alembic's folder as `package:folder`, `version_table` the table in which it notes the revision.
    `lock` is the advisory lock (PostgreSQL) under which they are upgraded: any number, but the same one in every
    program and release. `absent` says what is wrong, and what to do, where there are none of the tables, and
    `upgrade` what to do where they are of an older revision.
    """

    scripts: str
    version_table: str
    lock: int
    absent: tuple[Message, Message]
    upgrade: Message

    @cached_property
    def revisions(self) -> tuple[str, ...]:
        """The revisions this program knows, the newest first."""
        from alembic.script import ScriptDirectory

        script = ScriptDirectory.from_config(self._config())
        return tuple(step.revision for step in script.walk_revisions())

    def bring_up_to_date(self, connection: Connection) -> None:
        """Run the missing migrations inside the connection's transaction; two programs at once wait for each other.

        SQLite and PostgreSQL undo changes of tables with the transaction, so a crash leaves the revision of before.
        """
        from alembic import command

        if connection.dialect.name == "postgresql":
            # Held until the transaction ends. SQLite needs none: a transaction that writes is alone in the file.
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": self.lock})
        command.upgrade(self._config(connection), "head")

    def run_migrations(self) -> None:
        """Run the migrations that Alembic has chosen: all that the `env.py` of a script folder does."""
        from alembic import context

        connection = context.config.attributes["connection"]
        context.configure(connection=connection, version_table=self.version_table)
        with context.begin_transaction():
            context.run_migrations()

    def refuse_newer(self, connection: Connection, where: str) -> None:
        """Raise StoreError where the tables are of a revision that this program does not know."""
        revision = self._revision(connection)
        if revision not in (None, *self.revisions):
            wrong = message(
                "its tables are of version {found}, which this program does not know", found=revision
            )
            remedy = message("Use the Menzhen that wrote it, or a newer one.")
            raise StoreError([Problem(Where(file=where), wrong, remedy)])

    def refuse_other_revisions(self, connection: Connection, where: str) -> None:
        """Raise StoreError unless the tables are of the newest revision that this program knows."""
        self.refuse_newer(connection, where)
        revision = self._revision(connection)
        if revision is None:
            raise self.absent_error(where)
        if revision != self.revisions[0]:
            wrong = message("its tables are of the older version {found}", found=revision)
            raise StoreError([Problem(Where(file=where), wrong, self.upgrade)])

    def absent_error(self, where: str) -> StoreError:
        """Return the error for a database without these tables."""
        return StoreError([Problem(Where(file=where), *self.absent)])

    def _revision(self, connection: Connection) -> str | None:
        """Return the revision of the tables, or None where the database holds none of them."""
        from alembic.migration import MigrationContext

        options = {"version_table": self.version_table}
        return MigrationContext.configure(connection, opts=options).get_current_revision()

    def _config(self, connection: Connection | None = None) -> Config:
        """Return Alembic's configuration, which is nowhere in a file."""
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", self.scripts)
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        return config


LEDGER = Schema(
    scripts="scheduler.tickets:migrations",
    version_table="alembic_version",
    lock=5318008,
    absent=(
        message("this database holds no ticket ledger"),
        message("Check its name, or publish a week into it: that makes the ledger."),
    ),
    upgrade=message("Save a copy of it, then bring it up to date with menzhen ledger upgrade."),
)
"""The tables of the ledger."""


def is_empty(connection: Connection) -> bool:
    """Return whether the database holds no table at all."""
    return not inspect(connection).get_table_names()
