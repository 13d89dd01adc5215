"""Whatever is asked of whichever route, by whomever: no fault of the server, and no answer that was not announced."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api import create_app
from api.web.service import EXTENSION
from api.web.uploads import XLSX
from tests.api.conftest import BEFORE, Here, settings_in

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]

NAMES = {
    "doctor": "D001",
    "session": "2026-W30.D002.mon-am",
    "at": "tue-pm",
    "clinic": "眼科门诊",
    "kind": "Slot",
}
"""What the week of the service knows."""

_DOCUMENT = Path(__file__).parents[2] / "docs" / "openapi.json"

schema = schemathesis.openapi.from_dict(json.loads(_DOCUMENT.read_text(encoding="utf-8")))
schema.config.phases.coverage.enabled = False


def some(examples: int) -> settings:
    """Return how many requests of each operation are made: the same ones in every run."""
    return settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@schemathesis.serializer(XLSX)
def workbook(context: schemathesis.SerializationContext, value: Any) -> bytes:
    """Send whatever was thought of as if it were a workbook."""
    return value if isinstance(value, bytes) else json.dumps(value).encode()


class Nobody:
    """Takes one job and never ends it, so that everything else that was asked for waits."""

    capacity, is_shared = 1, False

    def __init__(self, *_: object) -> None:
        pass

    def submit(self, job: str, attempt: int, limit: float) -> None:
        pass

    def kill(self, job: str) -> None:
        pass

    def shutdown(self) -> None:
        pass


@pytest.fixture(scope="module")
def asked(_planned: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Here, str]]:
    """A service with a roster that is published, whose jobs are looked after and never run, and the roster."""
    folder = tmp_path_factory.mktemp("asked")
    shutil.copytree(_planned[0], folder, dirs_exist_ok=True)
    app = create_app(settings_in(folder, rate="1000000/minute", solve_rate="1000000/minute"), Nobody)
    here, roster = Here(app.extensions[EXTENSION], app.test_client(), app), _planned[1]
    here.service.clock = lambda: BEFORE
    here.service.dispatcher.start()
    for step in ("proposal", "approval", "publication"):
        seen = {"If-Match": '"v1"'}
        done = here.ask("POST", f"rosters/{roster}/{step}", role="admin", json={}, headers=seen)
        assert done.status_code == 201, done.get_data(as_text=True)
    yield here, roster
    here.service.close()


def _send(case: Any, here: Here, key: str = "") -> None:
    # The client under test does not unpack what is compressed.
    headers = {"Accept-Encoding": "identity"} | ({"Authorization": f"Bearer {key}"} if key else {})
    case.call_and_validate(app=here.app, headers=headers, checks=CHECKS)


@schema.parametrize()
@some(2)
def test_nobody_without_a_key_gets_an_answer_that_was_not_announced(
    case: Any, asked: tuple[Here, str]
) -> None:
    _send(case, asked[0])


@schema.parametrize()
@some(3)
def test_no_request_of_an_admin_gets_an_answer_that_was_not_announced(
    case: Any, asked: tuple[Here, str]
) -> None:
    _send(case, asked[0], asked[0].key("admin"))


@schema.parametrize()
@some(6)
def test_no_request_about_what_is_there_gets_an_answer_that_was_not_announced(
    case: Any, asked: tuple[Here, str]
) -> None:
    here, roster = asked
    row = here.service.rosters.row(roster)
    assert row is not None
    names = {**NAMES, "roster": roster, "pins": roster, "other": roster, "scenario": row.scenario}
    case.path_parameters, case.query = _known(case.path_parameters, names), _known(case.query, names)
    case.body = _known(case.body, names)
    if any(header.name == "If-Match" for header in case.operation.headers):
        case.headers["If-Match"] = f'"v{row.version}"'
    partner = "/partner/" in case.path
    _send(case, here, here.key("partner", "甲院") if partner else here.key("admin"))


def _known(value: Any, names: Mapping[str, str]) -> Any:
    """Put what is there for the texts that name something, at every depth."""
    if isinstance(value, list):
        return [_known(one, names) for one in value]
    if not isinstance(value, Mapping):
        return value
    return {
        key: names[key] if key in names and isinstance(inner, str) else _known(inner, names)
        for key, inner in value.items()
    }
