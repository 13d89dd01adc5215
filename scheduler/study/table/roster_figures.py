"""A week's roster in numbers: its balance by day, what changed and for whom, what it lacks, how full its rooms are."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from scheduler.balance import Balance, balance, sessions_by_date, tickets_of
from scheduler.clock import Cell, Half
from scheduler.exact import Exact
from scheduler.outcome import Tier
from scheduler.report.reserves import reserves
from scheduler.report.specialties import specialty_of
from scheduler.roster import Change, Plan, Roster, Session
from scheduler.scenario.week import Scenario


@dataclass(frozen=True)
class DayFigures:
    """A working day's balance, in sessions and in tickets."""

    date: dt.date
    sessions: Balance
    tickets: Balance


@dataclass(frozen=True)
class ChangeFigures:
    """Sessions by what became of them against the week's own template; a week without one changes nothing.

    `tickets` are those of the changed sessions. `doctors` are the keys of everybody whose session it was or is,
    `specialties` those of the sessions, both sorted.
    """

    moved: int = 0
    covered: int = 0
    added: int = 0
    dropped: int = 0
    tickets: int = 0
    doctors: tuple[str, ...] = ()
    specialties: tuple[str, ...] = ()

    @property
    def all(self) -> int:
        """Sessions changed in any way."""
        return self.moved + self.covered + self.added + self.dropped


@dataclass(frozen=True)
class ReserveFigures:
    """Expert tickets for partners: how many must be held, and how many are (none: slots were not laid out)."""

    due: int
    held: int | None


@dataclass(frozen=True)
class RoomUse:
    """Sessions that take a room, and the room half-days that are open to them."""

    used: int
    open: int

    @property
    def share(self) -> Fraction | None:
        """The part of the open room half-days that is used; None where none is open."""
        return Fraction(self.used, self.open) if self.open else None


@dataclass(frozen=True)
class RoomFigures:
    """How rooms are used in mornings and afternoons of working days, and when, such as `thu-am`, they are fullest."""

    week: RoomUse
    busiest: str
    at_busiest: RoomUse


@dataclass(frozen=True)
class RosterFigures:
    """All figures of a roster. `limit` and `target` are the ratio's, as this week has them.

    `cover` is how many sessions the demand goes short of, `fairness` how many are above a doctor's fair share with
    the bound that is proved; both none where nobody looks at the rule. `reserve` is none where the rule is off.
    """

    limit: Exact
    target: Exact
    days: tuple[DayFigures, ...]
    sessions: Balance
    tickets: Balance
    changes: ChangeFigures
    cover: int | None
    fairness: Tier | None
    reserve: ReserveFigures | None
    rooms: RoomFigures | None

    @property
    def highest_day(self) -> DayFigures | None:
        """The day with the highest ratio of sessions, mornings without any afternoon above all."""
        return max(self.days, key=lambda day: day.sessions.height) if self.days else None

    @property
    def days_above(self) -> int:
        """Working days above the limit."""
        return sum(not day.sessions.within(self.limit) for day in self.days)


def roster_figures(
    scenario: Scenario, plan: Plan, tiers: tuple[Tier, ...], units: Mapping[str, int]
) -> RosterFigures:
    """Return the figures of the plan's roster; slots and channels may be absent.

    `tiers` are the engine's; `units` those of the checker, by rule, which count where the engine has no tier.
    """
    ratio = scenario.policy.ratio
    cover = _tier("cover", scenario, tiers, units)
    return RosterFigures(
        ratio.limit,
        ratio.target,
        _days(scenario, plan.roster),
        balance(scenario, plan.roster.held),
        balance(scenario, plan.roster.held, tickets_of),
        _changes(scenario, plan.roster),
        None if cover is None else cover.value,
        _tier("fairness", scenario, tiers, units),
        _reserve(scenario, plan),
        _rooms(scenario, plan.roster),
    )


def _days(scenario: Scenario, roster: Roster) -> tuple[DayFigures, ...]:
    return tuple(
        DayFigures(date, balance(scenario, sessions), balance(scenario, sessions, tickets_of))
        for date, sessions in sessions_by_date(scenario, roster)
    )


def _changes(scenario: Scenario, roster: Roster) -> ChangeFigures:
    if not scenario.template:
        return ChangeFigures()
    changed = roster.changed
    count = Counter(session.change for session in changed)
    return ChangeFigures(
        count[Change.MOVED],
        count[Change.COVERED],
        count[Change.ADDED],
        count[Change.DROPPED],
        sum(session.tickets for session in changed),
        tuple(sorted({who for session in changed for who in (session.doctor, session.owner)})),
        tuple(sorted({specialty_of(scenario, session) for session in changed})),
    )


def _tier(key: str, scenario: Scenario, tiers: tuple[Tier, ...], units: Mapping[str, int]) -> Tier | None:
    solved = next((tier for tier in tiers if tier.key == key), None)
    if solved is None and scenario.is_on(key):
        return Tier(key, units[key], 0)
    return solved


def _reserve(scenario: Scenario, plan: Plan) -> ReserveFigures | None:
    if not scenario.is_on("reserve_expert"):
        return None
    rows = reserves(scenario, plan)
    held = sum(row.reserved for row in rows) if plan.slots else None
    return ReserveFigures(sum(row.needed for row in rows), held)


def _rooms(scenario: Scenario, roster: Roster) -> RoomFigures | None:
    used = Counter(session.at for session in roster.held if _has_rooms(scenario, session))
    uses = [
        (cell, RoomUse(used[cell], sum(room.open_at(cell.key) for room in scenario.rooms)))
        for date in scenario.working_dates
        for cell in (Cell(date, Half.AM), Cell(date, Half.PM))
    ]
    if not uses or not scenario.rooms:
        return None
    week = RoomUse(sum(use.used for _, use in uses), sum(use.open for _, use in uses))
    cell, busiest = max(uses, key=lambda use: _fullness(use[1]))
    return RoomFigures(week, cell.key, busiest)


def _fullness(use: RoomUse) -> tuple[bool, Fraction]:
    return use.share is None and use.used > 0, use.share or Fraction(0)


def _has_rooms(scenario: Scenario, session: Session) -> bool:
    return scenario.clinic_of[min(session.blocks).clinic].pool in scenario.rooms_of
