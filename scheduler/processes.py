"""Processes that can be killed at any moment and that end with their parent: one alone, or a pool of them.

Whatever is called must be a function that can be pickled by name, or a `functools.partial` of one.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import queue
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

_T = TypeVar("_T")
_TICK_SECONDS = 0.1
_START_AGAIN_SECONDS = 1.0
WORKER_NAME = "menzhen-worker"
"""The name of every worker process, by which it can be distinguished from other children of its parent."""


class WorkerDiedError(Exception):
    """The process that worked on a call ended without an answer."""


class OverdueError(Exception):
    """A call took longer than it may, and its process was killed."""


class CallFailedError(Exception):
    """The called function raised `error`."""

    def __init__(self, error: Exception) -> None:
        super().__init__(error)
        self.error = error


class WorkerProcess:
    """A process that calls `setup` and then makes one call after another; it is started anew where it died.

    It ignores Ctrl-C, which reaches the whole group of processes: the parent decides what that means. It may have
    worker processes of its own.
    """

    def __init__(self, setup: Callable[[], object] | None = None) -> None:
        self._setup = setup
        self._lock = threading.Lock()
        self._process: BaseProcess | None = None
        self._pipe: Connection
        self._is_dead = self._is_closed = False

    def start(self) -> None:
        """Start the process where none is ready; raises WorkerDiedError after `close`, and OSError for lack of room."""
        with self._lock:
            if self._is_closed:
                raise WorkerDiedError
            if self._process is not None and self._process.is_alive() and not self._is_dead:
                return
            self._release()
            # A daemon, such as a worker process itself, may not have children; it may have these, which end with it.
            multiprocessing.current_process().daemon = False
            # Spawned: a forked child of a parent with threads inherits locks that nobody will ever release.
            context = multiprocessing.get_context("spawn")
            pipe, child_pipe = context.Pipe()
            process = context.Process(
                target=_serve_calls, name=WORKER_NAME, args=(child_pipe, self._setup), daemon=True
            )
            try:
                with _interrupts_blocked():
                    process.start()
            except BaseException:
                pipe.close()
                raise
            finally:
                child_pipe.close()  # so that our end sees when the process ends
            # Only now: one that never started can be neither killed nor waited for.
            self._pipe, self._process, self._is_dead = pipe, process, False

    def call(
        self,
        function: Callable[[], _T],
        *,
        seconds: float | None = None,
        on_progress: Callable[[Any], None] | None = None,
    ) -> _T:
        """Return what the function returns in the process, which must have been started.

        `on_progress` is called with each value that the function gives to `report_progress`, and ten times a second
        with None; it may raise. Raises CallFailedError, WorkerDiedError, and OverdueError after `seconds`.
        """
        deadline = None if seconds is None else time.monotonic() + seconds
        self._send(function)
        while True:
            wait = None if deadline is None else max(0.0, deadline - time.monotonic())
            if on_progress is not None:
                wait = _TICK_SECONDS if wait is None else min(wait, _TICK_SECONDS)
            kind, value = self._receive(wait)
            if kind == "result":
                result: _T = value
                return result
            if kind == "error":
                raise CallFailedError(value)
            if deadline is not None and time.monotonic() >= deadline:
                self.kill()
                raise OverdueError
            if on_progress is not None:
                on_progress(value)

    def kill(self, *, for_good: bool = False) -> None:
        """End the process now; any thread may do so, at any time. Ended `for_good` it is not started anew."""
        with self._lock:
            # A killed process is alive for a moment more: the next call must not go to it.
            self._is_dead = True
            self._is_closed = self._is_closed or for_good
            if self._process is not None:
                self._process.kill()

    def close(self) -> None:
        """End the process for good and wait until it is gone; not while another thread is in `call`."""
        self.kill(for_good=True)
        self._release()

    def _release(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._pipe.close()
            self._process = None

    def _send(self, function: Callable[[], object]) -> None:
        content = pickle.dumps(function)
        try:
            self._pipe.send_bytes(content)
        except OSError as error:
            self._is_dead = True
            raise WorkerDiedError from error

    def _receive(self, wait: float | None) -> tuple[str, Any]:
        try:
            content = self._pipe.recv_bytes() if self._pipe.poll(wait) else None
        except (EOFError, OSError) as error:
            self._is_dead = True
            raise WorkerDiedError from error
        return ("progress", None) if content is None else pickle.loads(content)


class ProcessPool:
    """Worker processes that make calls side by side; one that dies or is killed is replaced and takes no other along.

    Every process calls `setup` first. The first `eager` processes start at once, the others with the first call that
    needs them. Where the system has no room for a process just now, it is tried again every second, and calls wait. No
    call may take longer than `seconds`, which may be changed for the calls that begin later.
    """

    def __init__(
        self, size: int, setup: Callable[[], object], *, eager: int, seconds: float | None = None
    ) -> None:
        self.size, self.seconds = size, seconds
        # No SimpleQueue: several that wait there for a time may wait for ever (Python 3.11).
        self._tasks: queue.Queue[tuple[Future[Any], Callable[[], Any]] | None] = queue.Queue()
        self._lock = threading.Lock()
        self._running: dict[Future[Any], WorkerProcess] = {}
        self._lost: set[WorkerProcess] = set()
        self._closing = threading.Event()
        self._workers = [WorkerProcess(setup) for _ in range(size)]
        # A thread for each process: all it does is wait, for a task or for an answer.
        self._threads = [
            threading.Thread(target=self._make_calls, args=(worker, number < eager), daemon=True)
            for number, worker in enumerate(self._workers)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def ready(self) -> int:
        """How many processes can make calls: all but those that the system has no room for."""
        return self.size - len(self._lost)

    def submit(self, function: Callable[..., _T], /, *args: object) -> Future[_T]:
        """Have a function called; the future raises what it raises, or WorkerDiedError or OverdueError."""
        future: Future[_T] = Future()
        self._tasks.put((future, partial(function, *args)))
        return future

    def kill(self, future: Future[Any]) -> None:
        """Cancel a call that waits; kill the process that works on one that runs."""
        if future.cancel():
            return
        with self._lock:
            if future in self._running:
                self._running[future].kill()

    def close(self) -> None:
        """Kill all processes: calls that run end with WorkerDiedError, those that wait are cancelled."""
        self._closing.set()
        for worker in self._workers:
            worker.kill(for_good=True)
            self._tasks.put(None)
        for thread in self._threads:
            thread.join()
        with suppress(queue.Empty):
            # One that was put back after its thread's end was asked for.
            while (task := self._tasks.get_nowait()) is not None:
                task[0].cancel()

    def _make_calls(self, worker: WorkerProcess, is_wanted: bool) -> None:
        while True:
            if is_wanted:
                with suppress(Exception):  # the next call meets the reason
                    self._start(worker)
            with suppress(queue.Empty):
                # Now and then it is looked whether the process is still there.
                task = self._tasks.get(timeout=_START_AGAIN_SECONDS)
                if task is None:
                    break
                if self._closing.is_set():
                    task[0].cancel()
                    task[0].set_running_or_notify_cancel()
                else:
                    self._make_call(worker, *task)
                    is_wanted = True
        worker.close()

    def _start(self, worker: WorkerProcess) -> bool:
        """Start a process where it is not there; return whether the system had room for it."""
        try:
            worker.start()
        except OSError:
            self._lost.add(worker)
            return False
        self._lost.discard(worker)
        return True

    def _make_call(self, worker: WorkerProcess, future: Future[Any], function: Callable[[], Any]) -> None:
        try:
            if not self._start(worker):
                self._closing.wait(_START_AGAIN_SECONDS)
                self._tasks.put((future, function))
                return
            with self._lock:
                if not future.set_running_or_notify_cancel():
                    return
                self._running[future] = worker
            result = worker.call(function, seconds=self.seconds)
        except Exception as raised:
            error: Exception | None = raised.error if isinstance(raised, CallFailedError) else raised
        else:
            error = None
        with self._lock:
            self._running.pop(future, None)
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Have a process that is started here inherit that SIGINT is blocked, until it can ignore it by itself."""
    # By itself the tracker would be started within the block, and would unblock the signal.
    resource_tracker.ensure_running()
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


