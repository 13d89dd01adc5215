"""The service's tables: what the migrations make is what the models say; databases of others are refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from api.store.models import Base
from api.store.opened import VERSION_TABLE, open_store, upgrade
from scheduler.errors import StoreError


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'folder' / 'menzhen.db'}"
    upgrade(url)
    return url


def test_the_migrations_make_what_the_models_say(url: str) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(
            connection,
            opts={
                "version_table": VERSION_TABLE,
                "include_name": lambda name, kind, _: kind != "table" or str(name).startswith("api_"),
            },
        )
        return [
            one
            for one in compare_metadata(context, Base.metadata)
            if not (isinstance(one, tuple) and one[0] == "remove_table" and one[1].name == VERSION_TABLE)
        ]

    store = open_store(url)
    assert store.read(differences) == []
    store.close()


def test_bringing_up_to_date_twice_changes_nothing(url: str) -> None:
    upgrade(url)
    open_store(url).close()


def test_tables_of_another_version_are_refused(url: str) -> None:
    store = open_store(url)
    store.write(lambda c: c.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")))
    store.close()
    with pytest.raises(StoreError, match="version"):
        open_store(url)


def test_a_busy_database_is_told_as_such_and_nothing_is_lost(url: str) -> None:
    import sqlite3

    from scheduler.tickets.store import open_store as open_ledger

    holder = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    store = open_ledger(url, patience=1)
    with pytest.raises(StoreError):
        store.write(lambda c: c.execute(text("DELETE FROM api_keys")))
    holder.execute("ROLLBACK")
    store.write(lambda c: c.execute(text("DELETE FROM api_keys")))
    holder.close()
    store.close()
