"""Partners' shares recomputed: everybody within one ticket of its claim, on days that it can send patients."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from scheduler.check.facts import Facts
from scheduler.check.frame import Frame
from scheduler.check.violation import Violation
from scheduler.names import day_name, place
from scheduler.roster import Channel, Slot
from scheduler.scenario.hospital import Partner
from scheduler.scenario.policy import exact_text
from scheduler.words import message


@dataclass(frozen=True)
class Shared:
    """A specialty's partner tickets as a plan has them, by holder and date, and the partners that take part."""

    partners: tuple[Partner, ...]
    tickets: Mapping[tuple[str, dt.date], int]

    @cached_property
    def reserve(self) -> int:
        """All tickets of the partner channel."""
        return sum(self.tickets.values())

    @cached_property
    def given(self) -> Counter[str]:
        """Tickets by holder; those that nobody holds are those of ""."""
        tickets_of: Counter[str] = Counter()
        for (holder, _), tickets in self.tickets.items():
            tickets_of[holder] += tickets
        return tickets_of

    @cached_property
    def stuck(self) -> frozenset[str]:
        """Partners who cannot use the tickets that nobody holds, not even by changing with others; none without such."""
        left = {date for (holder, date), tickets in self.tickets.items() if not holder and tickets}
        while left:
            # A partner that holds a ticket of such a date could take another and pass this one on.
            can = {p.partner for p in self.partners if any(p.can_send_on(date) for date in left)}
            more = {date for (holder, date), tickets in self.tickets.items() if holder in can and tickets}
            if more <= left:
                return frozenset(p.partner for p in self.partners if p.partner not in can)
            left |= more
        return frozenset()


def partner_shares(facts: Facts, specialty: str) -> Iterator[Violation]:
    """Yield a specialty's tickets that are held by nobody known, on wrong days, or in wrong numbers."""
    shared = shared_in(facts, specialty)
    if not shared.partners or not shared.reserve:
        return
    yield from _unknown(facts, specialty, shared)
    yield from _wrong_days(facts, specialty, shared)
    yield from _wrong_numbers(facts, specialty, shared)
    yield from _left_over(facts, specialty, shared)


def shared_in(facts: Facts, specialty: str) -> Shared:
    """Return what a plan says of the specialty's partner tickets."""
    tickets: Counter[tuple[str, dt.date]] = Counter()
    for clinic in facts.frame.once(_clinics_of).get(specialty, ()):
        for slot in facts.slots.by(_slot_clinic).get(clinic, ()):
            for holding in facts.holdings_of.get(slot.slot, ()):
                if holding.channel is Channel.PARTNER:
                    tickets[holding.holder, slot.date] += holding.tickets
    return Shared(facts.scenario.partners_in(specialty), tickets)


def _slot_clinic(slot: Slot) -> tuple[str]:
    return (slot.clinic,)


def _clinics_of(frame: Frame) -> dict[str, list[str]]:
    partners_of: dict[str, list[str]] = defaultdict(list)
    for key, clinic in frame.scenario.clinic_of.items():
        partners_of[clinic.specialty].append(key)
    return partners_of


@dataclass(frozen=True)
class Claim:
    """What a partner may claim: at least `least` tickets guaranteed, and within one of `tickets`."""

    partner: str
    tickets: Fraction
    least: int

    @property
    def fewest(self) -> int:
        """The fewest tickets that keep the claim."""
        return max(self.least, math.ceil(self.tickets - 1), 0)

    @property
    def most(self) -> int:
        """The most tickets that keep the claim."""
        return max(self.least, math.floor(self.tickets + 1), 0)


def claims_in(frame: Frame, specialty: str, reserve: int) -> tuple[Claim, ...]:
    """Return the claims of a specialty's partners on `reserve` tickets (at least 1), sorted by partner."""
    partners = frame.scenario.partners_in(specialty)
    credit = {c.partner: c.credit for c in frame.scenario.credits if c.specialty == specialty}
    promised = sum(partner.minimum for partner in partners)
    parts = _parts(frame, partners, reserve)
    owed = sum((credit.get(partner.partner, Fraction(0)) for partner in partners), Fraction(0))
    return tuple(
        Claim(
            p.partner,
            credit.get(p.partner, Fraction(0)) + parts[p.partner] * (reserve - owed) / reserve,
            p.minimum if promised <= reserve else 0,
        )
        for p in partners
    )


