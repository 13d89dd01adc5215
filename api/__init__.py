"""The service over HTTP: a small Flask app around the library."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask_openapi.openapi import OpenAPI

    from api.jobs.port import Executor, JobEndCallback
    from api.settings import Settings
    from api.web.service import Service


def create_app(
    settings: Settings | None = None,
    make_executor: Callable[[Settings, JobEndCallback], Executor] | None = None,
) -> OpenAPI:
    """Return the app with its tables up to date; nothing is solved before `service.dispatcher.start()`.

    Without `settings` those of the environment hold. Raises SettingError and StoreError.
    """
    from werkzeug.middleware.proxy_fix import ProxyFix

    from api.routes import every
    from api.settings import read_settings
    from api.shapes.scenarios import scenario_schemas
    from api.web.declare import make_openapi, schemas_in_forms
    from api.web.errors import handle_errors
    from api.web.guards import guard
    from api.web.service import EXTENSION

    config = read_settings() if settings is None else settings
    app = make_openapi(__name__)
    app.config["MAX_CONTENT_LENGTH"] = config.upload_mb * 1_000_000
    app.config["MAX_FORM_MEMORY_SIZE"] = config.upload_mb * 1_000_000
    app.extensions[EXTENSION] = _make_service(config, make_executor)
    handle_errors(app)
    guard(app, config.rate, config.solve_rate)
    for routes in every():
        app.register_api(routes.blueprint)
    app.components_schemas.update(scenario_schemas() | schemas_in_forms())
    if config.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, config.proxies, config.proxies, config.proxies)  # type: ignore[method-assign]
    return app


def _make_service(
    config: Settings, make_executor: Callable[[Settings, JobEndCallback], Executor] | None
) -> Service:
    from api.changes import ChangesFeed
    from api.jobs import executors
    from api.jobs.dispatcher import JobDispatcher
    from api.memory import Memory
    from api.published_weeks import PublishedWeeks
    from api.rosters import Rosters
    from api.store.database import open_store, upgrade
    from api.store.scenarios import Scenarios
    from api.web.file_reader import FileReader
    from api.web.metrics import Metrics
    from api.web.service import Service
    from api.web.streams import OpenStreams

    upgrade(config.url)
    store = open_store(config.url)
    dispatcher = JobDispatcher(store, config, make_executor or executors.make_executor)
    memory, streams = Memory(), OpenStreams(config.event_streams)
    scenarios = Scenarios(store, memory)
    files = FileReader(config.readers, config.reader_seconds, config.reader_mb)
    rosters = Rosters(store, scenarios, memory)
    published = PublishedWeeks(store, scenarios, rosters, memory)
    changes, metrics = ChangesFeed(store, published), Metrics(store)
    return Service(config, store, dispatcher, scenarios, rosters, published, changes, metrics, streams, files)
