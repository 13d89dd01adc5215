"""The record proves what it says: each way of tampering is seen, or its line says why it is harmless."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import text

from api.store.audit import record_action
from api.store.keys import Role, create_key, key_seal
from api.store.verify import RecordVerdict, verify_record
from scenarios.smallest import RULES
from scheduler.tickets.hash_chain import Head
from tests.api.conftest import BEFORE, Here, Planned
from tests.api.test_calendars import publish


@pytest.fixture
def recorded(planned: Planned) -> Planned:
    """A roster edited and published, a calendar made and one revoked; all keys made as the command makes them."""
    here = planned.here
    here.service.clock = lambda: BEFORE
    for role in ("planner", "approver", "admin"):
        here.keys[role] = here.service.store.write(lambda c, role=role: _key(c, role))
    here.send(RULES["rooms"]())
    edits = {"edits": [{"op": "move", "session": "2026-W30.D002.mon-am", "at": "tue-am"}], "reason": "so"}
    assert planned.ask("POST", "/edits", json=edits, headers={"If-Match": '"v1"'}).status_code == 201
    publish(here, planned.roster, 2)
    for _ in range(2):
        made = here.ask("POST", "calendars", json={"doctor": "D001"}).get_json()
    assert here.ask("DELETE", f"calendars/{made['id']}").status_code == 200
    return planned


def _key(connection: Any, role: str) -> str:
    key = create_key(connection, f"new {role}", Role(role), BEFORE)
    identity = key.split("_")[1]
    seal = key_seal(connection, identity)
    record_action(connection, "cli", "key made", identity, BEFORE, name=f"new {role}", role=role, seal=seal)
    return key


def verdict(here: Here, *remembered: Head) -> RecordVerdict:
    return here.service.store.read(lambda connection: verify_record(connection, remembered))


def tamper(here: Here, *statements: str) -> list[str]:
    """Change the database behind the service's back, and return what is told of it; the planned roster's key is known."""
    for statement in statements:
        here.service.store.write(lambda connection, one=statement: connection.execute(text(one)))
    return [str(wrong) for wrong in verdict(here).broken]


@pytest.fixture(autouse=True)
def _untouched(recorded: Planned) -> None:
    made_by_fixture = (
        "DELETE FROM api_keys WHERE id NOT IN (SELECT target FROM api_audit WHERE what = 'key made')"
    )
    assert tamper(recorded.here, made_by_fixture) == []


SEEN = {
    "the record emptied": "DELETE FROM api_audit",
    "its last entry removed": "DELETE FROM api_audit WHERE place = (SELECT max(place) FROM api_audit)",
    "an entry in between removed": "DELETE FROM api_audit WHERE place = 3",
    "its first entry removed": "DELETE FROM api_audit WHERE place = 1",
    "who did it": "UPDATE api_audit SET who = 'nobody' WHERE place = 3",
    "what was done": "UPDATE api_audit SET what = 'looked at' WHERE place = 3",
    "to what": "UPDATE api_audit SET target = 'else' WHERE place = 3",
    "when": "UPDATE api_audit SET at = '2020-01-01T00:00:00.000000Z' WHERE place = 3",
    "its details": "UPDATE api_audit SET told = '{}' WHERE place = 3",
    "an approval added": "INSERT INTO api_approvals (job, version, step, reason, made_at, made_by, outcome) "
    "SELECT job, version, 'approved', 'x', made_at, made_by, outcome FROM api_approvals LIMIT 1",
    "an approval removed": "DELETE FROM api_approvals WHERE step = 'approved'",
    "an approval by somebody else": "UPDATE api_approvals SET made_by = 'nobody' WHERE step = 'approved'",
    "an approval at another time": "UPDATE api_approvals SET made_at = '2020-01-01T00:00:00.000000Z'",
    "an approval for another reason": "UPDATE api_approvals SET reason = 'other' WHERE step = 'approved'",
    "an approval of another version": "UPDATE api_approvals SET version = 1 WHERE step = 'approved'",
    "a version removed": "DELETE FROM api_versions WHERE version = 2",
    "a version with other edits": "UPDATE api_versions SET edits = '[]' WHERE version = 2",
    "a version by somebody else": "UPDATE api_versions SET made_by = 'nobody' WHERE version = 2",
    "an approved file exchanged": "UPDATE api_files SET content = (SELECT content FROM api_files WHERE name = 'slots.csv' "
    "ORDER BY version LIMIT 1) WHERE name = 'sessions.csv'",
    "an approved file removed": "DELETE FROM api_files WHERE name = 'channels.csv'",
    "a key with another role": "UPDATE api_keys SET role = 'admin' WHERE role = 'planner'",
    "a key with another secret": "UPDATE api_keys SET secret = '0' WHERE role = 'admin'",
    "a key of a partner": "UPDATE api_keys SET partner = 'x' WHERE role = 'planner'",
    "a key that lives longer": "UPDATE api_keys SET expires_at = '2999-01-01T00:00:00.000000Z'",
    "a key removed": "DELETE FROM api_keys WHERE role = 'approver'",
    "a key slipped in": "INSERT INTO api_keys (id, name, role, partner, secret, created_at) "
    "SELECT 'ff', 'x', 'admin', '', secret, created_at FROM api_keys LIMIT 1",
    "a key revoked by nobody": "UPDATE api_keys SET revoked_at = created_at WHERE role = 'planner'",
    "a calendar removed": "DELETE FROM api_calendars WHERE revoked_at IS NULL",
    "a calendar of another doctor": "UPDATE api_calendars SET doctor = 'D002'",
    "a calendar that is alive again": "UPDATE api_calendars SET revoked_at = NULL",
    "a version with other pins": "UPDATE api_versions SET pins = '[{}]' WHERE version = 2",
    "a version for another reason": "UPDATE api_versions SET reason = 'other' WHERE version = 2",
    "a step with another outcome": "UPDATE api_approvals SET outcome = '{}' WHERE step = 'published'",
    "a roster that somebody else asked for": "UPDATE api_jobs SET created_by = 'nobody'",
    "a roster asked for otherwise": "UPDATE api_jobs SET request = '{}'",
    "a calendar that somebody else made": "UPDATE api_calendars SET made_by = 'nobody'",
    "a scenario's document exchanged": "UPDATE api_scenarios SET document = "
    "(SELECT document FROM api_scenarios ORDER BY number DESC LIMIT 1) WHERE number = 1",
    "half a document": "UPDATE api_scenarios SET document = substr(document, 1, 100)",
    "half an entry": "UPDATE api_audit SET told = substr(told, 1, 5) WHERE place = 3",
    "a time that is none": "UPDATE api_approvals SET made_at = 'noon'",
    "a scenario exchanged": "UPDATE api_scenarios SET digest = '0' WHERE number = 1",
}


@pytest.mark.parametrize("way", SEEN)
def test_tampering_is_seen(recorded: Planned, way: str) -> None:
    assert tamper(recorded.here, SEEN[way])


HARMLESS = {
    "when a key was used last: a note for the office, written now and then": "UPDATE api_keys SET used_at = NULL",
    "answers kept for repeated requests: they go after a day": "DELETE FROM api_responses",
    "progress of a solve: nobody decides by it": "DELETE FROM api_events",
    "files that follow from others: made anew": "DELETE FROM api_files WHERE name LIKE 'report%' OR name = 'calendar.json'",
}


@pytest.mark.parametrize("why", HARMLESS)
def test_what_is_not_told_is_harmless(recorded: Planned, why: str) -> None:
    assert tamper(recorded.here, HARMLESS[why]) == []


def test_a_record_that_was_shortened_with_all_it_tells_of_is_seen_by_an_end_that_was_kept(
    recorded: Planned,
) -> None:
    here = recorded.here
    kept = verdict(here).head
    gone = "DELETE FROM api_audit WHERE what LIKE 'calendar%'"
    assert tamper(here, gone, "DELETE FROM api_calendars") == []
    assert "missing" in str(verdict(here, kept).broken[0])


def test_keys_made_before_the_record_kept_their_seal_are_compared_by_name_and_role(recorded: Planned) -> None:
    here = recorded.here

    def old(connection: Any) -> None:
        key = create_key(connection, "old", Role.VIEWER, BEFORE - dt.timedelta(days=1)).split("_")[1]
        record_action(connection, "cli", "key made", key, BEFORE, name="old", role="viewer")

    here.service.store.write(old)
    assert verdict(here).broken == ()
    assert tamper(here, "UPDATE api_keys SET role = 'admin' WHERE name = 'old'")
