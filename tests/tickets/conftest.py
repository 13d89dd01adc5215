"""The ledger on both databases: a file that is new for each test, and a server that is emptied for each."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from scheduler.tickets.store import Store, open_or_make_store
from tests.tickets.postgres import MISSING, programs, running

_NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The URL of the server, started once; without its programs every test that asks for it fails and says why."""
    if programs() is None:
        pytest.fail(MISSING, pytrace=False)
    with running() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Return what makes the URL of an empty database; in PostgreSQL the one before is emptied for it."""
    if request.param == "sqlite":
        return lambda: f"sqlite:///{tmp_path / f'{next(_NUMBERS)}.db'}"
    server: str = request.getfixturevalue("server")
    return lambda: _emptied(server)


@pytest.fixture
def url(new_url: Callable[[], str]) -> str:
    """The URL of one empty database."""
    return new_url()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An empty ledger."""
    store = open_or_make_store(url, patience=5)
    yield store
    store.close()


def _emptied(server: str) -> str:
    """Empty the server's one database: a new one each time would be as large as an empty PostgreSQL is."""
    engine = create_engine(server)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return server
