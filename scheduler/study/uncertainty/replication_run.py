"""A planned week run many times: sessions stopped, patients drawn, and what each time comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scheduler.engine.options import Options
from scheduler.errors import Problem, SettingError, Where
from scheduler.roster import Roster
from scheduler.scenario.week import Scenario
from scheduler.study.uncertainty.arrays import SessionArrays
from scheduler.study.uncertainty.distributions import Distributions
from scheduler.study.uncertainty.draw import Draw, Flags
from scheduler.study.uncertainty.patients import Forecast, Seating, forecast_of
from scheduler.study.uncertainty.replication import Replication
from scheduler.study.uncertainty.stop_response import (
    RespondedWeek,
    StoppedSessions,
    StopResponse,
    respond_to_stops,
)
from scheduler.words import message


def replicate_week(
    scenario: Scenario,
    roster: Roster,
    distributions: Distributions,
    seed: int,
    numbers: Sequence[int],
    how: StopResponse = StopResponse.AS_RUN,
    options: Options | None = None,
    *,
    forecast: Forecast | None = None,
) -> tuple[Replication, ...]:
    """Return what comes of the planned `roster` of `scenario` in these replications of a study with this seed.

    `numbers` are those of the replications, from 0; each is the same whichever others are drawn, in which process
    and for which variant. `forecast` is what demand is drawn around: that of a study's base for all its variants (none:
    the scenario's own). `options` are those of a repair or a plan; each replication has their seconds.

    Raises SettingError where there is no replication, InputError for a roster that cannot be repaired.
    """
    check_replications(len(numbers))
    week = Replicable.of(scenario, roster, forecast_of(scenario) if forecast is None else forecast)
    chosen = options or Options()
    return tuple(run_replication(week, Draw(seed, number, distributions), how, chosen) for number in numbers)


def check_replications(count: int) -> None:
    """Raise SettingError unless there is a replication: `count` is 1 or more."""
    if count < 1:
        wrong = message("there is no replication to draw")
        raise SettingError(
            [Problem(Where(field="--replications"), wrong, message("Give 1 or more."), str(count))]
        )


@dataclass(frozen=True)
class Replicable:
    """A planned week made ready to be run many times."""

    scenario: Scenario
    roster: Roster
    forecast: Forecast
    arrays: SessionArrays
    seating: Seating

    @classmethod
    def of(cls, scenario: Scenario, roster: Roster, forecast: Forecast) -> Replicable:
        """Make the roster of `scenario` ready; demand is drawn around `forecast`."""
        arrays = SessionArrays(scenario, roster)
        return cls(scenario, roster, forecast, arrays, Seating(arrays, forecast))


def run_replication(week: Replicable, draw: Draw, how: StopResponse, options: Options) -> Replication:
    """Return what comes of the week in the replication that `draw` is."""
    gone, stopped = _stopped(week.arrays, draw)
    answer = respond_to_stops(week.scenario, week.roster, stopped, how, options)
    arrays, seating, run = _running(week, gone, answer)
    days = arrays.days(run)
    limit = week.scenario.policy.ratio.limit
    offered = int(arrays.tickets[run].sum())
    return Replication(
        number=draw.number,
        how=how,
        status=answer.status,
        planned=len(gone),
        stopped=int(gone.sum()),
        run=int(run.sum()),
        moved=answer.moved,
        covered=answer.covered,
        days=days,
        days_above=sum(not day.sessions.within(limit) for day in days),
        tickets_offered=offered,
        tickets_lost=int(week.arrays.tickets.sum()) - offered,
        cover=arrays.cover_shortfall(run),
        patients=seating.patients(draw, run),
    )


def _running(week: Replicable, gone: Flags, answer: RespondedWeek) -> tuple[SessionArrays, Seating, Flags]:
    """Return the sessions that there are after the answer to the stops, and which of them run."""
    if answer.roster is None:
        return week.arrays, week.seating, ~gone
    arrays = SessionArrays(week.scenario, answer.roster)
    return arrays, Seating(arrays, week.forecast), np.ones(len(arrays.sessions), dtype=bool)


def _stopped(arrays: SessionArrays, draw: Draw) -> tuple[Flags, StoppedSessions]:
    away = draw.away(arrays.doctor_names)
    gone = draw.stopped(arrays.names, away[arrays.doctor_of])
    sessions = tuple(arrays.sessions[number] for number in np.flatnonzero(gone))
    absent = frozenset(arrays.doctors[number] for number in np.flatnonzero(away))
    return gone, StoppedSessions(sessions, absent)
