"""The feed of changes: one order, nothing twice, nothing missed, and for partners only what is theirs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection

from scheduler.tickets.changes_feed import LedgerChange, last_change, read_changes
from scheduler.tickets.claims import claim
from scheduler.tickets.events import EventKind, append, lock_head
from scheduler.tickets.publications import publish
from scheduler.tickets.releases import release
from scheduler.tickets.returns import return_claim
from scheduler.tickets.store import Store
from tests.tickets.week import AFTER, CLAIMED, OPENS, Piece, two_and_one, write_week


@pytest.fixture
def postgresql(store: Store) -> Store:
    """A ledger whose steps are written side by side."""
    if store.engine.dialect.name == "sqlite":
        pytest.skip("one writes at a time there")
    return store


def changes(store: Store, after: int = 0, most: int = 100, partner: str = "") -> list[LedgerChange]:
    return read_changes(store, after, most, partner=partner)[0]


def kinds(found: list[LedgerChange]) -> list[str]:
    return [str(one.kind) for one in found]


@pytest.fixture
def eventful(store: Store, tmp_path: Path) -> Store:
    """A week published, two tickets claimed, one given back, a claim hurt by a new version, the rest fallen back."""
    publish(store, write_week(tmp_path / "w", [two_and_one(), two_and_one("b")]), OPENS, "office")
    claim(store, "P1", "a", "R-1", CLAIMED)
    claim(store, "P2", "b", "R-2", CLAIMED)
    return_claim(store, "P1", "R-1", CLAIMED)
    publish(store, write_week(tmp_path / "w", [two_and_one()]), CLAIMED, "office", reason="so")
    release(store, AFTER)
    return store


def test_everything_that_happens_to_tickets_is_told_in_order_without_referrals(eventful: Store) -> None:
    found = changes(eventful)
    assert kinds(found) == ["published", "claimed", "claimed", "returned", "published", "hurt", "released"]
    assert [one.number for one in found] == sorted({one.number for one in found})
    what = {"week": "2026-W30", "slot": "a", "channel": "partner", "partner": "P1"}
    assert found[1].data == {**what, "ticket": 2, "told": "08:00"}
    assert found[3].data == {"week": "2026-W30", "slot": "a", "went_to": None, "partner": "P1", "ticket": 2}
    assert found[5].data["partner"] == "P2"
    assert {fall["to"] for fall in found[6].data["falls"]} == {"public"}
    assert "R-1" not in str(found) and "R-2" not in str(found)


def test_pages_hold_everything_once(eventful: Store) -> None:
    seen, after = [], 0
    while True:
        page, upto = read_changes(eventful, after, 2)
        if upto == after:
            break
        seen, after = [*seen, *page], upto
    assert seen == changes(eventful)
    assert after == eventful.read(last_change)


def test_a_partner_is_told_of_its_own_claims_and_goes_on_past_those_of_others(eventful: Store) -> None:
    own = changes(eventful, partner="P1")
    assert kinds(own) == ["claimed", "returned", "released"]
    assert {fall["holder"] for fall in own[-1].data["falls"]} == {"P1"}
    assert kinds(changes(eventful, partner="P2")) == ["claimed", "hurt"]
    assert "P2" not in str(changes(eventful, partner="P1"))
    nobody, upto = read_changes(eventful, 0, 100, partner="P9")
    assert nobody == []
    assert upto > 0


@contextmanager
def unfinished_claim(store: Store, partner: str, slot: str) -> Iterator[None]:
    """A claim that has drawn its number and is committed after the block."""
    drawn, go_on = threading.Event(), threading.Event()

    def step(connection: Connection) -> None:
        append(
            connection,
            lock_head(connection, partner),
            CLAIMED,
            partner,
            [(EventKind.CLAIMED, {"slot": slot})],
        )
        drawn.set()
        assert go_on.wait(20)

    writer = threading.Thread(target=store.write, args=(step,))
    writer.start()
    assert drawn.wait(20)
    try:
        yield
    finally:
        go_on.set()
        writer.join(20)


def test_who_has_read_all_neither_waits_for_a_claim_nor_keeps_others_waiting(
    postgresql: Store, tmp_path: Path
) -> None:
    publish(postgresql, write_week(tmp_path / "w", [two_and_one()]), OPENS, "office")
    _, upto = read_changes(postgresql, 0, 100)
    with unfinished_claim(postgresql, "P1", "a"):
        assert read_changes(postgresql, upto, 100) == ([], upto)
        claim(postgresql, "P2", "a", "R-2", CLAIMED)
    assert [one.data["partner"] for one in changes(postgresql, upto)] == ["P1", "P2"]


def test_a_number_that_never_came_to_be_is_passed(postgresql: Store, tmp_path: Path) -> None:
    publish(postgresql, write_week(tmp_path / "w", [two_and_one()]), OPENS, "office")

    def fail(connection: Connection) -> None:
        append(connection, lock_head(connection, "P1"), CLAIMED, "P1", [(EventKind.CLAIMED, {"slot": "a"})])
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        postgresql.write(fail)
    claim(postgresql, "P2", "a", "R-2", CLAIMED)
    assert kinds(changes(postgresql)) == ["published", "claimed"]


def test_a_step_that_is_not_at_its_end_is_not_overtaken(postgresql: Store, tmp_path: Path) -> None:
    """Two chains write at once: the one that drew its number first commits last, and is told first all the same."""
    publish(postgresql, write_week(tmp_path / "w", [Piece("a", [("public", "", 1)])]), OPENS, "office")
    found: list[LedgerChange] = []
    reader = threading.Thread(target=lambda: found.extend(changes(postgresql)))
    with unfinished_claim(postgresql, "P1", "first"):
        with unfinished_claim(postgresql, "P2", "second"):
            pass
        reader.start()
        reader.join(0.5)
        assert reader.is_alive(), "it waits for the step that is not at its end"
    reader.join(20)
    assert [one.data.get("slot") for one in found][1:] == ["first", "second"]
