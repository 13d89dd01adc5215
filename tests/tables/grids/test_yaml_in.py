"""YAML as plain data, with the line of every key and item."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.tables.grids.yaml_in import DataPath, is_printable, parse_yaml

_KEYS = st.text("ab/~门", min_size=1, max_size=4)
_CONTENT: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("ab:#门", max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=12,
)


def _texts(content: Any) -> Any:
    """Return content with its single values as texts, as JSON writes them."""
    if isinstance(content, dict):
        return {key: _texts(value) for key, value in content.items()}
    if isinstance(content, list):
        return [_texts(item) for item in content]
    return content if content is None or isinstance(content, str) else json.dumps(content)


def _paths(content: Any, path: DataPath = ()) -> list[DataPath]:
    if isinstance(content, dict):
        inner = [(*path, key) for key in content]
    elif isinstance(content, list):
        inner = [(*path, number) for number in range(len(content))]
    else:
        return [path]
    return [path, *(deeper for step in inner for deeper in _paths(content[step[-1]], step))]


@given(_CONTENT)
def test_data_is_that_of_the_file_and_every_part_has_its_line(content: Any) -> None:
    text = json.dumps(content, indent=1, ensure_ascii=False)
    file = parse_yaml("x.yaml", text)
    assert file.data == _texts(content)
    lines = [n for n, line in enumerate(text.splitlines(), 1) if n == 1 or line.strip(" ,") not in ("]", "}")]
    assert [file.where(path).row for path in _paths(content)] == lines


@pytest.mark.parametrize(
    ("path", "row", "field"),
    [
        (("a", 0, "b"), 2, "a.b"),
        (("a", 0, "c"), 1, "a.c"),
        (("a", "b", 0), 2, "a.b"),
        (("z",), 1, "z"),
    ],
)
def test_steps_that_the_file_does_not_have_are_passed_over(path: DataPath, row: int, field: str) -> None:
    where = parse_yaml("x.yaml", "a:\n  b: 1\n").where(path)
    assert (where.file, where.row, where.field) == ("x.yaml", row, field)


def test_numbers_keep_their_digits_words_stay_words_and_only_a_bare_null_is_nothing() -> None:
    assert parse_yaml("x", 'a: 1.10\nb: off\nc:\nd: ""\ne: ~\nf: [1, ]').data == {
        "a": "1.10", "b": "off", "c": None, "d": "", "e": None, "f": ["1"],
    }  # fmt: skip


def test_a_key_that_stands_twice_is_a_problem_and_the_first_counts() -> None:
    file = parse_yaml("x.yaml", "a: {b: 1}\nc: {d: 1,\n d: 2}\na: 3\n")
    assert file.data == {"a": {"b": "1"}, "c": {"d": "1"}}
    assert [(p.where.row, p.where.field, p.value) for p in file.problems] == [(3, "c.d", "d"), (4, "a", "a")]


def test_an_alias_is_the_part_that_it_names_even_where_that_holds_it() -> None:
    data = parse_yaml("x.yaml", "a: &a {b: [1, *a]}\nc: *a\n").data
    assert data["c"] is data["a"]
    assert data["a"]["b"][1] is data["a"]


def test_what_no_file_or_screen_can_show_is_not_printable() -> None:
    assert is_printable("门诊 abc\n")
    assert not any(map(is_printable, ("\ud800", "\x00", "\x1b[31m")))
