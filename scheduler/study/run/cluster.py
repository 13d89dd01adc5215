"""The workers of a Dask cluster, which solve variants."""

from __future__ import annotations

import pickle
import platform
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from typing import Any

from scheduler.errors import Problem, SettingError, Where
from scheduler.report.versions import versions
from scheduler.words import Message, message

_ANSWER_SECONDS = 10
"""Seconds in which a cluster must answer."""


class DaskWorkers:
    """The workers of a Dask cluster at `address`, such as tcp://host:8786, each thread one.

    Raises SettingError where Dask is not installed, nobody answers, no worker is there, or one has another Menzhen,
    solver, calendar of holidays or Python than this.
    """

    def __init__(self, address: str) -> None:
        self._client: Any = _connect(address)  # Dask has no types
        try:
            _refuse_other_versions(self._client, address)
            self.count = sum(self._client.nthreads().values())
        except BaseException:
            self._client.close()
            raise
        self._executor: Executor = self._client.get_executor(pure=False)

    def share(self, value: Any) -> Any:
        """Send the value to the cluster, which hands it from worker to worker."""
        # Scattered, the value would be lost with the one worker that has it; a task can be run again elsewhere.
        return self._client.submit(pickle.loads, pickle.dumps(value), pure=False)

    def submit(self, function: Callable[..., Any], /, *args: Any) -> Future[Any]:
        """Have a worker call the function; Dask replaces handles among the arguments by their values."""
        return self._executor.submit(function, *args)

    def close(self) -> None:
        """Cancel what is not finished, and leave the cluster running."""
        self._executor.shutdown(wait=False)
        self._client.close()


def _connect(address: str) -> Any:
    try:
        import distributed
    except ImportError:
        wrong, remedy = message("Dask is not installed here"), message("Install menzhen[dask].")
        raise _cluster_error(address, wrong, remedy) from None
    try:
        dask: Any = distributed
        return dask.Client(address, timeout=_ANSWER_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        remedy = message("Start it, or write its address as tcp://HOST:PORT. What is finished is kept.")
        raise _cluster_error(address, message("no cluster answers there"), remedy) from error


def _refuse_other_versions(client: Any, address: str) -> None:
    here = {"python": platform.python_version()} | {
        name: version or "-" for name, version in versions().items()
    }
    packages = sorted(here.keys() - {"python"})

    def worker_versions() -> dict[
        str, str
    ]:  # nested, so that it is pickled whole and a worker needs no Menzhen
        import platform
        from importlib.metadata import PackageNotFoundError, version

        installed = {"python": platform.python_version()}
        for package in packages:
            try:
                installed[package] = version(package)
            except PackageNotFoundError:
                installed[package] = "-"
        return installed

    by_worker: dict[str, dict[str, str]] = client.run(worker_versions)
    if not by_worker:
        raise _cluster_error(
            address, message("the cluster has no workers"), message("Start dask worker beside it.")
        )
    others = sorted({_version_text(theirs) for theirs in by_worker.values() if theirs != here})
    if others:
        wrong = message(
            "the workers run Menzhen {theirs}, this machine runs {ours}",
            theirs=others,
            ours=_version_text(here),
        )
        raise _cluster_error(address, wrong, message("Install the same versions on all of them."))


def _version_text(installed: Mapping[str, str]) -> str:
    """Return versions in words, such as `0.5 (Python 3.11.9, ortools 9.14)`; Menzhen's stands first."""
    others = (f"{name} {installed[name]}" for name in sorted(installed.keys() - {"menzhen", "python"}))
    listed = ", ".join((f"Python {installed['python']}", *others))
    return f"{installed['menzhen']} ({listed})"


def _cluster_error(address: str, wrong: Message, remedy: Message) -> SettingError:
    return SettingError([Problem(Where(field="--cluster"), wrong, remedy, address)])
