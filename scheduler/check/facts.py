"""What a plan says, grouped by the places that rules speak of; any plan that can be read can be grouped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from scheduler.check.frame import Frame
from scheduler.check.grouped import Grouped, Groups
from scheduler.check.held_sessions import HeldSession, doctor_of, doctor_origin_of, held_order, held_session
from scheduler.check.violation import Violation
from scheduler.clock import Cell
from scheduler.names import cell_key, place
from scheduler.roster import Channel, Holding, Plan, Slot
from scheduler.rules import Strictness
from scheduler.scenario.policy import ChangesPolicy
from scheduler.scenario.rows import Origin
from scheduler.scenario.week import Scenario
from scheduler.words import Message


class Facts:
    """A scenario and a plan: `held` sessions, `slots` and `holdings`, each in an order of its own."""

    def __init__(
        self, frame: Frame, held: Grouped[HeldSession], slots: Grouped[Slot], holdings: Grouped[Holding]
    ) -> None:
        self.frame, self.held, self.slots, self.holdings = frame, held, slots, holdings

    @classmethod
    def of(cls, scenario: Scenario, plan: Plan) -> Facts:
        """Read off a plan of `scenario`."""
        frame = Frame(scenario)
        sessions = [held_session(frame, session) for session in plan.roster.held]
        slots, holdings = Grouped(plan.slots, _slot_order), Grouped(plan.holdings, _holding_order)
        return cls(frame, Grouped(sessions, held_order), slots, holdings)

    def after(self, gone: Plan, come: Plan) -> Facts:
        """Return the facts once the rows of `gone` are taken out of the plan and those of `come` put in."""
        left, new = ([held_session(self.frame, s) for s in plan.roster.held] for plan in (gone, come))
        return Facts(
            self.frame,
            self.held.after(left, new),
            self.slots.after(gone.slots, come.slots),
            self.holdings.after(gone.holdings, come.holdings),
        )

    @property
    def scenario(self) -> Scenario:
        """The scenario whose rules are checked."""
        return self.frame.scenario

    def violation(
        self, rule: str, at: str, amount: int, sentence: Message, *, hard: bool | None = None
    ) -> Violation:
        """Return the violation, hard where the scenario holds the rule hard unless `hard` says otherwise."""
        if hard is None:
            hard = self.scenario.strictness(rule) is Strictness.HARD
        return Violation(rule, at, amount, sentence, hard)

    def place(self, doctor: str, cell: Cell, *more: str) -> str:
        """Return the key of a doctor's half-day: doctor, then half-day, then what is inside it."""
        return place(doctor, cell_key(self.scenario.week, cell), *more)

    def of_doctor(self, doctor: str) -> Sequence[HeldSession]:
        """Return the doctor's held sessions."""
        return self.held.by(doctor_of).get(doctor, ())

    def claims(self, origin: Origin) -> tuple[HeldSession | None, Sequence[HeldSession]]:
        """Return the held session of the standing one at `origin`, if any, and the doctor's added ones that claim it.

        Where several claim the same standing session, one that is held there has it, then its own doctor's, then the
        cheapest move; the others are added, and so are all that claim one which is none.
        """
        claims, was = self.held.by(doctor_origin_of).get(origin, ()), origin[1]
        if was is None or not claims or origin not in self.frame.standing_at:
            return None, claims
        prices = self.scenario.policy.changes
        first = min(range(len(claims)), key=lambda n: _move_order(prices, was, claims[n]))
        return claims[first], [*claims[:first], *claims[first + 1 :]]

    @cached_property
    def slots_of(self) -> Groups[str, Slot]:
        """Slots by session, in the order of time."""
        return self.slots.by(slot_session)

    @cached_property
    def slots_named(self) -> Groups[str, Slot]:
        """Slots by identity, which a plan edited by hand may give twice."""
        return self.slots.by(slot_key)

    @cached_property
    def holdings_of(self) -> Groups[str, Holding]:
        """What channels hold, by slot."""
        return self.holdings.by(holding_slot)


def move_points(prices: ChangesPolicy, was: Cell, cell: Cell) -> int:
    """Return the points that a session of `was` held at `cell` costs."""
    if cell == was:
        return 0
    return prices.same_date if cell.date == was.date else prices.other_date


def _move_order(prices: ChangesPolicy, was: Cell, held: HeldSession) -> tuple[bool, bool, int]:
    return (held.cell != was, held.owner != held.doctor, move_points(prices, was, held.cell))


def _slot_order(slot: Slot) -> tuple[Any, ...]:
    return (slot.date.toordinal(), slot.window.start, slot.window.end, slot.slot, slot.tickets, slot.session)


def _holding_order(holding: Holding) -> tuple[str, str, str]:
    return (holding.slot, holding.channel, holding.holder)


def slot_session(slot: Slot) -> tuple[str]:
    """Group slots by session."""
    return (slot.session,)


def slot_key(slot: Slot) -> tuple[str]:
    """Group slots by identity."""
    return (slot.slot,)


def holding_slot(holding: Holding) -> tuple[str]:
    """Group what channels hold by slot."""
    return (holding.slot,)


def partner_tickets(holdings: Iterable[Holding]) -> int:
    """Return the tickets that are in the partner channel."""
    return sum(holding.tickets for holding in holdings if holding.channel is Channel.PARTNER)
