"""The text of a value, as cells of tables and patches of a study write it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from scheduler.exact import exact_text

_QUOTED = re.compile(r'[;；、"]')


def cell_text(value: Any) -> str:
    """Return the text of a cell that reads back as `value`."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return join_list(value)
    if isinstance(value, Fraction):
        return exact_text(value)
    return str(value)


def join_list(items: Iterable[object]) -> str:
    """Return the text that `split_list` reads back as `items`."""
    return ";".join(_quoted(str(item)) for item in items)


def _quoted(item: str) -> str:
    if _QUOTED.search(item) is None:
        return item
    return '"' + item.replace('"', '""') + '"'
