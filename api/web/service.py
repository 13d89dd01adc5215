"""What a running service is made of, and how a request finds it."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from flask import current_app, g

from api.changes import ChangesFeed
from api.jobs.dispatcher import JobDispatcher
from api.published_weeks import PublishedWeeks
from api.rosters import Rosters
from api.settings import Settings
from api.store.keys import Caller, KeyUses
from api.store.scenarios import Scenarios
from api.web.file_reader import FileReader
from api.web.metrics import Metrics
from api.web.streams import OpenStreams
from scheduler.errors import StoreError
from scheduler.tickets.store import Store

EXTENSION = "menzhen"


@dataclass
class Service:
    """The parts of a service: `streams` are the open event streams, `files` reads large bodies."""

    settings: Settings
    store: Store
    dispatcher: JobDispatcher
    scenarios: Scenarios
    rosters: Rosters
    published: PublishedWeeks
    changes: ChangesFeed
    metrics: Metrics
    streams: OpenStreams
    files: FileReader
    uses: KeyUses = field(default_factory=KeyUses)
    closing: threading.Event = field(default_factory=threading.Event)
    clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)

    def close(self) -> None:
        """Stop the jobs in good order, write what is noted of keys, and let go of the database."""
        self.closing.set()
        self.dispatcher.stop()
        self.files.close()
        with suppress(StoreError):
            self.uses.write(self.store)
        self.store.close()


def service() -> Service:
    """Return the service that answers this request."""
    running = current_app.extensions[EXTENSION]
    assert isinstance(running, Service)
    return running


def caller() -> Caller:
    """Return who sent this request."""
    sender = g.caller
    assert isinstance(sender, Caller)
    return sender


def now() -> dt.datetime:
    """Return the service's time."""
    return service().clock()
