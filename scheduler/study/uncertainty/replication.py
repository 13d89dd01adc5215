"""What a replication gives: a week as it runs, in exact numbers, and the figures that many of them have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any, cast

from scheduler.balance import Balance
from scheduler.outcome import Status
from scheduler.study.table.roster_figures import DayFigures
from scheduler.study.uncertainty.patients import Patients
from scheduler.study.uncertainty.stop_response import StopResponse
from scheduler.words import Message, message


@dataclass(frozen=True)
class Replication:
    """A week as it runs in replication `number`, with what was done about its stopped sessions.

    `status` is how the solve ended where the week was repaired or planned anew, `infeasible` and `timed_out` that
    the stopped sessions just fell out. `planned`, `stopped` and `run` count sessions; `moved` those that a repair
    moves or adds, `covered` those that it gives to another doctor. `days_above` are working days above the limit.
    `tickets_lost` are those planned less those offered, below 0 where more are offered. `cover` is what demand rows go
    short of, none where nobody looks at the rule.
    """

    number: int
    how: StopResponse
    status: Status | None
    planned: int
    stopped: int
    run: int
    moved: int
    covered: int
    days: tuple[DayFigures, ...]
    days_above: int
    tickets_offered: int
    tickets_lost: int
    cover: int | None
    patients: Patients

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data; the same replication gives the same."""
        return cast("dict[str, Any]", _shape().dump_python(self, mode="json"))

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Replication:
        """Return what `to_json` gave; raises ValueError for anything else."""
        return cast(Replication, _shape().validate_python(content))


@cache
def _shape() -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(Replication)


Number = int | Fraction | None


@dataclass(frozen=True)
class Measure:
    """A figure of a week as it runs: its key, what it is called, its value, none where there is no value."""

    key: str
    label: Message
    read: Callable[[Replication], Number]


def _week(balances: Iterable[Balance]) -> Fraction | None:
    listed = list(balances)
    return Balance(sum(day.am for day in listed), sum(day.pm for day in listed)).ratio


def _worst(balances: Iterable[Balance]) -> Fraction | None:
    """Return the highest ratio; None where there is no day, or one with mornings and no afternoon: that is higher."""
    counted = [day for day in balances if day.am or day.pm]
    ratios = [day.ratio for day in counted if day.ratio is not None]
    return max(ratios) if ratios and len(ratios) == len(counted) else None


def _sessions(week: Replication) -> Iterable[Balance]:
    return (day.sessions for day in week.days)


def _tickets(week: Replication) -> Iterable[Balance]:
    return (day.tickets for day in week.days)


def _repaired(read: Callable[[Replication], int]) -> Callable[[Replication], Number]:
    """Return what reads a figure of weeks that are repaired."""
    return lambda week: read(week) if week.how is StopResponse.REPAIR else None


def _unanswered(week: Replication) -> Number:
    if week.how is StopResponse.AS_RUN:
        return None
    return int(week.status in (Status.INFEASIBLE, Status.TIMED_OUT))


MEASURES: tuple[Measure, ...] = (
    Measure("sessions_stopped", message("Sessions stopped"), lambda week: week.stopped),
    Measure("sessions_run", message("Sessions run"), lambda week: week.run),
    Measure("ratio_week", message("AM : PM as run"), lambda week: _week(_sessions(week))),
    Measure("ratio_worst", message("Highest day as run"), lambda week: _worst(_sessions(week))),
    Measure("ratio_week_tickets", message("AM : PM as run, in tickets"), lambda week: _week(_tickets(week))),
    Measure(
        "ratio_worst_tickets", message("Highest day as run, in tickets"), lambda week: _worst(_tickets(week))
    ),
    Measure("days_above", message("Days above the limit as run"), lambda week: week.days_above),
    Measure("moved", message("Sessions moved for stops"), _repaired(lambda week: week.moved)),
    Measure("covered", message("Sessions taken over for stops"), _repaired(lambda week: week.covered)),
    Measure("unanswered", message("Weeks that found no answer to stops"), _unanswered),
    Measure("tickets_offered", message("Tickets offered"), lambda week: week.tickets_offered),
    Measure("tickets_lost", message("Tickets lost"), lambda week: week.tickets_lost),
    Measure("demand", message("Patients who want a ticket"), lambda week: week.patients.demand),
    Measure("seen", message("Patients seen"), lambda week: week.patients.seen),
    Measure("no_shows", message("No-shows"), lambda week: week.patients.no_shows),
    Measure("unmet", message("Patients without a ticket"), lambda week: week.patients.unmet),
    Measure("cover", message("Short of demand as run"), lambda week: week.cover),
)
"""Every figure with an interval, in the order of the table."""
