"""The consortium's share of expert tickets: large enough, and spread evenly."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from scheduler.check.facts import Facts, partner_tickets
from scheduler.check.held_sessions import HeldSession, shared_specialties_of
from scheduler.check.violation import Violation
from scheduler.names import day_name, place
from scheduler.scenario.policy import exact_text
from scheduler.words import message


@dataclass(frozen=True)
class ExpertBlock:
    """An expert's block whose tickets are shared with partners.

    `runs` are its slots in the order of time, each as (tickets, reserved); `reserved` is theirs together.
    """

    session: str
    clinic: str
    date: dt.date
    tickets: int
    runs: tuple[tuple[int, int], ...]

    @cached_property
    def reserved(self) -> int:
        """Tickets of the block in the partner channel."""
        return sum(reserved for _, reserved in self.runs)


def reserve_expert(facts: Facts, specialty: str) -> Iterator[Violation]:
    """Yield a consortium specialty's tickets short of the share and each part not evenly spread."""
    blocks = expert_blocks(facts, specialty)
    base = sum(block.tickets for block in blocks)
    reserved = sum(block.reserved for block in blocks)
    yield from _short_of_share(facts, specialty, base, reserved)
    yield from _uneven_blocks(facts, blocks, base, reserved)
    yield from _uneven_dates(facts, specialty, blocks, base, reserved)
    yield from _uneven_runs(facts, blocks)


def expert_blocks(facts: Facts, specialty: str) -> tuple[ExpertBlock, ...]:
    """Return the blocks that are the base of the specialty's share."""
    parts: dict[tuple[str, str], list[tuple[HeldSession, int]]] = defaultdict(list)
    for held in facts.held.by(shared_specialties_of).get(specialty, ()):
        for block in held.blocks:
            if facts.frame.shared_specialty(block.clinic) == specialty:
                parts[held.session, block.clinic].append((held, block.tickets))
    # A session listed twice is one block with the tickets of both: nothing distinguishes their slots.
    return tuple(
        ExpertBlock(
            session,
            clinic,
            same[0][0].cell.date,
            sum(tickets for _, tickets in same),
            _runs(facts, session, clinic),
        )
        for (session, clinic), same in parts.items()
    )


def _runs(facts: Facts, session: str, clinic: str) -> tuple[tuple[int, int], ...]:
    slots = [slot for slot in facts.slots_of.get(session, ()) if slot.clinic == clinic]
    return tuple((slot.tickets, partner_tickets(facts.holdings_of.get(slot.slot, ()))) for slot in slots)


def within_one(have: int, part: int, total: int, base: int) -> bool:
    """Return whether `have` is at most one ticket away from `total` x `part` / `base`."""
    return abs(have * base - total * part) <= base


def _short_of_share(facts: Facts, specialty: str, base: int, reserved: int) -> Iterator[Violation]:
    share = facts.scenario.policy.reserve.share
    needed = -(-share.numerator * base // share.denominator)
    if reserved < needed:
        sentence = message(
            "{specialty}: {reserved} of {base:expert ticket|expert tickets} {reserved:=is|are} reserved;"
            " {needed:makes|make} the share {share}",
            specialty=specialty,
            reserved=reserved,
            base=base,
            needed=needed,
            share=exact_text(share),
        )
        yield facts.violation("reserve_expert", place(specialty), needed - reserved, sentence)


def _uneven_blocks(
    facts: Facts, blocks: Sequence[ExpertBlock], base: int, reserved: int
) -> Iterator[Violation]:
    for block in blocks:
        if not within_one(block.reserved, block.tickets, reserved, base):
            sentence = message(
                "Session {session}, {clinic}: {reserved} of {tickets} reserved; even is {all} of {base}",
                session=block.session,
                clinic=block.clinic,
                reserved=block.reserved,
                tickets=block.tickets,
                all=reserved,
                base=base,
            )
            yield facts.violation("reserve_expert", place(block.session, block.clinic), 1, sentence)


def _uneven_dates(
    facts: Facts, specialty: str, blocks: Sequence[ExpertBlock], base: int, reserved: int
) -> Iterator[Violation]:
    of_date: dict[dt.date, list[ExpertBlock]] = defaultdict(list)
    for block in blocks:
        of_date[block.date].append(block)
    for date, same in of_date.items():
        have, part = sum(block.reserved for block in same), sum(block.tickets for block in same)
        if not within_one(have, part, reserved, base):
            sentence = message(
                "{specialty}, {day}: {reserved} of {tickets} reserved; even is {all} of {base}",
                specialty=specialty,
                day=day_name(date),
                reserved=have,
                tickets=part,
                all=reserved,
                base=base,
            )
            yield facts.violation("reserve_expert", place(specialty, date.isoformat()), 1, sentence)


def _uneven_runs(facts: Facts, blocks: Sequence[ExpertBlock]) -> Iterator[Violation]:
    for block in blocks:
        uneven = uneven_beginnings(block.runs)
        if uneven:
            sentence = message(
                "Session {session}, {clinic}: the reserve lies unevenly after {n} of its slots",
                session=block.session,
                clinic=block.clinic,
                n=uneven,
            )
            yield facts.violation(
                "reserve_expert", place(block.session, block.clinic, "slots"), uneven, sentence
            )


def uneven_beginnings(runs: Sequence[tuple[int, int]]) -> int:
    """Return how many beginning runs of slots are more than one ticket off their part of the block's reserve.

    A run's part goes by its tickets: of a reserve of 6 in 20 tickets, a run of 10 has 3.
    """
    tickets, reserved = sum(t for t, _ in runs), sum(r for _, r in runs)
    uneven = seen = have = 0
    for slot_tickets, slot_reserved in runs:
        seen, have = seen + slot_tickets, have + slot_reserved
        uneven += not within_one(have, seen, reserved, tickets)
    return uneven
