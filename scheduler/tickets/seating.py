"""Claims carried over to a new version of their slot: which stay, where each is counted, who gives up a ticket."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from scheduler.roster import Channel
from scheduler.tickets.week_files import HoldingLine

_GIVES = (
    Channel.PUBLIC,
    Channel.ON_SITE,
    Channel.RETURN_VISIT,
    Channel.PRIMARY_CARE,
    Channel.PARTNER,
)
"""Who gives up an unclaimed ticket for a claim that the new version has no ticket for, the first who can."""


@dataclass(frozen=True)
class Standing:
    """A live claim on a slot that is still there, and the holding it was counted in so far."""

    id: int
    partner: str
    channel: Channel
    before: HoldingLine


@dataclass
class Seated:
    """A slot with its claims in it.

    `tickets` and `taken` are by (channel, holder), the tickets adding up to the slot's; `added` are holdings that the
    new version does not have; `seats` tells where each claim is counted, `hurt` are claims the slot has no ticket for.
    """

    tickets: dict[tuple[Channel, str], int]
    taken: dict[tuple[Channel, str], int]
    added: dict[tuple[Channel, str], HoldingLine] = field(default_factory=dict)
    seats: dict[int, tuple[Channel, str]] = field(default_factory=dict)
    hurt: list[int] = field(default_factory=list)

    def free(self, key: tuple[Channel, str]) -> int:
        """Return the unclaimed tickets of a holding; 0 where there is none such."""
        return self.tickets.get(key, 0) - self.taken.get(key, 0)

    def sit(self, claim: Standing, key: tuple[Channel, str]) -> None:
        """Count the claim in a holding."""
        self.taken[key] = self.taken.get(key, 0) + 1
        self.seats[claim.id] = key


def seat(holdings: Iterable[HoldingLine], claims: Sequence[Standing]) -> Seated:
    """Return a slot's new holdings with its claims, the earliest first, in them.

    As many claims stay as the slot has tickets. Each is counted in the partner's own holding of its channel, else in
    nobody's in particular, while these have tickets; for one that finds none, another holding gives a ticket up, the
    public one first.
    """
    tickets = {(line.channel, line.holder): line.tickets for line in holdings}
    seated = Seated(tickets, dict.fromkeys(tickets, 0))
    room = sum(tickets.values())
    seated.hurt = [claim.id for claim in claims[room:]]
    over = [claim for claim in claims[:room] if not _finds_a_place(seated, claim)]
    for claim in over:
        key = _place_for(seated, claim)
        giver = _giver(seated.tickets, seated)
        seated.tickets[giver] -= 1
        seated.tickets[key] += 1
        seated.sit(claim, key)
    return seated


def _finds_a_place(seated: Seated, claim: Standing) -> bool:
    for key in ((claim.channel, claim.partner), (claim.channel, "")):
        if seated.free(key) > 0:
            seated.sit(claim, key)
            return True
    return False


def _place_for(seated: Seated, claim: Standing) -> tuple[Channel, str]:
    own = (claim.channel, claim.partner)
    for key in (own, (claim.channel, "")):
        if key in seated.tickets:
            return key
    seated.added[own] = replace(claim.before, holder=claim.partner, tickets=0)
    seated.tickets[own] = 0
    return own


def _giver(tickets: Mapping[tuple[Channel, str], int], seated: Seated) -> tuple[Channel, str]:
    ready = [key for key in tickets if seated.free(key) > 0]
    return min(ready, key=lambda key: (_GIVES.index(key[0]), key[1]))
