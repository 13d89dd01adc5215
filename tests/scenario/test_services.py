"""The table services: windows as they are written, and which of them a campus has."""

from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.errors import MenzhenError
from scheduler.scenario.hospital import Clinic, Doctor
from scheduler.scenario.services import OpenWindows, Service, Visit, services_at
from scheduler.scenario.week import Scenario
from scheduler.tables.scenario.files import read_scenario, write_scenario
from scheduler.words import Words

WINDOWS = "07:30-10:00:8;10:00-12:00:5"


def service(name: str, campus: str = "", **parts) -> Service:
    return Service(service=name, campus=campus, minutes=parts.pop("minutes", "1"), windows=WINDOWS, **parts)


def hospital(*services: Service) -> Scenario:
    return Scenario(
        week="2026-W30",
        doctors=(Doctor(doctor="li", specialty="eye"),),
        clinics=(Clinic(clinic="eye", specialty="eye", pool="p", campus="east"),),
        services=services,
    )


def test_windows_read_back_as_they_are_written():
    parsed = OpenWindows.parse(WINDOWS)
    assert [(str(span), count) for span, count in parsed.spans] == [("07:30-10:00", 8), ("10:00-12:00", 5)]
    assert str(parsed) == WINDOWS
    assert OpenWindows.parse("07:30至10:00：8；10:00~12:00：5") == parsed


@pytest.mark.parametrize(
    "text",
    ["", "8", "07:30-10:00", "07:30-10:00:0", "07:30-10:00:501", "10:00-07:30:8", "07:30-10:00:8;09:00-12:00:5"],
)  # fmt: skip
def test_windows_that_are_none_are_refused(text: str):
    with pytest.raises(ValueError, match=r"."):
        OpenWindows.parse(text)


def test_a_campus_has_the_rows_of_all_and_its_own_in_their_place_by_visit_and_name():
    rows = (
        service("payment", visit=Visit.AFTER),
        service("check-in"),
        service("check-in", "east", minutes="2"),
        service("triage", "west"),
    )
    assert [(one.service, one.minutes) for one in services_at(rows, "east")] == [
        ("check-in", 2),
        ("payment", 1),
    ]
    assert [one.service for one in services_at(rows, "west")] == ["check-in", "triage", "payment"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_services_read_back_as_they_are_written(tmp_path: Path, language: str):
    week = hospital(service("缴费", "east", share="0.8", cv="1", visit="after"), service("报到"))
    write_scenario(week, tmp_path, language)
    assert sorted(read_scenario(tmp_path).services, key=str) == sorted(week.services, key=str)


def test_every_value_of_services_that_is_wrong_is_told_at_its_place(tmp_path: Path):
    write_scenario(hospital(), tmp_path)
    (tmp_path / "services.csv").write_text(
        "campus,service,share,minutes,windows\n"
        f"east,a,1.2,1,{WINDOWS}\n"
        "east,b,1,1,07:30-10:00:0\n"
        f"east,c,1,0,{WINDOWS}\n"
        f"west,d,1,1,{WINDOWS}\n",
        encoding="utf-8",
    )
    with pytest.raises(MenzhenError) as caught:
        read_scenario(tmp_path)
    places = [(p.where.row, p.where.column) for p in caught.value.problems]
    assert places == [(2, "share"), (3, "windows"), (4, "minutes"), (5, "campus")]
    text = caught.value.text(Words("en"))
    assert "must be at most 1" in text
    assert "no clinic is at this campus" in text
    assert "Write when how many windows (1 to 500) are open" in text
