"""How long consultations take and who comes to them: the table `pace`, learned from the record or written by planners."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer

from scheduler.errors import Problem, Suggestions, Where
from scheduler.exact import Exact, exact, exact_text
from scheduler.scenario.hospital import Frozen, Text
from scheduler.words import message

if TYPE_CHECKING:
    from scheduler.scenario.week import Scenario


class PaceScope(StrEnum):
    """Whose pace a row tells."""

    HOSPITAL = "hospital"
    SPECIALTY = "specialty"
    DOCTOR = "doctor"


class PaceQuality(StrEnum):
    """What the minutes of a row rest on.

    `measured`: starts and ends. `call_times`: times of calls, with the check-in of each patient. `upper_bound`: times of
    calls alone, so that the doctor's idle time is in the minutes. `stated`: a planner's word.
    """

    MEASURED = "measured"
    CALL_TIMES = "call_times"
    UPPER_BOUND = "upper_bound"
    STATED = "stated"


@dataclass(frozen=True)
class NoShows:
    """Shares of booked patients (0 to 1) who stay away, by the days between booking and session.

    `steps` are pairs of days (0 first, rising) and the share from so many days on.
    """

    steps: tuple[tuple[int, Fraction], ...] = ((0, Fraction(0)),)

    @classmethod
    def parse(cls, text: str) -> NoShows:
        """Return what `0.12`, or `0:0.05;1:0.2;7:0.27`, means; raises ValueError for anything else."""
        plain = unicodedata.normalize("NFKC", text).strip()
        if ":" not in plain:
            return cls(((0, _share(plain)),))
        steps = []
        for part in re.split("[;、]", plain.rstrip(";、")):
            days, _, share = part.partition(":")
            if not re.fullmatch(r"[0-9]{1,3}", days.strip()):
                raise ValueError(f"{part!r} is not days and a share such as 7:0.27")
            steps.append((int(days), _share(share)))
        numbers = [days for days, _ in steps]
        if numbers[0] != 0 or numbers != sorted(set(numbers)):
            raise ValueError(f"{text!r} does not begin at 0 days and rise")
        return cls(tuple(steps))

    def __str__(self) -> str:
        if len(self.steps) == 1:
            return exact_text(self.steps[0][1])
        return ";".join(f"{days}:{exact_text(share)}" for days, share in self.steps)

    def share(self, booked_days: int) -> Fraction:
        """Return the share who stay away of those who booked so many days (>= 0) ahead."""
        return max(step for step in self.steps if step[0] <= booked_days)[1]


def _share(text: str) -> Fraction:
    share = exact(text)
    if not 0 <= share <= 1:
        raise ValueError(f"{text!r} is not a share from 0 to 1")
    return share


def _no_shows(value: Any) -> NoShows:
    return value if isinstance(value, NoShows) else NoShows.parse(str(value))


NoShowsField = Annotated[NoShows, BeforeValidator(_no_shows), PlainSerializer(str, return_type=str)]

_HALF = Fraction(1, 2)


class PaceRow(Frozen):
    """The pace of a doctor, of a specialty or of the hospital: what a session's waiting times are computed from.

    `key` is the doctor's or specialty's (none: of the hospital). `minutes` are the mean of a consultation (1/3 to 180);
    `low` and `high` hold it with 80 % (none: unknown). `cv` is the standard deviation of one consultation within a session,
    as a share of the mean; `session_sd` that of the means of sessions, as a share too. A session of n patients takes
    `base` + `per_patient` n minutes where its length is told better so. `own_weight` is the weight (0 to 1) of the row's own
    records in it against those of the row above.

    `no_show` are shares of booked patients, `walk_ins` the mean of patients a session without a ticket. Patients arrive
    `early_mean` minutes before their time (below 0: after it), with a standard deviation of `early_sd` (none: unknown, they
    are taken to be punctual). Sessions begin `late_start` minutes after their time, in the mean.

    `records` and `sessions` tell how many the row rests on.
    """

    scope: PaceScope
    key: Text = ""
    records: int = Field(default=0, ge=0)
    sessions: int = Field(default=0, ge=0)
    minutes: Exact = Field(ge=Fraction(1, 3), le=180)
    low: Exact | None = Field(default=None, ge=0, le=600)
    high: Exact | None = Field(default=None, ge=0, le=600)
    cv: Exact = Field(default=_HALF, ge=0, le=5)
    session_sd: Exact = Field(default=Fraction(0), ge=0, le=5)
    base: Exact | None = Field(default=None, ge=0, le=600)
    per_patient: Exact | None = Field(default=None, ge=0, le=180)
    own_weight: Exact = Field(default=Fraction(1), ge=0, le=1)
    no_show: NoShowsField = NoShows()
    walk_ins: Exact = Field(default=Fraction(0), ge=0, le=500)
    early_mean: Exact | None = Field(default=None, ge=-240, le=240)
    early_sd: Exact | None = Field(default=None, ge=0, le=240)
    late_start: Exact = Field(default=Fraction(0), ge=0, le=240)
    quality: PaceQuality = PaceQuality.STATED


def pace_of(scenario: Scenario, doctor: str, clinic: str) -> PaceRow | None:
    """Return the pace that a doctor's sessions at a clinic have: the doctor's row, else that of the clinic's specialty.

    None where neither is told: the row of the hospital says nothing of a single doctor.
    """
    own = scenario.pace_rows.get((PaceScope.DOCTOR, doctor))
    if own is not None or clinic not in scenario.clinic_of:
        return own
    return scenario.pace_rows.get((PaceScope.SPECIALTY, scenario.clinic_of[clinic].specialty))


def pace_problems(scenario: Scenario) -> Iterator[Problem]:
    """Yield the rows that name nobody the scenario knows, and those whose values contradict each other."""
    known = {
        PaceScope.DOCTOR: Suggestions(sorted(scenario.doctor_of)),
        PaceScope.SPECIALTY: Suggestions(scenario.specialties),
    }
    names = {PaceScope.DOCTOR: scenario.doctor_of.keys(), PaceScope.SPECIALTY: set(scenario.specialties)}
    for number, row in enumerate(scenario.pace, start=2):
        where = Where(file="pace", row=number, column="key")
        if row.scope is PaceScope.HOSPITAL:
            if row.key:
                remedy = message("Leave the key empty, or write doctor or specialty as the scope.")
                yield Problem(where, message("the hospital's row has no key"), remedy, row.key)
        elif not row.key:
            yield Problem(where, _NO_KEY, message("Write the key of the doctor or specialty."))
        elif row.key not in names[row.scope]:
            yield Problem(where, _UNKNOWN[row.scope], known[row.scope].remedy(row.key), row.key)
        yield from _contradictions(number, row)


_NO_KEY = message("a value is missing")
_UNKNOWN = {
    PaceScope.DOCTOR: message("this doctor is not in the table doctors"),
    PaceScope.SPECIALTY: message("no doctor or clinic has this specialty"),
}


def _contradictions(number: int, row: PaceRow) -> Iterator[Problem]:
    if not (row.low or 0) <= row.minutes <= (row.minutes if row.high is None else row.high):
        where = Where(file="pace", row=number, column="minutes")
        wrong = message("the minutes are not between low and high")
        remedy = message("Leave low and high empty where you write the minutes yourself.")
        yield Problem(where, wrong, remedy, exact_text(row.minutes))
    for one, other in (("base", "per_patient"), ("early_mean", "early_sd")):
        if (getattr(row, one) is None) != (getattr(row, other) is None):
            where = Where(file="pace", row=number, column=one)
            wrong = message("{one} and {other} are told together or not at all", one=one, other=other)
            yield Problem(where, wrong, message("Write both or neither."))
