"""Names that differ only in blanks, case or the width of brackets are one name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from scheduler.tables.published_rows import PublishedRow
from scheduler.tables.values import folded

_NAMED = ("clinic", "doctor", "campus", "specialty", "room")


def one_spelling(rows: Sequence[PublishedRow]) -> tuple[tuple[PublishedRow, ...], tuple[str, ...]]:
    """Return the rows with one spelling of each name, and the spellings that were given up, sorted.

    The most frequent spelling stays; of equally frequent ones the first in order.
    """
    instead: dict[str, dict[str, str]] = {}
    for column in _NAMED:
        found = _instead(Counter(getattr(row, column) for row in rows))
        if found:
            instead[column] = found
    given_up = sorted({name for names in instead.values() for name in names})
    if not given_up:
        return tuple(rows), ()
    return tuple(replace(row, **_corrected(row, instead)) for row in rows), tuple(given_up)


def _instead(spellings: Counter[str]) -> dict[str, str]:
    alike: dict[str, list[str]] = defaultdict(list)
    for name in sorted(spellings, key=lambda name: (-spellings[name], name)):
        alike[folded(name)].append(name)
    return {other: first for first, *others in alike.values() for other in others}


def _corrected(row: PublishedRow, instead: dict[str, dict[str, str]]) -> dict[str, Any]:
    return {
        column: names.get(getattr(row, column), getattr(row, column)) for column, names in instead.items()
    }
