"""The server: waitress in one process, stopped in good order, with its upkeep by the clock."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import structlog
from flask import Flask

from api.settings import Settings
from api.store.database import make_folder
from api.store.responses import remove_old_responses
from api.web.service import Service
from api.webhooks import deliver_due
from scheduler.errors import Problem, SettingError, StoreError, Where
from scheduler.tickets.releases import release
from scheduler.words import message

UPKEEP_SECONDS = 60.0
DELIVERY_SECONDS = 1.0
_log = structlog.get_logger()


def run_upkeep(service: Service, every: float = UPKEEP_SECONDS) -> None:
    """Release tickets, write the last uses of keys and remove old responses every so many seconds, until the service closes.

    A round that fails is made up for by the next.
    """
    while not service.closing.wait(every):
        for task in (_release_tickets, _write_uses, _remove_old_responses):
            try:
                task(service)
            except StoreError as error:
                _log.warning("database", error=str(error))
            except Exception:
                # Whatever it was, tickets must go on falling back at their hour.
                _log.exception("fault")


def run_deliveries(service: Service, every: float = DELIVERY_SECONDS) -> None:
    """Tell webhooks what happens, until the service closes; a round that fails is made up for by the next."""
    hosts = service.settings.webhook_hosts
    while hosts and not service.closing.wait(every):
        try:
            deliver_due(service.store, service.changes, hosts, service.clock())
        except StoreError as error:
            _log.warning("database", error=str(error))
        except Exception:
            _log.exception("fault")


def _release_tickets(service: Service) -> None:
    """Let unclaimed tickets fall back at their hour; running it twice or late does no harm."""
    released = release(service.store, service.clock())
    if released.holdings:
        _log.info("tickets released", holdings=released.holdings)


def _write_uses(service: Service) -> None:
    service.uses.write(service.store)


def _remove_old_responses(service: Service) -> None:
    now = service.clock()
    service.store.write(lambda connection: remove_old_responses(connection, now))


def serve(settings: Settings) -> None:
    """Serve until a signal comes; a running solve then goes back to the queue.

    Raises SettingError where it cannot listen or another server has the database file, and StoreError.
    """
    from api import create_app
    from api.web.logs import set_up_logs
    from api.web.service import EXTENSION, Service

    with _lock_database(settings):
        app = create_app(settings)
        service = app.extensions[EXTENSION]
        assert isinstance(service, Service)
        server = _listen(app, service, settings)
        set_up_logs(settings.log_level)
        stop_on_signals(service.closing)
        service.dispatcher.start()
        threading.Thread(target=run_upkeep, args=(service,), name="upkeep", daemon=True).start()
        threading.Thread(target=run_deliveries, args=(service,), name="webhooks", daemon=True).start()
        _log.info("listening", address=f"http://{settings.host}:{server.effective_port}")
        try:
            server.run()
        finally:
            server.close()
            service.close()
            _log.info("stopped")


def _listen(app: Flask, service: Service, settings: Settings) -> Any:
    """Return the waitress server of the app, which listens; raises SettingError where it cannot."""
    from waitress.server import create_server

    from api.web.unread import answer_with_problems

    try:
        server = create_server(
            app,
            host=settings.host,
            port=settings.port,
            threads=settings.threads,
            connection_limit=settings.connections,
            channel_timeout=settings.idle_seconds,
            max_request_body_size=settings.upload_mb * 1_000_000,
            ident="menzhen",
            clear_untrusted_proxy_headers=not settings.proxies,
        )
    except OSError as error:
        service.close()
        wrong = message("it cannot listen there: {reason}", reason=error.strerror or str(error))
        remedy = message("Name another port, or stop what listens on it.")
        where = f"{settings.host}:{settings.port}"
        raise SettingError([Problem(Where(field="MENZHEN_PORT"), wrong, remedy, where)]) from None
    answer_with_problems(server, app)
    return server


def stop_on_signals(closing: threading.Event) -> None:
    """End the main thread at SIGTERM, after ending the event streams."""

    def stop(number: int, _: FrameType | None) -> None:
        closing.set()
        sys.exit(0)

    signal.signal(signal.SIGTERM, stop)


@contextmanager
def _lock_database(settings: Settings) -> Iterator[None]:
    """Keep a second server from a database file: each would take the other's running jobs for abandoned."""
    if not settings.is_sqlite or sys.platform == "win32":
        yield
        return
    import fcntl

    # One file by whatever link or relative path it is named.
    file = Path(settings.url.removeprefix("sqlite:///")).resolve().with_suffix(".lock")
    make_folder(file.parent)
    with file.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            wrong = message("another server is using this database")
            remedy = message("Stop it, or use PostgreSQL for several servers.")
            raise SettingError([Problem(Where(file=str(file)), wrong, remedy)]) from None
        yield
