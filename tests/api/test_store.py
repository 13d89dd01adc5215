"""The service's tables: what the migrations make is what the models say; databases of others are refused."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from api.store.copies import back_up, restore
from api.store.database import SERVICE, open_store, upgrade
from api.store.models import ServiceTable
from scheduler.errors import StoreError
from scheduler.tickets.store import upgrade as upgrade_ledger


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
                "version_table": SERVICE.version_table,
                "include_name": lambda name, kind, _: kind != "table" or str(name).startswith("api_"),
            },
        )
        return [
            one
            for one in compare_metadata(context, ServiceTable.metadata)
            if not (
                isinstance(one, tuple) and one[0] == "remove_table" and one[1].name == SERVICE.version_table
            )
        ]

    store = open_store(url)
    assert store.read(differences) == []
    store.close()


def test_bringing_up_to_date_twice_changes_nothing(url: str) -> None:
    upgrade(url)
    open_store(url).close()


def test_a_ledger_without_the_services_tables_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    upgrade_ledger(url)
    with pytest.raises(StoreError, match="holds no tables of the service"):
        open_store(url)


def test_a_service_newer_than_this_program_leaves_the_ledger_as_it_was(url: str) -> None:
    store = open_store(url)
    store.write(lambda c: c.execute(text(f"UPDATE {SERVICE.version_table} SET version_num = '9999'")))
    store.write(lambda c: c.execute(text("UPDATE alembic_version SET version_num = '0001'")))
    with pytest.raises(StoreError, match="does not know"):
        upgrade(url)
    revision = store.read(lambda c: c.execute(text("SELECT version_num FROM alembic_version")).scalar())
    store.close()
    assert revision == "0001"


def test_tables_of_another_version_are_refused(url: str) -> None:
    store = open_store(url)
    store.write(lambda c: c.execute(text(f"UPDATE {SERVICE.version_table} SET version_num = '9999'")))
    store.close()
    with pytest.raises(StoreError, match="version"):
        open_store(url)


def _changed_copy(url: str, file: Path, *statements: str) -> Path:
    back_up(url, file)
    with closing(sqlite3.connect(file)) as copy:
        for statement in statements:
            copy.execute(statement)
        copy.commit()
    return file


def test_a_copy_of_an_older_version_is_brought_up_to_date_when_it_is_put_back(
    url: str, tmp_path: Path
) -> None:
    gone = [f"DROP TABLE {table.name}" for table in reversed(ServiceTable.metadata.sorted_tables)]
    copy = _changed_copy(url, tmp_path / "copy.db", *gone, f"DELETE FROM {SERVICE.version_table}")
    store = open_store(url)
    restore(url, copy)
    assert store.read(lambda c: c.execute(text("SELECT count(*) FROM api_jobs")).scalar()) == 0
    store.close()


def test_a_copy_of_a_newer_version_is_refused_and_changes_nothing(url: str, tmp_path: Path) -> None:
    copy = _changed_copy(
        url, tmp_path / "copy.db", f"UPDATE {SERVICE.version_table} SET version_num = '9999'"
    )
    with pytest.raises(StoreError, match="which this program does not know"):
        restore(url, copy)
    open_store(url).close()
    assert list((tmp_path / "folder").glob(".*")) == []


def test_a_folder_that_cannot_be_made_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be created"):
        upgrade(f"sqlite:///{tmp_path / 'file' / 'menzhen.db'}")


def test_a_busy_database_is_told_as_such_and_nothing_is_lost(url: str) -> None:
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
