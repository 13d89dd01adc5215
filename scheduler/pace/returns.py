"""Return visits that each clinic's sessions bring about, out of the last twelve weeks of records."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING

from scheduler.pace.headings import VisitKind
from scheduler.pace.records import HALVES, KINDS
from scheduler.scenario.forecasts import ReturnRate

if TYPE_CHECKING:
    from scheduler.pace.records import Ints, Records
    from scheduler.scenario.week import Scenario

WEEKS = 12
"""Weeks that count: the rate of so many foretells the next week best (fewer vary, more are out of date)."""


def return_rates(records: Records) -> tuple[ReturnRate, ...]:
    """Return the return visits a session of every clinic that the record tells any of, sorted.

    Counted are records of the kind `return`, whether or not the patient came: each took a ticket. The weeks are the
    last twelve up to the last record, those with sessions of the clinic. The dispersion is Pearson's: squared
    differences from the rate times the week's sessions, by these, by one week less than there are.
    """
    import numpy as np

    if not len(records):
        return ()
    # Ordinal 1 is a Monday.
    week = (records.day - 1) // 7
    recent = records.take((week > week.max() - WEEKS) & (records.clinic >= 0))
    weeks = (recent.day - 1) // 7
    back = recent.kind == KINDS.index(VisitKind.RETURN)
    sessions = np.stack(
        [recent.clinic, weeks, recent.doctor, recent.day * len(HALVES) + recent.half, recent.session]
    )
    held = np.unique(sessions, axis=1)
    rates = []
    for clinic in np.unique(recent.clinic[back]).tolist():
        own = weeks[back & (recent.clinic == clinic)]
        at, per_week = np.unique(held[1, held[0] == clinic], return_counts=True)
        returns = np.array([(own == n).sum() for n in at])
        rates.append(_rate(recent.clinics[clinic], returns, per_week))
    return tuple(sorted(rates, key=lambda rate: rate.clinic))


def _rate(clinic: str, returns: Ints, sessions: Ints) -> ReturnRate:
    per_session = returns.sum() / sessions.sum()
    expected = per_session * sessions
    spread = ((returns - expected) ** 2 / expected).sum() / max(1, len(returns) - 1)
    return ReturnRate(
        clinic=clinic,
        per_session=min(Fraction(f"{per_session:.3f}"), Fraction(500)),
        # One week tells nothing of how weeks vary.
        dispersion=min(Fraction(f"{spread:.2f}"), Fraction(100)) if len(returns) > 1 else Fraction(1),
        weeks=len(returns),
    )


def keep_others(rates: Iterable[ReturnRate], scenario: Scenario) -> tuple[ReturnRate, ...]:
    """Return the rates, and those of the scenario of clinics that the record tells nothing of."""
    return tuple({**scenario.return_rates, **{rate.clinic: rate for rate in rates}}.values())
