"""Content that is parsed already, as nodes with the lines that it would have in a file."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yaml import MappingNode, Node, SequenceNode

from scheduler.errors import InputError
from scheduler.tables.grids.yaml_in import compose, is_null, line
from scheduler.tables.yaml_nodes import nodes_of

_KEYS = st.text("ab/~ 门", min_size=1, max_size=4)
_CONTENT: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("ab:# 门", max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=12,
)


def _told(node: Node) -> Any:
    if isinstance(node, MappingNode):
        return line(node), [(key.value, line(key), _told(value)) for key, value in node.value]
    if isinstance(node, SequenceNode):
        return line(node), [_told(item) for item in node.value]
    return line(node), is_null(node), node.value


@given(_CONTENT)
def test_nodes_are_those_of_the_content_written_out_as_json(content: Any) -> None:
    written = compose("x", json.dumps(content, indent=1, ensure_ascii=False))
    assert written is not None
    assert _told(nodes_of("x", content)[0]) == _told(written)


@given(_CONTENT)
def test_every_line_with_a_key_or_an_item_has_its_pointer(content: Any) -> None:
    _, pointers = nodes_of("x", content)
    lines = json.dumps(content, indent=1, ensure_ascii=False).splitlines()
    told = [
        number for number, text in enumerate(lines, 1) if number == 1 or text.strip(" ,") not in ("]", "}")
    ]
    assert sorted(pointers) == told
    for number, pointer in pointers.items():
        found = _at(content, pointer)
        begun = json.dumps(found, indent=1, ensure_ascii=False).splitlines()[0]
        assert lines[number - 1].rstrip(",").endswith(begun)


def _at(content: Any, pointer: str) -> Any:
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        content = content[int(key)] if isinstance(content, list) else content[key]
    return content


def test_texts_that_no_file_can_hold_are_told_all_at_once() -> None:
    with pytest.raises(InputError) as told:
        nodes_of("x", {"a": ["good", "\ud800"], "b\x00": 1})
    assert [problem.where.field for problem in told.value.problems] == ["/a/1", "/b\x00"]
