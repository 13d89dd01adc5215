"""What the logs may hold, and what not."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
import structlog

from tests.api.conftest import Here

FAULT = """
import logging
from api.web.logs import set_up_logs

set_up_logs("info")
def claim(referral):
    raise RuntimeError("broken")
try:
    claim("R-778899")
except RuntimeError:
    logging.getLogger("x").exception("fault")
"""


def test_a_fault_is_logged_with_its_place_and_without_the_values_of_variables() -> None:
    done = subprocess.run([sys.executable, "-c", FAULT], capture_output=True, text=True, check=True)
    line = json.loads(done.stdout.splitlines()[-1])
    assert line["exception"][0]["frames"][-1]["name"] == "claim"
    assert "R-778899" not in json.dumps(line["exception"])


def test_an_identity_that_a_client_chose_is_answered_and_not_logged(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged: list[str] = []
    monkeypatch.setattr(
        structlog.contextvars, "bind_contextvars", lambda **values: logged.extend(values.values())
    )
    answer = here.ask("GET", "rosters", headers={"X-Request-ID": "13800138000"})
    assert answer.headers["X-Request-ID"] == "13800138000"
    assert "13800138000" not in logged
    own = here.ask("GET", "rosters").headers["X-Request-ID"]
    assert own in logged
