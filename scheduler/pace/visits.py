"""Who comes, and when: shares of patients who stay away, patients without a ticket, punctuality, late starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scheduler.pace.consultations import sessions_of
from scheduler.pace.headings import VisitKind
from scheduler.pace.records import HALVES, KINDS

if TYPE_CHECKING:
    from scheduler.pace.groups import Groups
    from scheduler.pace.records import Bools, Floats, Ints, Records
    from scheduler.scenario.week import Scenario

BOOKED_DAYS = (0, 1, 3, 7, 14)
"""Days ahead from which a share of patients who stay away is told of its own."""

_EVEN_RATES = 20.0
"""Bookings that the share over all days counts as in the share of some days."""
_EVEN_TIMES = 30.0
"""Check-ins that the group above counts as."""
_EVEN_SESSIONS = 10.0
"""Sessions that the group above counts as."""
_MOST_EARLY = 240.0


@dataclass(frozen=True)
class VisitRates:
    """By group: shares of booked patients who stay away by BOOKED_DAYS (`days` are those that occur), and the others.

    `walk_ins` are patients a session, `early_mean`, `early_sd` and `late_start` minutes. What no record tells is None.
    """

    no_show: Floats | None
    days: tuple[int, ...]
    overall: float
    walk_ins: Floats | None
    early_mean: Floats | None
    early_sd: Floats | None
    late_start: Floats | None


def visit_rates(records: Records, groups: Groups, scenario: Scenario) -> VisitRates:
    """Return who comes and when, by group."""
    no_show, days, overall = _no_shows(records, groups)
    early_mean, early_sd = _punctuality(records, groups)
    walk_ins, late_start = _by_session(records, groups, scenario)
    return VisitRates(no_show, days, overall, walk_ins, early_mean, early_sd, late_start)


def bookings(records: Records) -> Bools:
    """Return which records tell whether a booked patient came: all that were booked, where any tells."""
    booked: Bools = records.kind != KINDS.index(VisitKind.WALK_IN)
    return booked if (records.shown >= 0).any() else booked & False


def day_places(records: Records) -> Ints:
    """Return the place in BOOKED_DAYS of each record; unknown days have -1."""
    import numpy as np

    return np.searchsorted(BOOKED_DAYS, records.booked_days, side="right") - 1


def _no_shows(records: Records, groups: Groups) -> tuple[Floats | None, tuple[int, ...], float]:
    import numpy as np

    rows = bookings(records)
    if not rows.any():
        return None, (0,), 0.0
    away, place = records.stayed_away[rows], day_places(records)[rows]
    doctor = records.doctor[rows]
    overall = float(away.mean())
    known = place >= 0
    count = np.bincount(place[known], minlength=len(BOOKED_DAYS))
    gone = np.bincount(place[known], away[known], len(BOOKED_DAYS))
    share = (gone + _EVEN_RATES * overall) / (count + _EVEN_RATES)
    kept = tuple(n for n in range(len(BOOKED_DAYS)) if count[n] or n == 0)
    expected = np.where(known, share[place], overall)
    ratio = _ratios(groups, groups.sums(doctor, away), groups.sums(doctor, expected))
    shares = np.minimum(ratio[:, None] * share[list(kept)], 1.0)
    return shares, tuple(BOOKED_DAYS[n] for n in kept), overall


def _ratios(groups: Groups, observed: Floats, expected: Floats) -> Floats:
    """Return observed to expected numbers by group, drawn to the group above as far as groups are alike."""
    import numpy as np

    ratio = np.ones(len(groups))
    for places in (slice(1, groups.first_doctor), slice(groups.first_doctor, len(groups))):
        above = groups.above(ratio)[places] * expected[places]
        squares = (above**2).sum()
        apart = ((observed[places] - above) ** 2 - above).sum() / squares if squares else 0.0
        if apart > 0:
            # A gamma distribution of ratios with mean 1 and this variance: its weight is 1 / variance expected ones.
            base = groups.above(ratio)[places]
            ratio[places] = base * (observed[places] + 1 / apart) / (above + 1 / apart)
        else:
            ratio[places] = groups.above(ratio)[places]
    return ratio


def _punctuality(records: Records, groups: Groups) -> tuple[Floats | None, Floats | None]:
    import numpy as np

    early = records.appointment - records.arrived
    rows = (
        ~np.isnan(early) & (records.kind != KINDS.index(VisitKind.WALK_IN)) & (np.abs(early) <= _MOST_EARLY)
    )
    if not rows.any():
        return None, None
    doctor, minutes = records.doctor[rows], early[rows]
    count = groups.sums(doctor)
    mean = groups.drawn(groups.sums(doctor, minutes), count, _EVEN_TIMES, 0.0)
    squares = groups.drawn(groups.sums(doctor, minutes**2), count, _EVEN_TIMES, 0.0)
    return mean, np.sqrt(np.maximum(squares - mean**2, 0))


def _by_session(records: Records, groups: Groups, scenario: Scenario) -> tuple[Floats | None, Floats | None]:
    """Return patients without a ticket a session, and minutes that sessions begin late."""
    import numpy as np

    if not len(records):
        return None, None
    session, first = sessions_of(records)
    doctor = records.doctor[first]
    sessions = groups.sums(doctor)
    walk_ins = None
    if (records.kind >= 0).any():
        walked = groups.sums(records.doctor, records.kind == KINDS.index(VisitKind.WALK_IN))
        walk_ins = groups.drawn(walked, sessions, _EVEN_SESSIONS, 0.0)
    begun = _least(session, records.start, len(first))
    came = _least(session, records.arrived, len(first))
    # A doctor is not late before anybody is there.
    due = np.fmax(_due(records, first, scenario), came)
    late = np.clip(begun - due, 0.0, 240.0)
    rows = ~np.isnan(late)
    if not rows.any():
        return walk_ins, None
    total = groups.sums(doctor[rows], late[rows])
    return walk_ins, groups.drawn(total, groups.sums(doctor[rows]), _EVEN_SESSIONS, 0.0)


def _least(session: Ints, minutes: Floats, count: int) -> Floats:
    """Return the first of the known minutes of each session."""
    import numpy as np

    least = np.full(count, np.inf)
    rows = ~np.isnan(minutes)
    np.minimum.at(least, session[rows], minutes[rows])
    return np.where(np.isfinite(least), least, np.nan)


def _due(records: Records, first: Ints, scenario: Scenario) -> Any:
    """Return the minute at which each session should begin, by the hours of its clinic."""
    import numpy as np

    names = (*records.clinics, "")
    half, clinic = records.half[first], records.clinic[first]
    starts = {
        (h, c): float(scenario.hours_at(HALVES[h], names[c]).start)
        for h, c in set(zip(half.tolist(), clinic.tolist(), strict=True))
    }
    return np.array([starts[at] for at in zip(half.tolist(), clinic.tolist(), strict=True)])
