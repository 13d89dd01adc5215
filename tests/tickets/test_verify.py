"""Tampering is found, each kind of it, and the first broken link named."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from scheduler.errors import SettingError
from scheduler.tickets.claims import claim
from scheduler.tickets.hash_chain import Head
from scheduler.tickets.publications import publish
from scheduler.tickets.releases import release
from scheduler.tickets.returns import return_claim
from scheduler.tickets.store import Store
from scheduler.tickets.verify import verify
from tests.tickets.week import AFTER, CLAIMED, OPENS, Piece, holdings, two_and_one, write_week


@pytest.fixture
def busy(store: Store, tmp_path: Path) -> Store:
    """A ledger in which a bit of everything has happened."""
    publish(store, write_week(tmp_path / "w", [two_and_one(), two_and_one("b")]), OPENS, "office")
    for number in range(3):
        claim(store, "P1", "a", f"R-{number}", CLAIMED)
    claim(store, "P2", "b", "S-0", CLAIMED)
    publish(store, write_week(tmp_path / "w", [two_and_one()]), CLAIMED, "office", reason="stopped")
    return_claim(store, "P1", "R-1", CLAIMED)
    release(store, AFTER)
    return_claim(store, "P1", "R-0", AFTER)
    return store


def _tamper(store: Store, *statements: str) -> None:
    """Change the events as somebody does who knows of the triggers, and puts them back."""

    def step(connection: Connection) -> None:
        triggers = _without_triggers(connection)
        for statement in (*statements, *triggers):
            connection.execute(text(statement))

    store.write(step)


def _without_triggers(connection: Connection) -> list[str]:
    """Take the triggers off; return the statements that put them back."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("ALTER TABLE events DISABLE TRIGGER ALL"))
        return ["ALTER TABLE events ENABLE TRIGGER ALL"]
    known = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'events'"
    triggers = connection.execute(text(known)).all()
    for name, _ in triggers:
        connection.execute(text(f"DROP TRIGGER {name}"))
    return [statement for _, statement in triggers]


def test_a_ledger_without_its_triggers_is_told(busy: Store) -> None:
    busy.write(_without_triggers)
    assert len(verify(busy).broken) == 2
    assert "the trigger events_no_" in str(verify(busy).broken[0].wrong)


def _hollow(connection: Connection) -> None:
    """Put triggers of the same names in the place of those that work."""
    if connection.dialect.name == "postgresql":
        hollow = "CREATE OR REPLACE FUNCTION events_stay() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"
        connection.execute(text(hollow))
        return
    _without_triggers(connection)
    for change in ("update", "delete"):
        hollow = f"CREATE TRIGGER events_no_{change} BEFORE {change} ON events BEGIN SELECT 1; END"
        connection.execute(text(hollow))


def test_triggers_that_do_nothing_are_told_too(busy: Store) -> None:
    busy.write(_hollow)
    assert len(verify(busy).broken) == 2


def test_a_ledger_nobody_touched_is_whole_and_names_its_heads(busy: Store) -> None:
    found = verify(busy)
    assert found.broken == ()
    assert [(head.chain, head.place) for head in found.heads] == [("", 5), ("P1", 5), ("P2", 1)]
    assert verify(busy, remembered=found.heads).whole


CHAIN = {
    "changed": ("UPDATE events SET payload = '{}' WHERE chain = 'P1' AND place = 2", "P1", 2, "changed"),
    "other time": ("UPDATE events SET at = 'noon' WHERE chain = 'P1' AND place = 2", "P1", 2, "changed"),
    "removed": ("DELETE FROM events WHERE chain = 'P1' AND place = 3", "P1", 3, "missing"),
    "first removed": ("DELETE FROM events WHERE chain = '' AND place = 1", "", 1, "missing"),
    "tail removed": ("DELETE FROM events WHERE chain = 'P1' AND place = 5", "P1", 4, "its head says"),
    "head removed": ("DELETE FROM chains WHERE chain = 'P2'", "P2", 1, "its head says"),
}


@pytest.mark.parametrize(("statement", "chain", "place", "wrong"), CHAIN.values(), ids=CHAIN)
def test_a_broken_link_is_named(busy: Store, statement: str, chain: str, place: int, wrong: str) -> None:
    _tamper(busy, statement)
    first = verify(busy).broken[0]
    assert (first.chain, first.place) == (chain, place)
    assert wrong in str(first.wrong)


