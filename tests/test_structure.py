"""How the code is cut: functions fit on a screen, and files are called after what they hold."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
FILES = sorted(path for folder in ("scheduler", "api") for path in (ROOT / folder).rglob("*.py"))

LINES = 40
"""Most lines of a function, its heading and docstring included: what fits on a screen."""

FORBIDDEN = frozenset(["told", "asked", "said", "held", "seen", "kept", "found", "given", "drawn"])
"""Participles that say nothing of what a file holds."""

NOUNS = frozenset(["finding", "heading", "holding", "reading", "setting", "standing", "wording"])
"""Nouns that look like gerunds."""


def _long_functions(node: ast.AST, place: str = "") -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        inner = place
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            inner = f"{place}{child.name}."
            length = (child.end_lineno or child.lineno) - child.lineno + 1
            if length > LINES and not isinstance(child, ast.ClassDef):
                yield inner.rstrip(".")
        yield from _long_functions(child, inner)


def _is_misnamed(stem: str) -> bool:
    last = stem.split("_")[-1]
    return last in FORBIDDEN or (last.endswith("ing") and last not in NOUNS)


def test_no_function_is_longer_than_a_screen() -> None:
    long = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in FILES
        for name in _long_functions(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert long == set()


def test_files_are_named_after_what_they_hold() -> None:
    misnamed = {path.stem for path in FILES if _is_misnamed(path.stem)}
    assert misnamed == set()


def test_a_long_function_is_seen_wherever_it_stands() -> None:
    body = "\n".join(f"            x = {n}" for n in range(LINES))
    text = f"class A:\n    def f(self):\n        def g():\n{body}\n"
    assert list(_long_functions(ast.parse(text))) == ["A.f", "A.f.g"]


def test_gerunds_and_participles_are_distinguished_from_nouns() -> None:
    names = ("keeping", "table_told", "settings", "setting", "setting_fields", "headings", "wording")
    assert [name for name in names if _is_misnamed(name)] == ["keeping", "table_told"]
