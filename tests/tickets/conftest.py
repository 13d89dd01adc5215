"""An empty ledger on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scheduler.tickets.store import Store, open_or_make_store


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An empty ledger."""
    store = open_or_make_store(url, patience=5)
    yield store
    store.close()
