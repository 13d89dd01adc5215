"""Patient flow of a planned week: replications until the mean wait is known, and two rosters compared pair by pair."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from scheduler.errors import Problem, SettingError, Where
from scheduler.flow.assumptions import assumptions
from scheduler.flow.figures import FlowFigures, flow_figures, measure_values
from scheduler.flow.record import FlowRecord
from scheduler.flow.week import FlowWeek
from scheduler.interval import LEVEL, Interval, interval_of, mean_and_error, quantile
from scheduler.roster import Plan
from scheduler.scenario.week import Scenario
from scheduler.words import Message, message

PRECISION = 0.02
"""Half-width of the mean wait's interval, as a share of it, at which replications stop."""

FEWEST, MOST = 20, 2000
"""Replications that are run at least, and at most, where nobody says how many."""

_STEP = 10

ReplicationCallback = Callable[[int], None]
"""Called with the number of replications that have been run."""


def ignore_replications(done: int) -> None:
    """Do nothing."""


@dataclass(frozen=True)
class Flow:
    """The patient flow of a week, with what it rests on.

    `before` are the figures of another roster of the same week with the same random numbers, `differences` are those of
    each measure, this roster less that one; `differs` says whether the interval excludes 0. Without another roster there
    is neither.
    """

    scenario: Scenario
    figures: FlowFigures
    assumptions: tuple[Message, ...]
    before: FlowFigures | None = None
    differences: Mapping[str, Interval] | None = None


def simulate_flow(
    scenario: Scenario,
    plan: Plan,
    against: Plan | None = None,
    *,
    replications: int | None = None,
    seed: int = 0,
    on_replication: ReplicationCallback = ignore_replications,
) -> Flow:
    """Return the patient flow of `plan`, and of another plan of the same scenario beside it.

    Without `replications` (1 to 10,000) they stop once the mean wait is known to 2 % of itself in both, at 20 to 2,000. The
    same `seed` (>= 0) gives the same flow. Raises SettingError for a number that is out of range.
    """
    _check_numbers(replications, seed)
    records = [FlowRecord(FlowWeek(scenario, one), seed) for one in (plan, against) if one is not None]
    _run(records, replications, on_replication)
    figures = [flow_figures(record) for record in records]
    flow = Flow(scenario, figures[0], tuple(assumptions(records[0].week)))
    if against is None:
        return flow
    return replace(flow, before=figures[1], differences=paired_differences(*records))


def flow_measures(scenario: Scenario, plan: Plan, seed: int = 0) -> dict[str, Interval]:
    """Return the measures alone of what `simulate_flow` returns; a week without tickets has none."""
    record = FlowRecord(FlowWeek(scenario, plan), seed)
    _run([record], None, ignore_replications)
    return {key: interval_of(values) for key, values in measure_values(record).items()}


def _run(
    records: Sequence[FlowRecord], replications: int | None, on_replication: ReplicationCallback
) -> None:
    done, most = 0, MOST if replications is None else replications
    while done < most:
        step = min(_STEP, most - done)
        for record in records:
            record.run(step)
        done += step
        on_replication(done)
        if replications is None and done >= FEWEST and all(map(_is_precise, records)):
            return


def _check_numbers(replications: int | None, seed: int) -> None:
    if replications is not None and not 1 <= replications <= 10_000:
        wrong, remedy = message("there cannot be so many replications"), message("Give 1 to 10,000.")
        raise SettingError([Problem(Where(field="--replications"), wrong, remedy, str(replications))])
    if seed < 0:
        wrong, remedy = message("this is not a seed"), message("Write a whole number of at least 0.")
        raise SettingError([Problem(Where(field="--seed"), wrong, remedy, str(seed))])


def _is_precise(record: FlowRecord) -> bool:
    mean, error = mean_and_error(record.mean_waits)
    return error is not None and quantile(LEVEL, len(record.rows) - 1) * error <= PRECISION * mean


def paired_differences(after: FlowRecord, before: FlowRecord) -> dict[str, Interval]:
    """Return the difference of each measure that both weeks have, replication by replication."""
    values, others = measure_values(after), measure_values(before)
    return {
        key: _difference([a - b for a, b in zip(values[key], others[key], strict=True)])
        for key in values
        if key in others
    }


def _difference(gaps: list[float]) -> Interval:
    interval = interval_of(gaps)
    if interval.low is None or interval.high is None:
        return interval
    return replace(interval, differs=interval.low > 0 or interval.high < 0)
