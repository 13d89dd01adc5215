"""Hash chains: what a hash covers, and what is found wrong with an entry."""

from __future__ import annotations

import pytest

from scheduler.tickets.hash_chain import HashChain, Head
from scheduler.tickets.timestamps import to_timestamp
from tests.tickets.week import CLAIMED

CHAIN = HashChain(("chain", "who"))
VALUES = {"chain": "P1", "who": "me"}


def test_an_entry_holds_its_place_and_the_hash_before_it() -> None:
    first = CHAIN.entry_after(Head("P1"), CLAIMED, VALUES)
    second = CHAIN.entry_after(Head("P1", 1, first["hash"]), CLAIMED, VALUES)
    assert (first["place"], second["place"], second["previous"]) == (1, 2, first["hash"])
    assert CHAIN.find_break(Head("P1", 1, first["hash"]), second, to_timestamp(CLAIMED)) is None


def test_the_hash_of_an_entry_stays_what_it_was_in_the_first_databases() -> None:
    entry = CHAIN.entry_after(Head("P1"), CLAIMED, VALUES)
    assert entry["hash"] == "9fe4541c88061a5b50c8a39e527047f675835777a7fdcaa2a7f1bbd9bcb5bb2b"


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"place": 3}, "the event is missing; after 0 comes 3"),
        ({"previous": "1" * 64}, "does not follow the one before it"),
        ({"who": "you"}, "the event was changed"),
    ],
)
def test_a_changed_entry_is_found(changed: dict[str, object], wrong: str) -> None:
    entry = CHAIN.entry_after(Head("P1"), CLAIMED, VALUES) | changed
    assert wrong in str(CHAIN.find_break(Head("P1"), entry, to_timestamp(CLAIMED)))
