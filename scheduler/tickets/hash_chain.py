"""Chains of entries, each holding the hash of the one before it: nobody can change or remove one unseen.

The ledger's events are such chains, and so is what is done through the service.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scheduler.errors import Problem, SettingError, Where
from scheduler.tickets.timestamps import to_timestamp
from scheduler.words import Message, message

FIRST = "0" * 64
"""What stands for the hash before the first entry of a chain."""


@dataclass(frozen=True, order=True)
class Head:
    """Where a chain ends: the place of its last entry, 0 for none, and that entry's hash."""

    chain: str
    place: int = 0
    hash: str = FIRST

    def __str__(self) -> str:
        return f"{self.place}:{self.hash}:{self.chain}"

    @classmethod
    def parse(cls, text: str) -> Head:
        """Return the head written as `place:hash:chain`; raises SettingError for anything else."""
        place, _, rest = text.strip().partition(":")
        digest, colon, chain = rest.partition(":")
        whole = place.isascii() and place.isdigit() and len(digest) == len(FIRST)
        if not (colon and whole and set(digest) <= set("0123456789abcdef")):
            remedy = message("Copy it as it was shown: PLACE:HASH:PARTNER, the office's without a partner.")
            raise SettingError(
                [Problem(Where(field="head"), message("this is not the head of a chain"), remedy)]
            )
        return cls(chain, int(place), digest)


def canonical_json(payload: Any) -> str:
    """Return `payload` as JSON in its one form: keys sorted, no blanks, letters as they are."""
    return json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(payload: Any) -> str:
    """Return the SHA-256 of the canonical JSON of `payload`."""
    return hashlib.sha256(canonical_json(payload).encode()).hexdigest()


@dataclass(frozen=True)
class HashChain:
    """One sort of chain: its entries have `fields`, and a place (from 1), a time, and the hash of the entry before.

    The hash of an entry covers all of these under the names they have here. So a field that is renamed, added or left
    out breaks every chain that was ever written.
    """

    fields: tuple[str, ...]

    def entry_after(self, head: Head, at: dt.datetime, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the row of the entry after `head`; `values` are by field."""
        entry = {**values, "place": head.place + 1, "previous": head.hash}
        return {**entry, "at": at, "hash": self._hash(entry, to_timestamp(at))}

    def find_break(self, head: Head, entry: Mapping[str, Any], at: str) -> Message | None:
        """Return what is wrong with the stored `entry` as the one after `head`, or None; `at` is its timestamp."""
        if entry["place"] != head.place + 1:
            return message(
                "the event is missing; after {last} comes {next}", last=head.place, next=entry["place"]
            )
        if entry["previous"] != head.hash:
            return message("the event does not follow the one before it")
        if entry["hash"] != self._hash(entry, at):
            return message("the event was changed")
        return None

    def _hash(self, entry: Mapping[str, Any], at: str) -> str:
        return digest({key: entry[key] for key in (*self.fields, "place", "previous")} | {"at": at})
