"""Hostile bodies are refused in order, and nothing of them stays; what they cost is measured in the benchmarks."""

from __future__ import annotations

import errno
import json
import os
import time
from multiprocessing.process import BaseProcess
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.web.declare import MOST_JSON_BYTES
from api.web.errors import Refusal
from api.web.file_reader import SMALL_BYTES, FileReader
from api.web.guards import _depth
from api.web.uploads import XLSX
from tests.api.conftest import Here, Planned
from tests.api.hostile.bodies import DOCUMENTS, REQUESTS
from tests.api.hostile.requests import JSON
from tests.api.hostile.tables import CSV, WORKBOOKS
from tests.at_once import at_once

REFUSALS = (400, 413, 422)
SIZES = (20_000, 2 * SMALL_BYTES)
"""Bytes of what the service reads itself, and of what another process reads."""


def send(here: Here, path: str, role: str, body: bytes, content_type: str) -> int:
    partner = "协作一院" if role == "partner" else ""
    headers = {"Content-Type": content_type}
    return here.ask("POST", path, role=role, partner=partner, data=body, headers=headers).status_code


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_hostile_document_is_refused(here: Here, name: str) -> None:
    assert send(here, "scenarios/validate", "viewer", DOCUMENTS[name](20_000), JSON) in REFUSALS


@pytest.mark.parametrize("name", REQUESTS)
def test_a_hostile_body_is_refused(planned: Planned, name: str) -> None:
    hostile = REQUESTS[name]
    path = hostile.path.format(roster=planned.roster)
    scenario = (planned.ask("GET").json or {})["scenario"]
    body = hostile.body(20_000).replace(b"{scenario}", scenario.encode())
    assert send(planned.here, path, hostile.role, body, hostile.content_type) in REFUSALS


@pytest.mark.parametrize("name", CSV)
def test_a_hostile_table_is_refused(here: Here, name: str) -> None:
    assert send(here, "scenarios/import", "planner", CSV[name](20_000), "text/csv") in REFUSALS


@pytest.mark.parametrize("name", WORKBOOKS)
def test_a_hostile_workbook_is_refused(here: Here, name: str) -> None:
    assert send(here, "scenarios/import", "planner", WORKBOOKS[name], XLSX) in REFUSALS


@pytest.mark.parametrize("name", REQUESTS)
def test_a_body_over_its_route_s_size_is_refused_before_it_is_read(planned: Planned, name: str) -> None:
    hostile = REQUESTS[name]
    path = hostile.path.format(roster=planned.roster)
    most = 64_000 if hostile.role == "partner" else MOST_JSON_BYTES
    assert send(planned.here, path, hostile.role, b"[" * (most + 1), JSON) == 413
    assert send(planned.here, path, hostile.role, b"[" * most, JSON) == 400


def test_a_large_document_is_read_apart_and_refused_with_what_is_wrong(here: Here) -> None:
    document = DOCUMENTS["unknown settings"](2 * SMALL_BYTES)
    answer = here.ask("POST", "scenarios/validate", data=document, headers={"Content-Type": JSON})
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["count"] == document.count(b"field")
    assert answer.json["errors"][0]["detail"] == "there is no such field"
    broken = b'{"week":' + b" " * SMALL_BYTES
    assert send(here, "scenarios/validate", "viewer", broken, JSON) == 400


@pytest.mark.parametrize(
    ("function", "argument", "said"),
    [(time.sleep, 60, "longer than 4 seconds"), (os._exit, 1, "more than 2000 MB"), (bytearray, 10**10, "")],
)
def test_reading_that_takes_too_much_is_given_up(function: Any, argument: int, said: str) -> None:
    reader = FileReader(1, 4, 2000)  # a busy machine takes two of them to start the process
    try:
        with pytest.raises((Refusal, MemoryError)) as raised:
            reader.read(SMALL_BYTES + 1, function, argument)
        assert said in str(getattr(raised.value, "detail", ""))
        assert reader.read(SMALL_BYTES + 1, abs, -1) == 1
    finally:
        reader.close()


def test_no_more_than_a_few_wait_for_a_reader() -> None:
    reader = FileReader(1, 30, 2000)
    while reader._places.acquire(blocking=False):
        pass
    for size in (SMALL_BYTES, SMALL_BYTES + 1):
        with pytest.raises(Refusal) as raised:
            reader.read(size, abs, -1)
    assert raised.value.kind == "too-many-requests"


def test_others_are_served_while_hostile_bodies_are_refused(planned: Planned) -> None:
    here, senders = planned.here, 4
    bodies = [
        *(("scenarios/validate", JSON, make(size)) for make in DOCUMENTS.values() for size in SIZES),
        *(("scenarios/import", "text/csv", make(size)) for make in CSV.values() for size in SIZES),
        *(("scenarios/import", XLSX, book) for book in WORKBOOKS.values()),
    ]
    key = {"Authorization": f"Bearer {here.key('planner')}"}
    left, refused, served = senders, list[int](), list[int]()

    def call(number: int) -> None:
        nonlocal left
        client = here.app.test_client()
        if number == senders:
            while left:
                served.append(client.get(f"/api/v1/rosters/{planned.roster}", headers=key).status_code)
            return
        try:
            for path, media, body in bodies[number::senders]:
                headers = {**key, "Content-Type": media}
                refused.append(client.post(f"/api/v1/{path}", data=body, headers=headers).status_code)
        finally:
            left -= 1

    at_once(call, senders + 1)
    assert len(refused) == len(bodies)
    assert set(refused) <= {*REFUSALS, 429}
    assert set(served) == {200}
    assert len(served) > senders


def test_a_file_for_which_no_process_can_be_started_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object) -> None:
        raise OSError(errno.EMFILE, "no room")

    monkeypatch.setattr(BaseProcess, "start", refuse)
    reader = FileReader(1, 0, 2000)
    try:
        with pytest.raises(Refusal) as raised:
            reader.read(SMALL_BYTES + 1, abs, -1)
        assert raised.value.kind == "unavailable"
    finally:
        reader.close()


JSON_VALUES = st.recursive(
    st.none() | st.integers() | st.text(st.sampled_from('a\\"[]{}é'), max_size=6),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.sampled_from('x"{['), max_size=3), inner)
    ),
    max_leaves=20,
)


def _levels(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(_levels, inner), default=0)


@given(JSON_VALUES, st.booleans())
def test_brackets_are_counted_as_json_nests_them(value: Any, plain: bool) -> None:
    assert _depth(json.dumps(value, ensure_ascii=plain).encode()) == _levels(value)
