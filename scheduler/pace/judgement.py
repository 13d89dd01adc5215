"""How well a pace foretells sessions it was not learned from: the last fifth, held back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scheduler.pace.consultations import Consultations, sessions_of
from scheduler.pace.fit import Z_80, Fit, fit_pace, without_idle
from scheduler.pace.visits import bookings, day_places, visit_rates

if TYPE_CHECKING:
    from scheduler.pace.groups import Groups
    from scheduler.pace.records import Bools, Floats, Records
    from scheduler.scenario.week import Scenario

_LEAST_SESSIONS = 10


@dataclass(frozen=True)
class Judgement:
    """What the pace of the earlier sessions foretold of the `sessions` held back, the last fifth by date.

    `error` and `naive_error` are mean absolute errors of a session's minutes, the naive one by each doctor's plain mean.
    `coverage` is the share of sessions whose mean lies in the interval of 80 %. The losses (mean logarithmic) are of
    `bookings` and whether they came, against one share for all; None where no record tells.
    """

    sessions: int
    error: float
    naive_error: float
    coverage: float
    bookings: int
    no_show_loss: float | None
    one_share_loss: float | None


def judge(records: Records, used: Consultations, groups: Groups, scenario: Scenario) -> Judgement | None:
    """Return the judgement, or None where there are fewer than ten sessions."""
    import numpy as np

    known = np.unique(used.session)
    if len(known) < _LEAST_SESSIONS:
        return None
    # Sessions are in the order of their days.
    first = known[len(known) * 4 // 5]
    early = np.arange(len(used.session_doctor)) < first
    earlier, later = used.of_sessions(early), used.of_sessions(~early)
    fit = fit_pace(earlier, groups)
    # Of calls the idle time is taken out by what the later sessions themselves tell.
    sessions, error, naive, coverage = _lengths(earlier, without_idle(later, groups)[0], groups, fit)
    count, loss, one_share = _no_show_losses(records, first, groups, scenario)
    return Judgement(sessions, error, naive, coverage, count, loss, one_share)


def _lengths(
    earlier: Consultations, later: Consultations, groups: Groups, fit: Fit
) -> tuple[int, float, float, float]:
    import numpy as np

    count = np.bincount(later.session, minlength=len(later.session_doctor)).astype(float)
    seen = count > 0
    total = np.bincount(later.session, later.minutes, len(count)).astype(float)[seen]
    n = count[seen]
    doctor = later.session_doctor[seen]
    group = groups.first_doctor + doctor
    by_line = fit.base[group] + fit.per_patient[group] * n
    foretold = np.where(np.isnan(by_line), fit.minutes[group] * n, by_line)
    naive = _plain_means(earlier, groups)[group] * n
    sd = np.sqrt(fit.variance[group] + fit.session_sd**2 + fit.cv[group] ** 2 / n)
    centre = np.log(foretold / n) - fit.session_sd**2 / 2
    inside = np.abs(np.log(total / n) - centre) <= Z_80 * sd
    return len(n), _mean_error(foretold, total), _mean_error(naive, total), float(inside.mean())


def _mean_error(foretold: Floats, total: Floats) -> float:
    import numpy as np

    return float(np.abs(foretold - total).mean())


def _plain_means(c: Consultations, groups: Groups) -> Floats:
    """Return each group's plain mean, gaps taken as they are; the hospital's where a group has none."""
    import numpy as np

    count, total = groups.sums(c.doctor), groups.sums(c.doctor, c.minutes)
    means: Floats = np.divide(total, count, out=np.full(len(groups), total[0] / count[0]), where=count > 0)
    return means


def _no_show_losses(
    records: Records, first: int, groups: Groups, scenario: Scenario
) -> tuple[int, float | None, float | None]:
    import numpy as np

    session, _ = sessions_of(records)
    rates = visit_rates(records.take(session < first), groups, scenario)
    later = records.take((session >= first) & bookings(records))
    if rates.no_show is None or not len(later):
        return 0, None, None
    bins = np.searchsorted(rates.days, np.maximum(later.booked_days, 0), side="right") - 1
    share = rates.no_show[groups.first_doctor + later.doctor, bins]
    share = np.where(day_places(later) < 0, rates.overall, share)
    away = later.stayed_away
    return len(later), _loss(share, away), _loss(np.full(len(away), rates.overall), away)


def _loss(share: Floats, away: Bools) -> float:
    import numpy as np

    share = np.clip(share, 1e-4, 1 - 1e-4)
    return float(-np.where(away, np.log(share), np.log(1 - share)).mean())
