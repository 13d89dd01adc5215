"""What a server does by the clock, beside requests and solves: tickets fall back, uses of keys are written down."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from api.service import Service
from scheduler.errors import StoreError
from scheduler.tickets.releases import release

EVERY_SECONDS = 60.0
_log = structlog.get_logger()


def keep_up(here: Service, every: float = EVERY_SECONDS) -> None:
    """Do it every so many seconds until the service closes; one round that fails is made up for by the next."""
    while not here.closing.wait(every):
        for part in (_release, _write_uses):
            _try(part, here)


def _try(part: Callable[[Service], None], here: Service) -> None:
    try:
        part(here)
    except StoreError as error:
        _log.warning("database", error=str(error))
    except Exception:
        # Whatever it was, tickets must go on falling back at their hour.
        _log.exception("fault")


def _release(here: Service) -> None:
    """Let unclaimed tickets fall back at their hour; running it twice or late does no harm."""
    done = release(here.store, here.clock())
    if done.holdings:
        _log.info("tickets released", holdings=done.holdings)


def _write_uses(here: Service) -> None:
    here.uses.write(here.store)
