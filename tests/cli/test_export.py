from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from fhir.resources.R4B.bundle import Bundle
from icalendar import Calendar


@pytest.fixture
def roster(menzhen, week, tmp_path) -> Path:
    assert menzhen("plan", week, "--out", tmp_path / "out")[0] == 0
    return tmp_path / "out"


def sessions(roster: Path) -> list[dict[str, str]]:
    with (roster / "sessions.csv").open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def test_every_doctor_gets_a_calendar(menzhen, week, roster, tmp_path):
    code, out, err = menzhen("export", week, roster, "--form", "ics", "--out", tmp_path / "ics")
    assert (code, err) == (0, "")
    assert out == f"The export is in {tmp_path / 'ics'}.\n"
    doctors = {row["doctor"] for row in sessions(roster)}
    assert {path.name for path in (tmp_path / "ics").iterdir()} == {f"{doctor}.ics" for doctor in doctors}
    for doctor in doctors:
        events = Calendar.from_ical((tmp_path / f"ics/{doctor}.ics").read_bytes()).walk("VEVENT")
        assert {str(event["UID"]) for event in events} == {
            f"{row['session']}.{doctor}@menzhen" for row in sessions(roster) if row["doctor"] == doctor
        }


def test_one_doctors_calendar_is_a_file_with_the_same_bytes(menzhen, week, roster, tmp_path):
    doctor = sessions(roster)[0]["doctor"]
    assert menzhen("export", week, roster, "--form", "ics", "--out", tmp_path / "ics")[0] == 0
    one = tmp_path / "one.ics"
    assert menzhen("export", week, roster, "--form", "ics", "--doctor", doctor, "--out", one)[0] == 0
    assert one.read_bytes() == (tmp_path / f"ics/{doctor}.ics").read_bytes()


def test_calendars_speak_chinese(menzhen, week, roster, tmp_path):
    doctor = sessions(roster)[0]["doctor"]
    one = tmp_path / "one.ics"
    words = ("--form", "ics", "--doctor", doctor, "--out", one, "--lang", "zh")
    _, out, _ = menzhen("export", week, roster, *words)
    assert "outpatient" not in one.read_text(encoding="utf-8")
    assert "The export" not in out


def test_an_export_takes_the_place_of_an_earlier_one_and_of_nothing_else(menzhen, week, roster, tmp_path):
    out = tmp_path / "ics"
    for _ in range(2):
        assert menzhen("export", week, roster, "--form", "ics", "--out", out)[0] == 0
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    code, _, err = menzhen("export", week, roster, "--form", "ics", "--out", out)
    assert code == 2
    assert "notes.txt" in err


def test_fhir_is_one_bundle(menzhen, week, roster, tmp_path):
    file = tmp_path / "week.json"
    assert menzhen("export", week, roster, "--form", "fhir", "--out", file)[0] == 0
    bundle = Bundle.model_validate_json(file.read_bytes())
    kinds = {entry.resource.get_resource_type() for entry in bundle.entry}
    assert kinds == {"Location", "Schedule", "Slot"}
    first = file.read_bytes()
    assert menzhen("export", week, roster, "--form", "fhir", "--out", file)[0] == 0
    assert file.read_bytes() == first


def test_fhir_for_bulk_publication_is_a_folder_whose_manifest_names_the_files(
    menzhen, week, roster, tmp_path
):
    out = tmp_path / "fhir"
    words = ("--form", "fhir", "--base", "https://hospital.example/fhir/", "--out", out)
    assert menzhen("export", week, roster, *words)[0] == 0
    manifest = json.loads((out / "$bulk-publish").read_text(encoding="utf-8"))
    assert manifest["request"] == "https://hospital.example/fhir/$bulk-publish"
    for output in manifest["output"]:
        name = output["url"].removeprefix("https://hospital.example/fhir/")
        lines = (out / name).read_text(encoding="utf-8").splitlines()
        assert {json.loads(line)["resourceType"] for line in lines} == {output["type"]}


