"""Which reserved tickets each partner gets: spread over half-days and sessions as evenly as its days allow, exactly.

A minimum-cost flow from partners over their half-days and sessions. Each count costs the square of its distance from
the even part; the marginal costs of a square rise, so unit arcs are filled in order and the flow's optimum is whole.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from scheduler.clock import Cell

_SCALE = 1000
"""Even parts are counted in thousandths of a ticket."""

_BEYOND = 2
"""Unit arcs above the even part in the first, smaller model; if one of them is full, the whole one is solved."""


@dataclass(frozen=True)
class Sitting:
    """A session's tickets that are to be shared out (at least 1)."""

    session: str
    cell: Cell
    tickets: int


@dataclass(frozen=True)
class Wish:
    """The tickets that a partner is to get (at least 0), and the dates on which it can use them."""

    partner: str
    tickets: int
    dates: frozenset[dt.date]


def spread_tickets(sittings: Iterable[Sitting], wishes: Iterable[Wish]) -> dict[tuple[str, str], int]:
    """Return the tickets by (partner, session), each at least 1; no partner gets more than it is to.

    Wishes that cannot all be met, since their dates have too few tickets, are cut by as few tickets as can be, and
    those as evenly as can be; so are wishes for more tickets than there are. Same input, same answer, whatever its order.
    """
    rows = sorted((s for s in sittings if s.tickets), key=lambda s: (s.cell, s.session))
    columns = sorted((w for w in wishes if w.tickets), key=lambda w: w.partner)
    if not rows or not columns:
        return {}
    model = _Model(rows, columns)
    counts = model.solve(_BEYOND)
    if counts is None:
        counts = model.solve(None)
    if counts is None:
        raise RuntimeError("the flow of partners' tickets has no solution")
    return counts


class _Model:
    """Pairs of a partner with its half-days and with its sessions, as arrays; nodes are numbered through."""

    def __init__(self, sittings: Sequence[Sitting], wishes: Sequence[Wish]) -> None:
        self._sittings, self._wishes = sittings, wishes
        cells = sorted({sitting.cell for sitting in sittings})
        number = {cell: n for n, cell in enumerate(cells)}
        self._cell_of = np.array([number[sitting.cell] for sitting in sittings])
        self._tickets = np.array([sitting.tickets for sitting in sittings])
        self._in_cell = np.bincount(self._cell_of, self._tickets, len(cells)).astype(np.int64)
        self._wished = np.array([wish.tickets for wish in wishes])
        usable = np.array([[cell.date in wish.dates for cell in cells] for wish in wishes])
        self._usable = usable
        self._reach = usable @ self._in_cell
        people, halves = np.nonzero(usable)
        self._half_nodes = np.full(usable.shape, -1)
        self._half_nodes[people, halves] = len(wishes) + np.arange(len(people))
        self._first_session = len(wishes) + len(people)
        self._sink = self._first_session + len(sittings)

    def solve(self, beyond: int | None) -> dict[tuple[str, str], int] | None:
        """Return the counts, or None where the unit arcs, `beyond` the even part, do not suffice to be sure."""
        from ortools.graph.python import min_cost_flow

        flow = min_cost_flow.SimpleMinCostFlow()
        people, halves = np.nonzero(self._usable)
        nodes = self._half_nodes[people, halves]
        upper = _Stairs(flow, people, nodes, *self._even(people, self._in_cell[halves]), beyond)
        takers, sessions = np.nonzero(self._usable[:, self._cell_of])
        starts = self._half_nodes[takers, self._cell_of[sessions]]
        ends = self._first_session + sessions
        lower = _Stairs(flow, starts, ends, *self._even(takers, self._tickets[sessions]), beyond)
        self._add_ends(flow)
        self._add_cuts(flow)
        if flow.solve() != flow.OPTIMAL or upper.is_full() or lower.is_full():
            return None
        return {
            (self._wishes[taker].partner, self._sittings[session].session): count
            for taker, session, count in zip(
                takers.tolist(), sessions.tolist(), lower.counts().tolist(), strict=True
            )
            if count
        }

    def _add_ends(self, flow: Any) -> None:
        """Let tickets start at the partners and end where sessions have them."""
        everywhere = self._first_session + np.arange(len(self._sittings))
        sinks = np.full(len(self._sittings), self._sink)
        flow.add_arcs_with_capacity_and_unit_cost(everywhere, sinks, self._tickets, np.zeros_like(sinks))
        for n, wished in enumerate(self._wished):
            flow.set_node_supply(n, int(wished))
        flow.set_node_supply(self._sink, -int(self._wished.sum()))

    def _even(self, people: Any, tickets: Any) -> tuple[Any, Any]:
        """Return the even parts of these tickets, in thousandths, and the most that each pair can have."""
        wished = self._wished[people]
        even = _SCALE * np.minimum(wished, self._reach[people]) * tickets // self._reach[people]
        return even, np.minimum(wished, tickets)

    def _add_cuts(self, flow: Any) -> None:
        """Let partners of few dates go short, for more than all that evenness could gain by it."""
        all_tickets = self._tickets.sum()
        short = self._wished.sum() > all_tickets
        limited = np.nonzero(short | (self._reach < all_tickets))[0]
        wished = self._wished[limited]
        people = np.repeat(limited, wished)
        steps = _steps(wished)
        # Above the sum of all stair costs, so that evenness never cuts a ticket that could be had.
        dear = 8 * _SCALE * int(self._wished.sum() + 1) * (self._sink + 1)
        sinks = np.full(len(people), self._sink)
        flow.add_arcs_with_capacity_and_unit_cost(
            people, sinks, np.ones_like(sinks), dear + _SCALE * (2 * steps + 1)
        )


