"""Where solves run: one port, and what stands behind it: processes of this machine, a Dask cluster, or the caller itself."""

from __future__ import annotations

import multiprocessing
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, Protocol

from api.settings import Settings
from scheduler.errors import Problem, SettingError, Where
from scheduler.words import message

Ended = Callable[[str, int, bool], None]
"""Called with a job, its attempt, and whether its process died, when nothing works on it any more."""


class Executor(Protocol):
    """What the jobs need of whatever runs them."""

    places: int
    """Jobs that run at once."""

    def submit(self, job: str, attempt: int) -> None:
        """Begin a job."""

    def kill(self, job: str) -> None:
        """End what works on a job, for certain; nothing happens where nothing does."""

    def shutdown(self) -> None:
        """End everything."""


class Processes:
    """Worker processes of this machine, kept warm; one that is killed or dies is replaced and takes nobody with it."""

    def __init__(self, settings: Settings, ended: Ended) -> None:
        self.places = settings.workers
        self._url, self._ended = settings.url, ended
        self._tasks: queue.SimpleQueue[tuple[str, int] | None] = queue.SimpleQueue()
        self._working: dict[str, _Worker] = {}
        self._lock = threading.Lock()
        self._closing = False
        tend = [
            threading.Thread(target=self._tend, name=f"worker-{n}", daemon=True) for n in range(self.places)
        ]
        self._threads = tend
        for thread in tend:
            thread.start()

    def submit(self, job: str, attempt: int) -> None:
        """Begin a job in the first process that is free."""
        self._tasks.put((job, attempt))

    def kill(self, job: str) -> None:
        """Kill the process that works on a job."""
        with self._lock:
            worker = self._working.get(job)
            if worker is not None:
                worker.process.kill()

    def shutdown(self) -> None:
        """Kill all processes."""
        self._closing = True
        for _ in self._threads:
            self._tasks.put(None)
        with self._lock:
            for worker in self._working.values():
                worker.process.kill()
        for thread in self._threads:
            thread.join()

    def _tend(self) -> None:
        worker = _Worker(self._url)
        while (task := self._tasks.get()) is not None:
            if not worker.process.is_alive():
                worker.close()
                worker = _Worker(self._url)
            with self._lock:
                self._working[task[0]] = worker
            done = worker.does(*task)
            with self._lock:
                del self._working[task[0]]
            self._ended(*task, not done)
            if not done and not self._closing:
                worker.close()
                worker = _Worker(self._url)
        worker.close()


class _Worker:
    """One process, and the pipe on which it is told what to do."""

    def __init__(self, url: str) -> None:
        # The server has threads, which a forked process must not inherit half-way.
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, url), daemon=True)
        self.process.start()
        theirs.close()

    def does(self, job: str, attempt: int) -> bool:
        """Have a job done; False where the process died over it."""
        try:
            self._pipe.send((job, attempt))
            return bool(self._pipe.recv())
        except (EOFError, OSError):
            return False

    def close(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.join()
        self._pipe.close()


def _serve(pipe: Connection, url: str) -> None:
    # Ctrl-C reaches the whole group of processes; the server decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_server, daemon=True).start()
    # The solver and its tables take a second to load: better now than with the first job.
    import scheduler.plan
    from api.work import run_job

    assert scheduler.plan
    while True:
        try:
            job, attempt = pipe.recv()
        except EOFError:
            return
        run_job(url, job, attempt)
        pipe.send(True)


def _end_with_the_server() -> None:
    server = multiprocessing.parent_process()
    if server is not None:
        server.join()
        os._exit(1)


class Dask:
    """Workers of a Dask cluster: each starts a process of its own for a job, which ends itself when it is taken away."""

    def __init__(self, settings: Settings, ended: Ended) -> None:
        try:
            from distributed import Client
        except ImportError:
            remedy = message("Install the package distributed here and on the workers, or set it to local.")
            wrong = message("the package distributed is not installed")
            raise SettingError([Problem(Where(field="MENZHEN_EXECUTOR"), wrong, remedy, "dask")]) from None
        self._url, self._ended = settings.url, ended
        self._client: Any = Client(settings.dask_scheduler, set_as_default=False)
        self.places = max(1, sum(self._client.nthreads().values()))

    def submit(self, job: str, attempt: int) -> None:
        """Begin a job on some worker; Dask must not run it a second time by itself."""
        future = self._client.submit(run_in_process, self._url, job, attempt, pure=False, retries=0)
        future.add_done_callback(lambda done: self._ended(job, attempt, done.status != "finished"))

    def kill(self, job: str) -> None:
        """Do nothing: the process sees in the database that the job is no longer its own, and ends."""

    def shutdown(self) -> None:
        """Leave the cluster."""
        self._client.close()


def run_in_process(url: str, job: str, attempt: int) -> None:
    """Run a job in a process of its own; raises CalledProcessError where that dies."""
    # The address may hold a password, and a command line can be read by everybody on the machine.
    environment = {**os.environ, _ADDRESS: url}
    words = [sys.executable, "-c", _CODE, job, str(attempt)]
    subprocess.run(words, env=environment, check=True, capture_output=True)


_ADDRESS = "MENZHEN_DATABASE_URL"
_CODE = f"import os, sys; from api.work import run_job; run_job(os.environ['{_ADDRESS}'], sys.argv[1], int(sys.argv[2]))"


def make_executor(settings: Settings, ended: Ended) -> Executor:
    """Return the executor that the settings name; raises SettingError where it cannot be had."""
    return Dask(settings, ended) if settings.executor == "dask" else Processes(settings, ended)
