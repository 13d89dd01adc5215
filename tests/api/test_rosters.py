"""Rosters asked for, followed and read."""

from __future__ import annotations

import csv
import io
import json

import openpyxl
import pytest

from api.rosters import page_json
from scenarios.smallest import INFEASIBLE, RULES
from tests.api.conftest import Here, Planned


def test_a_roster_is_asked_for_solved_and_told(here: Here) -> None:
    scenario = here.send(RULES["ratio_day"]())
    asked = here.ask("POST", "rosters", json={"scenario": scenario, "seconds": 20})
    assert asked.status_code == 202
    assert asked.headers["Retry-After"] == "1"
    here.solve()
    told = here.ask("GET", asked.headers["Location"]).json
    assert told is not None
    assert (told["state"], told["status"]) == ("done", "optimal")
    assert {tier["key"]: tier["gap"] for tier in told["tiers"]}["changes"] == 0


def test_settings_change_the_scenario_that_is_planned(here: Here) -> None:
    roster = here.plan(RULES["ratio_day"](), set=["rules.ratio_day=off", "rules.ratio_target=off"])
    rows = here.ask("GET", f"rosters/{roster}/sessions").json
    assert rows is not None
    assert {row["change"] for row in rows["rows"]} == {"kept"}


def test_an_infeasible_week_tells_why_and_what_would_help(here: Here) -> None:
    roster = here.plan(INFEASIBLE["too_few_rooms"]())
    told = here.ask("GET", f"rosters/{roster}").json
    assert told is not None
    assert told["state"] == "infeasible"
    assert {"rooms": [{"pool": "本部-眼科", "at": ["mon-pm"], "count": "1"}]} in [
        proposal["patch"] for proposal in told["proposals"]
    ]
    assert here.ask("GET", f"rosters/{roster}/report").status_code == 200
    assert here.ask("GET", f"rosters/{roster}/slots").status_code == 409


def test_rows_come_in_pages_and_can_be_chosen(planned: Planned) -> None:
    page = planned.ask("GET", "/slots?limit=5&doctor=D002").json
    assert page is not None
    assert (page["total"], page["next"], len(page["rows"])) == (7, 5, 5)
    assert {row["doctor"] for row in page["rows"]} == {"D002"}
    none = planned.ask("GET", "/channels?date=2026-07-26").json
    assert none is not None
    assert none["total"] == 0


def test_rows_come_as_csv_for_spreadsheets(planned: Planned) -> None:
    answer = planned.ask("GET", "/sessions?format=csv")
    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert len(rows) == 3
    assert answer.content_type == "text/csv; charset=utf-8"


def test_csv_comes_whole_unless_a_page_is_asked_for(planned: Planned) -> None:
    whole = planned.ask("GET", "/slots?format=csv").get_data(as_text=True).splitlines()
    page = planned.ask("GET", "/slots?format=csv&offset=2&limit=3").get_data(as_text=True).splitlines()
    assert page == [whole[0], *whole[3:6]]


