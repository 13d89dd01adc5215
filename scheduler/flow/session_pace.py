"""The pace of a session: how long its consultations take, who comes to it and when; read from `pace`, else assumed."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from scheduler.clock import Hours
from scheduler.scenario.pace import NoShows, PaceRow, PaceScope, pace_of
from scheduler.scenario.week import Scenario

MOST_MINUTES = 30.0
"""Minutes of a consultation at most, where they are taken from the session's hours and tickets."""

CV = 0.5
"""Coefficient of variation of consultations where no record tells it (published: 0.35 to 0.85)."""

EARLY_SD = 20.0
"""Minutes of standard deviation of arrivals where no record tells it."""


@dataclass(frozen=True)
class SessionPace:
    """The pace of the tickets of one clinic in a session; the fields are those of `PaceRow`, in minutes.

    `no_show` is the share of its patients who stay away. `is_recorded` says whether `minutes` come from the table pace,
    `is_punctuality_recorded` whether `early_mean` and `early_sd` do.
    """

    minutes: float
    cv: float
    session_sd: float
    no_show: float
    walk_ins: float
    early_mean: float
    early_sd: float
    late_start: float
    is_recorded: bool
    is_punctuality_recorded: bool


def session_pace(scenario: Scenario, doctor: str, clinic: str, hours: Hours, tickets: int) -> SessionPace:
    """Return the pace of a doctor's session at a clinic with these hours and tickets (>= 1)."""
    row = pace_of(scenario, doctor, clinic)
    hospital = scenario.pace_rows.get((PaceScope.HOSPITAL, ""))
    early = next((one for one in (row, hospital) if one is not None and one.early_mean is not None), None)
    slots = scenario.policy.slots
    mean, sd = (early.early_mean, early.early_sd) if early is not None else (slots.come_early, EARLY_SD)
    return SessionPace(
        minutes=_assumed_minutes(scenario, doctor, clinic, hours, tickets)
        if row is None
        else _recorded_minutes(row, tickets),
        cv=CV if row is None else float(row.cv),
        session_sd=0.0 if row is None else float(row.session_sd),
        no_show=float(_no_show(scenario, clinic) if row is None else _mean_share(scenario, row.no_show)),
        walk_ins=0.0 if row is None else float(row.walk_ins),
        early_mean=float(mean or 0),
        early_sd=float(sd or 0),
        late_start=0.0 if row is None else float(row.late_start),
        is_recorded=row is not None,
        is_punctuality_recorded=early is not None,
    )


def _recorded_minutes(row: PaceRow, tickets: int) -> float:
    if row.base is None or row.per_patient is None:
        return float(row.minutes)
    return float(row.base / tickets + row.per_patient)


def _assumed_minutes(scenario: Scenario, doctor: str, clinic: str, hours: Hours, tickets: int) -> float:
    stated = scenario.doctor_of[doctor].minutes or scenario.clinic_of[clinic].minutes
    return float(stated) if stated else min(hours.minutes / tickets, MOST_MINUTES)


def _no_show(scenario: Scenario, clinic: str) -> Fraction:
    own = scenario.clinic_of[clinic].no_show
    return scenario.policy.slots.no_show if own is None else own


def _mean_share(scenario: Scenario, no_show: NoShows) -> Fraction:
    """Return the share who stay away where as many book on each day from the release of tickets on."""
    days = range(scenario.policy.release.opens_days + 1)
    return sum((no_show.share(day) for day in days), Fraction(0)) / len(days)
