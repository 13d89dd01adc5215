"""Rows of one kind, grouped by any key; a few rows exchanged, only their groups are made anew."""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Generic, TypeVar

Row = TypeVar("Row")
Key = TypeVar("Key", bound=Hashable)

Groups = Mapping[Key, Sequence[Row]]
"""Rows by key, in the order of their kind; no group is empty."""


class Grouped(Generic[Row]):
    """Rows in the order that `order` gives them, whatever order they come in; read only."""

    def __init__(self, rows: Iterable[Row], order: Callable[[Row], Any]) -> None:
        self._order = order
        self._rows = tuple(rows)
        self._base: Grouped[Row] | None = None
        self._gone: tuple[Row, ...] = ()
        self._come: tuple[Row, ...] = ()
        self._groups: dict[Callable[[Row], Iterable[Any]], Groups[Any, Row]] = {}

    def after(self, gone: Iterable[Row], come: Iterable[Row]) -> Grouped[Row]:
        """Return these rows without those `gone`, each taken out once, and with those that `come`."""
        made: Grouped[Row] = Grouped((), self._order)
        made._base, made._gone, made._come = self, tuple(gone), tuple(come)
        return made

    def by(self, keys: Callable[[Row], Iterable[Key]]) -> Groups[Key, Row]:
        """Return the rows by their keys; `keys` gives each key of a row once.

        Made when first needed, and remembered by the function itself: pass one that has a name.
        """
        groups = self._groups.get(keys)
        if groups is None:
            groups = self._grouped(keys) if self._base is None else self._patched(self._base, keys)
            self._groups[keys] = groups
        return groups

    @cached_property
    def _ordered(self) -> tuple[Row, ...]:
        return tuple(sorted(self._rows, key=self._order))

    def _grouped(self, keys: Callable[[Row], Iterable[Key]]) -> Groups[Key, Row]:
        groups: dict[Key, list[Row]] = defaultdict(list)
        for row in self._ordered:
            for key in keys(row):
                groups[key].append(row)
        return dict(groups)

    def _patched(self, base: Grouped[Row], keys: Callable[[Row], Iterable[Key]]) -> Groups[Key, Row]:
        known = base.by(keys)
        groups: dict[Key, list[Row]] = {
            key: list(known.get(key, ())) for row in (*self._gone, *self._come) for key in keys(row)
        }
        for row in self._gone:
            for key in keys(row):
                groups[key].remove(row)
        for row in self._come:
            for key in keys(row):
                insort(groups[key], row, key=self._order)
        merged = {**known, **groups}
        for key in [key for key, rows in groups.items() if not rows]:
            del merged[key]
        return merged
