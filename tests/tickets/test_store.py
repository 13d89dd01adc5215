"""Opening, migrating, and what the ledger says when its database cannot."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from scheduler.errors import SettingError, StoreError
from scheduler.tickets.claims import claim
from scheduler.tickets.models import LedgerTable
from scheduler.tickets.publications import publish
from scheduler.tickets.schema import LEDGER
from scheduler.tickets.store import Store, open_or_make_store, open_store, upgrade
from scheduler.tickets.timestamps import to_timestamp
from scheduler.tickets.verify import verify
from tests.tickets.week import CLAIMED, OPENS, Piece, states, two_and_one, write_week


def _sql(store: Store, *statements: str) -> None:
    for statement in statements:
        store.write(lambda connection, statement=statement: connection.execute(text(statement)) and None)


def test_models_and_migrations_agree(store: Store) -> None:
    def compare(connection: Connection) -> list[object]:
        return compare_metadata(MigrationContext.configure(connection), LedgerTable.metadata)

    assert store.read(compare) == []


def test_an_upgrade_makes_the_tables_and_may_be_repeated(url: str) -> None:
    upgrade(url)
    upgrade(url)
    open_store(url).close()


@pytest.mark.parametrize("change", ["UPDATE events SET who = 'me'", "DELETE FROM events"])
def test_the_database_itself_refuses_to_change_an_event(store: Store, tmp_path: Path, change: str) -> None:
    publish(store, write_week(tmp_path / "w", [two_and_one()]), OPENS, "office")
    with pytest.raises(DBAPIError, match="never changed"), store.engine.begin() as connection:
        connection.execute(text(change))


def test_an_empty_database_is_no_ledger_until_one_is_made(url: str) -> None:
    with pytest.raises(StoreError, match="holds no ticket ledger"):
        open_store(url)


@pytest.mark.parametrize("version", ["9999", "0000"])
def test_tables_of_another_version_are_refused_with_a_remedy(
    url: str, store: Store, version: str, monkeypatch
) -> None:
    monkeypatch.setitem(LEDGER.__dict__, "revisions", ("0002", "0000"))
    _sql(store, f"UPDATE alembic_version SET version_num = '{version}'")
    remedy = {"9999": "a newer one", "0000": "menzhen ledger upgrade"}[version]
    for way in (open_store, open_or_make_store):
        with pytest.raises(StoreError, match=remedy):
            way(url)


def test_an_older_ledger_is_brought_up_to_date_and_then_opens(url: str, store: Store) -> None:
    _sql(store, "DROP INDEX uq_claims_live_ticket")
    for table, column in (("slots", "times"), ("holdings", "numbers"), ("claims", "ticket")):
        _sql(store, f"ALTER TABLE {table} DROP COLUMN {column}")
    _sql(store, "DROP INDEX ix_slots_in_order")
    _sql(store, "CREATE INDEX ix_slots_publication_specialty ON slots (publication, specialty)")
    _sql(store, "ALTER TABLE publications DROP COLUMN channels")
    _sql(store, "UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(StoreError, match="menzhen ledger upgrade"):
        open_store(url)
    upgrade(url)
    reopened = open_store(url)
    names = {index["name"] for index in inspect(reopened.engine).get_indexes("slots")}
    reopened.close()
    assert "ix_slots_in_order" in names
    assert "ix_slots_publication_specialty" not in names


def test_a_newer_ledger_is_not_upgraded(url: str, store: Store) -> None:
    _sql(store, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="does not know"):
        upgrade(url)


@pytest.mark.parametrize(
    "url", ["nothing", "mysql://x/y", "sqlite://", "sqlite:///:memory:", "postgresql://u@h:abc/d"]
)
def test_an_address_that_cannot_be_is_refused(url: str) -> None:
    with pytest.raises(StoreError):
        open_store(url)


@pytest.mark.parametrize("name", ["menzhen.db", "台账.sqlite"])
def test_a_file_may_be_named_by_its_path_alone(tmp_path: Path, name: str) -> None:
    open_or_make_store(str(tmp_path / name)).close()
    assert (tmp_path / name).is_file()
    open_store(f"sqlite:///{tmp_path / name}").close()


def test_a_place_that_cannot_be_opened_is_reported_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        open_or_make_store(f"sqlite:///{tmp_path / 'no' / 'such.db'}")
    for address in (f"me:secret@/x?host={tmp_path}", f"me@/x?host={tmp_path}&password=secret"):
        with pytest.raises(StoreError, match="cannot be reached") as refused:
            open_store(f"postgresql://{address}", patience=2)
        assert "secret" not in str(refused.value)


def test_a_file_of_something_else_is_reported_as_no_ledger(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("no database " * 1000)
    with pytest.raises(StoreError, match="the file is not a ledger"):
        open_store(f"sqlite:///{tmp_path / 'x.db'}")


@pytest.mark.parametrize("year", [1, 9999])
def test_a_time_at_the_ends_of_the_calendar_is_refused(year: int) -> None:
    beijing, new_york = dt.timezone(dt.timedelta(hours=8)), dt.timezone(dt.timedelta(hours=-5))
    at = dt.datetime(1, 1, 1, tzinfo=beijing) if year == 1 else dt.datetime(9999, 12, 31, 20, tzinfo=new_york)
    with pytest.raises(SettingError, match="cannot store this time"):
        to_timestamp(at)


@pytest.fixture
def week(store: Store, tmp_path: Path) -> Iterator[Store]:
    """A ledger with one slot."""
    publish(store, write_week(tmp_path / "w", [two_and_one()]), OPENS, "office")
    yield store


def test_a_locked_database_is_reported_and_the_claim_works_afterwards(week: Store, url: str) -> None:
    hasty = open_store(url, patience=1)
    locked, done = threading.Event(), threading.Event()

    def hold(connection: Connection) -> None:
        connection.execute(text("UPDATE holdings SET taken = taken"))
        locked.set()
        done.wait()

    holder = threading.Thread(target=lambda: week.write(hold))
    holder.start()
    locked.wait()
    try:
        with pytest.raises(StoreError, match="another program has been writing"):
            claim(hasty, "P1", "a", "R-1", CLAIMED)
    finally:
        done.set()
        holder.join()
    claim(hasty, "P1", "a", "R-1", CLAIMED)
    hasty.close()
    assert verify(week).whole


def test_a_full_disk_is_reported_and_nothing_is_half_written(store: Store, tmp_path: Path) -> None:
    plenty = Piece("a", [("partner", "", 300), ("public", "", 1)])
    publish(store, write_week(tmp_path / "w", [plenty]), OPENS, "office")
    fill, empty = _DISK[store.engine.dialect.name]
    _sql(store, *fill)
    acknowledged = []
    with pytest.raises(StoreError, match="the disk is full"):
        for number in range(300):
            claim(store, "P1", "a", f"R-{number}", CLAIMED)
            acknowledged.append(f"R-{number}")
    _sql(store, *empty)
    assert list(states(store)) == acknowledged
    assert verify(store).whole
    claim(store, "P1", "a", f"R-{len(acknowledged)}", CLAIMED)


# SQLite is allowed no page more than it has; PostgreSQL is made to say what it says then.
_DISK = {
    "sqlite": (["PRAGMA max_page_count = 1"], ["PRAGMA max_page_count = 1000000"]),
    "postgresql": (
        [
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'no space' USING ERRCODE = '53100'; END $$",
            "CREATE TRIGGER full_disk BEFORE INSERT ON events EXECUTE FUNCTION full_disk()",
        ],
        ["DROP TRIGGER full_disk ON events"],
    ),
}
