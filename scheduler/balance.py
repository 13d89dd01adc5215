"""Mornings against afternoons: by day, over the week, by specialty, in sessions and in tickets."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from scheduler.clock import Cell, Half
from scheduler.roster import Roster, Session
from scheduler.scenario.week import Scenario


@dataclass(frozen=True)
class Balance:
    """What stands in the mornings and in the afternoons of working days, as the policy counts them."""

    am: int
    pm: int

    @property
    def ratio(self) -> Fraction | None:
        """Morning per afternoon; None where there is no afternoon."""
        return Fraction(self.am, self.pm) if self.pm else None

    @property
    def height(self) -> tuple[bool, Fraction]:
        """What balances are ordered by: the ratio, and mornings without any afternoon above all."""
        return self.ratio is None and self.am > 0, self.ratio or Fraction(0)

    def within(self, most: Fraction) -> bool:
        """Return whether the morning is at most `most` times the afternoon."""
        return self.am <= most * self.pm

    def over(self, most: Fraction) -> int:
        """Return how many there are in the morning above `most` times the afternoon, 0 if none."""
        return max(0, self.am - math.floor(most * self.pm))

    def settles(self, most: Fraction) -> bool:
        """Return whether a specialty's week counts as keeping the ratio: within it, or apart by at most 1."""
        return self.within(most) or abs(self.am - self.pm) <= 1


@dataclass(frozen=True)
class RatioTable:
    """A week's balance: sessions by working date, and the week's sessions, expert sessions and tickets."""

    days: tuple[tuple[dt.date, Balance], ...]
    sessions: Balance
    experts: Balance
    tickets: Balance


def highest_day(table: RatioTable) -> tuple[dt.date, Balance] | None:
    """Return the day with the highest ratio, mornings without any afternoon above all; None without a day."""
    return max(table.days, key=lambda day: day[1].height) if table.days else None


def side(scenario: Scenario, cell: Cell) -> Half | None:
    """Return the side of the ratio that a session at `cell` counts on, or None where it does not count."""
    if cell.date not in scenario.working_dates:
        return None
    if cell.half is Half.EVE:
        return Half.PM if scenario.policy.ratio.evening == "as_afternoon" else None
    return cell.half


def balance(
    scenario: Scenario, sessions: Iterable[Session], weight: Callable[[Session], int] = lambda _: 1
) -> Balance:
    """Return the balance of the held sessions among `sessions`, each counted `weight` times."""
    sums: Counter[Half] = Counter()
    for session in sessions:
        where = side(scenario, session.cell) if session.cell is not None else None
        if where is not None:
            sums[where] += weight(session)
    return Balance(sums[Half.AM], sums[Half.PM])


def ratio_table(scenario: Scenario, roster: Roster) -> RatioTable:
    """Return the balance of the roster's held sessions."""
    held = roster.held
    experts = [s for s in held if scenario.is_expert(scenario.session_level(s.doctor, s.blocks))]
    return RatioTable(
        tuple((date, balance(scenario, sessions)) for date, sessions in sessions_by_date(scenario, roster)),
        balance(scenario, held),
        balance(scenario, experts),
        balance(scenario, held, tickets_of),
    )


def sessions_by_date(scenario: Scenario, roster: Roster) -> Iterator[tuple[dt.date, list[Session]]]:
    """Yield every working date with the sessions held on it."""
    for date in scenario.working_dates:
        yield date, [session for session in roster.held if session.at.date == date]


def tickets_of(session: Session) -> int:
    """Return the session's tickets: the weight of a balance in tickets."""
    return session.tickets
