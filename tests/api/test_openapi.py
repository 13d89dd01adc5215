"""The OpenAPI document: committed, whole, and told by the service itself."""

from __future__ import annotations

import json
import re
from pathlib import Path

from api.spec import document_text
from tests.api.conftest import Here

COMMITTED = Path(__file__).parents[2] / "docs" / "openapi.json"


def test_the_committed_document_is_the_present_one(here: Here) -> None:
    assert COMMITTED.read_text(encoding="utf-8") == document_text(here.app), "run: python -m api.spec"


def test_every_route_is_told(here: Here) -> None:
    told = {(path, method) for path, item in here.app.api_doc["paths"].items() for method in item}
    found = set()
    for rule in here.app.url_map.iter_rules():
        if not rule.endpoint.startswith(("openapi.", "swagger.")):
            path = re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", str(rule))
            found |= {(path, method.lower()) for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}
    assert told == found


def test_every_reference_leads_somewhere(here: Here) -> None:
    text = document_text(here.app)
    document = json.loads(text)
    named = set(re.findall(r'"#/components/schemas/([^"]+)"', text))
    assert named - document["components"]["schemas"].keys() == set()
    assert document["openapi"] == "3.1.0"


def test_every_operation_has_a_name_of_its_own_and_tells_its_problems(here: Here) -> None:
    operations = [one for path in here.app.api_doc["paths"].values() for one in path.values()]
    names = [one["operationId"] for one in operations]
    assert len(set(names)) == len(names)
    for one in operations:
        problems = [answer for status, answer in one["responses"].items() if status >= "4"]
        assert all("application/problem+json" in answer["content"] for answer in problems)
        assert one["summary"].endswith(".")


def test_the_docs_page_asks_nobody_else(here: Here) -> None:
    page = here.client.get("/docs/swagger").get_data(as_text=True)
    assert "swagger" in page
    assert re.findall(r'(?:src|href)="https?://', page) == []
