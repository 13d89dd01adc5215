"""A proxy before a database server that can fall silent: it takes in all that is sent, and lets nothing through."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import make_url


class SilentProxy:
    """Passes bytes on between clients and a server on a socket of this machine, while it is not silent."""

    def __init__(self, server: str) -> None:
        self._target = f"{make_url(server).query['host']}/.s.PGSQL.5432"
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"postgresql+psycopg://menzhen@127.0.0.1:{self._listener.getsockname()[1]}/postgres"
        self._sockets: list[socket.socket] = []
        self._silent: set[socket.socket] = set()
        self._refuses = False
        threading.Thread(target=self._accept, daemon=True).start()

    def fall_silent(self, *, for_new: bool = True) -> None:
        """Let nothing more through on the connections there are, and (`for_new`) on those to come."""
        self._silent.update(self._sockets)
        self._refuses = for_new

    def speak_again(self) -> None:
        """Let new connections through; those that were silenced stay so, as after a failover."""
        self._refuses = False

    def break_off(self) -> None:
        """Close the connections there are, and let new ones through."""
        self._refuses = False
        sockets, self._sockets = self._sockets, []
        for one in sockets:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def close(self) -> None:
        """Close everything."""
        self._listener.close()
        self.break_off()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._target)
                self._sockets += [client, server]
                if self._refuses:
                    self._silent |= {client, server}
                for one, other in ((client, server), (server, client)):
                    threading.Thread(target=self._pass_on, args=(one, other), daemon=True).start()

    def _pass_on(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while content := one.recv(65536):
                if one not in self._silent:
                    other.sendall(content)
            other.shutdown(socket.SHUT_WR)


@contextmanager
def proxy_before(server: str) -> Iterator[SilentProxy]:
    """Run a proxy before the server of this URL."""
    proxy = SilentProxy(server)
    try:
        yield proxy
    finally:
        proxy.close()
