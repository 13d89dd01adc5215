"""Seats: which claims stay in a new version of their slot, where each is counted, and who gives up a ticket for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from scheduler.roster import Channel
from scheduler.tickets.slot_holdings import SlotHolding, SlotHoldings
from scheduler.tickets.week_files import HoldingLine

_GIVING_ORDER = (
    Channel.PUBLIC,
    Channel.ON_SITE,
    Channel.RETURN_VISIT,
    Channel.PRIMARY_CARE,
    Channel.PARTNER,
)
"""Channels in the order in which they give up an unclaimed ticket for a claim that finds none in its own."""


Place = tuple[Channel, str]
"""A holding of a slot: its channel and holder."""


@dataclass(frozen=True)
class SlotTimes:
    """A slot, when it begins, and when the version is published (`at`): tickets that are due by then fall back."""

    slot: str
    begins: dt.datetime
    at: dt.datetime


@dataclass(frozen=True)
class LiveClaim:
    """A live claim on a slot that is still there, and the holding it was counted in so far."""

    id: int
    partner: str
    channel: Channel
    before: HoldingLine


@dataclass
class SeatPlan:
    """The claims of a slot in its holdings.

    `tickets` (before fall-backs), `granted` (after them) and `taken` are by place; each of the first two adds up to the
    slot's tickets. `falls` are the channel and the number of tickets that fell back from each place that was due.
    `added` are holdings that the new version does not have. `seats` is where each claim is counted, by its id; `hurt`
    are the claims that the slot has no ticket for.
    """

    tickets: dict[Place, int]
    granted: dict[Place, int]
    taken: dict[Place, int]
    falls: dict[Place, tuple[Channel, int]] = field(default_factory=dict)
    added: dict[Place, HoldingLine] = field(default_factory=dict)
    seats: dict[int, Place] = field(default_factory=dict)
    hurt: list[int] = field(default_factory=list)

    def free(self, key: Place) -> int:
        """Return the unclaimed tickets of a holding; 0 where there is no such holding."""
        return self.granted.get(key, 0) - self.taken.get(key, 0)

    def seat(self, claim: LiveClaim, key: Place) -> None:
        """Count the claim in a holding."""
        self.taken[key] += 1
        self.seats[claim.id] = key

    def add(self, key: Place, line: HoldingLine) -> None:
        """Add a holding without tickets, which the new version does not have."""
        self.added[key] = line
        self.tickets[key] = self.granted[key] = self.taken[key] = 0

    def transfer(self, giver: Place, key: Place) -> None:
        """Move an unclaimed ticket from one holding to another."""
        source = giver
        if not self.tickets[giver]:
            # All its tickets fell back to it: take one of those, as if it had never fallen back.
            source = min(place for place, (to, n) in self.falls.items() if (to, "") == giver and n)
            to, fallen = self.falls[source]
            self.falls[source] = (to, fallen - 1)
        self.tickets[source] -= 1
        self.tickets[key] += 1
        self.granted[giver] -= 1
        self.granted[key] += 1


def seat_claims(holdings: Iterable[HoldingLine], claims: Sequence[LiveClaim], times: SlotTimes) -> SeatPlan:
    """Return a slot's new holdings with its claims, the earliest first, in them.

    As many claims stay as the slot has tickets. Each is counted in the partner's own holding of its channel, else in
    nobody's in particular, while these have tickets: first as they were published, then after the unclaimed tickets
    that are due fell back. For one that finds none, another holding gives a ticket up, the public one first.
    """
    lines = list(holdings)
    tickets = {(line.channel, line.holder): line.tickets for line in lines}
    plan = SeatPlan(tickets, dict(tickets), dict.fromkeys(tickets, 0))
    capacity = sum(tickets.values())
    plan.hurt = [claim.id for claim in claims[capacity:]]
    unseated = [claim for claim in claims[:capacity] if not _seat_if_free(plan, claim)]
    _fall_back(plan, lines, times)
    for claim in unseated:
        if not _seat_if_free(plan, claim):
            key = _place_of(plan, claim)
            plan.transfer(_best_giver(plan), key)
            plan.seat(claim, key)
    return plan


def _fall_back(plan: SeatPlan, lines: Sequence[HoldingLine], times: SlotTimes) -> None:
    holdings = [
        _slot_holding(number, line, plan.taken[line.channel, line.holder])
        for number, line in enumerate(lines)
    ]
    slot = SlotHoldings(holdings, times.begins)
    for fall in slot.release(times.at):
        plan.falls[fall.channel, fall.holder] = (fall.to, fall.tickets)
    for holding in slot.added:
        place, until = (holding.channel, holding.holder), (holding.opens_at, holding.falls_back_at)
        plan.add(place, HoldingLine(times.slot, *place, 0, *until, holding.falls_back_to))
    for holding in (*slot.stored, *slot.added):
        plan.granted[holding.channel, holding.holder] = holding.granted


def _slot_holding(number: int, line: HoldingLine, taken: int) -> SlotHolding:
    until = (line.opens_at, line.falls_back_at, line.falls_back_to)
    return SlotHolding(number, line.channel, line.holder, line.tickets, taken, *until)


def _seat_if_free(plan: SeatPlan, claim: LiveClaim) -> bool:
    for key in ((claim.channel, claim.partner), (claim.channel, "")):
        if plan.free(key) > 0:
            plan.seat(claim, key)
            return True
    return False


def _place_of(plan: SeatPlan, claim: LiveClaim) -> Place:
    own = (claim.channel, claim.partner)
    for key in (own, (claim.channel, "")):
        if key in plan.tickets:
            return key
    plan.add(own, replace(claim.before, holder=claim.partner, tickets=0))
    return own


def _best_giver(plan: SeatPlan) -> Place:
    givers = [key for key in plan.granted if plan.free(key) > 0]
    return min(givers, key=lambda key: (_GIVING_ORDER.index(key[0]), key[1]))
