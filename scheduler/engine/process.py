"""The engine in a process of its own: it can be ended at any moment, and takes nobody down with it."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from scheduler.engine.options import Event, Options
from scheduler.errors import EngineError, Problem, Where
from scheduler.outcome import Outcome
from scheduler.scenario.week import Scenario
from scheduler.words import Message, message

_GRACE_SECONDS = 20.0
"""Beyond the options' seconds: start-up, building, and a solver that overruns its limit."""

_TICK_SECONDS = 0.1

Hear = Callable[[Event | None], None]
"""Called with every event of the engine, and with None now and then while it works."""


@dataclass(frozen=True)
class _Done:
    """The last thing that the process says: what its function returned, or the failure that ended it."""

    result: Any = None
    failure: str = ""


def answer_apart(
    scenario: Scenario, options: Options, tell: Hear, *, engine: str = "aggregate", **more: Any
) -> Outcome:
    """Return the engine's outcome, computed in another process; `more` goes to `engine.run.answer` as it is.

    Raises EngineError where that process dies or outlives its deadline.
    """
    outcome = run_apart("engine.run.answer", scenario, options, tell=tell, engine=engine, **more)
    assert isinstance(outcome, Outcome)
    return outcome


def run_apart(function: str, scenario: Scenario, options: Options, *, tell: Hear, **more: Any) -> Any:
    """Return what a function of ours returns, such as `engine.run.answer`, computed in another process.

    It is called with the scenario, the options, `more`, and a `tell` whose events reach ours; all of them, and
    what it returns, must be picklable. Raises EngineError where the process dies, fails or is still at work 20
    seconds after the options' seconds.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(theirs, function, scenario, options, more), daemon=True)
    process.start()
    theirs.close()
    try:
        return _listen(ours, time.monotonic() + options.seconds + _GRACE_SECONDS, tell)
    finally:
        process.kill()
        process.join()
        ours.close()


def _listen(pipe: Connection, deadline: float, tell: Hear) -> Any:
    while time.monotonic() < deadline:
        if not pipe.poll(_TICK_SECONDS):
            tell(None)
            continue
        try:
            said = pipe.recv()
        except EOFError:
            raise _broken(message("the solver process ended unexpectedly")) from None
        if not isinstance(said, _Done):
            tell(said)
        elif said.failure:
            raise _broken(message("the solver process failed: {error}", error=said.failure))
        else:
            return said.result
    raise _broken(message("the solver did not keep its time limit and was stopped"))


def _broken(wrong: Message) -> EngineError:
    remedy = message("Try again, with another --solver or more --seconds; if it happens again, report it.")
    return EngineError([Problem(Where(), wrong, remedy)])


def _work(
    pipe: Connection, function: str, scenario: Scenario, options: Options, more: Mapping[str, Any]
) -> None:
    # Ctrl-C reaches the whole group of processes; the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    module, _, name = function.rpartition(".")
    try:
        called = getattr(importlib.import_module(f"scheduler.{module}"), name)
        pipe.send(_Done(called(scenario, options, tell=pipe.send, **more)))
    except Exception as error:
        pipe.send(_Done(failure=f"{type(error).__name__}: {error}"))


def _end_with_the_parent() -> None:
    # A parent that was killed cannot end us; and nobody is left to hear the answer.
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
