"""A week's sessions as arrays, so that what runs of them is counted a thousand times in a few seconds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

import numpy as np

from scheduler.balance import Balance, side
from scheduler.clock import WEEKDAYS, Cell, Half
from scheduler.draws import Keys, keys_of
from scheduler.roster import Roster, Session
from scheduler.scenario.rows import DemandRow
from scheduler.scenario.week import Scenario
from scheduler.study.table.roster_figures import DayFigures
from scheduler.study.uncertainty.draw import Flags, Ints

_HALVES = {half: number for number, half in enumerate(Half)}

ClinicTime = tuple[str, int]
"""A clinic and a half-day of the week, Monday morning 0 to Sunday evening 20."""


def time_of(cell: Cell) -> int:
    """Return the half-day's number in its week, Monday morning 0 to Sunday evening 20."""
    return cell.date.weekday() * len(_HALVES) + _HALVES[cell.half]


def time_name(time: int) -> str:
    """Return the half-day's name in its week, such as `fri-pm`."""
    day, half = divmod(time, len(_HALVES))
    return f"{WEEKDAYS[day]}-{list(Half)[half].lower()}"


def lasting_name(scenario: Scenario, session: Session) -> str:
    """Return the session's identity without its week: it keeps it wherever it is moved and whoever takes it over."""
    return session.session.removeprefix(f"{scenario.week}.")


class SessionArrays:
    """The sessions that a roster of `scenario` holds, and their ticket blocks as arrays.

    Sessions are in the roster's order; blocks by clinic, half-day and session, the order in which tickets are booked.
    """

    def __init__(self, scenario: Scenario, roster: Roster) -> None:
        self.scenario, self.sessions = scenario, roster.held
        names = [lasting_name(scenario, session) for session in self.sessions]
        self.names = keys_of(names)
        self.tickets: Ints = np.array([s.tickets for s in self.sessions], dtype=np.int64)
        blocks = sorted(self._blocks(), key=lambda b: (b[0], names[b[1]], b[1]))
        self.block_at: tuple[ClinicTime, ...] = tuple(at for at, _, _ in blocks)
        self.block_session: Ints = np.array([number for _, number, _ in blocks], dtype=np.int64)
        self.block_tickets: Ints = np.array([tickets for _, _, tickets in blocks], dtype=np.int64)
        self.block_names = keys_of(f"{names[number]}@{clinic}" for (clinic, _), number, _ in blocks)

    def _blocks(self) -> Iterator[tuple[ClinicTime, int, int]]:
        """Yield clinic and half-day, number of the session and tickets of each block."""
        for number, session in enumerate(self.sessions):
            for block in session.blocks:
                yield (block.clinic, time_of(session.at)), number, block.tickets

    @cached_property
    def doctors(self) -> tuple[str, ...]:
        """The doctors who hold a session, sorted."""
        return tuple(sorted({session.doctor for session in self.sessions}))

    @cached_property
    def doctor_names(self) -> Keys:
        """A key for each of the doctors."""
        return keys_of(self.doctors)

    @cached_property
    def doctor_of(self) -> Ints:
        """The number in `doctors` of each session's doctor."""
        number = {doctor: n for n, doctor in enumerate(self.doctors)}
        return np.array([number[session.doctor] for session in self.sessions], dtype=np.int64)

    def days(self, run: Flags) -> tuple[DayFigures, ...]:
        """Return what runs on each working day where `run` flags the sessions that do."""
        days = self.scenario.working_dates
        sides = self._sides
        counted = run & (sides >= 0)
        width = 2 * len(days)
        sessions = np.bincount(sides[counted], minlength=width).tolist()
        tickets = np.bincount(np.repeat(sides[counted], self.tickets[counted]), minlength=width).tolist()
        return tuple(
            DayFigures(date, Balance(*sessions[2 * n : 2 * n + 2]), Balance(*tickets[2 * n : 2 * n + 2]))
            for n, date in enumerate(days)
        )

    @cached_property
    def _sides(self) -> Ints:
        """Two numbers a working day, mornings and afternoons; -1 where a session counts on no side of the ratio."""
        number = {date: n for n, date in enumerate(self.scenario.working_dates)}
        sides = [(session.at.date, side(self.scenario, session.at)) for session in self.sessions]
        places = [-1 if half is None else 2 * number[date] + (half is Half.PM) for date, half in sides]
        return np.array(places, dtype=np.int64)

    def cover_shortfall(self, run: Flags) -> int | None:
        """Return the sessions that demand rows need and do not get; None where the rule `cover` is off."""
        if not self.scenario.is_on("cover"):
            return None
        wanted, row, session = self._demand
        got = np.bincount(row[run[session]], minlength=len(wanted))
        return int(np.maximum(wanted - got, 0).sum())

    @cached_property
    def _demand(self) -> tuple[Ints, Ints, Ints]:
        """What each demand row asks for, and the pairs of a row and a session that counts towards it."""
        scenario = self.scenario
        rows = [row for row in scenario.demand if any(map(row.covers, scenario.cells))]
        serving: dict[str, list[int]] = defaultdict(list)
        for number, session in enumerate(self.sessions):
            for clinic in {block.clinic for block in session.blocks}:
                serving[clinic].append(number)
        pairs = [
            (n, s) for n, row in enumerate(rows) for s in serving.get(row.clinic, ()) if self._counts(row, s)
        ]
        wanted = np.array([row.sessions for row in rows], dtype=np.int64)
        counted = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        return wanted, counted[:, 0], counted[:, 1]

    def _counts(self, row: DemandRow, number: int) -> bool:
        session = self.sessions[number]
        level = self.scenario.session_level(session.doctor, session.blocks)
        return session.at in self._open and row.covers(session.at) and level.at_least(row.level)

    @cached_property
    def _open(self) -> frozenset[Cell]:
        return frozenset(self.scenario.cells)
