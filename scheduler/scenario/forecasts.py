"""What is expected of patients: return visits, those who leave the wards, and requests for examinations."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from pydantic import Field

from scheduler.exact import Exact
from scheduler.scenario.hospital import Frozen, Kind, Name, Text, Weekday

NOT_AFTER_DISCHARGE = (Kind.SPECIAL_NEED, Kind.INTERNATIONAL)
"""Kinds of clinic that patients who leave the wards are not sent to: they cost what insurance does not pay."""


class ReturnRate(Frozen):
    """Return visits that a clinic's sessions bring about, learned from the record: stronger than the clinic's forecast.

    `per_session` is the mean of return visits a planned session (0 to 500). `dispersion` is the variance of a week's
    return visits by their mean (0 to 100; up to 1 they are Poisson, above it negative binomial). `weeks` are those of
    the record that it was learned from.
    """

    clinic: Name
    per_session: Exact = Field(ge=0, le=500)
    dispersion: Exact = Field(default=Fraction(1), ge=0, le=100)
    weeks: int | None = Field(default=None, ge=1, le=520)


class Discharge(Frozen):
    """Patients of a specialty who leave the wards on a weekday, and those of them who come back to the clinic.

    `patients` is their mean number on that weekday (0 to 5,000); a `share` of them (0 to 1) comes `days` days later
    (0 to 180), in every week alike. Several rows of a weekday, with other `days`, add up.
    """

    specialty: Name
    weekday: Weekday
    patients: Exact = Field(ge=0, le=5000)
    share: Exact = Field(ge=0, le=1)
    days: int = Field(ge=0, le=180)


class Exam(Frozen):
    """An examination that patients wait for, such as an MRI: its places, its list, and the lead time to reach.

    A session has `slots` places (1 to 500), a week `sessions` of them (0 to 500). `requests` come a week on average
    (above 0, up to 20,000), `waiting` stood on the list when the planned week began. Who asks `by` that date is to be
    examined within `target_days` (1 to 366). A share `no_show` of the places (0 to 1/2) is lost because patients stay
    away and ask again; a share `urgent_share` of the requests (0 to 1) goes before everybody else.
    """

    exam: Name
    campus: Text = ""
    slots: int = Field(ge=1, le=500)
    sessions: int = Field(ge=0, le=500)
    requests: Exact = Field(gt=0, le=20_000)
    waiting: int = Field(ge=0, le=200_000)
    target_days: int = Field(ge=1, le=366)
    by: dt.date
    no_show: Exact = Field(default=Fraction(0), ge=0, le=Fraction(1, 2))
    urgent_share: Exact = Field(default=Fraction(0), ge=0, le=1)
