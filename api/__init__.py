"""The service over HTTP: a small Flask app around the library."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask_openapi.openapi import OpenAPI

    from api.jobs.port import Ended, Executor
    from api.settings import Settings


def create_app(
    settings: Settings | None = None,
    make_executor: Callable[[Settings, Ended], Executor] | None = None,
) -> OpenAPI:
    """Return the app with its tables up to date; nothing is solved before `service.jobs.start()`.

    Without `settings` those of the environment hold. Raises SettingError and StoreError.
    """
    from werkzeug.middleware.proxy_fix import ProxyFix

    from api.jobs import executors
    from api.jobs.dispatcher import Jobs
    from api.rosters import Rosters
    from api.routes import every
    from api.settings import read_settings
    from api.shapes.scenarios import scenario_schemas
    from api.store.database import open_store, upgrade
    from api.store.scenarios import Scenarios
    from api.web.declare import make_openapi, schemas_in_forms
    from api.web.errors import handle_errors
    from api.web.guards import guard
    from api.web.metrics import Metrics
    from api.web.service import EXTENSION, Service

    settings = settings or read_settings()
    upgrade(settings.url)
    store = open_store(settings.url)
    jobs = Jobs(store, settings, make_executor or executors.make_executor)
    scenarios, streams = Scenarios(store), threading.BoundedSemaphore(settings.event_streams)
    app = make_openapi(__name__)
    app.config["MAX_CONTENT_LENGTH"] = settings.upload_mb * 1_000_000
    app.config["MAX_FORM_MEMORY_SIZE"] = settings.upload_mb * 1_000_000
    parts = Service(settings, store, jobs, scenarios, Rosters(store, scenarios), Metrics(store), streams)
    app.extensions[EXTENSION] = parts
    handle_errors(app)
    guard(app, settings.rate, settings.solve_rate)
    for routes in every():
        app.register_api(routes.blueprint)
    app.components_schemas.update(scenario_schemas() | schemas_in_forms())
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, settings.proxies, settings.proxies, settings.proxies)  # type: ignore[method-assign]
    return app
