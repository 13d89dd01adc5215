"""Four eyes, and a publication that is whole: ledger and step together, or neither."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from api.store.keys import Role, create_key
from scheduler.tickets.models import PublicationRow
from tests.api.conftest import BEFORE, Planned


def _take(planned: Planned, role: str, step: str, version: int = 1, reason: str = "") -> TestResponse:
    seen = {"If-Match": f'"v{version}"'}
    return planned.ask("POST", f"/{step}", role=role, json={"reason": reason}, headers=seen)


@pytest.fixture
def approved(planned: Planned) -> Planned:
    """The roster proposed and approved, at a time at which it can be published."""
    planned.here.service.clock = lambda: BEFORE
    for role, step in (("planner", "proposal"), ("approver", "approval")):
        assert _take(planned, role, step).status_code == 201
    return planned


def test_nobody_approves_their_own_proposal_but_an_admin(planned: Planned) -> None:
    assert _take(planned, "approver", "proposal").status_code == 201
    own = _take(planned, "approver", "approval")
    assert own.status_code == 403
    assert own.json is not None
    assert own.json["detail"] == "You proposed it: somebody else must approve it."
    assert _take(planned, "approver", "rejection").status_code == 201
    for step in ("proposal", "approval"):
        assert _take(planned, "admin", step).status_code == 201


def test_the_second_key_of_a_name_is_the_same_person(planned: Planned) -> None:
    here = planned.here
    assert _take(planned, "approver", "proposal").status_code == 201
    here.keys["approver"] = here.service.store.write(
        lambda c: create_key(c, "approver", Role.APPROVER, here.service.clock())
    )
    assert _take(planned, "approver", "approval").status_code == 403


def test_a_version_with_broken_hard_rules_needs_an_acceptance_at_every_step(planned: Planned) -> None:
    planned.here.service.clock = lambda: BEFORE
    edits = {"edits": [{"op": "move", "session": "2026-W30.D002.mon-am", "at": "tue-am"}]}
    assert planned.ask("POST", "/edits", json=edits, headers={"If-Match": '"v1"'}).status_code == 201
    for role, step in (("planner", "proposal"), ("approver", "approval"), ("approver", "publication")):
        refused = _take(planned, role, step, version=2)
        assert refused.status_code == 409
        assert refused.json is not None
        assert "ratio_day" in str(refused.json)
        seen = {"If-Match": '"v2"'}
        body = {"reason": "week 30", "accept_violations": "agreed with the ward"}
        taken = planned.ask("POST", f"/{step}", role=role, json=body, headers=seen)
        assert taken.status_code == 201
        assert taken.json is not None
        assert taken.json["outcome"]["accepted"]["reason"] == "agreed with the ward"
        assert "ratio_day" in taken.json["outcome"]["accepted"]["rules"]
        page = planned.ask("GET", "/report?format=html").text
        assert ("agreed with the ward" in page) == (step == "publication")


def _weeks(planned: Planned) -> list[Any]:
    wanted = select(PublicationRow.week, PublicationRow.version)
    return planned.here.service.store.read(lambda c: list(c.execute(wanted)))


def test_a_publication_whose_step_cannot_be_written_is_none_and_can_be_repeated(
    approved: Planned, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("api.routes.approvals.record_step", _broken)
        assert _take(approved, "approver", "publication").status_code == 500
    assert _weeks(approved) == []
    assert _take(approved, "approver", "publication").status_code == 201
    assert len(_weeks(approved)) == 1
    assert _take(approved, "approver", "publication").status_code == 409


def _broken(*_: object) -> None:
    raise RuntimeError


def test_a_version_that_is_edited_while_it_is_published_is_not_published(
    approved: Planned, monkeypatch: pytest.MonkeyPatch
) -> None:
    from scheduler.tickets.publications import publish

    def edited_first(*told: Any, **more: Any) -> Any:
        edits = {"edits": [{"op": "move", "session": "2026-W30.D002.mon-am", "at": "tue-am"}]}
        done = approved.ask("POST", "/edits", json=edits, headers={"If-Match": '"v1"'})
        assert done.status_code == 201
        return publish(*told, **more)

    monkeypatch.setattr("api.routes.approvals.publish", edited_first)
    assert _take(approved, "approver", "publication").status_code == 412
    assert _weeks(approved) == []


def test_a_step_is_refused_that_somebody_else_has_taken_in_between(
    approved: Planned, monkeypatch: pytest.MonkeyPatch
) -> None:
    from scheduler.tickets.publications import publish

    def rejected_first(*told: Any, **more: Any) -> Any:
        assert _take(approved, "admin", "rejection").status_code == 201
        return publish(*told, **more)

    monkeypatch.setattr("api.routes.approvals.publish", rejected_first)
    assert _take(approved, "approver", "publication").status_code == 409
    assert _weeks(approved) == []


def test_an_author_ahead_of_the_present_version_is_told_the_present_one(planned: Planned) -> None:
    edits = {"edits": [{"op": "move", "session": "2026-W30.D002.mon-am", "at": "tue-am"}]}
    assert planned.ask("POST", "/edits", json=edits, headers={"If-Match": 'W/"v1"'}).status_code == 201
    ahead = planned.ask("POST", "/edits", json=edits, headers={"If-Match": '"v9"'})
    assert (ahead.status_code, ahead.headers["ETag"]) == (412, '"v2"')
    assert ahead.json is not None
    assert ahead.json["detail"] == "You have seen version 9; it is 2 now."
