"""Several names in one cell or setting: separated by `;`, `；` or `、`, quoted where a name has one in it."""

from __future__ import annotations

import re
from collections.abc import Iterable

_ITEM = re.compile(r'\s*(?:"((?:[^"]|"")*)"\s*(?=[;；、]|\Z)|([^;；、]*))(?:[;；、]|\Z)')
_QUOTED = re.compile(r'[;；、"]')


def split_list(text: str) -> tuple[str, ...]:
    """Return the names in `text` in order, blank ones left out."""
    items = (_unquoted(*found.groups()) for found in _ITEM.finditer(text))
    return tuple(item for item in items if item)


def _unquoted(quoted: str | None, bare: str | None) -> str:
    return (bare or "").strip() if quoted is None else quoted.replace('""', '"')


def join_list(items: Iterable[object]) -> str:
    """Return the text that `split_list` reads back as `items`."""
    return ";".join(_quoted(str(item)) for item in items)


def _quoted(item: str) -> str:
    if _QUOTED.search(item) is None:
        return item
    return '"' + item.replace('"', '""') + '"'
