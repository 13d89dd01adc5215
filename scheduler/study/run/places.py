"""Where variants are solved: the face of `concurrent.futures`, before processes of this machine or a Dask cluster."""

from __future__ import annotations

import math
import multiprocessing
import os
import pickle
import queue
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from typing import Any, Protocol

from scheduler.errors import EngineError, Problem, Where
from scheduler.words import message


class Places(Protocol):
    """What a study needs of whatever solves its variants."""

    many: int
    """Variants that are solved at once."""

    executor: Executor
    """Takes a function and its arguments, of which the first may be a handle that `share` gave."""

    def share(self, value: Any) -> Any:
        """Send a value to all workers once, and return the handle that stands for it in `submit`."""

    def close(self) -> None:
        """End everything that is still at work, without waiting for it."""


class Shared:
    """Stands for a value that every worker process holds already."""


class WorkerDiedError(Exception):
    """The process that worked on a task ended without an answer."""


class LocalPlaces:
    """Processes of this machine, each alone in its pool: one that dies or outlives its time takes no other with it.

    `patience` is how many seconds a task may take; it may be set later than the places are made. One process loads the
    solver at once, the others when a value is shared: loading side by side, none would be ready before the last.
    """

    def __init__(self, many: int, patience: float = math.inf) -> None:
        self.many = many
        self._pools = _Pools(many, patience)
        self.executor: Executor = self._pools

    def give_up_after(self, patience: float) -> None:
        """Set how many seconds a task that begins from now on may take."""
        self._pools.patience = patience

    def share(self, value: Any) -> Any:
        """Send the value to every process, also to those that are started later."""
        self._pools.hold(pickle.dumps(value))
        return Shared()

    def close(self) -> None:
        """Kill the processes."""
        self._pools.kill()


class _Pools(Executor):
    """An executor over pools of one process each."""

    def __init__(self, many: int, patience: float) -> None:
        self.patience = patience
        self._shared = b""
        self._closing = False
        self._free: queue.SimpleQueue[ProcessPoolExecutor] = queue.SimpleQueue()
        self._all: list[ProcessPoolExecutor] = []
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(many, thread_name_prefix="place")
        for number in range(many):
            self._free.put(self._pool(loading=number == 0))

    def hold(self, shared: bytes) -> None:
        """Give the value to all processes; a process that is started later gets it too."""
        self._shared = shared
        with self._lock:
            for pool in self._all:
                # One that could not be started is found out by its first task, which starts another.
                with suppress(BrokenProcessPool):
                    pool.submit(_hold, shared)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Have a process call `fn`; the future raises WorkerDiedError where the process ended over it."""
        return self._threads.submit(self._run, fn, args, kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes when they are done."""
        self._threads.shutdown(wait, cancel_futures=cancel_futures)
        for pool in self._all:
            pool.shutdown(wait, cancel_futures=cancel_futures)

    def kill(self) -> None:
        """End the processes now."""
        self._closing = True
        self._threads.shutdown(wait=False, cancel_futures=True)
        with self._lock:
            for pool in self._all:
                _kill(pool)
        self._threads.shutdown(wait=True)
        for pool in self._all:
            pool.shutdown(wait=True, cancel_futures=True)

    def _run(self, fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        pool = self._free.get()
        try:
            return pool.submit(_call, fn, args, kwargs).result(
                None if math.isinf(self.patience) else self.patience
            )
        except BrokenProcessPool as error:
            pool = self._instead_of(pool)
            raise WorkerDiedError from error
        except FutureTimeout:
            pool = self._instead_of(pool)
            raise EngineError([_overdue()]) from None
        finally:
            self._free.put(pool)

    def _instead_of(self, pool: ProcessPoolExecutor) -> ProcessPoolExecutor:
        _kill(pool)
        pool.shutdown(wait=False, cancel_futures=True)
        with self._lock:
            self._all.remove(pool)
        return pool if self._closing else self._pool()

    def _pool(self, *, loading: bool = True) -> ProcessPoolExecutor:
        # Spawned: this process has threads, which a forked one must not inherit half-way.
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(1, context, initializer=_begin)
        if loading:  # the solver and its tables take a second: better now than with the first task
            pool.submit(_hold, self._shared)
        with self._lock:
            self._all.append(pool)
        return pool


def _overdue() -> Problem:
    wrong = message("the solver did not keep its time limit and was stopped")
    return Problem(Where(), wrong, message("Give it more time with --seconds, or report it."))


def _kill(pool: ProcessPoolExecutor) -> None:
    for process in list((pool._processes or {}).values()):
        process.kill()


_held: list[Any] = []


def _begin() -> None:
    # Ctrl-C reaches the whole group of processes; the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()


def _end_with_the_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _hold(shared: bytes) -> None:
    import scheduler.engine.week
    import scheduler.study.run.solving

    assert scheduler.engine.week
    assert scheduler.study.run.solving
    if shared:
        _held[:] = [pickle.loads(shared)]


def _call(fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return fn(*(_held[0] if isinstance(one, Shared) else one for one in args), **kwargs)
