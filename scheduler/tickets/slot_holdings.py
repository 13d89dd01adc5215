"""Fall-backs: where unclaimed tickets go when their hour has come. No database here, only one slot's holdings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from scheduler.roster import Channel


@dataclass
class SlotHolding:
    """A holding whose tickets move; `id` is None for one that a fall-back has added.

    `numbers` are those of its tickets in the slot, the claimed ones first; empty where they have none.
    """

    id: int | None
    channel: Channel
    holder: str
    granted: int
    taken: int
    opens_at: dt.datetime
    falls_back_at: dt.datetime | None
    falls_back_to: Channel
    released: bool = False
    fallen_back: int = 0
    numbers: tuple[int, ...] = ()

    @property
    def free_numbers(self) -> tuple[int, ...]:
        """The numbers of the unclaimed tickets, the earliest first."""
        return self.numbers[self.taken :]

    def is_closed(self, at: dt.datetime) -> bool:
        """Return whether nobody can claim here any more: it is released, or its hour has come."""
        return self.released or self.is_due(at)

    def is_due(self, at: dt.datetime) -> bool:
        """Return whether its hour has come."""
        return self.falls_back_at is not None and self.falls_back_at <= at


@dataclass(frozen=True)
class FallBack:
    """Tickets, none or more, that left a holding, and the channel that has them now."""

    channel: Channel
    holder: str
    tickets: int
    to: Channel


class SlotHoldings:
    """The holdings of one slot: tickets move between them and none is lost. `begins` is when its patients are seen."""

    def __init__(self, holdings: Iterable[SlotHolding], begins: dt.datetime) -> None:
        self._begins = begins
        self._holdings = {(holding.channel, holding.holder): holding for holding in holdings}

    @property
    def added(self) -> tuple[SlotHolding, ...]:
        """The holdings that a fall-back has added, in order."""
        return tuple(holding for _, holding in sorted(self._holdings.items()) if holding.id is None)

    @property
    def stored(self) -> tuple[SlotHolding, ...]:
        """The holdings that were there before, in order."""
        return tuple(holding for _, holding in sorted(self._holdings.items()) if holding.id is not None)

    def release(self, at: dt.datetime) -> list[FallBack]:
        """Let the unclaimed tickets of every holding whose hour has come fall back, and close it."""
        holdings = [holding for _, holding in sorted(self._holdings.items())]
        due = [holding for holding in holdings if holding.is_due(at) and not holding.released]
        falls = []
        for holding in due:
            holding.released = True
            falls.append(self._move(holding, holding.granted - holding.taken, holding.free_numbers, at))
        return falls

    def return_ticket(
        self, channel: Channel, holder: str, number: int | None, at: dt.datetime
    ) -> Channel | None:
        """Return the ticket of one claim, by its number if it has one.

        Where the holding is closed, return the channel that the ticket goes on to.
        """
        holding = self._holdings[channel, holder]
        numbers = () if number is None else (number,)
        claimed = [one for one in holding.numbers[: holding.taken] if one != number]
        holding.numbers = (*claimed, *sorted((*holding.free_numbers, *numbers)))
        holding.taken -= 1
        return self._move(holding, 1, numbers, at).to if holding.is_closed(at) else None

    def _move(self, holding: SlotHolding, tickets: int, numbers: Iterable[int], at: dt.datetime) -> FallBack:
        to = self._destination(holding, at)
        leaving = set(numbers)
        holding.numbers = tuple(number for number in holding.numbers if number not in leaving)
        to.numbers = (*to.numbers[: to.taken], *sorted((*to.free_numbers, *leaving)))
        holding.granted -= tickets
        holding.fallen_back += tickets
        to.granted += tickets
        if tickets:
            self._holdings[to.channel, to.holder] = to
        return FallBack(holding.channel, holding.holder, tickets, to.channel)

    def _destination(self, holding: SlotHolding, at: dt.datetime) -> SlotHolding:
        channel = holding.falls_back_to
        # The files of a week have no cycle of channels; after as many steps as there are channels it is public anyway.
        for _ in Channel:
            target = self._unassigned(channel, holding)
            if not target.is_closed(at):
                return target
            channel = target.falls_back_to
        return self._unassigned(Channel.PUBLIC, holding)

    def _unassigned(self, channel: Channel, source: SlotHolding) -> SlotHolding:
        """Return the channel's holding of nobody in particular; a new one, not yet among the others, where none is."""
        holding = self._holdings.get((channel, ""))
        if holding is not None:
            return holding
        opens, then = source.falls_back_at or source.opens_at, Channel.PUBLIC
        # Nobody can use a ticket of a slot that has begun; public ones have nowhere to fall back to.
        ends = None if channel is Channel.PUBLIC else self._begins
        others = [holding for (other, _), holding in sorted(self._holdings.items()) if other is channel]
        ending = [holding for holding in others if holding.falls_back_at is not None]
        if ending:
            # All holdings of this channel have a holder: the new one ends with the last of them.
            last = max(ending, key=lambda holding: holding.falls_back_at or holding.opens_at)
            ends, then = min(last.falls_back_at or self._begins, self._begins), last.falls_back_to
        return SlotHolding(None, channel, "", 0, 0, opens, ends, then)
