"""A Dask cluster as the place where variants are solved."""

from __future__ import annotations

import pickle
import platform
from collections.abc import Mapping
from concurrent.futures import Executor
from typing import Any

from scheduler.errors import Problem, SettingError, Where
from scheduler.report.versions import versions
from scheduler.words import Message, message

_PATIENCE = 10
"""Seconds in which a cluster must answer."""


class DaskPlaces:
    """The workers of a Dask cluster at `address`, such as tcp://host:8786, each thread a place.

    Raises SettingError where Dask is not installed, nobody answers, no worker is there, or one has another Menzhen,
    solver, calendar of holidays or Python than this.
    """

    def __init__(self, address: str) -> None:
        self._client: Any = _connected(address)  # Dask tells no types
        try:
            _refuse_other_versions(self._client, address)
            self.many = sum(self._client.nthreads().values())
        except BaseException:
            self._client.close()
            raise
        self.executor: Executor = self._client.get_executor(pure=False)

    def share(self, value: Any) -> Any:
        """Send the value to the cluster, which hands it from worker to worker."""
        # Scattered, it would be lost with the one worker that Dask leaves it on; a task can be done again.
        return self._client.submit(pickle.loads, pickle.dumps(value), pure=False)

    def close(self) -> None:
        """Take back what is not finished, and leave the cluster to itself."""
        self.executor.shutdown(wait=False)
        self._client.close()


def _connected(address: str) -> Any:
    try:
        import distributed
    except ImportError:
        wrong, remedy = message("Dask is not installed here"), message("Install menzhen[dask].")
        raise _refused(address, wrong, remedy) from None
    try:
        dask: Any = distributed
        return dask.Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        remedy = message("Start it, or write its address as tcp://HOST:PORT. What is finished is kept.")
        raise _refused(address, message("no cluster answers there"), remedy) from error


def _refuse_other_versions(client: Any, address: str) -> None:
    here = {"python": platform.python_version()} | {name: told or "-" for name, told in versions().items()}
    packages = sorted(here.keys() - {"python"})

    def there() -> dict[str, str]:  # inside, so that a worker needs nothing of ours to answer
        import platform
        from importlib.metadata import PackageNotFoundError, version

        found = {"python": platform.python_version()}
        for package in packages:
            try:
                found[package] = version(package)
            except PackageNotFoundError:
                found[package] = "-"
        return found

    found: dict[str, dict[str, str]] = client.run(there)
    if not found:
        raise _refused(
            address, message("the cluster has no workers"), message("Start dask worker beside it.")
        )
    others = sorted({_told(theirs) for theirs in found.values() if theirs != here})
    if others:
        wrong = message(
            "its workers have Menzhen {theirs}, and here is {ours}", theirs=others, ours=_told(here)
        )
        raise _refused(address, wrong, message("Install the same versions on all of them."))


def _told(found: Mapping[str, str]) -> str:
    """Return versions in words, such as `0.5 (Python 3.11.9, ortools 9.14)`; Menzhen's stands first."""
    others = (f"{name} {told}" for name, told in sorted(found.items()) if name not in ("menzhen", "python"))
    listed = ", ".join((f"Python {found['python']}", *others))
    return f"{found['menzhen']} ({listed})"


def _refused(address: str, wrong: Message, remedy: Message) -> SettingError:
    return SettingError([Problem(Where(field="--cluster"), wrong, remedy, address)])
