"""Worker processes: killed at any moment, replaced, gone with their parent."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from scheduler.errors import EngineError, Problem, Where
from scheduler.processes import (
    CallFailedError,
    OverdueError,
    ProcessPool,
    WorkerDiedError,
    WorkerProcess,
    report_progress,
)
from scheduler.words import message
from tests.live_workers import live_workers

ROOT = Path(__file__).parents[1]


def _add(one: int, other: int) -> int:
    return one + other


def _fail() -> None:
    raise EngineError([Problem(Where(), message("it is full"), message("Empty it."))])


class _Unpicklable(Exception):
    def __init__(self) -> None:
        super().__init__("open file")
        self.file = Path("/dev/null").open()  # noqa: SIM115


def _fail_with_a_file() -> None:
    raise _Unpicklable


def _count_to_three() -> str:
    for number in range(3):
        report_progress(number)
    return "counted"


def _nothing() -> None:
    pass


def _interrupt_oneself() -> str:
    os.kill(os.getpid(), signal.SIGINT)
    return "still here"


def _until(is_true: Callable[[], bool], seconds: float = 20) -> None:
    ends = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < ends
        time.sleep(0.02)


@pytest.fixture
def worker() -> Iterator[WorkerProcess]:
    opened = WorkerProcess()
    opened.start()
    yield opened
    opened.close()
    assert live_workers() == []


@pytest.fixture
def pool() -> Iterator[ProcessPool]:
    opened = ProcessPool(2, _nothing, eager=1)
    yield opened
    opened.close()
    assert live_workers() == []


def test_a_call_returns_its_result_and_its_progress_in_order(worker: WorkerProcess) -> None:
    values: list[int | None] = []
    assert worker.call(_count_to_three, on_progress=values.append) == "counted"
    assert [value for value in values if value is not None] == [0, 1, 2]
    assert worker.call(partial(_add, 1, 2)) == 3


def test_an_error_crosses_with_its_problems_and_the_traceback_of_its_process(worker: WorkerProcess) -> None:
    with pytest.raises(CallFailedError) as caught:
        worker.call(_fail)
    error = caught.value.error
    assert isinstance(error, EngineError)
    assert error.problems[0].wrong.text == "it is full"
    assert "in _fail" in error.__notes__[0]


def test_an_error_that_cannot_be_pickled_crosses_as_its_text(worker: WorkerProcess) -> None:
    with pytest.raises(CallFailedError) as caught:
        worker.call(_fail_with_a_file)
    assert str(caught.value.error) == "_Unpicklable: open file"


def print_like_a_library() -> int:
    return os.write(1, b"HighsMipSolverData")


def test_what_a_library_prints_in_a_worker_is_not_in_the_answer() -> None:
    call = (
        "from tests.test_processes import WorkerProcess, print_like_a_library\n"
        "if __name__ == '__main__':\n"
        "    worker = WorkerProcess()\n"
        "    worker.start()\n"
        "    print(worker.call(print_like_a_library))\n"
        "    worker.close()\n"
    )
    run = subprocess.run([sys.executable, "-c", call], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout == "18\n"


def test_a_function_that_cannot_be_loaded_is_an_error_of_its_call_alone(worker: WorkerProcess) -> None:
    with pytest.raises(CallFailedError) as caught:
        worker.call(partial(eval, "1 / 0"))
    assert isinstance(caught.value.error, ZeroDivisionError)
    assert worker.call(partial(_add, 1, 2)) == 3


def test_a_process_ignores_an_interrupt(worker: WorkerProcess) -> None:
    assert worker.call(_interrupt_oneself) == "still here"


def test_a_process_that_is_interrupted_while_it_starts_ignores_that_too(
    worker: WorkerProcess, capfd: pytest.CaptureFixture[str]
) -> None:
    # The fixture has just started it: Python itself is not ready yet.
    (child,) = live_workers()
    os.kill(child.pid or 0, signal.SIGINT)
    assert worker.call(partial(_add, 1, 2)) == 3
    assert capfd.readouterr().err == ""


def test_a_call_that_is_overdue_is_killed_and_the_next_one_has_another_process(worker: WorkerProcess) -> None:
    with pytest.raises(OverdueError):
        worker.call(partial(time.sleep, 1000), seconds=0.2)
    with pytest.raises(WorkerDiedError):
        worker.call(partial(_add, 1, 2))
    worker.start()
    assert worker.call(partial(_add, 1, 2)) == 3


def test_a_process_that_dies_over_a_call_takes_no_other_call_with_it(pool: ProcessPool) -> None:
    dying = pool.submit(os._exit, 1)
    others = [pool.submit(_add, 40, number) for number in range(5)]
    with pytest.raises(WorkerDiedError):
        dying.result(60)
    assert [other.result(60) for other in others] == [40, 41, 42, 43, 44]


def test_a_process_that_dies_while_it_is_idle_costs_no_call(pool: ProcessPool) -> None:
    assert pool.submit(_add, 1, 1).result(60) == 2
    # One that is only starting while these are killed is another process, and lives on.
    idle = live_workers()
    for child in idle:
        child.kill()
    _until(lambda: not set(idle) & set(live_workers()))
    assert [pool.submit(_add, 40, number).result(60) for number in range(3)] == [40, 41, 42]


def test_a_call_can_be_killed_while_it_runs_and_while_it_waits() -> None:
    pool = ProcessPool(1, _nothing, eager=1)
    try:
        endless, waiting, after = (
            pool.submit(time.sleep, 1000),
            pool.submit(_add, 1, 1),
            pool.submit(_add, 1, 2),
        )
        _until(endless.running)
        pool.kill(waiting)
        pool.kill(endless)
        with pytest.raises(WorkerDiedError):
            endless.result(60)
        with pytest.raises(CancelledError):
            waiting.result(60)
        assert after.result(60) == 3
    finally:
        pool.close()


def test_a_call_that_is_overdue_in_a_pool_is_ended_and_the_next_one_made() -> None:
    pool = ProcessPool(1, _nothing, eager=0, seconds=0.5)
    try:
        with pytest.raises(OverdueError):
            pool.submit(time.sleep, 1000).result(60)
        pool.seconds = None
        assert pool.submit(_add, 1, 2).result(60) == 3
    finally:
        pool.close()


def test_closing_a_pool_ends_what_runs_and_cancels_what_waits() -> None:
    pool = ProcessPool(1, _nothing, eager=1)
    endless, waiting = pool.submit(time.sleep, 1000), pool.submit(_add, 1, 2)
    _until(endless.running)
    pool.close()
    assert isinstance(endless.exception(10), WorkerDiedError)
    assert waiting.cancelled()
    assert live_workers() == []


@pytest.fixture
def full_system(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """A system that has no room for another process, until this is undone; pools look for room all the time."""

    def refuse(_: object) -> None:
        raise OSError(errno.EMFILE, "no room")

    monkeypatch.setattr("scheduler.processes._START_AGAIN_SECONDS", 0.02)
    with monkeypatch.context() as during:
        during.setattr(BaseProcess, "start", refuse)
        yield during


def test_a_process_that_cannot_be_started_is_tried_again_and_its_call_waits(
    full_system: pytest.MonkeyPatch,
) -> None:
    pool = ProcessPool(2, _nothing, eager=2)
    try:
        _until(lambda: pool.ready == 0)
        call = pool.submit(_add, 1, 2)
        full_system.undo()
        assert call.result(60) == 3
        _until(lambda: pool.ready == 2)
    finally:
        pool.close()


def test_a_pool_whose_processes_cannot_be_started_can_be_closed(full_system: pytest.MonkeyPatch) -> None:
    pool = ProcessPool(1, _nothing, eager=0)
    call = pool.submit(_add, 1, 2)
    _until(lambda: pool.ready == 0)
    pool.close()
    assert call.cancelled() or isinstance(call.exception(10), WorkerDiedError)


PARENT = """
import multiprocessing, time
from scheduler.processes import ProcessPool
from tests.test_processes import _nothing, _pool_of_a_worker

if __name__ == "__main__":
    pool = ProcessPool(1, _nothing, eager=1)
    print(*pool.submit(_pool_of_a_worker).result(), flush=True)
    pool.submit(time.sleep, 1000)
    time.sleep(1000)
"""


def _pool_of_a_worker() -> tuple[int, int]:
    """Return the ids of this process and of one of its own, which is left at work."""
    inner = ProcessPool(1, _nothing, eager=1)
    child = inner.submit(os.getpid).result()
    inner.submit(time.sleep, 1000)
    return os.getpid(), child


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks at processes the way Linux shows them")
def test_processes_end_when_their_parent_is_killed_and_so_do_those_of_their_own(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT, encoding="utf-8")
    parent = subprocess.Popen(
        [sys.executable, str(script)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    children = [int(word) for word in parent.stdout.readline().split()]
    assert len(children) == 2
    parent.send_signal(signal.SIGKILL)
    _, errors = parent.communicate()
    _until(lambda: not any(map(_is_running, children)))
    assert errors == ""


def _is_running(process: int) -> bool:
    try:
        stat = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"
