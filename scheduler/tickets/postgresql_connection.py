"""Connections to PostgreSQL on which nobody waits for ever, whether a server dies, hangs, or falls silent on the way."""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import Any, TypeVar

from psycopg import Connection, OperationalError

_T = TypeVar("_T")


class BoundedConnection(Connection[Any]):
    """A connection that is closed where the server says nothing for `most_silence` seconds, and for `ping` to a ping.

    The limits of TCP see only machines that are gone: one that hangs, or something in between, may still take in all
    that is sent.
    """

    most_silence = ping = 0.0

    def wait(self, gen: Generator[Any, Any, _T], *args: Any, **options: Any) -> _T:
        """Return what the steps of a statement return; raises OperationalError where the server is silent."""
        # Nothing but the pool's ping is sent outside of a transaction.
        seconds = self.ping if self.autocommit else self.most_silence
        return super().wait(self._end_in_silence(gen, seconds), *args, **options)

    def _end_in_silence(self, gen: Generator[Any, Any, _T], seconds: float) -> Generator[Any, Any, _T]:
        try:
            wanted, heard = next(gen), time.monotonic()
            while True:
                ready = yield wanted
                if ready:
                    heard = time.monotonic()
                elif time.monotonic() - heard > seconds:
                    self.pgconn.finish()
                    raise OperationalError("the server is silent")
                wanted = gen.send(ready)
        except StopIteration as end:
            result: _T = end.value
            return result


def connect(patience: int, statement_seconds: int, arguments: dict[str, Any]) -> BoundedConnection:
    """Return a connection that gives up a lock after `patience` seconds and a statement after `statement_seconds`.

    A peer that is gone is noticed within about `patience` seconds by either side, so that no lock outlives its holder.
    """
    keepalives = {
        "keepalives_idle": patience,
        "keepalives_interval": max(1, patience // 5),
        "keepalives_count": 3,
    }
    server_settings = {
        "timezone": "UTC",
        "lock_timeout": patience * 1000,
        "statement_timeout": statement_seconds * 1000,
        "idle_in_transaction_session_timeout": statement_seconds * 1000,
        "tcp_user_timeout": patience * 1000,
        **{f"tcp_{name}": value for name, value in keepalives.items()},
    }
    own: dict[str, Any] = {
        **keepalives,
        "tcp_user_timeout": patience * 1000,
        "connect_timeout": max(2, patience // 2),
        "options": " ".join(f"-c {name}={value}" for name, value in server_settings.items()),
    }
    connection = BoundedConnection.connect(**arguments | own)
    # A little more than the server takes to end a statement by itself.
    connection.most_silence, connection.ping = statement_seconds + patience / 2, patience / 2
    return connection