def _parts(frame: Frame, partners: Sequence[Partner], reserve: int) -> dict[str, Fraction]:
    """Return each partner's exact part: the larger of its minimum and what its weight buys at one price for all."""
    promised = sum(partner.minimum for partner in partners)
    if promised > reserve:
        return {p.partner: Fraction(p.minimum * reserve, promised) for p in partners}
    weight = _weights(frame, partners)
    # The price of a ticket at which a partner's weight begins to buy more than its minimum, the dearest first.
    line = sorted((p for p in partners if weight[p.partner]), key=lambda p: p.minimum / weight[p.partner])
    fixed = sum(p.minimum for p in partners if not weight[p.partner])
    for count in range(len(line), 0, -1):
        buyers, others = line[:count], line[count:]
        left = reserve - fixed - sum(p.minimum for p in others)
        rate = left / sum((weight[p.partner] for p in buyers), Fraction(0))
        if weight[buyers[-1].partner] * rate >= buyers[-1].minimum:
            return {p.partner: max(Fraction(p.minimum), weight[p.partner] * rate) for p in partners}
    return {p.partner: Fraction(p.minimum) for p in partners}


def _weights(frame: Frame, partners: Iterable[Partner]) -> dict[str, Fraction]:
    policy = frame.scenario.policy.partners
    weight = {partner.partner: Fraction(0) for partner in partners}
    for factor, field in (
        (policy.by_population, "population"),
        (policy.by_referrals, "referrals"),
        (policy.by_contract, "contract"),
    ):
        weights = {partner.partner: getattr(partner, field) or Fraction(0) for partner in partners}
        total = sum(weights.values(), Fraction(0))
        for key, value in weights.items():
            weight[key] += factor * value / total if total else 0
    return weight if any(weight.values()) else dict.fromkeys(weight, Fraction(1))


def _unknown(facts: Facts, specialty: str, shared: Shared) -> Iterator[Violation]:
    known = {partner.partner for partner in shared.partners}
    for holder, tickets in shared.given.items():
        if holder and holder not in known and tickets:
            sentence = message(
                "{specialty}: {holder} holds {tickets:ticket|tickets} and is no partner of this specialty",
                specialty=specialty,
                holder=holder,
                tickets=tickets,
            )
            yield facts.violation("partner_shares", place(specialty, holder), tickets, sentence)


def _wrong_days(facts: Facts, specialty: str, shared: Shared) -> Iterator[Violation]:
    partners = {partner.partner: partner for partner in shared.partners}
    for (holder, date), tickets in shared.tickets.items():
        if holder in partners and tickets and not partners[holder].can_send_on(date):
            sentence = message(
                "{specialty}: {holder} holds {tickets:ticket|tickets} of {day}, when it cannot send patients",
                specialty=specialty,
                holder=holder,
                tickets=tickets,
                day=day_name(date),
            )
            at = place(specialty, holder, date.isoformat())
            yield facts.violation("partner_shares", at, tickets, sentence)


def _wrong_numbers(facts: Facts, specialty: str, shared: Shared) -> Iterator[Violation]:
    claims = claims_in(facts.frame, specialty, shared.reserve)
    # More may be owed than there is, where shares have changed since the credits arose; then nobody is short.
    fits = sum(claim.fewest for claim in claims) <= shared.reserve
    for claim in claims:
        have = shared.given[claim.partner]
        short = max(0, claim.fewest - have) if fits and claim.partner not in shared.stuck else 0
        away = short or max(0, have - claim.most)
        if away:
            sentence = message(
                "{specialty}: {holder} gets {have:ticket|tickets}; its claim is {claim}, at least {least}",
                specialty=specialty,
                holder=claim.partner,
                have=have,
                claim=exact_text(claim.tickets),
                least=claim.least,
            )
            yield facts.violation("partner_shares", place(specialty, claim.partner, "number"), away, sentence)


def _left_over(facts: Facts, specialty: str, shared: Shared) -> Iterator[Violation]:
    """Yield the tickets that nobody holds beyond those that partners of few days had to leave."""
    claims = claims_in(facts.frame, specialty, shared.reserve)
    missed = sum(max(0, c.most - shared.given[c.partner]) for c in claims if c.partner in shared.stuck)
    left = shared.given[""] - missed
    if left > 0:
        sentence = message(
            "{specialty}: {left:ticket has|tickets have} no partner", specialty=specialty, left=left
        )
        yield facts.violation("partner_shares", place(specialty), left, sentence)
