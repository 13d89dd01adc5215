"""A specialty's reserve shared out among partners: whole tickets, with what earlier weeks left over carried along.

Exact throughout, and knows nothing of days and slots. docs/consortium.md tells the rule and why it holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, takewhile
from math import floor
from types import MappingProxyType
from typing import Literal

from scheduler.scenario.hospital import Partner
from scheduler.scenario.policy import PartnerPolicy
from scheduler.scenario.week import Scenario

Method = Literal["sainte_lague", "hamilton"]

_WEEKS_AHEAD = 53
"""Weeks, with reserves like this one, that are looked ahead: a year."""


@dataclass(frozen=True)
class Claimant:
    """A partner that takes part: its weight (at least 0), its guaranteed tickets and what it is owed."""

    partner: str
    weight: Fraction
    minimum: int = 0
    credit: Fraction = Fraction(0)


@dataclass(frozen=True)
class Portion:
    """What a partner gets of a reserve: its exact part `entitled`, the `claim` with its credit, and whole tickets.

    Claims sum to the reserve, so do the tickets.
    """

    partner: str
    entitled: Fraction
    credit: Fraction
    claim: Fraction
    tickets: int

    @property
    def carried(self) -> Fraction:
        """What the partner is owed after this week, in tickets; below 0 it has had more than its part."""
        return self.claim - self.tickets


@dataclass(frozen=True)
class Apportionment:
    """A reserve shared out: the portions sorted by partner, and whether the guaranteed tickets fit into it."""

    portions: tuple[Portion, ...]
    minimums_fit: bool


def apportion_specialty(
    scenario: Scenario,
    specialty: str,
    reserve: int,
    kept: Mapping[str, int] = MappingProxyType({}),
) -> Apportionment:
    """Return the shares of `reserve` tickets of `specialty` by the scenario's partners, policy and credits.

    `kept` are tickets that partners have and keep: nobody gets fewer.
    """
    partners = scenario.partners_in(specialty)
    owed = {row.partner: row.credit for row in scenario.credits if row.specialty == specialty}
    weights = partner_weights(partners, scenario.policy.partners)
    claimants = [
        Claimant(p.partner, weights[p.partner], p.minimum, owed.get(p.partner, Fraction(0))) for p in partners
    ]
    return apportion(reserve, claimants, scenario.policy.partners.method, kept)


def partner_weights(partners: Sequence[Partner], policy: PartnerPolicy) -> dict[str, Fraction]:
    """Return each partner's weight among these: its parts of what the policy counts, all 1 where nothing tells."""
    columns = (
        (policy.by_population, [partner.population or Fraction(0) for partner in partners]),
        (policy.by_referrals, [partner.referrals or Fraction(0) for partner in partners]),
        (policy.by_contract, [partner.contract or Fraction(0) for partner in partners]),
    )
    criteria = [(factor / sum(column), column) for factor, column in columns if factor and sum(column)]
    if not criteria:
        return {partner.partner: Fraction(1) for partner in partners}
    return {
        partner.partner: sum((factor * column[n] for factor, column in criteria), Fraction(0))
        for n, partner in enumerate(partners)
    }


def apportion(
    reserve: int,
    claimants: Iterable[Claimant],
    method: Method = "sainte_lague",
    kept: Mapping[str, int] = MappingProxyType({}),
) -> Apportionment:
    """Return the shares of `reserve` tickets (at least 0; `kept` ones among them).

    A partner's claim is its credit and its part of what is left of the reserve once all credits are paid. Everybody
    gets the whole tickets of its claim and its guaranteed ones, where these fit; the others go one by one by the
    method, nobody getting a second, so that all later weeks like this one can still pay everybody within one ticket.
    """
    ordered = sorted(claimants, key=lambda c: c.partner)
    fits = sum(c.minimum for c in ordered) <= reserve
    entitled = entitlements(reserve, ordered)
    owed = sum((c.credit for c in ordered), Fraction(0))
    claims = [
        c.credit + part * (1 - owed / reserve) if reserve else c.credit
        for c, part in zip(ordered, entitled, strict=True)
    ]
    stays = [kept.get(c.partner, 0) for c in ordered]
    least = [max(c.minimum, stay) for c, stay in zip(ordered, stays, strict=True)]
    # What somebody has already goes before what others are guaranteed.
    tickets = (
        _whole(reserve, claims, entitled, least if sum(least) <= reserve else stays, method)
        if ordered
        else []
    )
    return Apportionment(
        tuple(
            Portion(c.partner, part, c.credit, claim, given)
            for c, part, claim, given in zip(ordered, entitled, claims, tickets, strict=True)
        ),
        fits,
    )


