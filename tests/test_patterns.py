"""No pattern of the program can be made to try exponentially many ways by a text that nearly fits."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
_PARSER: Any = importlib.import_module("re._parser")
_REPEATS = (_PARSER.MAX_REPEAT, _PARSER.MIN_REPEAT)


def _patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    for path in sorted((*(ROOT / "scheduler").rglob("*.py"), *(ROOT / "api").rglob("*.py"))):
        text = path.read_text(encoding="utf-8")
        if "re.compile" not in text or "migrations" in path.parts:
            continue
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for key, value in vars(importlib.import_module(name)).items():
            for found in value if isinstance(value, tuple) else (value,):
                if isinstance(found, re.Pattern):
                    yield f"{name}.{key}", found


def _is_endless(item: Any) -> bool:
    return item[0] in _REPEATS and item[1][1] is _PARSER.MAXREPEAT


def _bodies(item: Any) -> Iterator[Sequence[Any]]:
    """Yield the sequences inside an item: of a group, of a repeat, of each alternative."""
    kind, value = item
    if kind is _PARSER.SUBPATTERN:
        yield value[3]
    elif kind in _REPEATS:
        yield value[2]
    elif kind is _PARSER.BRANCH:
        yield from value[1]


def _is_at_least_one(item: Any) -> bool:
    return bool(_PARSER.SubPattern(_PARSER.State(), [item]).getwidth()[0])


def _is_one_endless_run(body: Sequence[Any]) -> bool:
    """Return whether a body is, without what may be empty, one endless repeat: it can be cut anywhere."""
    needed = [item for item in body if _is_at_least_one(item)]
    if len(needed) != 1:
        return False
    (item,) = needed
    if _is_endless(item):
        return True
    return any(_is_one_endless_run(inner) for inner in _bodies(item) if item[0] not in _REPEATS)


def _nested(body: Sequence[Any]) -> bool:
    return any(
        (_is_endless(item) and _is_one_endless_run(item[1][2]))
        or any(_nested(inner) for inner in _bodies(item))
        for item in body
    )


@pytest.mark.parametrize("pattern", ["(a+)+", "(?:b|[-–]+)*", "(?:[.]+[a-z]*)+", "x(?:(a*b*c+))*"])
def test_an_endless_repeat_of_an_endless_repeat_is_found(pattern: str) -> None:
    assert _nested(_PARSER.parse(pattern))


@pytest.mark.parametrize("pattern", ["(?:ab+)+", "a+b*", "(?:[.][a-z]+)*", "(?:a{1,3})+"])
def test_a_repeat_that_can_be_cut_in_one_way_only_is_none(pattern: str) -> None:
    assert not _nested(_PARSER.parse(pattern))


def test_no_pattern_repeats_without_end_what_repeats_without_end() -> None:
    found = {name for name, pattern in _patterns() if _nested(_PARSER.parse(pattern.pattern, pattern.flags))}
    assert found == set()
