"""The feed of changes: one order, nothing twice, nothing missed, and for partners only what is theirs."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from scheduler.tickets.changes_feed import LedgerChange, last_change, read_changes
from scheduler.tickets.claims import claim
from scheduler.tickets.events import EventKind, append, lock_head
from scheduler.tickets.publications import publish
from scheduler.tickets.releases import release
from scheduler.tickets.returns import return_claim
from scheduler.tickets.store import Store
from tests.tickets.week import AFTER, CLAIMED, OPENS, Piece, two_and_one, write_week


def changes(store: Store, after: int = 0, most: int = 100, partner: str = "") -> list[LedgerChange]:
    return store.read(lambda connection: read_changes(connection, after, most, partner=partner))[0]


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
    assert found[1].data == {"week": "2026-W30", "slot": "a", "channel": "partner", "partner": "P1"}
    assert found[5].data["partner"] == "P2"
    assert {fall["to"] for fall in found[6].data["falls"]} == {"public"}
    assert "R-1" not in str(found) and "R-2" not in str(found)


def test_pages_hold_everything_once(eventful: Store) -> None:
    seen, after = [], 0
    while True:
        page, upto = eventful.read(lambda connection, after=after: read_changes(connection, after, 2))
        if upto == after:
            break
        seen, after = [*seen, *page], upto
    assert seen == changes(eventful)
    assert after == eventful.read(last_change)


def test_a_partner_is_told_of_its_own_claims_and_goes_on_past_those_of_others(eventful: Store) -> None:
    assert kinds(changes(eventful, partner="P1")) == ["claimed", "returned"]
    assert kinds(changes(eventful, partner="P2")) == ["claimed", "hurt"]
    assert "P2" not in str(changes(eventful, partner="P1"))
    nobody, upto = eventful.read(lambda connection: read_changes(connection, 0, 100, partner="P9"))
    assert nobody == []
    assert upto > 0


def test_a_step_that_is_not_at_its_end_is_not_overtaken(store: Store, tmp_path: Path) -> None:
    """Two chains write at once: the one that drew its number first commits last, and is told first all the same."""
    if store.engine.dialect.name == "sqlite":
        pytest.skip("one writes at a time there")
    publish(store, write_week(tmp_path / "w", [Piece("a", [("public", "", 1)])]), OPENS, "office")
    drawn, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        def step(connection):
            append(
                connection,
                lock_head(connection, "P1"),
                CLAIMED,
                "P1",
                [(EventKind.CLAIMED, {"slot": "first"})],
            )
            drawn.set()
            assert go_on.wait(20)

        store.write(step)

    writer = threading.Thread(target=slow)
    writer.start()
    assert drawn.wait(20)
    store.write(
        lambda c: append(c, lock_head(c, "P2"), CLAIMED, "P2", [(EventKind.CLAIMED, {"slot": "second"})])
    )
    found: list[list[LedgerChange]] = []
    reader = threading.Thread(target=lambda: found.append(changes(store)))
    reader.start()
    reader.join(0.5)
    assert reader.is_alive(), "it waits for the step that is not at its end"
    go_on.set()
    for thread in (writer, reader):
        thread.join(20)
    assert [one.data.get("slot") for one in found[0]][1:] == ["first", "second"]
