"""The engine in a process of its own: it can be ended at any moment, and takes nobody down with it."""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections.abc import Callable
from multiprocessing.connection import Connection

from scheduler.engine.options import Event, Options
from scheduler.errors import EngineError, Problem, Where
from scheduler.outcome import Outcome
from scheduler.scenario import Scenario
from scheduler.words import Message, message

_GRACE_SECONDS = 20.0
"""Beyond the options' seconds: start-up, building, and a solver that overruns its limit."""

_TICK_SECONDS = 0.1


def answer_apart(
    scenario: Scenario, options: Options, tell: Callable[[Event | None], None], *, engine: str = "aggregate"
) -> Outcome:
    """Return the engine's outcome, computed in another process; `tell` is called with events, or None now and then.

    Raises EngineError where that process dies or outlives its deadline.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(theirs, scenario, options, engine), daemon=True)
    process.start()
    theirs.close()
    try:
        return _listen(ours, time.monotonic() + options.seconds + _GRACE_SECONDS, tell)
    finally:
        process.kill()
        process.join()
        ours.close()


def _listen(pipe: Connection, deadline: float, tell: Callable[[Event | None], None]) -> Outcome:
    while time.monotonic() < deadline:
        if not pipe.poll(_TICK_SECONDS):
            tell(None)
            continue
        try:
            said = pipe.recv()
        except EOFError:
            raise _broken(message("the solver process ended unexpectedly")) from None
        if isinstance(said, Outcome):
            return said
        if isinstance(said, str):
            raise _broken(message("the solver process failed: {error}", error=said))
        tell(said)
    raise _broken(message("the solver did not keep its time limit and was stopped"))


def _broken(wrong: Message) -> EngineError:
    remedy = message("Try again, with another --solver or more --seconds; if it happens again, report it.")
    return EngineError([Problem(Where(), wrong, remedy)])


def _work(pipe: Connection, scenario: Scenario, options: Options, engine: str) -> None:
    # Ctrl-C reaches the whole group of processes; the parent decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    from scheduler.engine.run import answer

    try:
        pipe.send(answer(scenario, options, pipe.send, engine=engine))
    except Exception as error:
        pipe.send(f"{type(error).__name__}: {error}")