def entitlements(reserve: int, claimants: Sequence[Claimant]) -> list[Fraction]:
    """Return each claimant's exact part: by weight, at least its minimum, which the others share the rest of.

    Minimums that do not fit are scaled down to the reserve. Sums to the reserve where there is a claimant.
    """
    minimums = [Fraction(c.minimum) for c in claimants]
    weights = [c.weight for c in claimants]
    if not any(weights):
        weights = [Fraction(1) for _ in claimants]
    if sum(minimums) > reserve:
        scale = Fraction(reserve) / sum(minimums)
        return [minimum * scale for minimum in minimums]
    lifted: set[int] = set()
    while True:
        rest = reserve - sum(minimums[n] for n in lifted)
        weight = sum((w for n, w in enumerate(weights) if n not in lifted), Fraction(0))
        price = rest / weight if weight else Fraction(0)
        below = {n for n, w in enumerate(weights) if n not in lifted and w * price < minimums[n]}
        if not below:
            return [minimums[n] if n in lifted else w * price for n, w in enumerate(weights)]
        lifted |= below


def _whole(
    reserve: int, claims: list[Fraction], entitled: list[Fraction], least: list[int], method: Method
) -> list[int]:
    given = [max(floor(claim), low) for claim, low in zip(claims, least, strict=True)]
    left = reserve - sum(given)
    if left < 0:
        return _furthest_behind(reserve, claims, least)
    open_to = [n for n, claim in enumerate(claims) if given[n] < claim]
    gaps = [claim - have for claim, have in zip(claims, given, strict=True)]
    weights = {n: claims[n] / (2 * given[n] + 1) if method == "sainte_lague" else gaps[n] for n in open_to}
    by_weight = sorted(open_to, key=lambda n: (-weights[n], n))
    # Where nobody is owed anything yet the method alone is safe, and a larger weight never gets less by it.
    chosen = _in_time(reserve, gaps, entitled, by_weight, left) if claims != entitled else by_weight[:left]
    for n in chosen:
        given[n] += 1
    return given


def _in_time(
    reserve: int, gaps: Sequence[Fraction], entitled: Sequence[Fraction], by_weight: Sequence[int], left: int
) -> list[int]:
    """Return who gets the `left` tickets: the first by weight that leave enough to those with near deadlines."""
    deadlines = _deadlines(reserve, gaps, entitled, by_weight)
    in_time = sorted(by_weight, key=lambda n: (deadlines[n], n))
    slack = _slack([deadlines[n] for n in in_time], _arrivals(reserve, gaps, entitled, deadlines), left)
    place = {n: at for at, n in enumerate(in_time)}
    chosen: list[int] = []
    for n in by_weight:
        # Whoever comes after a deadline takes a ticket from those who must have one by then.
        if len(chosen) < left and all(slack[: place[n]]):
            slack[: place[n]] = [room - 1 for room in slack[: place[n]]]
            chosen.append(n)
    return chosen


def _furthest_behind(reserve: int, claims: Sequence[Fraction], least: Sequence[int]) -> list[int]:
    """Return tickets where not even the whole ones of all claims fit: one by one to the partner furthest behind."""
    given = list(least)
    for _ in range(reserve - sum(given)):
        given[max(range(len(claims)), key=lambda n: (claims[n] - given[n], -n))] += 1
    return given


def _deadlines(
    reserve: int, gaps: Sequence[Fraction], entitled: Sequence[Fraction], open_to: Iterable[int]
) -> dict[int, int]:
    """Return by which of the tickets to come each partner must have its next one: then it is owed a whole one."""
    far = _WEEKS_AHEAD * reserve + 1
    return {n: min(far, next(_dues(gaps[n], entitled[n], reserve), far)) for n in open_to}


def _dues(gap: Fraction, part: Fraction, reserve: int) -> Iterator[int]:
    """Yield at which of the tickets to come a partner behind by `gap` is owed its first, second, ... whole one."""
    if not part:
        return
    # In whole numbers: there may be tens of thousands.
    step = gap.denominator * part.denominator * reserve
    unit = gap.denominator * part.numerator
    top = (gap.denominator - gap.numerator) * part.denominator * reserve
    while True:
        yield -(-top // unit)
        top += step


def _arrivals(
    reserve: int, gaps: Sequence[Fraction], entitled: Sequence[Fraction], deadlines: Mapping[int, int]
) -> list[int]:
    """Return, for every ticket to come up to the last deadline, how many tickets must be given by then in all."""
    horizon = min(max(deadlines.values(), default=0), _WEEKS_AHEAD * reserve)
    falling_due = [0] * (horizon + 1)
    for gap, part in zip(gaps, entitled, strict=True):
        for due in takewhile(lambda due: due <= horizon, _dues(gap, part, reserve)):
            falling_due[max(due, 0)] += 1
    return list(accumulate(falling_due))


def _slack(deadlines: Sequence[int], arrivals: Sequence[int], left: int) -> list[int]:
    """Return, for each of the deadlines in order, how many of the `left` tickets may go to partners after it.

    By ticket t of those to come, arrivals[t] must be given; t can be given after this week, so the rest must be
    given now, to partners with deadlines up to t. Where even that cannot be, as much as can.
    """
    slack: list[int] = []
    needed = 0
    for number, deadline in enumerate(deadlines, start=1):
        until = deadlines[number] if number < len(deadlines) else len(arrivals)
        now = max((arrivals[t] - t for t in range(deadline, min(until, len(arrivals)))), default=0)
        needed = max(needed, min(now, number, left))
        slack.append(left - needed)
    return slack
