"""Proof that nothing was changed or removed: all chains are walked, their events replayed and compared with the tables."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, String, select, text, type_coerce

from scheduler.tickets.disagreements import find_disagreements
from scheduler.tickets.events import EVENTS, OFFICE
from scheduler.tickets.hash_chain import Head
from scheduler.tickets.models import AnyRow, ChainRow, EventRow
from scheduler.tickets.replay import Replay
from scheduler.tickets.store import Store
from scheduler.words import Message, message


@dataclass(frozen=True)
class Broken:
    """A break: the chain (empty: the office's), the place in it (none: beside the chains), and what is wrong."""

    chain: str
    place: int | None
    wrong: Message


@dataclass(frozen=True)
class Verdict:
    """The result of `verify`: the heads to remember, how many events there are, and every break, the first one first."""

    heads: tuple[Head, ...]
    events: int
    broken: tuple[Broken, ...] = ()

    @property
    def whole(self) -> bool:
        """Return whether there is no break."""
        return not self.broken


def verify(store: Store, *, remembered: Collection[Head] = ()) -> Verdict:
    """Walk all chains, replay their events and compare the outcome with claims and holdings.

    `remembered` are heads noted outside the database, at any time before: only they show a chain that somebody
    shortened or wrote anew, together with everything that follows from it. Raises StoreError.
    """
    return store.read(lambda connection: _verify(connection, remembered))


# The time as text, even where it is not a time: a changed one must be reported and not raise an error.
_EVENTS = select(
    EventRow.chain,
    EventRow.place,
    type_coerce(EventRow.at, String).label("at"),
    EventRow.who,
    EventRow.kind,
    EventRow.payload,
    EventRow.previous,
    EventRow.hash,
).order_by(EventRow.number)


def _verify(connection: Connection, remembered: Collection[Head]) -> Verdict:
    walk, replay = _Walk(remembered), Replay()
    for event in connection.execute(_EVENTS, execution_options={"yield_per": 1000}):
        if walk.follow(event):
            replay.play(event)
    heads = [Head(*row) for row in connection.execute(select(ChainRow.chain, ChainRow.place, ChainRow.hash))]
    walk.end(heads)
    broken = list(walk.broken.values())
    # After a broken link the replay is not complete, so a comparison with the tables would only repeat that.
    if not broken:
        broken = [Broken(OFFICE, None, wrong) for wrong in find_disagreements(connection, replay)]
    broken += [Broken(OFFICE, None, wrong) for wrong in _missing_triggers(connection)]
    return Verdict(tuple(sorted(head for head in heads if head.place)), walk.events, tuple(broken))


_STAYS = "RAISE(ABORT, 'events are never changed or removed')"
_TRIGGERS = {
    "sqlite": (
        {
            f"events_no_{change}": f"CREATE TRIGGER events_no_{change} BEFORE {change} ON events BEGIN SELECT {_STAYS}; END"
            for change in ("update", "delete")
        },
        text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'events'"),
    ),
    "postgresql": (
        # What a trigger answers to is a number of bits there: each row, before, and delete, update or truncate.
        {
            name: f"{bits} BEGIN RAISE EXCEPTION 'events are never changed or removed'; END"
            for name, bits in (("events_no_change", 1 + 2 + 8 + 16), ("events_no_truncate", 2 + 32))
        },
        text(
            "SELECT tgname, tgtype || prosrc FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid "
            "WHERE tgrelid = 'events'::regclass AND tgenabled IN ('O', 'A') AND tgqual IS NULL"
        ),
    ),
}
"""The triggers that keep events as they are, and where each database lists those that work with what they do."""


def _missing_triggers(connection: Connection) -> Iterator[Message]:
    wanted, listed = _TRIGGERS[connection.dialect.name]
    working = {name: " ".join(does.split()) for name, does in connection.execute(listed)}
    for name in sorted(wanted):
        if working.get(name) != wanted[name]:
            yield message("the trigger {name} is missing: events could be changed unhindered", name=name)


class _Walk:
    """The chains followed from their first events, side by side."""

    def __init__(self, remembered: Collection[Head]) -> None:
        self.remembered = {(head.chain, head.place): head.hash for head in remembered if head.place}
        self.events = 0
        self.at: dict[str, Head] = {}
        self.broken: dict[str, Broken] = {}

    def follow(self, event: AnyRow) -> bool:
        """Take the next event of its chain; return whether it is what was written there."""
        self.events += 1
        if event.chain in self.broken:
            return False
        head = self.at.get(event.chain, Head(event.chain))
        wrong = self._wrong(head, event)
        if wrong is not None:
            self.broken[event.chain] = Broken(event.chain, head.place + 1, wrong)
            return False
        self.at[event.chain] = Head(event.chain, event.place, event.hash)
        return True

    def _wrong(self, head: Head, event: AnyRow) -> Message | None:
        wrong = EVENTS.find_break(head, event._asdict(), event.at)
        if wrong is not None:
            return wrong
        if self.remembered.pop((event.chain, event.place), event.hash) != event.hash:
            return message("the event is not the one that was remembered")
        return None

    def end(self, heads: Collection[Head]) -> None:
        """Compare where the chains end with their stored heads, and with those remembered outside."""
        stored = {head.chain: head for head in heads}
        for chain in {*stored, *self.at} - self.broken.keys():
            walked = self.at.get(chain, Head(chain))
            if stored.get(chain) != walked:
                wrong = message("the chain ends here, and its head says otherwise")
                self.broken[chain] = Broken(chain, walked.place, wrong)
        for chain, place in sorted(self.remembered):
            wrong = message("the event that was remembered is missing")
            self.broken.setdefault(chain, Broken(chain, place, wrong))
        self.broken = {chain: self.broken[chain] for chain in sorted(self.broken)}
