"""A Dask cluster as the place where variants are solved."""

from __future__ import annotations

import pickle
import platform
from concurrent.futures import Executor
from typing import Any

from scheduler.errors import Problem, SettingError, Where
from scheduler.report.versions import versions
from scheduler.words import Message, message

_PATIENCE = 10
"""Seconds in which a cluster must answer."""


class DaskPlaces:
    """The workers of a Dask cluster at `address`, such as tcp://host:8786, each thread a place.

    Raises SettingError where Dask is not installed, nobody answers, no worker is there, or one has another Menzhen or
    Python than this.
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
    def there() -> tuple[str, str]:  # inside, so that a worker needs nothing of ours to answer
        import platform
        from importlib.metadata import PackageNotFoundError, version

        try:
            return version("menzhen"), platform.python_version()
        except PackageNotFoundError:
            return "-", platform.python_version()

    here = versions()["menzhen"] or "-", platform.python_version()
    found: dict[str, tuple[str, str]] = client.run(there)
    if not found:
        raise _refused(
            address, message("the cluster has no workers"), message("Start dask worker beside it.")
        )
    others = sorted({told for told in found.values() if told != here})
    if others:
        wrong = message(
            "its workers have Menzhen {theirs}, and here is {ours}",
            theirs=[f"{menzhen} (Python {python})" for menzhen, python in others],
            ours=f"{here[0]} (Python {here[1]})",
        )
        raise _refused(address, wrong, message("Install the same versions on all of them."))


def _refused(address: str, wrong: Message, remedy: Message) -> SettingError:
    return SettingError([Problem(Where(field="--cluster"), wrong, remedy, address)])
