"""A run of the engine: its options, its deadline, the seconds of its stages, its progress; and the process it runs in."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from scheduler.engine.options import DEFAULT_OPTIONS, Event, Options, ProgressCallback, ignore_progress
from scheduler.scenario.week import Scenario


class StageClock:
    """Seconds spent in each stage of a plan, by the stage's name; a stage entered again adds to its own."""

    def __init__(self, seconds: Mapping[str, float] | None = None) -> None:
        self.seconds = dict(seconds or {})

    @contextmanager
    def time(self, stage: str) -> Iterator[None]:
        """Add the time spent inside to the stage."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[stage] = self.seconds.get(stage, 0.0) + time.perf_counter() - started


class Run:
    """What every step of one run shares: its options, its deadline, its stage clock and its progress callback."""

    def __init__(
        self, options: Options = DEFAULT_OPTIONS, on_progress: ProgressCallback = ignore_progress
    ) -> None:
        self.options = options
        self.stages = StageClock()
        self._on_progress = on_progress
        self._deadline = time.monotonic() + options.seconds

    def seconds_left(self) -> float:
        """Return the seconds until the deadline, at least 0."""
        return max(0.0, self._deadline - time.monotonic())

    def report(self, stage: str, best: int | None = None, bound: int | None = None) -> None:
        """Hand the stage, or a tier with its best value and bound, to the progress callback."""
        self._on_progress(Event(stage, best, bound))

    def share(self, parts: int) -> Run:
        """Return the same run with an even part of the time that is left: that of one of `parts` questions (>= 1)."""
        part = copy.copy(self)
        part._deadline = time.monotonic() + self.seconds_left() / parts
        return part

    def silent(self) -> Run:
        """Return the same run without its callback, for a step whose tiers are not those of the week."""
        silent = copy.copy(self)
        silent._on_progress = ignore_progress
        return silent


_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")

EngineFunction = Callable[Concatenate[Scenario, Options, ProgressCallback, _Arguments], _Result]
"""A function that solves: it takes a scenario, the options, a progress callback and arguments of its own."""


class Runner(Protocol):
    """Calls a function that solves, in this process or in another one, and returns its result."""

    def __call__(
        self,
        function: EngineFunction[_Arguments, _Result],
        scenario: Scenario,
        options: Options,
        on_progress: ProgressCallback,
        /,
        *args: _Arguments.args,
        **kwargs: _Arguments.kwargs,
    ) -> _Result:
        """Return the result of the function, called with everything that follows it."""


def run_here(
    function: EngineFunction[_Arguments, _Result],
    scenario: Scenario,
    options: Options,
    on_progress: ProgressCallback,
    /,
    *args: _Arguments.args,
    **kwargs: _Arguments.kwargs,
) -> _Result:
    """Run the function in this process: the `Runner` of tests, studies and the service's workers."""
    return function(scenario, options, on_progress, *args, **kwargs)
