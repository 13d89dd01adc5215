"""What the times of a session depend on, and nothing else: two sessions with the same have the same times."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from scheduler.scenario.pace import PaceRow
from scheduler.scenario.policy import Policy

_SDS_OF_80 = 2 * 1.2815515655446004


@dataclass(frozen=True, order=True)
class TimedSession:
    """A session to be timed: its size and open minutes, the pace of its doctor, and what idle time and overtime cost.

    `mean` is that of a consultation in minutes, `cv` its spread within the session and `session_sd` that between sessions,
    both as shares. `no_show` is the share of ticket holders who stay away, `walk_ins` the mean of patients without one.
    Patients come `early_mean` minutes before their time (standard deviation `early_sd`), the doctor begins `late_start`
    minutes late in the mean. The weights are in minutes of one patient's wait.
    """

    tickets: int
    minutes: int
    mean: float
    cv: float
    session_sd: float
    no_show: float
    walk_ins: float
    early_mean: float
    early_sd: float
    late_start: float
    idle_weight: float
    overtime_weight: float

    @classmethod
    def of(cls, tickets: int, minutes: int, pace: PaceRow, policy: Policy) -> TimedSession:
        """Return the session of so many tickets (>= 1) and open minutes with a pace, by the policy's weights.

        Tickets are taken to be booked on all days alike from the release of public tickets on.
        """
        ahead = range(policy.release.opens_days + 1)
        no_show = sum((pace.no_show.share(day) for day in ahead), Fraction(0)) / len(ahead)
        unsure = (
            0.0 if pace.low is None or pace.high is None or not pace.low else math.log(pace.high / pace.low)
        )
        return cls(
            tickets=tickets,
            minutes=minutes,
            mean=consultation_minutes(pace, tickets * (1 - no_show) + pace.walk_ins),
            cv=float(pace.cv),
            session_sd=math.hypot(float(pace.session_sd), unsure / _SDS_OF_80),
            no_show=float(no_show),
            walk_ins=float(pace.walk_ins),
            early_mean=float(pace.early_mean or 0),
            early_sd=float(pace.early_sd or 0),
            late_start=float(pace.late_start),
            idle_weight=float(policy.slots.idle_weight),
            overtime_weight=float(policy.slots.overtime_weight),
        )

    @property
    def is_punctual(self) -> bool:
        """Whether all patients come at their time, so that they are seen in the order of their times."""
        return self.early_sd == 0

    @property
    def patients(self) -> float:
        """Expected number of patients who come."""
        return self.tickets * (1 - self.no_show) + self.walk_ins

    @property
    def fits(self) -> int:
        """How many tickets the open minutes have room for, in the mean."""
        if self.no_show >= 1:
            return self.tickets
        return max(0, math.floor((self.minutes / self.mean - self.walk_ins) / (1 - self.no_show) + 1e-9))


def consultation_minutes(pace: PaceRow, patients: Fraction) -> float:
    """Return the mean minutes of a consultation in a session of so many patients."""
    if pace.base is None or pace.per_patient is None or patients <= 0:
        return float(pace.minutes)
    return float(max(pace.base / patients + pace.per_patient, Fraction(1, 3)))
