"""The events replayed: what claims, versions and holdings must be if the record is true."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scheduler.tickets.models import AnyRow, ClaimState, HoldingKey
from scheduler.words import Message, message


@dataclass
class ReplayedClaim:
    """A claim by its events; `holder` is the one of its holding, and times and dates are text."""

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
    ticket: int | None = None


@dataclass
class ReplayedWeek:
    """A week by its events: its versions by number, and what fell back in the last one.

    `made` are the holdings that fall-backs added: when each opens and falls back (timestamps), and to which channel.
    """

    versions: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    fallen: Counter[HoldingKey] = field(default_factory=Counter)
    received: Counter[HoldingKey] = field(default_factory=Counter)
    released: set[HoldingKey] = field(default_factory=set)
    made: dict[HoldingKey, tuple[str, str | None, str]] = field(default_factory=dict)


class Replay:
    """Replays events in the order of their numbers; `wrong` are those that refer to what was never there."""

    def __init__(self) -> None:
        self.claims: dict[tuple[str, int], ReplayedClaim] = {}
        self.weeks: dict[str, ReplayedWeek] = defaultdict(ReplayedWeek)
        self.wrong: list[Message] = []
        self._handlers: Mapping[str, Callable[[AnyRow, Mapping[str, Any]], None]] = {
            "published": self._published,
            "superseded": self._superseded,
            "hurt": self._hurt,
            "retimed": self._retimed,
            "released": self._released,
            "claimed": self._claimed,
            "returned": self._returned,
        }

    def play(self, event: AnyRow) -> None:
        """Replay the next event."""
        try:
            self._handlers[event.kind](event, json.loads(event.payload))
        except (KeyError, TypeError, ValueError):
            # Whoever can rewrite a chain can write anything into it: the replay must not stop at nonsense.
            self.wrong.append(
                message(
                    "event {place} of the chain {chain} does not fit the others",
                    place=event.place,
                    chain=event.chain or message("of the office"),
                )
            )

    def _published(self, event: AnyRow, payload: Mapping[str, Any]) -> None:
        versions = self.weeks[payload["week"]].versions
        columns = {key: payload[key] for key in ("reason", "digest", "most", "rows")}
        columns["channels"] = payload.get("channels")
        version = {**columns, "made_by": event.who, "at": event.at, "superseded_at": None}
        self.weeks[payload["week"]] = ReplayedWeek({**versions, payload["version"]: version})
        for partner, number, channel, holder in payload["moved"]:
            claim = self.claims[partner, number]
            claim.channel, claim.holder = channel, holder

    def _superseded(self, event: AnyRow, payload: Mapping[str, Any]) -> None:
        versions = self.weeks[payload["week"]].versions
        versions[payload["version"]] = {**versions[payload["version"]], "superseded_at": event.at}

    def _hurt(self, event: AnyRow, payload: Mapping[str, Any]) -> None:
        claim = self.claims[payload["partner"], payload["claim"]]
        claim.state, claim.ended_at, claim.why = ClaimState.HURT, event.at, payload["why"]
        claim.new_date, claim.new_start = payload["new_date"], payload["new_start"]

    def _retimed(self, event: AnyRow, payload: Mapping[str, Any]) -> None:
        self.claims[payload["partner"], payload["claim"]].ticket = payload["ticket"]

    def _released(self, event: AnyRow, payload: Mapping[str, Any]) -> None:
        for week, slot, channel, holder, tickets, to in payload["falls"]:
            self.weeks[week].released.add((slot, channel, holder))
            self._fall(week, (slot, channel, holder), tickets, to)
        self._made(payload)

    def _claimed(self, event: AnyRow, payload: Mapping[str, Any]) -> None:
        holder = "" if payload["shared"] else event.chain
        place = (payload["week"], payload["slot"], payload["channel"], payload["referral"])
        claim = ReplayedClaim(*place, holder, event.at, ticket=payload.get("ticket"))
        self.claims[event.chain, event.place] = claim

    def _returned(self, event: AnyRow, payload: Mapping[str, Any]) -> None:
        claim = self.claims[event.chain, payload["claim"]]
        claim.state, claim.ended_at = ClaimState.RETURNED, event.at
        if payload["went_to"] is not None:
            self._fall(claim.week, (claim.slot, claim.channel, claim.holder), 1, payload["went_to"])
        self._made(payload)

    def _made(self, payload: Mapping[str, Any]) -> None:
        for week, slot, channel, holder, opens, ends, then in payload["made"]:
            self.weeks[week].made[slot, channel, holder] = (opens, ends, then)

    def _fall(self, week: str, key: HoldingKey, tickets: int, to: str) -> None:
        self.weeks[week].fallen[key] += tickets
        self.weeks[week].received[key[0], to, ""] += tickets
