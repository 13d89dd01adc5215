"""The table pace out of records of consultations, and what it rests on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from scheduler.errors import InputError, Problem, Where
from scheduler.pace.consultations import QUALITIES, Consultations, consultations
from scheduler.pace.fit import Z_80, Fit, fit_pace
from scheduler.pace.groups import Groups
from scheduler.pace.judgement import Judgement, judge
from scheduler.pace.visits import VisitRates, visit_rates
from scheduler.scenario.pace import NoShows, PaceRow
from scheduler.words import Message, message

if TYPE_CHECKING:
    from scheduler.pace.records import Floats, Records
    from scheduler.scenario.week import Scenario


@dataclass(frozen=True)
class Learned:
    """Rows of the table pace: the hospital, specialties, doctors; and what they rest on.

    `left_out` counts records by the reason why they were not used. `judgement` is None where there are too few sessions to
    hold some back.
    """

    rows: tuple[PaceRow, ...]
    records: int
    sessions: int
    left_out: Counter[Message]
    judgement: Judgement | None


def learn(records: Records, scenario: Scenario) -> Learned:
    """Return what records teach; raises InputError where not one consultation can be used."""
    used = consultations(records)
    if not len(used):
        raise InputError([_nothing(records)])
    groups = Groups.of(scenario)
    fit, rates = fit_pace(used, groups), visit_rates(records, groups, scenario)
    return Learned(
        tuple(_rows(used, groups, fit, rates)),
        len(used),
        len(set(used.session.tolist())),
        used.left_out,
        judge(records, used, groups, scenario),
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


def _rows(used: Consultations, groups: Groups, fit: Fit, rates: VisitRates) -> list[PaceRow]:
    import numpy as np

    count = groups.sums(used.doctor)
    sessions = groups.sums(used.session_doctor[np.unique(used.session)])
    by_quality = np.stack([groups.sums(used.doctor[used.quality == n]) for n in range(len(QUALITIES))])
    low = np.exp(np.log(fit.minutes) - Z_80 * np.sqrt(fit.variance))
    high = np.exp(np.log(fit.minutes) + Z_80 * np.sqrt(fit.variance))
    rows = []
    for group in np.flatnonzero(count).tolist():
        scope, key = groups.name(group)
        minutes = min(max(_rounded(fit.minutes[group], 3), Fraction(1, 3)), Fraction(180))
        row = PaceRow(
            scope=scope,
            key=key,
            records=int(count[group]),
            sessions=int(sessions[group]),
            minutes=minutes,
            low=min(_rounded(low[group], 3), minutes),
            high=max(min(_rounded(high[group], 3), Fraction(600)), minutes),
            cv=min(_rounded(fit.cv[group], 3), Fraction(5)),
            session_sd=min(_rounded(fit.session_sd, 3), Fraction(5)),
            base=None if np.isnan(fit.base[group]) else _rounded(fit.base[group], 2),
            per_patient=None if np.isnan(fit.base[group]) else _rounded(fit.per_patient[group], 3),
            own_weight=_rounded(fit.own_weight[group], 3),
            quality=QUALITIES[int(by_quality[:, group].argmax())],
            no_show=_no_shows(rates, group),
            walk_ins=_told(rates.walk_ins, group) or Fraction(0),
            early_mean=_told(rates.early_mean, group),
            early_sd=_told(rates.early_sd, group),
            late_start=_told(rates.late_start, group) or Fraction(0),
        )
        rows.append(row)
    return rows


def _rounded(value: float, digits: int) -> Fraction:
    return Fraction(f"{value:.{digits}f}")


def _told(values: Floats | None, group: int) -> Fraction | None:
    return None if values is None else _rounded(values[group], 1)


def _no_shows(rates: VisitRates, group: int) -> NoShows:
    if rates.no_show is None:
        return NoShows()
    return NoShows(
        tuple(
            (days, _rounded(share, 4)) for days, share in zip(rates.days, rates.no_show[group], strict=True)
        )
    )
