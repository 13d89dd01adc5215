"""A planned week run many times: sessions stopped, patients drawn, and what each time comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scheduler.engine.options import Options
from scheduler.errors import Problem, SettingError, Where
from scheduler.roster import Roster
from scheduler.scenario.week import Scenario
from scheduler.study.uncertainty.answering import Answered, How, Stopped, answered
from scheduler.study.uncertainty.arrays import Held
from scheduler.study.uncertainty.distributions import Distributions
from scheduler.study.uncertainty.draw import Draw, Flags
from scheduler.study.uncertainty.patients import Forecast, Seating, forecast_of
from scheduler.study.uncertainty.replicated import Replicated
from scheduler.words import message


def replicated(
    scenario: Scenario,
    roster: Roster,
    distributions: Distributions,
    seed: int,
    numbers: Sequence[int],
    how: How = How.AS_RUN,
    options: Options | None = None,
    *,
    forecast: Forecast | None = None,
) -> tuple[Replicated, ...]:
    """Return what comes of the planned `roster` of `scenario` in these replications of a study with this seed.

    `numbers` are those of the replications, from 0; each is the same whichever others are asked for, in which process
    and for which variant. `forecast` is what demand is drawn around: that of a study's base for all its variants (none:
    the scenario's own). `options` are those of a repair or a plan; each replication has their seconds.

    Raises SettingError where there is no replication, InputError for a roster that cannot be repaired.
    """
    check_replications(len(numbers))
    week = Replicable.of(scenario, roster, forecast_of(scenario) if forecast is None else forecast)
    chosen = options or Options()
    return tuple(replicate(week, Draw(seed, number, distributions), how, chosen) for number in numbers)


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
    held: Held
    seating: Seating

    @classmethod
    def of(cls, scenario: Scenario, roster: Roster, forecast: Forecast) -> Replicable:
        """Make the roster of `scenario` ready; demand is drawn around `forecast`."""
        held = Held(scenario, roster)
        return cls(scenario, roster, forecast, held, Seating(held, forecast))


def replicate(week: Replicable, draw: Draw, how: How, options: Options) -> Replicated:
    """Return what comes of the week in the replication that `draw` is."""
    gone, stopped = _stopped(week.held, draw)
    answer = answered(week.scenario, week.roster, stopped, how, options)
    held, seating, run = _running(week, gone, answer)
    days = held.days(run)
    limit = week.scenario.policy.ratio.limit
    offered = int(held.tickets[run].sum())
    return Replicated(
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
        tickets_lost=int(week.held.tickets.sum()) - offered,
        cover=held.cover_shortfall(run),
        patients=seating.patients(draw, run),
    )


def _running(week: Replicable, gone: Flags, answer: Answered) -> tuple[Held, Seating, Flags]:
    """Return the sessions that there are after the answer to the stops, and which of them run."""
    if answer.roster is None:
        return week.held, week.seating, ~gone
    held = Held(week.scenario, answer.roster)
    return held, Seating(held, week.forecast), np.ones(len(held.sessions), dtype=bool)


def _stopped(held: Held, draw: Draw) -> tuple[Flags, Stopped]:
    away = draw.away(held.doctor_names)
    gone = draw.stopped(held.names, away[held.doctor_of])
    sessions = tuple(held.sessions[number] for number in np.flatnonzero(gone))
    absent = frozenset(held.doctors[number] for number in np.flatnonzero(away))
    return gone, Stopped(sessions, absent)
