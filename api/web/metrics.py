"""The metrics of /metrics: requests as they were counted here, jobs as the table has them when it is read."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from api.store.jobs import count_by_state
from scheduler.tickets.store import Store

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class _JobGauges(Collector):
    def __init__(self, store: Store) -> None:
        self._store = store

    def describe(self) -> list[GaugeMetricFamily]:
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        family = GaugeMetricFamily("menzhen_jobs", "Jobs by state.", labels=["state"])
        for state, count in self._store.read(count_by_state).items():
            family.add_metric([state], count)
        yield family


class Metrics:
    """The counters of one service."""

    def __init__(self, store: Store) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_JobGauges(store))
        labels = ["method", "route", "status"]
        self._count = Counter("menzhen_requests", "Requests answered.", labels, registry=self._registry)
        self._time = Histogram(
            "menzhen_request_seconds", "Seconds to answer.", ["method", "route"], registry=self._registry
        )

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request; `route` is the rule that it met, never its very address."""
        method = method if method in _METHODS else "other"  # anybody can invent further ones, without a key
        self._count.labels(method, route, str(status)).inc()
        self._time.labels(method, route).observe(seconds)

    def text(self) -> bytes:
        """Return everything in the format of Prometheus."""
        return generate_latest(self._registry)
