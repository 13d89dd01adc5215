"""Claims carried over to a new version of their slot: which stay, where each is counted, who gives up a ticket."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from scheduler.roster import Channel
from scheduler.tickets.slot_holdings import Held, SlotHoldings
from scheduler.tickets.week_files import HoldingLine

_GIVES = (
    Channel.PUBLIC,
    Channel.ON_SITE,
    Channel.RETURN_VISIT,
    Channel.PRIMARY_CARE,
    Channel.PARTNER,
)
"""Who gives up an unclaimed ticket for a claim that the new version has no ticket for, the first who can."""


Place = tuple[Channel, str]
"""A holding of a slot: its channel and holder."""


@dataclass(frozen=True)
class Due:
    """A slot, when it begins, and the time of publishing: what should have fallen back by then falls back."""

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
    """A slot with its claims in it.

    `tickets`, `granted` and `taken` are by place: `tickets` before and `granted` after the `falls`, which tell of every
    place whose hour has come where its unclaimed tickets went, and how many; each adds up to the slot's tickets. `added`
    are holdings that the new version does not have; `seats` tells where each claim is counted, `hurt` are claims the
    slot has no ticket for.
    """

    tickets: dict[Place, int]
    granted: dict[Place, int]
    taken: dict[Place, int]
    falls: dict[Place, tuple[Channel, int]] = field(default_factory=dict)
    added: dict[Place, HoldingLine] = field(default_factory=dict)
    seats: dict[int, Place] = field(default_factory=dict)
    hurt: list[int] = field(default_factory=list)

    def free(self, key: Place) -> int:
        """Return the unclaimed tickets of a holding; 0 where there is none such."""
        return self.granted.get(key, 0) - self.taken.get(key, 0)

    def sit(self, claim: LiveClaim, key: Place) -> None:
        """Count the claim in a holding."""
        self.taken[key] += 1
        self.seats[claim.id] = key

    def add(self, key: Place, line: HoldingLine) -> None:
        """Take in a holding without tickets that the new version does not have."""
        self.added[key] = line
        self.tickets[key] = self.granted[key] = self.taken[key] = 0

    def give(self, giver: Place, key: Place) -> None:
        """Let one holding give up an unclaimed ticket for another."""
        source = giver
        if not self.tickets[giver]:
            # It only has what fell back to it: such a ticket is as if it had never fallen.
            source = min(place for place, (to, n) in self.falls.items() if (to, "") == giver and n)
            to, fallen = self.falls[source]
            self.falls[source] = (to, fallen - 1)
        self.tickets[source] -= 1
        self.tickets[key] += 1
        self.granted[giver] -= 1
        self.granted[key] += 1


def seat(holdings: Iterable[HoldingLine], claims: Sequence[LiveClaim], due: Due) -> SeatPlan:
    """Return a slot's new holdings with its claims, the earliest first, in them.

    As many claims stay as the slot has tickets. Each is counted in the partner's own holding of its channel, else in
    nobody's in particular, while these have tickets: first as they were published, then after the unclaimed tickets
    that are due fell back. For one that finds none, another holding gives a ticket up, the public one first.
    """
    lines = list(holdings)
    tickets = {(line.channel, line.holder): line.tickets for line in lines}
    seated = SeatPlan(tickets, dict(tickets), dict.fromkeys(tickets, 0))
    room = sum(tickets.values())
    seated.hurt = [claim.id for claim in claims[room:]]
    over = [claim for claim in claims[:room] if not _finds_a_place(seated, claim)]
    _let_fall(seated, lines, due)
    for claim in over:
        if not _finds_a_place(seated, claim):
            key = _place_for(seated, claim)
            seated.give(_giver(seated), key)
            seated.sit(claim, key)
    return seated


def _let_fall(seated: SeatPlan, lines: Sequence[HoldingLine], due: Due) -> None:
    held = [_held(number, line, seated.taken[line.channel, line.holder]) for number, line in enumerate(lines)]
    slot = SlotHoldings(held, due.begins)
    for fall in slot.release(due.at):
        seated.falls[fall.channel, fall.holder] = (fall.to, fall.tickets)
    for made in slot.made:
        until = (made.opens_at, made.falls_back_at, made.falls_back_to)
        seated.add((made.channel, made.holder), HoldingLine(due.slot, made.channel, made.holder, 0, *until))
    for now in (*slot.known, *slot.made):
        seated.granted[now.channel, now.holder] = now.granted


def _held(number: int, line: HoldingLine, taken: int) -> Held:
    until = (line.opens_at, line.falls_back_at, line.falls_back_to)
    return Held(number, line.channel, line.holder, line.tickets, taken, *until)


def _finds_a_place(seated: SeatPlan, claim: LiveClaim) -> bool:
    for key in ((claim.channel, claim.partner), (claim.channel, "")):
        if seated.free(key) > 0:
            seated.sit(claim, key)
            return True
    return False


def _place_for(seated: SeatPlan, claim: LiveClaim) -> Place:
    own = (claim.channel, claim.partner)
    for key in (own, (claim.channel, "")):
        if key in seated.tickets:
            return key
    seated.add(own, replace(claim.before, holder=claim.partner, tickets=0))
    return own


def _giver(seated: SeatPlan) -> Place:
    ready = [key for key in seated.granted if seated.free(key) > 0]
    return min(ready, key=lambda key: (_GIVES.index(key[0]), key[1]))
