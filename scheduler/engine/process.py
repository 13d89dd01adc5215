"""The engine in a process of its own: it can be ended at any moment, and takes nobody down with it."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import ParamSpec, TypeVar

from scheduler.engine.options import Options, ProgressCallback
from scheduler.engine.run import EngineFunction
from scheduler.errors import EngineError, Problem, Where
from scheduler.processes import (
    CallFailedError,
    OverdueError,
    WorkerDiedError,
    WorkerProcess,
    report_progress,
)
from scheduler.scenario.week import Scenario
from scheduler.words import Message, message

_GRACE_SECONDS = 20.0
"""Beyond the options' seconds: start-up, building, and a solver that overruns its limit."""

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


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
    call = partial(function, scenario, options, report_progress, *args, **kwargs)
    with closing(WorkerProcess()) as worker:
        worker.start()
        try:
            return worker.call(call, seconds=options.seconds + _GRACE_SECONDS, on_progress=on_progress)
        except WorkerDiedError:
            wrong = message("the solver process ended unexpectedly")
        except OverdueError:
            wrong = message("the solver did not keep its time limit and was stopped")
        except CallFailedError as failure:
            text = f"{type(failure.error).__name__}: {failure.error}"
            wrong = message("the solver process failed: {error}", error=text)
    raise _engine_error(wrong)


def _engine_error(wrong: Message) -> EngineError:
    remedy = message("Try again, with another --solver or more --seconds; if it happens again, report it.")
    return EngineError([Problem(Where(), wrong, remedy)])
