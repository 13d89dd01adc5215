"""The ledger as a plain model: a list of tickets a slot, no counters and no database."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from scheduler.clock import BEIJING
from tests.tickets.week import OPENS, Piece, end_of

GIVING_ORDER = ["public", "on_site", "return_visit", "primary_care", "partner"]


@dataclass
class Ticket:
    """One ticket: whose it is now, and the referral it is claimed for, if any."""

    channel: str
    holder: str
    referral: str = ""


@dataclass
class Claim:
    """One claim, of a ticket in a channel."""

    partner: str
    slot: str
    channel: str
    state: str = "live"


Row = tuple[str, str, str]
"""A slot, a channel and a holder."""


@dataclass
class PlainLedger:
    """The published slots with their tickets, when their rows open and end, and every claim in the order it was made."""

    onward: Mapping[str, str]
    most: int | None = None
    pieces: dict[str, Piece] = field(default_factory=dict)
    tickets: dict[str, list[Ticket]] = field(default_factory=dict)
    opens: dict[Row, dt.datetime] = field(default_factory=dict)
    ends: dict[Row, dt.datetime | None] = field(default_factory=dict)
    closed: set[Row] = field(default_factory=set)
    claims: dict[str, Claim] = field(default_factory=dict)

    def publish(self, pieces: Iterable[Piece], at: dt.datetime) -> set[str]:
        """Put a version in place of the last one; return the referrals that are hurt."""
        before = self.pieces
        rows = self._rows_of_claims()
        self.pieces = {p.name: p for p in pieces}
        self.tickets = {
            p.name: [Ticket(c, h) for c, h, n in p.held for _ in range(n)] for p in self.pieces.values()
        }
        self.ends = {(p.name, c, h): end_of(c) for p in self.pieces.values() for c, h, _ in p.held}
        self.opens = dict.fromkeys(self.ends, OPENS)
        self.closed = set()
        hurt, over = set(), []
        for referral, claim in self.claims.items():
            if claim.state == "live" and not self._stays(claim, before):
                claim.state = "hurt"
                hurt.add(referral)
        for name in self.pieces:
            live = [r for r, c in self.claims.items() if c.state == "live" and c.slot == name]
            room = len(self.tickets[name])
            for referral in live[room:]:
                self.claims[referral].state = "hurt"
                hurt.add(referral)
            over += [r for r in live[:room] if not self._seat(r)]
        if before:
            self.release(at)
        for referral in over:
            if not self._seat(referral):
                self._squeeze(referral, *rows[referral])
        return hurt

    def _rows_of_claims(self) -> dict[str, tuple[dt.datetime, dt.datetime | None]]:
        """When the row of every claimed ticket opens and ends."""
        claimed = [(slot, t) for slot, tickets in self.tickets.items() for t in tickets if t.referral]
        rows = {t.referral: (slot, t.channel, t.holder) for slot, t in claimed}
        return {referral: (self.opens[row], self.ends[row]) for referral, row in rows.items()}

    def _begins(self, slot: str) -> dt.datetime:
        piece = self.pieces[slot]
        return dt.datetime.combine(piece.date, dt.time(), BEIJING) + dt.timedelta(minutes=piece.start)

    def _stays(self, claim: Claim, before: Mapping[str, Piece]) -> bool:
        old, new = before[claim.slot], self.pieces.get(claim.slot)
        return new is not None and (old.date, old.start, old.clinic) == (new.date, new.start, new.clinic)

    def _seat(self, referral: str) -> bool:
        claim = self.claims[referral]
        for holder in (claim.partner, ""):
            for ticket in self.tickets[claim.slot]:
                if (ticket.channel, ticket.holder, ticket.referral) == (claim.channel, holder, ""):
                    ticket.referral = referral
                    return True
        return False

    def _squeeze(self, referral: str, opens: dt.datetime, end: dt.datetime | None) -> None:
        claim = self.claims[referral]
        free = [t for t in self.tickets[claim.slot] if not t.referral]
        ticket = min(free, key=lambda t: (GIVING_ORDER.index(t.channel), t.holder))
        rows = [h for h in (claim.partner, "") if (claim.slot, claim.channel, h) in self.ends]
        holder = rows[0] if rows else claim.partner
        self.opens.setdefault((claim.slot, claim.channel, holder), opens)
        self.ends.setdefault((claim.slot, claim.channel, holder), end)
        ticket.channel, ticket.holder, ticket.referral = claim.channel, holder, referral

    def claim(self, partner: str, slot: str, referral: str, at: dt.datetime, channel: str) -> bool:
        """Claim, and return whether there was a ticket."""
        if slot not in self.pieces or at >= self._begins(slot):
            return False
        if referral in self.claims and self.claims[referral].state == "live":
            return False
        mine = [c for c in self.claims.values() if c.state == "live" and c.partner == partner]
        same = [c for c in mine if self.pieces[c.slot].clinic == self.pieces[slot].clinic]
        if self.most is not None and len(same) >= self.most:
            return False
        for holder in (partner, ""):
            row = (slot, channel, holder)
            if self._over(row, at) or at < self.opens.get(row, at):
                continue
            for ticket in self.tickets[slot]:
                if (ticket.channel, ticket.holder, ticket.referral) == (channel, holder, ""):
                    ticket.referral = referral
                    self.claims.pop(referral, None)
                    self.claims[referral] = Claim(partner, slot, channel)
                    return True
        return False

    def _over(self, row: Row, at: dt.datetime) -> bool:
        end = self.ends[row] if row in self.ends else self._end_if_made(row)
        return row in self.closed or (end is not None and end <= at)

    def _end_if_made(self, row: Row) -> dt.datetime | None:
        """When a row ends that a fall makes: with the last one of its channel, and when its slot begins."""
        slot, channel, _ = row
        if channel == "public":
            return None
        ends = [end for (s, c, _), end in self.ends.items() if (s, c) == (slot, channel) and end is not None]
        return min(max(ends, default=self._begins(slot)), self._begins(slot))

    def give_back(self, partner: str, referral: str, at: dt.datetime) -> bool:
        """Give a ticket back, and return whether there was a live claim."""
        claim = self.claims.get(referral)
        if claim is None or claim.state != "live" or claim.partner != partner:
            return False
        if at >= self._begins(claim.slot):
            return False
        claim.state = "returned"
        ticket = next(t for t in self.tickets[claim.slot] if t.referral == referral)
        ticket.referral = ""
        if self._over((claim.slot, ticket.channel, ticket.holder), at):
            self._drop(claim.slot, ticket, at)
        return True

    def release(self, at: dt.datetime) -> int:
        """Let unclaimed tickets fall; return how many."""
        due = {row for row, end in self.ends.items() if end is not None and end <= at} - self.closed
        self.closed |= due
        fallen = 0
        for slot, tickets in self.tickets.items():
            for ticket in tickets:
                if (slot, ticket.channel, ticket.holder) in due and not ticket.referral:
                    self._drop(slot, ticket, at)
                    fallen += 1
        return fallen

    def _drop(self, slot: str, ticket: Ticket, at: dt.datetime) -> None:
        to = self.onward.get(ticket.channel, "public")
        while self._over((slot, to, ""), at):
            to = self.onward.get(to, "public")
        row = (slot, to, "")
        if row not in self.ends:
            self.opens[row] = self.ends[slot, ticket.channel, ticket.holder] or OPENS
            self.ends[row] = self._end_if_made(row)
        ticket.channel, ticket.holder = to, ""

    def holdings(self) -> dict[tuple[str, str, str], tuple[int, int]]:
        """Return tickets and claims by slot, channel and holder, rows without any ticket left out."""
        granted: Counter[tuple[str, str, str]] = Counter()
        taken: Counter[tuple[str, str, str]] = Counter()
        for slot, tickets in self.tickets.items():
            for ticket in tickets:
                granted[slot, ticket.channel, ticket.holder] += 1
                taken[slot, ticket.channel, ticket.holder] += bool(ticket.referral)
        return {row: (granted[row], taken[row]) for row in granted}
