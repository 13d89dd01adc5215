"""Advice for the next week: what the use of partners' tickets says about their weights and the share held for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from scheduler.scenario.hospital import Channel, Partner
from scheduler.tickets.queries import TicketUse
from scheduler.words import Message, message

LEGAL_SHARE = Fraction(3, 10)
"""The least share of expert tickets that must be held for partners (2019 plan, section (一): 30 %)."""

MARGIN = Fraction(11, 10)
"""Tickets held for each one that was needed: a week is not like the last one."""

LEAST_PART = Fraction(1, 2)
"""A partner's proposed weight is at least this part of what it was given: one slow month takes nobody's tickets away."""


@dataclass(frozen=True, order=True)
class PartnerAdvice:
    """One partner in one specialty over all weeks looked at, and the weight proposed for it, in tickets.

    `partner` is empty for tickets held for no partner in particular: their use is listed, and no weight is proposed.
    `kept` were claimed and not given back; those that lost their place count, since they were wanted.
    """

    specialty: str
    partner: str
    given: int
    claimed: int
    returned: int
    fallen_back: int
    weight: Fraction
    reason: Message

    @property
    def kept(self) -> int:
        """Tickets that were needed."""
        return self.claimed - self.returned


@dataclass(frozen=True, order=True)
class ShareAdvice:
    """The share of a specialty's expert tickets proposed for the next scenario: never below the legal one."""

    specialty: str
    given: int
    kept: int
    share: Fraction
    reason: Message


@dataclass(frozen=True)
class Advice:
    """What is proposed; `share` is the policy's one number: the largest that any specialty needs."""

    partners: tuple[PartnerAdvice, ...]
    shares: tuple[ShareAdvice, ...]
    share: Fraction

    def weights(self) -> Mapping[str, Fraction]:
        """Return the weight proposed for each partner, over all its specialties."""
        weights: dict[str, Fraction] = defaultdict(Fraction)
        for advice in self.partners:
            if advice.partner:
                weights[advice.partner] += advice.weight
        return dict(sorted(weights.items()))

    def update_partners(self, partners: Iterable[Partner]) -> tuple[Partner, ...]:
        """Return the partners with the proposed weights as their referrals; one that held no tickets stays as it is."""
        weights = self.weights()
        return tuple(
            partner.model_copy(update={"referrals": weights[partner.partner]})
            if partner.partner in weights
            else partner
            for partner in partners
        )


def advise(uses: Iterable[TicketUse], share: Fraction) -> Advice:
    """Return the advice that the uses give, where `share` was held for partners in their weeks (0 to 1).

    Only tickets of the partner channel count: others are not in the share.
    """
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for use in uses:
        if use.channel != Channel.PARTNER:
            continue
        counts = (use.given, use.claimed, use.returned, use.fallen_back)
        key = (use.specialty, use.partner)
        sums[key] = [total + count for total, count in zip(sums[key], counts, strict=True)]
    partners = tuple(_advise_partner(*names, *sums[names]) for names in sorted(sums))
    shares = tuple(_advise_shares(partners, share))
    return Advice(partners, shares, max([LEGAL_SHARE, *(advice.share for advice in shares)]))


def _advise_partner(
    specialty: str, partner: str, given: int, claimed: int, returned: int, fallen_back: int
) -> PartnerAdvice:
    needed = claimed - returned
    weight = max(Fraction(needed), LEAST_PART * given) if partner else Fraction(0)
    if not partner:
        reason = message("held for no partner in particular")
    elif needed >= given > 0:
        reason = message("all {given} {given:=was|were} needed", given=given)
    elif weight > needed:
        reason = message(
            "{kept} of {given} {kept:=was|were} needed; half of them stay", kept=needed, given=given
        )
    else:
        reason = message("{kept} of {given} {kept:=was|were} needed", kept=needed, given=given)
    return PartnerAdvice(specialty, partner, given, claimed, returned, fallen_back, weight, reason)


def _advise_shares(partners: Iterable[PartnerAdvice], share: Fraction) -> Iterable[ShareAdvice]:
    given: dict[str, int] = defaultdict(int)
    needed: dict[str, int] = defaultdict(int)
    for advice in partners:
        given[advice.specialty] += advice.given
        needed[advice.specialty] += advice.kept
    for specialty in sorted(given):
        if given[specialty]:
            yield _advise_share(specialty, given[specialty], needed[specialty], share)


def _advise_share(specialty: str, given: int, needed: int, share: Fraction) -> ShareAdvice:
    needed_share = in_percent_up(share * needed * MARGIN / given)
    proposed = min(Fraction(1), max(LEGAL_SHARE, needed_share))
    if needed_share < LEGAL_SHARE:
        reason = message(
            "{kept} of {given} {kept:=was|were} needed; less may not be held than {share} %",
            kept=needed,
            given=given,
            share=int(LEGAL_SHARE * 100),
        )
    elif proposed > share:
        reason = message(
            "{kept} of {given} {kept:=was|were} needed, and more may be wanted", kept=needed, given=given
        )
    else:
        reason = message(
            "{kept} of {given} {kept:=was|were} needed, and a tenth is added", kept=needed, given=given
        )
    return ShareAdvice(specialty, given, needed, proposed, reason)


def in_percent_up(share: Fraction) -> Fraction:
    """Return the share rounded up to a whole percent."""
    return Fraction(-(-share.numerator * 100 // share.denominator), 100)
