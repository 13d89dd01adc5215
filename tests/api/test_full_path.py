"""A week from the timetable to claims that survive a new version, by HTTP alone; and edits, steps, partners on the way."""

from __future__ import annotations

from typing import Any

import pytest

from scenarios.smallest import RULES
from scheduler.scenario.hospital import Channel, Partner
from tests.api.conftest import BEFORE, Here, Planned


@pytest.fixture
def public(planned: Planned) -> Planned:
    """The roster proposed, approved and published, at a time at which partners can claim."""
    planned.here.service.clock = lambda: BEFORE
    _publish(planned, planned.roster)
    return planned


def _publish(planned: Planned, roster: str, version: int = 1, reason: str = "") -> Any:
    seen = {"If-Match": f'"v{version}"'}
    for role, step in (("planner", "proposal"), ("approver", "approval"), ("approver", "publication")):
        answer = planned.here.ask(
            "POST", f"rosters/{roster}/{step}", role=role, json={"reason": reason}, headers=seen
        )
        assert answer.status_code == 201, answer.get_data(as_text=True)
    return answer.json


def _partner(planned: Planned, name: str, method: str, path: str, **more: Any) -> Any:
    return planned.here.ask(method, f"partner/{path}", role="partner", partner=name, **more)


def test_a_claim_survives_the_repair_of_its_week(public: Planned) -> None:
    slots = _partner(public, "甲院", "GET", "slots").json
    slot = next(one for one in slots["entries"] if "D002" in one["slot"])
    claimed = _partner(public, "甲院", "POST", "claims", json={"slot": slot["slot"], "referral": "R-1"})
    assert claimed.status_code == 201
    body = {"stops": ["D001@mon-pm"], "as_of": "2026-07-20", "seconds": 20}
    asked = public.ask("POST", "/repair", json=body)
    public.here.solve()
    repaired = public.here.ask("GET", asked.headers["Location"]).json
    assert repaired is not None
    assert repaired["state"] == "done", repaired["reasons"]
    again = _publish(public, repaired["id"], reason="D001 is ill")
    assert (again["outcome"]["version"], again["outcome"]["kept"]) == (2, 1)
    claims = _partner(public, "甲院", "GET", "claims").json["entries"]
    assert [(one["referral"], one["state"]) for one in claims] == [("R-1", "live")]


def test_a_partner_sees_nothing_of_another(public: Planned) -> None:
    slot = _partner(public, "甲院", "GET", "slots").json["entries"][0]
    _partner(public, "甲院", "POST", "claims", json={"slot": slot["slot"], "referral": "SECRET-1"})
    assert _partner(public, "乙院", "GET", "claims").json == {"total": 0, "next": None, "entries": []}
    given = _partner(public, "乙院", "POST", "returns", json={"referral": "SECRET-1"})
    assert given.status_code == 409
    told = _partner(public, "乙院", "GET", "slots").get_data(as_text=True) + given.get_data(as_text=True)
    assert "甲院" not in told


def test_a_partner_claims_of_the_channels_that_its_scenario_names(here: Here) -> None:
    centre = Partner(partner="甲院", channels=(Channel.PRIMARY_CARE,))
    planned = Planned(here, here.plan(RULES["reserve_expert"]().changed(partners=(centre,))))
    here.service.clock = lambda: BEFORE
    _publish(planned, planned.roster)
    assert _partner(planned, "甲院", "GET", "slots").json["entries"] == []
    slot = _partner(planned, "乙院", "GET", "slots").json["entries"][0]["slot"]
    body, chinese = {"slot": slot, "referral": "R-1"}, {"Accept-Language": "zh"}
    refused = _partner(planned, "甲院", "POST", "claims", json=body, headers=chinese)
    assert refused.status_code == 409
    assert refused.json["errors"][0]["detail"] == "成员单位 甲院 不能认领该渠道的号"
    assert _partner(planned, "乙院", "POST", "claims", json=body).status_code == 201


