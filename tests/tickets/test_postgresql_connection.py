"""A PostgreSQL server that falls silent is given up; one that answers again is used again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, text

from scheduler.errors import StoreError
from scheduler.tickets.store import Store, open_or_make_store
from tests.tickets.silent_proxy import SilentProxy, proxy_before


@pytest.fixture
def proxy(postgresql_url: str) -> Iterator[SilentProxy]:
    with proxy_before(postgresql_url) as proxy:
        yield proxy


@pytest.fixture
def store(proxy: SilentProxy) -> Iterator[Store]:
    """A ledger behind the proxy, with a patience of one second."""
    store = open_or_make_store(proxy.url, patience=1)
    yield store
    store.close()


def _ask(connection: Connection) -> int:
    return int(connection.execute(text("SELECT 1")).scalar_one())


def test_a_statement_on_its_way_to_a_server_that_falls_silent_is_given_up(
    store: Store, proxy: SilentProxy
) -> None:
    def step(connection: Connection) -> None:
        _ask(connection)
        proxy.fall_silent()
        _ask(connection)

    with pytest.raises(StoreError, match="cannot be reached"):
        store.write(step)


def test_nothing_hangs_while_a_server_is_silent_and_it_is_used_again_afterwards(
    store: Store, proxy: SilentProxy
) -> None:
    assert store.read(_ask) == 1
    proxy.fall_silent()
    for _ in range(2):
        with pytest.raises(StoreError, match="cannot be reached"):
            store.read(_ask)
    proxy.speak_again()
    assert store.read(_ask) == store.write(_ask) == 1


def test_a_server_that_another_has_taken_over_from_is_met_by_no_step(
    store: Store, proxy: SilentProxy
) -> None:
    assert store.read(_ask) == 1
    proxy.fall_silent(for_new=False)
    assert store.write(_ask) == 1


def test_a_statement_that_takes_too_long_is_ended_by_the_server(store: Store) -> None:
    with pytest.raises(StoreError, match="too long"):
        store.write(lambda connection: connection.execute(text("SELECT pg_sleep(60)")))
    assert store.read(_ask) == 1


def test_a_machine_that_is_gone_is_noticed_by_either_side(store: Store) -> None:
    names = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")

    def read(connection: Connection) -> tuple[list[str], dict[str, str]]:
        shown = [str(connection.execute(text(f"SHOW {name}")).scalar()) for name in names]
        driver_connection: Any = connection.connection.driver_connection
        return shown, driver_connection.info.get_parameters()

    shown, parameters = store.read(read)
    assert shown == ["1s", "3s", "3s"]
    assert (parameters["tcp_user_timeout"], parameters["keepalives_idle"]) == ("1000", "1")
    # These the server does not show, because it is asked on a socket without TCP here.
    assert "-c tcp_user_timeout=1000 -c tcp_keepalives_idle=1" in parameters["options"]
