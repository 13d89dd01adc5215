"""Where solves run: one port, and behind it processes of this machine, or a Dask cluster."""

from __future__ import annotations

import multiprocessing
import os
import queue
import signal
import threading
from multiprocessing.connection import Connection

from api.jobs.port import Ended, Executor
from api.settings import Settings


class Processes:
    """Worker processes of this machine, kept warm; one that is killed or dies is replaced and takes nobody with it."""

    shared = False

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

    def submit(self, job: str, attempt: int, limit: float) -> None:
        """Begin a job in the first process that is free; whoever submits it kills it at the limit."""
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
    from api.jobs.worker import run_job

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


def make_executor(settings: Settings, ended: Ended) -> Executor:
    """Return the executor that the settings name; raises SettingError where it cannot be had."""
    if settings.executor == "local":
        return Processes(settings, ended)
    from api.jobs.cluster import Dask

    return Dask(settings, ended)
