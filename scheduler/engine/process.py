"""The engine in a process of its own: it can be ended at any moment, and takes nobody down with it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, ParamSpec, TypeVar

from scheduler.engine.options import Options, ProgressCallback
from scheduler.engine.run import EngineFunction
from scheduler.errors import EngineError, Problem, Where
from scheduler.scenario.week import Scenario
from scheduler.words import Message, message

_GRACE_SECONDS = 20.0
"""Beyond the options' seconds: start-up, building, and a solver that overruns its limit."""

_TICK_SECONDS = 0.1

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


@dataclass(frozen=True)
class _Ended:
    """The last message of the process: what its function returned, or the failure that ended it."""

    result: Any = None
    failure: str = ""


def run_apart(
    function: EngineFunction[_Arguments, _Result],
    scenario: Scenario,
    options: Options,
    on_progress: ProgressCallback,
    /,
    *args: _Arguments.args,
    **kwargs: _Arguments.kwargs,
) -> _Result:
    """Return what the function returns, called in another process: the `Runner` of the command line.

    The function must be one of a module, its arguments and its result picklable; its events reach `on_progress`.
    Raises EngineError where the process dies, fails or is still at work 20 seconds after the options' seconds.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    arguments = (theirs, function, (scenario, options), args, kwargs)
    process = context.Process(target=_work, args=arguments, daemon=True)
    process.start()
    theirs.close()
    try:
        result: _Result = _receive(ours, time.monotonic() + options.seconds + _GRACE_SECONDS, on_progress)
        return result
    finally:
        process.kill()
        process.join()
        ours.close()


def _receive(pipe: Connection, deadline: float, on_progress: ProgressCallback) -> Any:
    """Hand on events until the process has ended; return its result."""
    while time.monotonic() < deadline:
        if not pipe.poll(_TICK_SECONDS):
            on_progress(None)
            continue
        try:
            received = pipe.recv()
        except EOFError:
            raise _engine_error(message("the solver process ended unexpectedly")) from None
        if not isinstance(received, _Ended):
            on_progress(received)
        elif received.failure:
            raise _engine_error(message("the solver process failed: {error}", error=received.failure))
        else:
            return received.result
    raise _engine_error(message("the solver did not keep its time limit and was stopped"))


def _engine_error(wrong: Message) -> EngineError:
    remedy = message("Try again, with another --solver or more --seconds; if it happens again, report it.")
    return EngineError([Problem(Where(), wrong, remedy)])


def _work(
    pipe: Connection,
    function: Callable[..., Any],
    scenario_and_options: tuple[Scenario, Options],
    args: tuple[Any, ...],
    kwargs: Mapping[str, Any],
) -> None:
    # Ctrl-C reaches the whole group of processes; the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    try:
        pipe.send(_Ended(function(*scenario_and_options, pipe.send, *args, **kwargs)))
    except Exception as error:
        pipe.send(_Ended(failure=f"{type(error).__name__}: {error}"))


def _end_with_the_parent() -> None:
    # A parent that was killed cannot end its children; and nobody is left who could receive the result.
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