def test_a_claim_sent_twice_under_one_key_is_one_claim(public: Planned) -> None:
    slot = _partner(public, "甲院", "GET", "slots").json["entries"][0]
    sent = {"json": {"slot": slot["slot"], "referral": "R-1"}, "headers": {"Idempotency-Key": "k1"}}
    first, second = (_partner(public, "甲院", "POST", "claims", **_copy(sent)) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json == second.json
    assert second.headers["Idempotency-Replayed"] == "true"
    other = {"json": {"slot": slot["slot"], "referral": "R-2"}, "headers": {"Idempotency-Key": "k1"}}
    assert _partner(public, "甲院", "POST", "claims", **other).status_code == 422
    assert len(_partner(public, "甲院", "GET", "claims").json["entries"]) == 1


def test_an_idempotency_key_is_kept_as_a_hash_only(public: Planned) -> None:
    from sqlalchemy import text

    slot = _partner(public, "甲院", "GET", "slots").json["entries"][0]
    sent = {"json": {"slot": slot["slot"], "referral": "R-1"}, "headers": {"Idempotency-Key": "13812345678"}}
    assert _partner(public, "甲院", "POST", "claims", **sent).status_code == 201
    store = public.here.service.store
    assert "13812345678" not in store.read(
        lambda c: str(c.execute(text("SELECT * FROM api_responses")).all())
    )


def _copy(sent: dict[str, Any]) -> dict[str, Any]:
    return {name: dict(value) for name, value in sent.items()}


def test_a_ticket_is_given_back_and_can_be_claimed_again(public: Planned) -> None:
    slot = _partner(public, "甲院", "GET", "slots").json["entries"][0]["slot"]
    for referral in ("R-1", "R-2"):
        done = _partner(public, "甲院", "POST", "claims", json={"slot": slot, "referral": referral})
        assert done.status_code == 201
        assert _partner(public, "甲院", "POST", "returns", json={"referral": referral}).status_code == 201


def test_patient_data_is_refused_and_not_repeated(public: Planned) -> None:
    slot = _partner(public, "甲院", "GET", "slots").json["entries"][0]["slot"]
    answer = _partner(public, "甲院", "POST", "claims", json={"slot": slot, "referral": "13812345678"})
    assert answer.status_code == 409
    assert "13812345678" not in answer.get_data(as_text=True)


def test_two_planners_edit_and_the_second_is_told_what_the_first_did(planned: Planned) -> None:
    seen = {"If-Match": '"v1"'}
    move = {"edits": [{"op": "move", "session": "2026-W30.D002.mon-am", "at": "tue-am"}], "reason": "wish"}
    first = planned.ask("POST", "/edits", json=move, headers=dict(seen))
    assert (first.status_code, first.headers["ETag"]) == (201, '"v2"')
    second = planned.ask("POST", "/edits", json=move, headers=dict(seen))
    assert second.status_code == 412
    assert second.json is not None
    (version,) = second.json["difference"]["versions"]
    assert (version["version"], version["reason"]) == (2, "wish")
    assert version["edits"][0]["session"] == "2026-W30.D002.mon-am"
    assert planned.ask("POST", "/edits", json=move).status_code == 428
    rows = planned.ask("GET", "/sessions?doctor=D002").json
    assert rows is not None
    assert {row["date"] for row in rows["rows"]} >= {"2026-07-21"}


def test_an_edit_is_tried_without_being_kept(planned: Planned) -> None:
    edits = [{"op": "drop", "session": "2026-W30.D002.mon-am"}]
    told = planned.ask("POST", "/check", json={"edits": edits}).json
    assert told is not None
    assert "changes" in told["units"]
    versions = planned.ask("GET", "/versions").json
    assert versions is not None
    assert [one["version"] for one in versions["entries"]] == [1]


def test_pinned_sessions_stay_in_the_next_solve(planned: Planned) -> None:
    pins = {"pins": ["2026-W30.D002.mon-am"], "edits": []}
    assert planned.ask("POST", "/edits", json=pins, headers={"If-Match": '"v1"'}).status_code == 201
    told = planned.ask("GET").json
    assert told is not None
    asked = planned.here.ask(
        "POST", "rosters", json={"scenario": told["scenario"], "pins": planned.roster, "seconds": 20}
    )
    planned.here.solve()
    rows = planned.here.ask("GET", f"{asked.headers['Location']}/sessions?doctor=D002").json
    assert rows is not None
    assert ("2026-07-20", "AM") in {(row["date"], row["half"]) for row in rows["rows"]}


def test_steps_are_taken_in_their_order_only(planned: Planned) -> None:
    seen = {"If-Match": '"v1"'}
    for step in ("approval", "publication", "rejection"):
        answer = planned.ask("POST", f"/{step}", role="approver", json={}, headers=dict(seen))
        assert answer.status_code == 409
    assert planned.ask("POST", "/proposal", json={}, headers=dict(seen)).status_code == 201
    assert planned.ask("POST", "/proposal", json={}, headers=dict(seen)).status_code == 409
    assert planned.ask("POST", "/proposal", json={}, headers={"If-Match": '"v9"'}).status_code == 412


def test_an_edit_after_the_approval_must_be_approved_anew(planned: Planned) -> None:
    seen = {"If-Match": '"v1"'}
    planned.ask("POST", "/proposal", json={}, headers=dict(seen))
    planned.ask("POST", "/approval", role="approver", json={}, headers=dict(seen))
    edits = [{"op": "move", "session": "2026-W30.D002.mon-am", "at": "tue-am"}]
    planned.ask("POST", "/edits", json={"edits": edits}, headers=dict(seen))
    answer = planned.ask("POST", "/publication", role="approver", json={}, headers={"If-Match": '"v2"'})
    assert answer.status_code == 409


def test_everything_that_was_done_is_in_the_chain(public: Planned) -> None:
    from sqlalchemy import select, text

    from api.store.audit import walk_record
    from api.store.models import AuditRow

    store = public.here.service.store
    found = store.read(lambda c: list(c.execute(select(AuditRow.what).order_by(AuditRow.place)).scalars()))
    assert found == ["scenario sent", "roster asked for", "proposed", "approved", "published"]
    assert store.read(walk_record).broken is None
    store.write(lambda c: c.execute(text("UPDATE api_audit SET who = 'nobody' WHERE place = 2")))
    assert store.read(walk_record).head.place == 1


def test_exports_are_what_other_systems_read(public: Planned) -> None:
    from fhir.resources.R4B.bundle import Bundle
    from icalendar import Calendar

    calendar = Calendar.from_ical(public.ask("GET", "/calendars/D002").get_data())
    assert [str(event["status"]) for event in calendar.walk("VEVENT")] == ["CONFIRMED"]
    bundle = public.ask("GET", "/fhir")
    assert bundle.content_type == "application/fhir+json"
    assert Bundle.model_validate_json(bundle.get_data()).entry
    lines = public.ask("GET", "/fhir/Slot.ndjson").get_data(as_text=True).splitlines()
    assert len(lines) == 21
    manifest = public.ask("GET", "/fhir/$bulk-publish").json
    assert manifest is not None
    assert manifest["output"][2]["url"].endswith(f"{public.roster}/fhir/Slot.ndjson")
    platform = public.ask("GET", "/platform.csv").get_data(as_text=True)
    assert "use public transport" in platform


def test_printed_forms_are_those_of_the_command_line(public: Planned) -> None:
    table = public.ask("GET", "/forms/departments?format=csv")
    assert table.content_type == "text/csv; charset=utf-8"
    assert "Mon 20 Jul AM" in table.get_data(as_text=True)
    page = public.ask("GET", f"/forms/changes?against={public.roster}")
    assert "Nothing changes." in page.get_data(as_text=True)
    assert public.ask("GET", "/forms/changes").status_code in (400, 422)
    assert public.ask("GET", "/forms/posters").status_code == 404


def test_two_rosters_are_compared(planned: Planned) -> None:
    other = planned.here.plan(
        RULES["ratio_day"](),
        set=["rules.ratio_day=off", "rules.ratio_target=off"],
    )
    told = planned.ask("GET", f"/compare?other={other}").json
    assert told is not None
    (moved,) = [one for one in told["sessions"] if one["session"] == "2026-W30.D001.mon-am"]
    assert (moved["first"]["at"], moved["second"]["at"]) == ("2026-07-20-PM", "2026-07-20-AM")
    assert told["units"]["changes"] == [2, 0]


def test_questions_are_answered(planned: Planned) -> None:
    asked = planned.ask("POST", "/why", json={"doctor": "D002", "at": "mon-pm", "seconds": 20})
    assert asked.status_code == 202
    planned.here.solve()
    told = planned.here.ask("GET", asked.headers["Location"]).json
    assert told is not None
    assert told["verdict"] in ("free", "worse", "better", "impossible")
    assert told["sentences"]
    able = planned.ask("GET", "/options?session=2026-W30.D002.mon-am").json
    assert able is not None
    assert able["able"] + able["unable"] > 0
    assert planned.ask("GET", "/options").status_code == 422


def test_the_price_of_the_afternoon_is_told(planned: Planned) -> None:
    told = planned.ask("GET").json
    assert told is not None
    asked = planned.here.ask("POST", f"scenarios/{told['scenario']}/price", json={"steps": 2, "seconds": 20})
    planned.here.solve()
    price = planned.here.ask("GET", asked.headers["Location"]).json
    assert price is not None
    assert len(price["points"]) == 2


def test_patient_flow_is_told_with_what_it_rests_on(planned: Planned) -> None:
    asked = planned.ask("POST", "/flow", json={"replications": 3, "against": planned.roster})
    assert asked.status_code == 202
    planned.here.solve()
    flow = (planned.here.ask("GET", asked.headers["Location"]).json or {})["flow"]
    assert flow["figures"]["replications"] == 3
    assert float(flow["figures"]["measures"]["wait"]["mean"]) > 0
    assert flow["differences"]["wait"] == {
        "mean": "0.0000",
        "low": "0.0000",
        "high": "0.0000",
        "differs": False,
    }
    assert any("no pace" in sentence for sentence in flow["assumptions"])


def test_patient_flow_is_compared_with_a_roster_of_the_same_week_only(planned: Planned) -> None:
    other = planned.here.plan(RULES["cover"]())
    assert planned.ask("POST", "/flow", json={"against": other}).status_code == 422
    assert planned.ask("POST", "/flow", json={"against": "ro_none"}).status_code == 404
