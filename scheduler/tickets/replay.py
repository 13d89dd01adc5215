"""The events played again: what claims, versions and holdings must be if the record is true."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scheduler.tickets.models import AnyRow, ClaimState
from scheduler.words import Message, message

Key = tuple[str, str, str]
"""A holding's slot, channel and holder."""


@dataclass
class ReplayedClaim:
    """A claim as its events tell it; `holder` is whose ticket it is, and times and dates are text."""

    week: str
    slot: str
    channel: str
    referral: str
    holder: str
    claimed_at: str
    state: str = ClaimState.LIVE
    ended_at: str | None = None
    why: str | None = None
    new_date: str | None = None
    new_start: int | None = None


@dataclass
class ReplayedWeek:
    """A week as its events tell it: its versions by number, and what fell back in the last one.

    `made` are the holdings that fall-backs made: when each opens and falls back (stamps), and to which channel.
    """

    versions: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    fallen: Counter[Key] = field(default_factory=Counter)
    received: Counter[Key] = field(default_factory=Counter)
    released: set[Key] = field(default_factory=set)
    made: dict[Key, tuple[str, str | None, str]] = field(default_factory=dict)


class Replay:
    """Plays events in the order of their numbers; `wrong` are those that tell of what was never there."""

    def __init__(self) -> None:
        self.claims: dict[tuple[str, int], ReplayedClaim] = {}
        self.weeks: dict[str, ReplayedWeek] = defaultdict(ReplayedWeek)
        self.wrong: list[Message] = []
        self._ways: Mapping[str, Callable[[AnyRow, Mapping[str, Any]], None]] = {
            "published": self._published,
            "superseded": self._superseded,
            "hurt": self._hurt,
            "released": self._released,
            "claimed": self._claimed,
            "returned": self._returned,
        }

    def play(self, event: AnyRow) -> None:
        """Take the next event."""
        try:
            self._ways[event.kind](event, json.loads(event.payload))
        except (KeyError, TypeError, ValueError):
            # Whoever can write a chain anew can write anything into it.
            self.wrong.append(
                message(
                    "event {place} of the chain {chain} does not fit the others",
                    place=event.place,
                    chain=event.chain or message("of the office"),
                )
            )

    def _published(self, event: AnyRow, told: Mapping[str, Any]) -> None:
        versions = self.weeks[told["week"]].versions
        kept = {key: told[key] for key in ("reason", "digest", "most", "rows")}
        version = {**kept, "made_by": event.who, "at": event.at, "superseded_at": None}
        self.weeks[told["week"]] = ReplayedWeek({**versions, told["version"]: version})
        for partner, number, channel, holder in told["moved"]:
            claim = self.claims[partner, number]
            claim.channel, claim.holder = channel, holder

    def _superseded(self, event: AnyRow, told: Mapping[str, Any]) -> None:
        versions = self.weeks[told["week"]].versions
        versions[told["version"]] = {**versions[told["version"]], "superseded_at": event.at}

    def _hurt(self, event: AnyRow, told: Mapping[str, Any]) -> None:
        claim = self.claims[told["partner"], told["claim"]]
        claim.state, claim.ended_at, claim.why = ClaimState.HURT, event.at, told["why"]
        claim.new_date, claim.new_start = told["new_date"], told["new_start"]

    def _released(self, event: AnyRow, told: Mapping[str, Any]) -> None:
        for week, slot, channel, holder, tickets, to in told["falls"]:
            self.weeks[week].released.add((slot, channel, holder))
            self._fall(week, (slot, channel, holder), tickets, to)
        self._made(told)

    def _claimed(self, event: AnyRow, told: Mapping[str, Any]) -> None:
        holder = "" if told["shared"] else event.chain
        place = (told["week"], told["slot"], told["channel"], told["referral"])
        self.claims[event.chain, event.place] = ReplayedClaim(*place, holder, event.at)

    def _returned(self, event: AnyRow, told: Mapping[str, Any]) -> None:
        claim = self.claims[event.chain, told["claim"]]
        claim.state, claim.ended_at = ClaimState.RETURNED, event.at
        if told["went_to"] is not None:
            self._fall(claim.week, (claim.slot, claim.channel, claim.holder), 1, told["went_to"])
        self._made(told)

    def _made(self, told: Mapping[str, Any]) -> None:
        for week, slot, channel, holder, opens, ends, then in told["made"]:
            self.weeks[week].made[slot, channel, holder] = (opens, ends, then)

    def _fall(self, week: str, key: Key, tickets: int, to: str) -> None:
        self.weeks[week].fallen[key] += tickets
        self.weeks[week].received[key[0], to, ""] += tickets
