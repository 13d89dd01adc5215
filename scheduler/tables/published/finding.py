"""What an import tells about a file: found, assumed or repaired."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from scheduler.words import Message, message

_SHOWN = 5


class FindingKind(StrEnum):
    """Found in the file, assumed where it tells nothing, or repaired where it cannot be meant so."""

    FOUND = "found"
    ASSUMED = "assumed"
    REPAIRED = "repaired"


@dataclass(frozen=True)
class Finding:
    """A line of the table an import prints: what, how many (or which), and what was made of it."""

    kind: FindingKind
    label: Message
    value: str
    note: Message | None = None


def examples(names: Collection[str]) -> Message:
    """Return the first of `names`, sorted, and how many more there are."""
    shown = sorted(names)[:_SHOWN]
    if len(names) <= _SHOWN:
        return message("{names}", names=shown)
    return message("{names} and {more} more", names=shown, more=len(names) - _SHOWN)