TABLES = [
    "UPDATE claims SET referral = 'X-1' WHERE referral = 'R-2'",
    "UPDATE claims SET claimed_at = '2026' WHERE referral = 'R-2'",
    "UPDATE claims SET state = 'returned' WHERE referral = 'R-2'",
    "UPDATE claims SET specialty = 'X' WHERE referral = 'R-2'",
    "UPDATE claims SET new_start = 1 WHERE referral = 'S-0'",
    "DELETE FROM claims WHERE referral = 'R-1'",
    "UPDATE holdings SET taken = taken - 1 WHERE current AND holder = '' AND taken > 0",
    "UPDATE holdings SET granted = granted + 1 WHERE current AND channel = 'public'",
    "UPDATE holdings SET tickets = tickets + 1 WHERE current AND channel = 'public'",
    "UPDATE holdings SET released = false WHERE current AND holder = 'P1'",
    "UPDATE holdings SET holder = 'P7' WHERE NOT current AND holder = 'P1'",
    "UPDATE slots SET doctor = 'D9'",
    "UPDATE claims SET specialty = 'X' WHERE referral = 'R-1'",
    "UPDATE claims SET date = '2026-01-01' WHERE referral = 'S-0'",
    "UPDATE holdings SET current = true WHERE NOT current",
    "UPDATE publications SET made_by = 'nobody' WHERE version = 1",
    "UPDATE publications SET superseded_at = NULL, week = '2026-W31' WHERE version = 1",
]


@pytest.mark.parametrize("statement", TABLES)
def test_a_table_that_is_not_what_the_events_make_it_is_found(busy: Store, statement: str) -> None:
    _tamper(busy, statement)
    assert not verify(busy).whole


@pytest.fixture
def fallen(store: Store, tmp_path: Path) -> Store:
    """A ledger in which fall-backs, of a release and of a return, made holdings of primary care."""
    held = [("partner", "P1", 2), ("public", "", 1)]
    pieces = [Piece(name, held) for name in "ab"]
    publish(store, write_week(tmp_path / "w", pieces, onward={"partner": "primary_care"}), OPENS, "office")
    claim(store, "P1", "a", "R-1", CLAIMED)
    claim(store, "P1", "a", "R-2", CLAIMED)
    return_claim(store, "P1", "R-1", AFTER)
    release(store, AFTER)
    return store


COLUMNS = (
    "publication, slot_id, channel, holder, tickets, granted, taken, fallen_back, opens_at, falls_back_to"
)
FLAGS = "released, added, current"
MADE = [
    "UPDATE holdings SET falls_back_at = NULL WHERE added",
    "UPDATE holdings SET opens_at = '2020-01-01T00:00:00.000000Z' WHERE added",
    "UPDATE holdings SET falls_back_to = 'on_site' WHERE added",
    "UPDATE holdings SET added = false WHERE added",
    "UPDATE holdings SET tickets = 1 WHERE added",
    "UPDATE slots SET tickets = tickets + 1",
    f"INSERT INTO holdings ({COLUMNS}, {FLAGS}) SELECT publication, slot_id, channel, 'P9', 5, 5, 0, 0, opens_at, "
    f"falls_back_to, false, true, true FROM holdings WHERE holder = 'P1'",
    f"INSERT INTO holdings ({COLUMNS}, {FLAGS}) SELECT publication, slot_id, channel, 'P9', 0, 0, 0, 0, opens_at, "
    f"falls_back_to, false, true, true FROM holdings WHERE holder = 'P1'",
]


def test_holdings_that_fall_backs_made_are_no_break(fallen: Store) -> None:
    assert holdings(fallen)["b", "primary_care", ""] == (2, 0)
    assert verify(fallen).broken == ()


@pytest.mark.parametrize("statement", MADE)
def test_a_holding_that_no_fall_back_made_so_is_found(fallen: Store, statement: str) -> None:
    _tamper(fallen, statement)
    assert not verify(fallen).whole


def test_a_chain_shortened_with_all_that_follows_is_found_by_a_remembered_head_only(busy: Store) -> None:
    heads = verify(busy).heads
    last = "chain = 'P1' AND place = 5"
    _tamper(
        busy,
        f"UPDATE chains SET place = 4, hash = (SELECT previous FROM events WHERE {last}) WHERE chain = 'P1'",
        f"DELETE FROM events WHERE {last}",
        "UPDATE claims SET state = 'live', ended_at = NULL WHERE referral = 'R-0'",
        "UPDATE holdings SET granted = granted + 1, taken = taken + 1, fallen_back = fallen_back - 1 "
        "WHERE current AND holder = 'P1'",
        "UPDATE holdings SET granted = granted - 1 WHERE current AND channel = 'public'",
        "UPDATE holdings SET numbers = '2' WHERE current AND holder = 'P1'",
        "UPDATE holdings SET numbers = REPLACE(numbers, '2 ', '') WHERE current AND channel = 'public'",
    )
    assert verify(busy).whole
    (broken,) = verify(busy, remembered=heads).broken
    assert (broken.chain, broken.place) == ("P1", 5)


def test_a_chain_written_anew_is_found_by_a_remembered_head(busy: Store) -> None:
    head = next(head for head in verify(busy).heads if head.chain == "P1")
    other = Head("P1", head.place, "f" * 64)
    (broken,) = verify(busy, remembered=[other]).broken
    assert "not the one that was remembered" in str(broken.wrong)


def test_a_head_is_read_as_it_is_shown() -> None:
    head = Head("P1:北京", 3, "a" * 64)
    assert Head.parse(str(head)) == head
    with pytest.raises(SettingError):
        Head.parse("3:xyz:P1")
