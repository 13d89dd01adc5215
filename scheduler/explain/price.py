"""The price of the afternoon: what each step from today's ratio down to an even day costs in changes."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from scheduler.balance import RatioTable, ratio_table
from scheduler.engine.entry import price_limits
from scheduler.engine.options import Options, ProgressCallback, ignore_progress
from scheduler.engine.run import Runner, run_here
from scheduler.errors import Problem, SettingError, Where
from scheduler.outcome import Point
from scheduler.roster import template_roster
from scheduler.scenario.policy import RatioPolicy, exact_text
from scheduler.scenario.week import Scenario
from scheduler.words import Message, message

MOST_STEPS = 200
"""Most points of a frontier."""

DEFAULT_END = Fraction(1)
"""Where a frontier ends unless another limit is named: as many afternoons as mornings."""

DEFAULT_OPTIONS = Options(solver="scip")
"""How a frontier is solved unless other options are given; a plan has another default solver."""


@dataclass(frozen=True)
class Frontier:
    """The points from the first limit to the last, and the template's balance that the first one comes from."""

    scenario: Scenario
    today: RatioTable
    points: tuple[Point, ...]


def compute_frontier(
    scenario: Scenario,
    *,
    steps: int = 15,
    start: Fraction | None = None,
    end: Fraction = DEFAULT_END,
    options: Options = DEFAULT_OPTIONS,
    on_progress: ProgressCallback = ignore_progress,
    runner: Runner = run_here,
) -> Frontier:
    """Return the frontier at `steps` limits (1 to 200) evenly spaced from `start` down to `end` (0.5 to 10 both).

    Without `start` it begins at today's ratio: that of the template's worst working day. `runner` runs the engine
    in this process or in one of its own. Raises SettingError for what is out of range or cannot be priced,
    EngineError where another process breaks down.
    """
    today = ratio_table(scenario, template_roster(scenario))
    first = find_todays_ratio(scenario, today) if start is None else start
    problems = _problems(scenario, steps, start, end)
    if problems:
        raise SettingError(problems)
    limits = space_limits(max(first, end), end, steps)
    points = runner(price_limits, scenario, options, on_progress, limits=limits)
    return Frontier(scenario, today, points)


def space_limits(start: Fraction, end: Fraction, steps: int) -> tuple[Fraction, ...]:
    """Return `steps` limits from `start` to `end`, exactly even; one alone is the end, and so are two that are equal."""
    if steps == 1 or start == end:
        return (end,)
    return tuple(start + (end - start) * number / (steps - 1) for number in range(steps))


def find_todays_ratio(scenario: Scenario, today: RatioTable) -> Fraction:
    """Return the ratio of the template's worst working day, at most 10; the policy's limit where no day has one.

    A day with mornings and no afternoon has no ratio and is passed over: no limit allows it.
    """
    ratios = [balance.ratio for _, balance in today.days if balance.ratio is not None]
    return min(Fraction(10), max(ratios)) if ratios else scenario.policy.ratio.limit


def _problems(scenario: Scenario, steps: int, start: Fraction | None, end: Fraction) -> list[Problem]:
    problems = []
    if not 1 <= steps <= MOST_STEPS:
        remedy = message("Give a whole number from 1 to {most}.", most=MOST_STEPS)
        problems.append(
            _wrong("--steps", message("the number of points is out of range"), remedy, str(steps))
        )
    for name, limit in (("--from", start), ("--to", end)):
        if limit is not None and not _in_range(limit):
            remedy = message("Give a number from 0.5 to 10, such as 1.2 or 6/5.")
            problems.append(_wrong(name, message("the ratio is out of range"), remedy, exact_text(limit)))
    if start is not None and start < end:
        remedy = message("Give --from at least as large as --to.")
        problems.append(_wrong("--from", message("the frontier would go up"), remedy, exact_text(start)))
    if not scenario.template and not (scenario.demand and scenario.is_on("cover")):
        remedy = message("Give it a template, or demand with the rule cover.")
        problems.append(_wrong("", message("the scenario has nothing that a limit could cost"), remedy))
    return problems


def _wrong(field: str, wrong: Message, remedy: Message, value: str | None = None) -> Problem:
    return Problem(Where(field=field), wrong, remedy, value)


def _in_range(limit: Fraction) -> bool:
    try:
        RatioPolicy(limit=limit)
    except ValueError:
        return False
    return True
