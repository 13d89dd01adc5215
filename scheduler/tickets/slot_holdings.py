"""Where unclaimed tickets go when their hour has come: no database here, only one slot's holdings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from scheduler.roster import Channel


@dataclass
class Held:
    """A holding on the move; `id` is none for one that a fall-back made."""

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

    def closed(self, at: dt.datetime) -> bool:
        """Tell whether nobody can claim here any more: released, or its hour has come."""
        return self.released or self.due(at)

    def due(self, at: dt.datetime) -> bool:
        """Tell whether its hour has come."""
        return self.falls_back_at is not None and self.falls_back_at <= at


@dataclass(frozen=True)
class Fall:
    """What went on from one holding, none or more tickets, and the channel that has them now."""

    channel: Channel
    holder: str
    tickets: int
    to: Channel


class SlotHoldings:
    """The holdings of one slot, in which tickets move and none is lost; `begins` is when its patients are seen."""

    def __init__(self, holdings: Iterable[Held], begins: dt.datetime) -> None:
        self._begins = begins
        self._of = {(held.channel, held.holder): held for held in holdings}

    @property
    def made(self) -> tuple[Held, ...]:
        """Holdings that a fall-back made, in order."""
        return tuple(held for _, held in sorted(self._of.items()) if held.id is None)

    @property
    def known(self) -> tuple[Held, ...]:
        """The holdings that were there, in order."""
        return tuple(held for _, held in sorted(self._of.items()) if held.id is not None)

    def release(self, at: dt.datetime) -> list[Fall]:
        """Let the unclaimed tickets of every holding fall back whose hour has come, and close it."""
        due = [held for _, held in sorted(self._of.items()) if held.due(at) and not held.released]
        falls = []
        for held in due:
            held.released = True
            falls.append(self._move(held, held.granted - held.taken, at))
        return falls

    def give_back(self, channel: Channel, holder: str, at: dt.datetime) -> Channel | None:
        """Take one claim back; return the channel its ticket goes on to where the holding is closed."""
        held = self._of[channel, holder]
        held.taken -= 1
        return self._move(held, 1, at).to if held.closed(at) else None

    def _move(self, held: Held, tickets: int, at: dt.datetime) -> Fall:
        to = self._destination(held, at)
        held.granted -= tickets
        held.fallen_back += tickets
        to.granted += tickets
        if tickets:
            self._of[to.channel, to.holder] = to
        return Fall(held.channel, held.holder, tickets, to.channel)

    def _destination(self, held: Held, at: dt.datetime) -> Held:
        channel = held.falls_back_to
        # No channel comes twice in a week's files; after as many steps as there are channels it is public anyway.
        for _ in Channel:
            found = self._in_no_name(channel, held)
            if not found.closed(at):
                return found
            channel = found.falls_back_to
        return self._in_no_name(Channel.PUBLIC, held)

    def _in_no_name(self, channel: Channel, source: Held) -> Held:
        found = self._of.get((channel, ""))
        if found is not None:
            return found
        opens, then = source.falls_back_at or source.opens_at, Channel.PUBLIC
        # Nobody can use a ticket of a slot that has begun; the public ones have nowhere to go on to.
        ends = None if channel is Channel.PUBLIC else self._begins
        others = [held for (other, _), held in sorted(self._of.items()) if other is channel]
        ending = [held for held in others if held.falls_back_at is not None]
        if ending:
            # A channel in which everything has a holder: what joins it ends with the last of them.
            last = max(ending, key=lambda held: held.falls_back_at or held.opens_at)
            ends, then = min(last.falls_back_at or self._begins, self._begins), last.falls_back_to
        return Held(None, channel, "", 0, 0, opens, ends, then)