def test_the_platforms_lines_have_the_hospitals_notices(menzhen, week, roster, tmp_path):
    file, notices = tmp_path / "platform.csv", tmp_path / "notices.json"
    notices.write_text(json.dumps({"": "Come at {come}."}), encoding="utf-8")
    assert menzhen("export", week, roster, "--form", "platform", "--out", file)[0] == 0
    usual = file.read_text(encoding="utf-8-sig")
    assert "use public transport" in usual
    assert menzhen("export", week, roster, "--form", "platform", "--notices", notices, "--out", file)[0] == 0
    with file.open(encoding="utf-8-sig") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == len(usual.splitlines()) - 1
    assert all(row["notice"].startswith("Come at ") for row in rows)


@pytest.mark.parametrize(
    ("words", "problems"),
    [
        (("--form", "pdf"), ["--form: there is no such choice ('pdf'). Use one of: departments, clinics,"]),
        (("--as", "ics"), ["--as: this option has a new name ('ics'). Write --form ics."]),
        (
            ("--form", "ics", "--format", "docx"),
            ["--format: the form ics has no such format ('docx'). Use one of: ics."],
        ),
        (("--form", "changes"), ["--against: this is missing. Name the folder of the roster before."]),
        (
            ("--form", "doors", "--by", "room"),
            [
                "--by: the option does not go with --form doors ('room'). Leave it out, or use --form month.",
                "--by: there is no such choice ('room'). Use one of: department, doctor.",
            ],
        ),
        (("--form", "ics", "--doctor", "D00"), ["--doctor: there is no such doctor ('D00')."]),
        (
            ("--form", "platform", "--doctor", "D001", "--base", "https://x"),
            [
                "--doctor: the option does not go with --form platform ('D001'). Leave it out, or use --form ics.",
                "--base: the option does not go with --form platform",
            ],
        ),
        (("--form", "fhir", "--notices", "n.json"), ["--notices: the option does not go with --form fhir"]),
        (("--form", "platform", "--notices", "n.json"), ["n.json: this is not a file of notices."]),
        ((), ["--form: this is missing. Use one of: departments, clinics,"]),
    ],
)
def test_all_that_is_wrong_is_named_and_nothing_written(menzhen, week, roster, tmp_path, words, problems):
    code, out, err = menzhen("export", week, roster, *words, "--out", tmp_path / "export")
    assert (code, out) == (2, "")
    assert [problem for problem in problems if problem not in err] == []
    assert not (tmp_path / "export").exists()


def test_a_roster_without_slots_is_refused_where_slots_are_exported(menzhen, week, roster, tmp_path):
    for name in ("slots.csv", "channels.csv", "appointments.csv"):
        (roster / name).unlink()
    for form in ("fhir", "platform"):
        code, _, err = menzhen("export", week, roster, "--form", form, "--out", tmp_path / "export")
        assert code == 2
        assert "the roster has no slots" in err
    assert menzhen("export", week, roster, "--form", "ics", "--out", tmp_path / "ics")[0] == 0


def test_printed_forms_are_written_in_the_format_of_the_files_name(menzhen, week, roster, tmp_path):
    for name, begins in (
        ("a.html", b"<!DOCTYPE"),
        ("a.csv", b"\xef\xbb\xbf"),
        ("a.docx", b"PK"),
        ("a", b"PK"),
    ):
        code, _, err = menzhen("export", week, roster, "--form", "departments", "--out", tmp_path / name)
        assert (code, err) == (0, "")
        assert (tmp_path / name).read_bytes().startswith(begins)


def test_a_file_that_ends_like_another_format_is_refused(menzhen, week, roster, tmp_path):
    words = ("--form", "clinics", "--format", "docx", "--out", tmp_path / "a.xlsx")
    code, _, err = menzhen("export", week, roster, *words)
    assert code == 2
    assert "the file's name ends like another format" in err
    assert not (tmp_path / "a.xlsx").exists()