_pipe_to_parent: Connection


def report_progress(value: object) -> None:
    """Give a value to the `on_progress` of the call that this process is at work on."""
    _pipe_to_parent.send_bytes(pickle.dumps(("progress", value)))


def _serve_calls(pipe: Connection, setup: Callable[[], object] | None) -> None:
    """Make calls until the parent closes the pipe."""
    global _pipe_to_parent
    _pipe_to_parent = pipe
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A worker speaks through its pipe. Solvers print lines of their own now and then, which are nobody's answer.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    threading.Thread(target=_exit_with_parent, daemon=True).start()
    if setup is not None:
        setup()
    while True:
        try:
            content = pipe.recv_bytes()
        except (EOFError, OSError):
            return
        try:
            reply = pickle.dumps(("result", pickle.loads(content)()))
        except Exception as error:
            reply = pickle.dumps(("error", _portable_error(error)))
        pipe.send_bytes(reply)


def _exit_with_parent() -> None:
    # A parent that is killed cannot end us, and a solver that is at work does not look at the pipe.
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _portable_error(error: Exception) -> Exception:
    """Return an error that can be pickled, with the traceback of this process as a note."""
    note = traceback.format_exc()
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        error = RuntimeError(f"{type(error).__name__}: {error}")
    error.add_note(note)
    return error
