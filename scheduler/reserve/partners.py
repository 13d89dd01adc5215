"""From the partner channel to the partners: who holds which reserved ticket."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from scheduler.clock import Cell, Half
from scheduler.engine.partners import Sitting, Wish, assign_tickets, spread_tickets
from scheduler.reserve.apportion import Apportionment, apportion_specialty
from scheduler.roster import Channel, Holding, Roster, Slot
from scheduler.scenario.week import Scenario
from scheduler.words import Message, message


@dataclass(frozen=True)
class Given:
    """All holdings, sorted, those of the partner channel with their holders; `notes` tell what did not fit."""

    holdings: tuple[Holding, ...]
    notes: tuple[Message, ...] = ()


def give_to_partners(
    scenario: Scenario,
    roster: Roster,
    slots: Iterable[Slot],
    holdings: Iterable[Holding],
    *,
    kept: Collection[str] = frozenset(),
) -> Given:
    """Return the holdings with a partner for every ticket of the partner channel, as the rule `partner_shares` asks.

    `kept` names slots whose holders stay: they count, the other tickets are given around them. Tickets that no
    partner can use stay with the channel, holder "". Slots and holdings are whole specialties'. Where the scenario
    has no partners, or the rule is off, nothing changes.
    """
    every = tuple(holdings)
    if not scenario.partners or not scenario.is_on("partner_shares"):
        return Given(every)
    line = _Line(scenario, roster, slots)
    shared: dict[str, list[Holding]] = defaultdict(list)
    for holding in every:
        if holding.channel is Channel.PARTNER:
            shared[line.specialty(holding)].append(holding)
    found = [h for h in every if h.channel is not Channel.PARTNER]
    notes: list[Message] = []
    for specialty in sorted(shared):
        free = [h for h in shared[specialty] if h.slot not in kept]
        stay = [h for h in shared[specialty] if h.slot in kept]
        found += stay
        if free and scenario.partners_in(specialty):
            given, further = _given(line, specialty, free, stay)
            found += given
            notes += further
        else:
            found += free
    return Given(tuple(sorted(found, key=lambda h: (h.slot, h.channel, h.holder))), tuple(notes))


def give_again(
    scenario: Scenario,
    roster: Roster,
    slots: Iterable[Slot],
    holdings: Iterable[Holding],
    before: Iterable[Holding],
    unchanged: Collection[str],
) -> tuple[Holding, ...]:
    """Return `holdings`, made anew for a week that changed, with partners again.

    A slot of the `unchanged` ones that has as many partner tickets as `before` keeps their holders.
    """
    old, new = _partner_tickets(before), _partner_tickets(holdings)
    kept = {key for key in unchanged if key in new and _total(old.get(key, ())) == _total(new[key])}
    every = [h for h in holdings if h.slot not in kept or h.channel is not Channel.PARTNER]
    every += [holding for key in sorted(kept) for holding in old[key]]
    return give_to_partners(scenario, roster, slots, every, kept=kept).holdings


def _partner_tickets(holdings: Iterable[Holding]) -> dict[str, list[Holding]]:
    holdings_of: dict[str, list[Holding]] = defaultdict(list)
    for holding in holdings:
        if holding.channel is Channel.PARTNER:
            holdings_of[holding.slot].append(holding)
    return holdings_of


def _total(holdings: Iterable[Holding]) -> int:
    return sum(holding.tickets for holding in holdings)


class _Line:
    """The week's slots in order of time, and where each of their tickets lies."""

    def __init__(self, scenario: Scenario, roster: Roster, slots: Iterable[Slot]) -> None:
        self.scenario = scenario
        self._slots = {slot.slot: slot for slot in slots}
        self._cells = {session.session: session.at for session in roster.held}
        # Numbers, not cells and windows, which take long to compare.
        self._halves = {half: number for number, half in enumerate(Half)}

    def specialty(self, holding: Holding) -> str:
        """Return the specialty whose partners share the tickets."""
        return self.scenario.clinic_of[self._slots[holding.slot].clinic].specialty

    def session(self, holding: Holding) -> str:
        """Return the session of the tickets."""
        return self._slots[holding.slot].session

    def cell(self, session: str) -> Cell:
        """Return the half-day of a session."""
        return self._cells[session]

    def order(self, holding: Holding) -> tuple[object, ...]:
        """Order by half-day, session and time."""
        slot = self._slots[holding.slot]
        half = self._halves[self._cells[slot.session].half]
        return (slot.date.toordinal(), half, slot.session, slot.window.start, slot.clinic, slot.slot)


def _given(
    line: _Line, specialty: str, free: Sequence[Holding], stay: Sequence[Holding]
) -> tuple[list[Holding], list[Message]]:
    """Return the free tickets with their holders, and what did not fit."""
    partners = line.scenario.partners_in(specialty)
    have = Counter({partner.partner: 0 for partner in partners})
    for holding in stay:
        if holding.holder in have:
            have[holding.holder] += holding.tickets
    reserve = sum(holding.tickets for holding in (*free, *stay))
    shares = apportion_specialty(line.scenario, specialty, reserve, have)
    week = line.scenario.week.dates
    dates = {p.partner: frozenset(date for date in week if p.can_send_on(date)) for p in partners}
    wishes = [Wish(p.partner, p.tickets - have[p.partner], dates[p.partner]) for p in shares.portions]
    sessions: dict[str, int] = {}
    ordered = sorted(free, key=line.order)
    for holding in ordered:
        sessions[line.session(holding)] = sessions.get(line.session(holding), 0) + holding.tickets
    counts = spread_tickets(
        (Sitting(key, line.cell(key), tickets) for key, tickets in sessions.items()), wishes
    )
    rows = assign_tickets(sessions, counts, tuple(sessions))
    given = list(_seated(line, ordered, rows))
    return given, list(_notes(specialty, reserve, shares, wishes, counts))


def _seated(line: _Line, ordered: Iterable[Holding], rows: Mapping[str, Sequence[str]]) -> Iterator[Holding]:
    for session, same in groupby(ordered, key=line.session):
        holders = iter(rows[session])
        for holding in same:
            if holding.tickets == 1:
                yield replace(holding, holder=next(holders))
                continue
            taken = Counter(next(holders) for _ in range(holding.tickets))
            for holder in sorted(taken):
                yield replace(holding, holder=holder, tickets=taken[holder])


def _notes(
    specialty: str,
    reserve: int,
    shares: Apportionment,
    wishes: Iterable[Wish],
    counts: Mapping[tuple[str, str], int],
) -> Iterator[Message]:
    if not shares.minimums_fit:
        yield message(
            "{specialty}: the partners' guaranteed tickets are more than the {reserve} reserved; they are scaled down.",
            specialty=specialty,
            reserve=reserve,
        )
    placed: Counter[str] = Counter()
    for (partner, _), tickets in counts.items():
        placed[partner] += tickets
    for wish in wishes:
        if placed[wish.partner] < wish.tickets:
            yield message(
                "{specialty}: {partner} gets {placed} of {tickets:ticket|tickets}; its days have no more.",
                specialty=specialty,
                partner=wish.partner,
                placed=placed[wish.partner],
                tickets=wish.tickets,
            )
