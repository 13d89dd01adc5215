"""Who may what: every route with every role; sizes, ids, headers, rates."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from api.store.keys import Role, create_key
from api.web.guards import OPEN, role_of
from scenarios.smallest import RULES
from tests.api.conftest import Here, Planned

_FILLED = {
    "scenario": "sc-0",
    "roster": "ro-0",
    "answer": "an-0",
    "study": "st-0",
    "form": "departments",
    "variant": "base",
    "doctor": "D001",
    "kind": "Slot",
    "calendar": "ca-0",
    "secret": "ab.cd",
    "webhook": "wh-0",
}


def _routes(here: Here) -> list[tuple[str, str, Any]]:
    found = []
    for rule in here.app.url_map.iter_rules():
        needs = role_of(here.app.view_functions[rule.endpoint], rule.endpoint)
        methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        if not rule.endpoint.startswith(("openapi.", "swagger.")):
            found += [(method, rule.build(_FILLED)[1], needs) for method in methods]
    return found


def test_every_route_declares_who_may_call_it(here: Here) -> None:
    assert [(method, path) for method, path, needs in _routes(here) if needs is None] == []
    assert len(_routes(here)) > 40


@pytest.mark.parametrize("role", list(Role))
def test_every_route_lets_in_just_the_roles_it_declares(here: Here, role: Role) -> None:
    for method, path, needs in _routes(here):
        partner = "协作一院" if role is Role.PARTNER else ""
        status = here.ask(method, path, role=str(role), partner=partner, json={}).status_code
        may = needs == OPEN or role.may(needs)
        assert (status != 403) == may, (method, path, role, status)
        assert status not in (401, 500)


def test_no_route_but_the_open_ones_answers_without_a_key(here: Here) -> None:
    here.key("viewer")
    for method, path, needs in _routes(here):
        answer = here.client.open(path, method=method)
        assert (answer.status_code == 401) == (needs != OPEN), (method, path)


def test_without_any_key_it_says_how_to_make_the_first(here: Here) -> None:
    answer = here.client.get("/api/v1/rosters")
    assert answer.status_code == 401
    assert answer.json is not None
    assert "menzhen keys create" in answer.json["detail"]


def test_keys_that_are_expired_revoked_or_wrong_open_nothing(here: Here) -> None:
    store = here.service.store
    long_ago = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    old = store.write(lambda c: create_key(c, "old", Role.ADMIN, long_ago, days=1))
    good = here.key("admin")
    for key in (old, good[:-1] + ("A" if good[-1] != "A" else "B"), "mz__", "nonsense", good.upper()):
        answer = here.client.get("/api/v1/rosters", headers={"Authorization": f"Bearer {key}"})
        assert answer.status_code == 401, key
    assert here.client.get("/api/v1/rosters", headers={"X-API-Key": good}).status_code == 200


def test_the_rate_of_a_key_is_limited_and_others_go_on(start: Any) -> None:
    here = start(rate="3/hour")
    assert [here.ask("GET", "rosters").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert int(here.ask("GET", "rosters").headers["Retry-After"]) > 0
    assert here.ask("GET", "rosters", role="viewer").status_code == 200


def test_wrong_keys_are_limited_by_address_and_right_ones_go_on(start: Any) -> None:
    here = start(rate="3/hour")
    here.key("viewer")
    tries = [here.client.get("/api/v1/rosters", headers={"X-API-Key": f"mz_{n}_x"}) for n in range(5)]
    assert [answer.status_code for answer in tries] == [401, 401, 401, 429, 429]
    assert here.ask("GET", "rosters", role="viewer").status_code == 200


def test_methods_that_nobody_knows_are_counted_as_one(here: Here) -> None:
    for method in ("FROB", "NICATE", "X" * 500):
        here.client.open("/healthz", method=method)
    text = here.service.metrics.text().decode()
    assert 'method="other"' in text
    assert "FROB" not in text and "XXX" not in text


def test_solves_have_a_limit_of_their_own(start: Any) -> None:
    here = start(solve_rate="1/hour")
    scenario = here.send(RULES["ratio_day"]())
    found = [here.ask("POST", "rosters", json={"scenario": scenario}).status_code for _ in range(2)]
    assert found == [202, 429]
    assert here.ask("GET", "rosters").status_code == 200


def test_bodies_that_are_too_large_too_deep_or_no_json_are_refused(start: Any) -> None:
    here = start(upload_mb="1")
    types = {"Content-Type": "application/json"}
    deep = b'{"scenario":' + b"[" * 100 + b"]" * 100 + b"}"
    deeper = b"[" * 200_000
    for body, status in ((b" " * 1_000_001, 413), (deep, 400), (deeper, 400), (b'{"a":', 400)):
        answer = here.ask("POST", "rosters", data=body, headers=types)
        assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert here.ask("POST", "rosters", data=b"x", headers={"Content-Type": "text/plain"}).status_code == 415


def test_answers_carry_the_request_id_and_the_headers_of_safety(here: Here) -> None:
    answer = here.ask("GET", "rosters", headers={"X-Request-ID": "abc-1"})
    assert answer.headers["X-Request-ID"] == "abc-1"
    safe = {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Cache-Control": "no-store",
    }
    assert {name: answer.headers[name] for name in safe} == safe
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert here.ask("GET", "rosters", headers={"X-Request-ID": "a b\t"}).headers["X-Request-ID"] != "a b\t"


def test_a_request_for_the_methods_of_an_address_is_answered(here: Here) -> None:
    answer = here.ask("OPTIONS", "rosters")
    assert (answer.status_code, set(answer.headers["Allow"].split(", "))) == (
        200,
        {"GET", "HEAD", "OPTIONS", "POST"},
    )


def test_a_fault_tells_nothing_of_itself(planned: Planned, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: str) -> None:
        raise RuntimeError("the secret is open-sesame")

    monkeypatch.setattr(planned.here.service.rosters, "row", broken)
    answer = planned.ask("GET")
    assert answer.status_code == 500
    assert "sesame" not in answer.get_data(as_text=True)
    assert "Traceback" not in answer.get_data(as_text=True)


def test_metrics_count_requests_by_route_and_jobs_by_state(planned: Planned) -> None:
    planned.ask("GET")
    text = planned.here.ask("GET", "/metrics").get_data(as_text=True)
    assert 'menzhen_jobs{state="done"} 1.0' in text
    assert 'route="/api/v1/rosters/<roster>"' in text
