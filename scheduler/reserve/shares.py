"""What every partner was entitled to, got and carries on, specialty by specialty, read off a plan."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from scheduler.reserve.apportion import Portion, apportion_specialty
from scheduler.roster import Channel, Holding, Plan, Slot
from scheduler.scenario.hospital import Credit, Level
from scheduler.scenario.week import Scenario


@dataclass(frozen=True)
class Share:
    """A partner's part of a specialty's reserve, in tickets.

    `given` tickets are of doctors of these `levels`. Position runs from 0 to 1 through the partner tickets of each
    session; `positions` is the sum over the tickets given. What its own days kept a partner from is not `carried`.
    """

    partner: str
    specialty: str
    entitled: Fraction
    credit: Fraction
    given: int
    carried: Fraction
    positions: Fraction
    levels: Mapping[Level, int]

    @property
    def mean_position(self) -> Fraction | None:
        """The mean position of its tickets; None where it has none."""
        return self.positions / self.given if self.given else None


def partner_shares(scenario: Scenario, plan: Plan) -> tuple[Share, ...]:
    """Return the shares of every specialty with partner tickets and partners, sorted by partner, then specialty.

    There are none where the scenario has no partners or the rule `partner_shares` is off.
    """
    if not scenario.partners or not scenario.is_on("partner_shares"):
        return ()
    held: dict[str, list[tuple[Slot, Holding]]] = defaultdict(list)
    slots = {slot.slot: slot for slot in plan.slots}
    for holding in plan.holdings:
        slot = slots.get(holding.slot)
        if slot is not None and holding.channel is Channel.PARTNER and holding.tickets:
            held[scenario.clinic_of[slot.clinic].specialty].append((slot, holding))
    found = (share for key in held for share in _shares(scenario, key, held[key]))
    return tuple(sorted(found, key=lambda share: (share.partner, share.specialty)))


FINEST = 10**9
"""The largest denominator of a credit that is carried on: weights that change every week would make them ever longer."""


def credits_after(scenario: Scenario, plan: Plan) -> tuple[Credit, ...]:
    """Return what partners are owed after the plan, sorted, to a billionth; credits that the week does not touch stay."""
    owed = {(row.partner, row.specialty): row.credit for row in scenario.credits}
    owed |= {(share.partner, share.specialty): share.carried for share in partner_shares(scenario, plan)}
    return tuple(
        Credit(
            partner=partner, specialty=specialty, credit=owed[partner, specialty].limit_denominator(FINEST)
        )
        for partner, specialty in sorted(owed)
    )


def _shares(scenario: Scenario, specialty: str, held: list[tuple[Slot, Holding]]) -> Iterator[Share]:
    given: Counter[str] = Counter()
    levels: dict[str, Counter[Level]] = defaultdict(Counter)
    for slot, holding in held:
        given[holding.holder] += holding.tickets
        levels[holding.holder][scenario.level_at(slot.doctor, slot.clinic)] += holding.tickets
    positions = _positions(held)
    partners = scenario.partner_of
    for portion in apportion_specialty(scenario, specialty, sum(given.values())).portions:
        key = portion.partner
        yield Share(
            key,
            specialty,
            portion.entitled,
            portion.credit,
            given[key],
            _carried(portion, given[key], limited=bool(partners[key].days)),
            positions[key],
            {level: levels[key][level] for level in Level if levels[key][level]},
        )


def _carried(portion: Portion, given: int, *, limited: bool) -> Fraction:
    # What its days have no room for would be owed without end, and then be taken from everybody at once.
    return portion.claim - (max(given, portion.tickets) if limited else given)


def _positions(held: Iterable[tuple[Slot, Holding]]) -> Mapping[str, Fraction]:
    """Return the sum of the positions of every holder's tickets; those of one slot share its middle."""
    sessions: dict[str, dict[tuple[object, ...], list[Holding]]] = defaultdict(lambda: defaultdict(list))
    for slot, holding in held:
        sessions[slot.session][slot.window, slot.clinic, slot.slot].append(holding)
    found: dict[str, Fraction] = defaultdict(Fraction)
    for line in sessions.values():
        passed, total = 0, sum(h.tickets for same in line.values() for h in same)
        sums: Counter[str] = Counter()
        for at in sorted(line):
            here = sum(holding.tickets for holding in line[at])
            for holding in line[at]:
                sums[holding.holder] += holding.tickets * (2 * passed + here)
            passed += here
        for holder, doubled in sums.items():
            found[holder] += Fraction(doubled, 2 * total)
    return found
