"""Leave lists as stops to come, with their reasons and who may take the sessions over."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from scheduler.adjust.leave_rows import Leave, LeaveReader
from scheduler.adjust.stops import CoverWish, Stop
from scheduler.clock import Cell
from scheduler.errors import InputError, Problem
from scheduler.roster import Roster
from scheduler.scenario.week import Scenario
from scheduler.tables.leave_list import LeaveRow
from scheduler.words import Message, message


class LeaveStops(NamedTuple):
    """The stops of a leave list, half-days without a session among them, and what it says that stops no session."""

    stops: tuple[Stop, ...]
    warnings: tuple[Message, ...]


NO_LEAVE = LeaveStops((), ())
"""No leave list, or one without rows."""


def leave_stops(scenario: Scenario, roster: Roster, rows: Sequence[LeaveRow], since: dt.date) -> LeaveStops:
    """Return the stops that the rows of a leave list mean from `since` on; `roster` says which of them stop sessions.

    A row of a doctor who has no session then is a warning. Raises InputError with all rows that cannot be understood,
    name a doctor whom nobody knows, or contradict each other.
    """
    reader = LeaveReader(scenario)
    leaves = [(row, leave) for row in rows if (leave := reader.read(row)) is not None]
    held: dict[str, set[Cell]] = defaultdict(set)
    for session in roster.held:
        held[session.doctor].add(session.at)
    stops: dict[Stop, CoverWish | None] = {}
    problems, warnings = list(reader.problems), []
    open_cells = frozenset(scenario.cells)
    for row, leave in leaves:
        for doctor in leave.doctors:
            cells = sorted(held[doctor] & leave.cells)
            coming = [cell for cell in cells if cell.date >= since]
            if not coming:
                warnings.append(_nothing_stops(scenario, row, leave, doctor, None if not cells else since))
            away = [
                Stop(doctor, cell)
                for cell in sorted(leave.cells)
                if cell in open_cells and cell.date >= since
            ]
            problems += _add(stops, row, leave, away)
    if problems:
        raise InputError(problems)
    return LeaveStops(tuple(sorted(stops)), tuple(warnings))


def _add(
    stops: dict[Stop, CoverWish | None], row: LeaveRow, leave: Leave, coming: Sequence[Stop]
) -> Sequence[Problem]:
    """Add the stops of a row; return what contradicts an earlier row, whose wish and reason a blank one leaves."""
    earlier = {stop: stop for stop in stops}
    contradictions = []
    for stop in coming:
        known = stops.pop(stop, None)
        if known is not None and leave.wish is not None and known != leave.wish:
            wrong = message("another row wants the same session covered otherwise")
            contradictions.append(Problem(row.at("cover"), wrong, message("Keep one of the two.")))
        wish = known if leave.wish is None else leave.wish
        reason = row.text("reason") or (earlier[stop].reason if stop in earlier else "")
        away = replace(stop, is_exact=False, may_be_idle=True, reason=reason, wish=wish or CoverWish())
        stops[away] = wish
    return contradictions[:1]


def _nothing_stops(
    scenario: Scenario, row: LeaveRow, leave: Leave, doctor: str, past_since: dt.date | None
) -> Message:
    place, name = row.where.sentence(), scenario.doctor_name(doctor)
    if past_since is not None:
        return message(
            "{place}: {doctor}'s sessions then are before {since}, and the past is not touched (--as-of).",
            place=place,
            doctor=name,
            since=past_since.isoformat(),
        )
    if not any(cell.date in scenario.week.dates for cell in leave.cells):
        week = str(scenario.week)
        return message(
            "{place}: the leave of {doctor} is not in the week {week}.", place=place, doctor=name, week=week
        )
    return message("{place}: {doctor} has no session in that time.", place=place, doctor=name)