def test_weeks_planned_in_a_row_make_a_month_and_changes(menzhen, week, tmp_path):
    assert menzhen("plan", week, "--weeks", 2, "--out", tmp_path / "weeks")[0] == 0
    first, second = sorted(path for path in (tmp_path / "weeks").iterdir() if path.is_dir())
    out = tmp_path / "month.html"
    assert menzhen("export", week, second, first, "--form", "month", "--by", "doctor", "--out", out)[0] == 0
    assert out.read_text("utf-8").index("20 Jul<") < out.read_text("utf-8").index("27 Jul<")
    words = ("--form", "changes", "--against", first, "--out", tmp_path / "changes.csv")
    assert menzhen("export", week, second, *words)[0] == 0
    assert (tmp_path / "changes.csv").exists()


def test_only_a_month_is_of_several_rosters_and_every_wrong_folder_is_named(menzhen, week, roster, tmp_path):
    code, _, err = menzhen("export", week, roster, roster, "--form", "doors", "--out", tmp_path / "a.html")
    assert code == 2
    assert "only a month is made of several rosters" in err
    folders = (tmp_path / "nowhere", tmp_path / "no")
    code, _, err = menzhen("export", week, *folders, "--form", "month", "--out", tmp_path / "a.html")
    assert code == 2
    assert all(f"{folder}: there is no such folder" in err for folder in folders)


def test_lines_for_the_platform_follow_the_ledger_where_one_is_named(menzhen, week, roster, tmp_path):
    ledger, out = f"sqlite:///{tmp_path / 'ledger.db'}", tmp_path / "platform.csv"
    at, later = ("--as-of", "2026-07-13T09:00"), ("--as-of", "2026-08-01T09:00")
    follow = ("export", week, roster, "--form", "platform", "--out", out, "--database", ledger)
    assert menzhen("publish", roster, "--database", ledger, *at)[0] == 0
    assert menzhen(*follow, *at)[0] == 0
    slot = next(row["slot"] for row in lines_of(out) if row["channel"] == "partner")
    claim = ("partner", "claim", "甲院", "--slot", slot, "--referral", "R-1", "--database", ledger)
    assert menzhen(*claim, *at)[0] == 0
    assert menzhen(*follow, *at)[0] == 0
    claimed = [row for row in lines_of(out) if row["claimed"] == "yes"]
    assert [(row["slot"], row["tickets"]) for row in claimed] == [(slot, "1")]
    assert menzhen(*follow, *later)[0] == 0
    assert {row["channel"] for row in lines_of(out) if row["claimed"] == "no"} == {"public"}


def test_an_export_follows_no_ledger_that_has_another_roster(menzhen, week, roster, tmp_path):
    ledger = f"sqlite:///{tmp_path / 'ledger.db'}"
    assert menzhen("publish", roster, "--database", ledger, "--as-of", "2026-07-13T09:00")[0] == 0
    assert menzhen("plan", week, "--set", "policy.reserve.share=0.5", "--out", tmp_path / "other")[0] == 0
    follow = (
        "export",
        week,
        tmp_path / "other",
        "--form",
        "fhir",
        "--out",
        tmp_path / "x",
        "--database",
        ledger,
    )
    code, _, err = menzhen(*follow)
    assert (code, (tmp_path / "x").exists()) == (2, False)
    assert "this roster is not what the ledger has published for 2026-W30" in err


def lines_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def test_patients_are_not_told_other_times_than_the_roster_was_planned_with(menzhen, week, tmp_path):
    told = ("--set", "policy.slots.told=slot", "--set", "policy.slots.come_early=20")
    assert menzhen("plan", week, "--out", tmp_path / "out", *told)[0] == 0
    export = ("export", week, tmp_path / "out", "--form", "platform", "--out", tmp_path / "tickets.csv")
    code, _, err = menzhen(*export)
    assert code == 2
    assert "policy.slots.told=slot policy.slots.come_early=20" in err
    assert " ".join(told) in err
    assert menzhen("edit", week, tmp_path / "out", "--dry-run", "--drop", "x")[2] == err
    assert menzhen(*export, *told)[0] == 0
