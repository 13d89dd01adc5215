"""Scenarios sent in every form, and everything that is wrong with them."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api.web.file_reader import SMALL_BYTES
from api.web.uploads import XLSX
from scenarios.smallest import RULES
from scheduler.clock import Week
from scheduler.scenario.week import Scenario
from scheduler.tables.scenario.starter import write_starter
from tests.api.conftest import Here

TIMETABLE = """日期,午别,科室,门诊,医生,职称,限号,诊室
2026-07-20,上午,眼科,眼科门诊,张一,主任医师,20,101
2026-07-20,上午,眼科,眼科门诊,李二,主治医师,20,102
2026-07-20,下午,眼科,眼科门诊,王三,副主任医师,20,101
"""


def test_a_document_comes_back_as_it_was_sent_and_is_kept_once(here: Here) -> None:
    scenario = RULES["ratio_day"]()
    first = here.ask("POST", "scenarios", json=scenario.model_dump(mode="json"))
    assert first.status_code == 201
    document = here.ask("GET", f"{first.headers['Location']}/document").json
    again = here.ask("POST", "scenarios", json=document)
    assert (again.status_code, again.json) == (200, first.json)
    assert first.json is not None
    assert first.json["digest"] == scenario.digest


def test_a_published_timetable_becomes_a_scenario_with_its_findings(here: Here) -> None:
    answer = here.ask(
        "POST", "scenarios/import?week=2026-W31", data=TIMETABLE.encode("gb18030"), content_type="text/csv"
    )
    assert answer.status_code == 201
    assert answer.json is not None
    assert answer.json["week"] == "2026-W31"
    assert answer.json["findings"]


def test_a_form_with_a_file_is_read_too(here: Here) -> None:
    file = (io.BytesIO(TIMETABLE.encode()), "../../门诊表.csv")
    answer = here.ask("POST", "scenarios/import", data={"file": file}, content_type="multipart/form-data")
    assert answer.json is not None
    assert (answer.status_code, answer.json["name"]) == (201, "门诊表")


def test_a_workbook_is_read_and_its_faults_told_by_sheet_and_row(here: Here, tmp_path: Path) -> None:
    write_starter(tmp_path, Week.parse("2026-W30"), "en")
    book = (tmp_path / "scenario.xlsx").read_bytes()
    answer = here.ask("POST", "scenarios/validate", data=book, content_type=XLSX)
    assert answer.status_code in (200, 422)
    if answer.status_code == 422:
        assert answer.json is not None
        assert all(one["place"] for one in answer.json["errors"])


def test_every_fault_of_a_document_has_its_pointer(here: Here) -> None:
    document = RULES["ratio_day"]().model_dump(mode="json")
    document["doctors"][0]["max_sessions"] = 99
    document["surprise"] = 1
    answer = here.ask("POST", "scenarios", json=document)
    assert answer.status_code == 422
    assert answer.json is not None
    assert {one["pointer"] for one in answer.json["errors"]} == {"/doctors/0/max_sessions", "/surprise"}


def test_parts_that_do_not_fit_are_pointed_at_in_the_readers_language(here: Here) -> None:
    document = RULES["ratio_day"]().model_dump(mode="json")
    document["template"][1]["doctor"] = "nobody"
    answer = here.ask("POST", "scenarios", json=document, headers={"Accept-Language": "zh-CN"})
    assert (answer.status_code, answer.headers["Content-Language"]) == (422, "zh")
    assert answer.json is not None
    assert "/template/1/doctor" in {one["pointer"] for one in answer.json["errors"]}


def test_a_value_in_the_wrong_form_is_told_in_the_readers_language_with_the_right_form(here: Here) -> None:
    document = RULES["ratio_day"]().model_dump(mode="json")
    document["week"] = "next"
    document["policy"]["ratio"]["limit"] = "much"
    for tongue in ("zh", "en"):
        answer = here.ask("POST", "scenarios", json=document, headers={"Accept-Language": tongue}).json
        assert answer is not None
        said = [one["detail"] + one["remedy"] for one in answer["errors"]]
        assert len(said) == 2
        assert all(said) and not any("expected" in one or "is not" in one for one in said)


def test_a_patients_number_is_no_name_of_a_scenario(here: Here) -> None:
    path = "scenarios/import?name=13812345678"
    answer = here.ask("POST", path, data=TIMETABLE.encode(), content_type="text/csv")
    assert answer.status_code == 422
    assert "13812345678" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("sent", "name"),
    [("13812345678.csv", "upload"), ("门诊_20261122103000.csv", "门诊_"), ("w_20261122.csv", "w_20261122")],
)
def test_long_numbers_of_a_files_name_are_left_out_of_the_scenarios(here: Here, sent: str, name: str) -> None:
    file = (io.BytesIO(TIMETABLE.encode()), sent)
    answer = here.ask("POST", "scenarios/import", data={"file": file}, content_type="multipart/form-data")
    assert answer.json is not None
    assert (answer.status_code, answer.json["name"]) == (201, name)


@pytest.mark.parametrize("cut", [0, 1, 30, 300])
def test_truncated_workbooks_are_refused(here: Here, tmp_path: Path, cut: int) -> None:
    write_starter(tmp_path, Week.parse("2026-W30"), "en")
    book = (tmp_path / "scenario.xlsx").read_bytes()
    for path in ("scenarios", "scenarios/import"):
        answer = here.ask("POST", path, data=book[: -cut - 1][: None if cut else 10], content_type=XLSX)
        assert answer.status_code == 422


@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 50, b"PK\x03\x04", b"<html>", b"a,b\n1,2", "\ufeff".encode(), b'"' * 99]
)
def test_what_is_no_timetable_is_refused(here: Here, content: bytes) -> None:
    for media in ("text/csv", XLSX):
        answer = here.ask("POST", "scenarios/import", data=content, content_type=media)
        assert (answer.status_code, answer.content_type) == (422, "application/problem+json")


def test_a_workbook_that_unpacks_to_too_much_is_never_unpacked(start: Any) -> None:
    here = start(unpacked_mb="1")
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 2_000_000)
    answer = here.ask("POST", "scenarios/import", data=bomb.getvalue(), content_type=XLSX)
    assert answer.status_code == 413


def test_cells_that_look_like_formulas_come_out_harmless(here: Here) -> None:
    text = TIMETABLE.replace("张一", "=1+1")
    sent = here.ask("POST", "scenarios/import", data=text.encode(), content_type="text/csv").json
    assert sent is not None
    words = ["rules.ratio_day=off", "rules.ratio_specialties=off"]
    asked = here.ask("POST", "rosters", json={"scenario": sent["id"], "set": words, "seconds": 20}).json
    assert asked is not None
    here.solve()
    told = here.ask("GET", f"rosters/{asked['id']}/sessions?format=csv").get_data(as_text=True)
    assert "'=1+1" in told
    book = here.ask("GET", f"rosters/{asked['id']}/report?format=xlsx").get_data()
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        assert all(b"<f>" not in archive.read(name) for name in archive.namelist())


def test_scenarios_are_listed_the_newest_first(here: Here) -> None:
    ids = [here.send(RULES[key]()) for key in ("ratio_day", "rooms", "cover")]
    page = here.ask("GET", "scenarios?limit=2").json
    assert page is not None
    assert [one["id"] for one in page["entries"]] == ids[:0:-1]
    rest = here.ask("GET", f"scenarios?before={page['next']}").json
    assert rest is not None
    assert [one["id"] for one in rest["entries"]] == ids[:1]


def test_thousands_of_faults_are_answered_with_the_first_of_each_kind(here: Here) -> None:
    document = RULES["ratio_day"]().model_dump(mode="json")
    row = document["template"][0]
    document["template"] = [{**row, "doctor": f"nobody{number}"} for number in range(5000)]
    document["tiers"] = ["cover", "nothing", "changes"]
    answer = here.ask("POST", "scenarios/validate", json=document)
    assert answer.json is not None
    assert (answer.status_code, answer.json["count"], answer.json["truncated"]) == (422, 5001, True)
    found = [(one["pointer"], one["value"], one["count"]) for one in answer.json["errors"]]
    assert found[-3:] == [(f"/template/{number}/doctor", f"nobody{number}", 5000) for number in range(3)]
    assert ("/tiers", "nothing", 1) in found
    assert len(answer.get_data()) < 4000


def test_thousands_of_wrong_values_are_answered_with_the_first_of_each_kind(here: Here) -> None:
    document = RULES["ratio_day"]().model_dump(mode="json")
    document["template"] = [1] * 20_000
    answer = here.ask("POST", "scenarios/validate", json=document, headers={"Accept-Language": "zh"})
    assert answer.json is not None
    assert [one["pointer"] for one in answer.json["errors"]] == ["/template/0", "/template/1", "/template/2"]
    assert (answer.json["count"], answer.json["truncated"]) == (20_000, True)


def test_few_faults_are_all_listed(here: Here) -> None:
    document = RULES["ratio_day"]().model_dump(mode="json")
    document["template"][1]["doctor"] = "nobody"
    answer = here.ask("POST", "scenarios/validate", json=document)
    assert answer.json is not None
    assert (answer.json["count"], answer.json["truncated"]) == (len(answer.json["errors"]), False)


@pytest.mark.parametrize(
    ("table", "column", "text"),
    [("doctors", "name", "张\x07三"), ("rooms", "room", "1\n2"), ("clinics", "campus", "东\u202e区")],
)
def test_a_name_holds_nothing_that_people_do_not_see(here: Here, table: str, column: str, text: str) -> None:
    document = RULES["ratio_day"]().model_dump(mode="json")
    document[table][0][column] = text
    answer = here.ask("POST", "scenarios", json=document)
    assert answer.status_code == 422
    assert answer.json is not None
    assert "control character" in answer.json["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("table", "column"), [("doctors", "name"), ("partners", "name"), ("clinics", "campus"), ("rooms", "room")]
)
def test_no_text_of_a_scenario_speaks_of_a_person(here: Here, table: str, column: str) -> None:
    document = RULES["ratio_day"]().model_dump(mode="json")
    document["partners"] = [{"partner": "甲院"}]
    document[table][0][column] = "13800138000"
    if table == "rooms":
        for row in document["template"]:
            row["room"] = row.get("room") and "13800138000"
    answer = here.ask("POST", "scenarios", json=document)
    assert answer.status_code == 422
    assert "13800138000" not in answer.get_data(as_text=True)
    assert f"/{table}/0/{column}" in answer.get_data(as_text=True)


def test_a_doctor_whose_number_has_a_slash_has_a_calendar(start: Callable[..., Here]) -> None:
    text = json.dumps(RULES["ratio_day"]().model_dump(mode="json")).replace("D001", "外科/01")
    here = start()
    roster = here.plan(Scenario.model_validate(json.loads(text)))
    assert here.ask("GET", f"rosters/{roster}/calendars/外科%2F01").status_code == 200
    assert here.ask("GET", f"rosters/{roster}/calendars/外科/01").status_code == 200


def test_texts_are_looked_through_where_large_documents_are_read(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = RULES["ratio_day"]().model_dump(mode="json")
    document["partners"] = [{"partner": f"{n} 13800138000"} for n in range(9_000)]
    asked: list[int] = []
    read = here.service.files.read
    monkeypatch.setattr(here.service.files, "read", lambda size, *of: asked.append(size) or read(size, *of))
    monkeypatch.setattr("api.scenario_files.key_problems", None)
    answer = here.ask("POST", "scenarios", json=document)
    assert answer.status_code == 422, "the process that reads has the true function, this one none"
    assert asked[0] > SMALL_BYTES
