"""The table pace out of records of consultations, and what it rests on."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from scheduler.errors import InputError, Problem, Where
from scheduler.pace.consultations import QUALITIES, Consultations, consultations
from scheduler.pace.fit import Z_80, Fit, fit_pace
from scheduler.pace.groups import Groups
from scheduler.pace.judgement import Judgement, judge
from scheduler.pace.visits import VisitRates, visit_rates
from scheduler.scenario.pace import NoShows, PaceRow
from scheduler.words import Message, message

if TYPE_CHECKING:
    from scheduler.pace.records import Floats, Records, RecordsRead
    from scheduler.scenario.week import Scenario


@dataclass(frozen=True)
class Learned:
    """Rows of the table pace: the hospital, specialties, doctors; and what they rest on.

    `left_out` counts records by the reason why they were not used. `judgement` is None where there are too few sessions to
    hold some back. `knows_no_shows`: some record tells whether patients came.
    """

    rows: tuple[PaceRow, ...]
    records: int
    sessions: int
    left_out: Counter[Message]
    judgement: Judgement | None
    knows_no_shows: bool


def learn(read: RecordsRead, scenario: Scenario) -> Learned:
    """Return what records teach; raises InputError where not one consultation can be used."""
    records = read.records
    used = consultations(records)
    left_out = read.left_out + used.left_out
    if not len(used):
        raise InputError([_nothing(records), *_reasons(left_out)])
    groups = Groups.of(scenario)
    fit, rates = fit_pace(used, groups), visit_rates(records, groups, scenario)
    return Learned(
        tuple(_rows(used, groups, fit, rates)),
        len(used),
        len(set(used.session.tolist())),
        left_out,
        judge(records, used, groups, scenario),
        rates.no_show is not None,
    )


def _nothing(records: Records) -> Problem:
    where = Where(file="records")
    if not len(records):
        remedy = message("Check the files, the doctors' keys and --since.")
        return Problem(where, message("not one record can be used"), remedy)
    if records.stayed_away.all():
        remedy = message("Add records of patients who came, with the time of their call.")
        return Problem(where, message("all patients stayed away: nothing tells how long they take"), remedy)
    remedy = message("A consultation needs a start and an end, or a next one of the same session.")
    return Problem(where, message("not one consultation can be used"), remedy)


def _reasons(left_out: Counter[Message]) -> Iterator[Problem]:
    for reason, n in left_out.items():
        wrong = message("{n:record was|records were} left out: {reason}", n=n, reason=reason)
        yield Problem(Where(file="records"), wrong, message("Correct them, or take them out."))


def _rows(used: Consultations, groups: Groups, fit: Fit, rates: VisitRates) -> Iterator[PaceRow]:
    import numpy as np

    count = groups.sums(used.doctor)
    sessions = groups.sums(used.session_doctor[np.unique(used.session)])
    by_quality = np.stack([groups.sums(used.doctor[used.quality == n]) for n in range(len(QUALITIES))])
    for group in np.flatnonzero(count).tolist():
        scope, key = groups.name(group)
        yield PaceRow(
            scope=scope,
            key=key,
            records=int(count[group]),
            sessions=int(sessions[group]),
            quality=QUALITIES[int(by_quality[:, group].argmax())],
            **_minutes(fit, group),
            **_visits(rates, group),
        )


def _minutes(fit: Fit, group: int) -> dict[str, Any]:
    """Return the values of a row that tell how long consultations take."""
    within = math.exp(Z_80 * math.sqrt(fit.variance[group]))
    minutes = _rounded(fit.minutes[group], 3, Fraction(1, 3), 180)
    has_line = not math.isnan(fit.base[group])
    return {
        "minutes": minutes,
        "low": min(_rounded(fit.minutes[group] / within, 3), minutes),
        "high": max(_rounded(fit.minutes[group] * within, 3, most=600), minutes),
        "cv": _rounded(fit.cv[group], 3, most=5),
        "session_sd": _rounded(fit.session_sd, 3, most=5),
        "base": _rounded(fit.base[group], 2, most=600) if has_line else None,
        "per_patient": _rounded(fit.per_patient[group], 3, most=180) if has_line else None,
        "own_weight": _rounded(fit.own_weight[group], 3),
    }


def _visits(rates: VisitRates, group: int) -> dict[str, Any]:
    """Return the values of a row that tell who comes, and when."""
    shares = () if rates.no_show is None else zip(rates.days, rates.no_show[group], strict=True)
    steps = tuple((days, _rounded(share, 4)) for days, share in shares)
    return {
        "no_show": NoShows(steps) if steps else NoShows(),
        "walk_ins": _told(rates.walk_ins, group) or Fraction(0),
        "early_mean": _told(rates.early_mean, group),
        "early_sd": _told(rates.early_sd, group),
        "late_start": _told(rates.late_start, group) or Fraction(0),
    }


def _rounded(value: float, digits: int, least: Fraction | int = 0, most: int = 1_000) -> Fraction:
    return min(max(Fraction(f"{value:.{digits}f}"), Fraction(least)), Fraction(most))


def _told(values: Floats | None, group: int) -> Fraction | None:
    return None if values is None else Fraction(f"{values[group]:.1f}")
