"""What the program keeps in memory is bounded by its size, wherever what is kept comes from outside."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from api.memory import Memory
from scheduler.text_cache import MOST_CHARACTERS, text_cache

ROOT = Path(__file__).parents[1]

FIXED = {
    "api/jobs/worker.py": "a store for each address of a database: one",
    "api/routes/exports.py": "the file of notices that the settings name: one",
    "api/web/shape.py": "a schema of each class",
    "scheduler/check/return_visits.py": "three numbers",
    "scheduler/engine/columns.py": "inside a solve",
    "scheduler/interval.py": "two numbers",
    "scheduler/report/html.py": "the pages' templates",
    "scheduler/report/voice.py": "a date in two languages",
    "scheduler/reserve/return_visits.py": "three numbers",
    "scheduler/scenario/rows.py": "a word of a few letters and a date",
    "scheduler/study/run/workers.py": "the study that a worker is at",
    "scheduler/study/table/figures.py": "without arguments",
    "scheduler/study/table/wording.py": "keys of half-days, 128 of them",
    "scheduler/study/uncertainty/replication.py": "without arguments",
    "scheduler/tables/columns/spellings.py": "without arguments",
    "scheduler/tables/roster/write.py": "minutes and moments",
    "scheduler/tables/scenario/settings.py": "without arguments",
    "scheduler/tables/scenario/yaml.py": "without arguments",
    "scheduler/text_cache.py": "counts what it holds",
    "scheduler/tickets/timestamps.py": "moments",
    "scheduler/words.py": "a catalogue of each language",
}
"""Files with caches that are bounded by the number of their entries, and why each of these is small."""


def _caches() -> Iterator[str]:
    for package in ("api", "scheduler"):
        for path in sorted((ROOT / package).rglob("*.py")):
            names = {
                node.id
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                if isinstance(node, ast.Name)
            }
            if names & {"lru_cache", "cache", "OrderedDict"}:
                yield path.relative_to(ROOT).as_posix()


def test_caches_that_are_not_bounded_by_their_size_hold_small_things() -> None:
    assert set(_caches()) - {"api/memory.py"} == set(FIXED)


def test_what_a_service_keeps_is_bounded_by_its_bytes_and_what_was_used_longest_ago_goes_first() -> None:
    memory, made = Memory(100), []

    def get(key: str) -> bytes:
        return memory.get(key, lambda: (made.append(key), b"x" * 40)[1], len)

    for key in ("a", "b", "a", "c", "a", "b"):
        get(key)
    assert made == ["a", "b", "c", "b"]
    assert memory.size == 80


def test_what_is_larger_than_the_bound_is_kept_alone() -> None:
    memory, made = Memory(100), []
    for _ in range(3):
        memory.get("large", lambda: made.append(1) or b"x" * 1000, len)
    assert len(made) == 1
    memory.get("small", lambda: b"x", len)
    assert memory.size == 1


def test_texts_that_are_kept_are_counted_by_their_characters() -> None:
    asked: list[str] = []

    @text_cache
    def length(text: str) -> int:
        asked.append(text[:5])
        return len(text)

    many = [f"{number:05}" + "甲" * 20_000 for number in range(3 * MOST_CHARACTERS // 20_000)]
    assert [length(text) for text in (*many, many[-1])] == [20_005] * (len(many) + 1)
    assert len(asked) == len(many)
    info = length.cache_info()  # type: ignore[attr-defined]
    assert info.currsize * 20_000 <= MOST_CHARACTERS