class _Stairs:
    """Unit arcs of rising cost between pairs of nodes: their flow is the count of the pair."""

    def __init__(self, flow: Any, starts: Any, ends: Any, even: Any, most: Any, beyond: int | None) -> None:
        self._flow, self._pairs = flow, len(starts)
        self._height = most if beyond is None else np.minimum(most, even // _SCALE + 1 + beyond)
        self._of = np.repeat(np.arange(len(starts)), self._height)
        steps = _steps(self._height)
        # Step n costs (n + 1 - even)^2 - (n - even)^2: the marginal cost of the square, in thousandths.
        cost = _SCALE * (2 * steps + 1) - 2 * even[self._of]
        self._arcs = flow.add_arcs_with_capacity_and_unit_cost(
            starts[self._of], ends[self._of], np.ones_like(steps), cost
        )
        self._cut_off = self._height < most

    def counts(self) -> Any:
        """Return the tickets of every pair."""
        return np.bincount(self._of, self._flow.flows(self._arcs), self._pairs).astype(np.int64)

    def is_full(self) -> bool:
        """Return whether a pair has all of its arcs filled and could have had more."""
        return bool(np.any(self._cut_off & (self.counts() >= self._height)))


def _steps(heights: Any) -> Any:
    """Return 0, 1, ... up to each height, one after another."""
    starts = np.repeat(np.cumsum(heights) - heights, heights)
    return np.arange(int(heights.sum())) - starts


def assign_tickets(
    sessions: Mapping[str, int], counts: Mapping[tuple[str, str], int], order: Sequence[str]
) -> dict[str, list[str]]:
    """Return who has each ticket of every session, in order of time; `sessions` gives the number of tickets of each.

    `order` names the sessions in order of time. Position runs from 0 to 1 through a session. From the two ends of
    every session inwards, the first ticket goes to the partner that has come latest so far and the last to the one
    that has come earliest, so that everybody's mean position stays near a half. Tickets nobody has are "".
    """
    waiting: dict[str, dict[str, int]] = defaultdict(dict)
    for (partner, session), count in sorted(counts.items()):
        waiting[session][partner] = count
    late: dict[str, int] = defaultdict(int)
    return {
        session: _assign_in_session(sessions[session], dict(waiting.get(session, {})), late)
        for session in order
    }


_FINE = 1_000_000
"""Positions are counted in millionths of a session."""


def _assign_in_session(tickets: int, waiting: dict[str, int], late: dict[str, int]) -> list[str]:
    nobody = tickets - sum(waiting.values())
    if nobody:
        waiting[""] = nobody
    row = [""] * tickets
    for turn in range(tickets):
        # First, last, second, last but one, ...: the outermost positions weigh most in a partner's mean.
        at = turn // 2 if turn % 2 == 0 else tickets - 1 - turn // 2
        offset = _FINE * (2 * at + 1 - tickets) // (2 * tickets)
        sign = 1 if offset > 0 else -1
        who = min(waiting, key=lambda p: (sign * late[p], -waiting[p], p))
        row[at] = who
        late[who] += offset
        waiting[who] -= 1
        if not waiting[who]:
            del waiting[who]
    return row