def test_a_list_of_events_that_is_cut_does_not_say_that_it_has_ended(
    planned: Planned, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.routes.events.MOST", 2)
    first = planned.ask("GET", "/events").json
    assert first is not None
    assert (len(first["entries"]), first["ended"]) == (2, False)
    seen = [one["id"] for one in first["entries"]]
    while not first["ended"]:
        first = planned.ask("GET", f"/events?after={seen[-1]}").json
        assert first is not None
        seen += [one["id"] for one in first["entries"]]
    assert seen == sorted(set(seen))


def test_a_stop_of_nobody_is_refused_before_anything_is_solved(planned: Planned) -> None:
    body = {"stops": ["nobody@mon-am", "D002@sun-eve"], "as_of": "2026-07-20"}
    answer = planned.ask("POST", "/repair", json=body)
    assert answer.status_code == 422
    assert answer.json is not None
    assert [one["pointer"] for one in answer.json["errors"]] == ["/stops", "/stops"]


def test_a_leave_list_is_repaired_and_what_stops_nothing_is_noted(planned: Planned) -> None:
    leave = [
        {"doctor": "D002", "start": "7月20日-7月21日", "half": "上午", "reason": "年假", "cover": "否"},
        {"doctor": "D002", "start": "周日", "half": "夜诊"},
    ]
    asked = planned.ask("POST", "/repair", json={"leave": leave, "as_of": "2026-07-20", "seconds": 20})
    assert asked.status_code == 202
    planned.here.solve()
    told = planned.here.ask("GET", asked.headers["Location"]).json
    assert told is not None
    assert any(
        "D002's session on Monday 2026-07-20 morning is dropped" in change for change in told["changes"]
    )
    assert [
        note for note in told["notes"] if note.startswith("/leave/1: ") and "no session in that time" in note
    ]


def test_leave_that_cannot_be_understood_is_refused_with_its_place(planned: Planned) -> None:
    leave = [{"doctor": "nobody", "start": "周一"}, {"doctor": "D002", "start": "soon"}]
    answer = planned.ask("POST", "/repair", json={"leave": leave, "as_of": "2026-07-20"})
    assert answer.status_code == 422
    assert answer.json is not None
    assert [one["pointer"] for one in answer.json["errors"]] == ["/leave/0/doctor", "/leave/1/start"]


def test_pins_of_another_week_are_refused(planned: Planned) -> None:
    pins = {"pins": ["2026-W30.D002.mon-am"], "edits": []}
    assert planned.ask("POST", "/edits", json=pins, headers={"If-Match": '"v1"'}).status_code == 201
    week = RULES["ratio_day"]().model_dump(mode="json") | {"week": "2026-W40", "calendar": []}
    sent = planned.here.ask("POST", "scenarios", json=week).json
    assert sent is not None
    asked = {"scenario": sent["id"], "pins": planned.roster}
    answer = planned.here.ask("POST", "rosters", json=asked)
    assert answer.status_code == 422
    assert answer.json is not None
    assert [one["pointer"] for one in answer.json["errors"]] == ["/pins"]


def test_reports_come_for_machines_for_people_and_as_a_workbook(planned: Planned) -> None:
    report = planned.ask("GET", "/report").json
    assert report is not None
    assert report["status"] == "optimal"
    page = planned.ask("GET", "/report?format=html", headers={"Accept-Language": "zh"})
    assert 'lang="zh-CN"' in page.get_data(as_text=True)
    book = openpyxl.load_workbook(io.BytesIO(planned.ask("GET", "/report?format=xlsx").get_data()))
    assert len(book.sheetnames) == 7


def test_the_checker_is_asked_for_the_roster_as_it_is(planned: Planned) -> None:
    found = planned.ask("GET", "/check").json
    assert found is not None
    assert (found["hard"], found["units"]["changes"]) == (0, 2)


def test_rosters_are_listed_the_newest_first(here: Here) -> None:
    scenario = here.send(RULES["ratio_day"]())
    ids = [here.ask("POST", "rosters", json={"scenario": scenario, "seed": n}).json["id"] for n in range(3)]  # type: ignore[index]
    page = here.ask("GET", "rosters?limit=2").json
    assert page is not None
    assert [one["id"] for one in page["entries"]] == ids[:0:-1]
    rest = here.ask("GET", f"rosters?limit=2&before={page['next']}").json
    assert rest is not None
    assert [one["id"] for one in rest["entries"]] == ids[:1]


def test_one_that_waits_is_cancelled_and_then_it_is_too_late(here: Here) -> None:
    scenario = here.send(RULES["ratio_day"]())
    asked = here.ask("POST", "rosters", json={"scenario": scenario}).json
    assert asked is not None
    assert here.ask("DELETE", f"rosters/{asked['id']}").status_code == 202
    here.solve()
    told = here.ask("GET", f"rosters/{asked['id']}").json
    assert told is not None
    assert told["state"] == "cancelled"
    assert here.ask("DELETE", f"rosters/{asked['id']}").status_code == 409


def test_a_full_queue_refuses_and_says_when_to_come_again(start: object) -> None:
    here = start(queue="1")  # type: ignore[operator]
    scenario = here.send(RULES["ratio_day"]())
    assert here.ask("POST", "rosters", json={"scenario": scenario}).status_code == 202
    refused = here.ask("POST", "rosters", json={"scenario": scenario})
    assert (refused.status_code, refused.json["type"]) == (429, "urn:menzhen:problem:queue-full")
    assert int(refused.headers["Retry-After"]) > 0


def test_a_week_is_repaired_as_a_roster_of_its_own(planned: Planned) -> None:
    body = {"stops": ["D002@mon-am"], "as_of": "2026-07-20", "seconds": 20}
    asked = planned.ask("POST", "/repair", json=body)
    assert asked.status_code == 202
    planned.here.solve()
    told = planned.here.ask("GET", asked.headers["Location"]).json
    assert told is not None
    assert told["state"] in ("done", "infeasible")
    assert told["base"] == planned.roster


def test_values_of_another_kind_are_refused(planned: Planned) -> None:
    for path in ("/slots?date=0", "/slots?limit=0", "/slots?surprise=1", "/report?format=pdf"):
        answer = planned.ask("GET", path)
        assert answer.status_code == 422, path
        assert answer.json is not None
        assert [one["pointer"] for one in answer.json["errors"]] == [""]
    answer = planned.ask("POST", "/repair", json={"stops": ["nobody"], "seed": False})
    assert answer.status_code == 422
    wrong = planned.ask("POST", "/repair", json={"stops": ["nobody"]})
    assert wrong.json is not None
    assert [one["pointer"] for one in wrong.json["errors"]] == ["/stops"]


def test_what_is_wrong_in_a_request_is_told_all_at_once(here: Here) -> None:
    scenario = here.send(RULES["ratio_day"]())
    words = ["policy.ratio.limt=1.1", "rules.cover=must"]
    answer = here.ask("POST", "rosters", json={"scenario": scenario, "set": words})
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert answer.json is not None
    assert [one["value"] for one in answer.json["errors"]] == ["policy.ratio.limt", "must"]


def test_a_page_names_the_next_one_and_the_last_page_none() -> None:
    lines: list[dict[str, str | int | None]] = [{"tickets": n} for n in range(4)]
    following = [json.loads(page_json("sessions", lines, offset, 2))["next"] for offset in (0, 1, 2, 3)]
    assert following == [2, 3, None, None]
