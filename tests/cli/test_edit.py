from __future__ import annotations

import csv
from pathlib import Path

import pytest

from scheduler.roster import Plan, template_roster
from scheduler.scenario.hospital import Partner
from scheduler.tables.roster.write import write_plan
from scheduler.tables.scenario.files import write_scenario
from tests.check.small import monday


@pytest.fixture
def roster(tmp_path: Path) -> tuple[Path, Path]:
    """The folders of a week and of its template as a roster without slots."""
    week = monday(rules={"slot_length": "off", "tickets_add_up": "off", "reserve_expert": "off"})
    write_scenario(week, tmp_path / "monday")
    write_plan(Plan(template_roster(week)), week, tmp_path / "roster")
    for name in ("slots", "channels", "appointments"):
        (tmp_path / "roster" / f"{name}.csv").unlink()
    return tmp_path / "monday", tmp_path / "roster"


def lines(out: str) -> list[list[str]]:
    return [line.split() for line in out.splitlines()]


def test_a_move_that_breaks_a_hard_rule_ends_with_1(menzhen, roster):
    code, out, err = menzhen("edit", *roster, "--dry-run", "--move", "2026-W30.bob.mon-pm@tue-pm")
    assert (code, err) == (1, "")
    first = "2026-W30.bob.mon-pm: Tuesday 2026-07-21 afternoon instead of Monday 2026-07-20 afternoon"
    assert out.splitlines()[0] == first
    assert ["ratio_day", "0", "1", "+1"] in lines(out)
    assert ["changes", "0", "3", "+3"] in lines(out)
    assert "1 violation of hard rules would be new." in out


def test_moves_are_reported_together(menzhen, roster):
    moves = [word for half in ("am", "pm") for word in ("--move", f"2026-W30.bob.mon-{half}@tue-{half}")]
    code, out, _ = menzhen("edit", *roster, "--dry-run", *moves)
    assert code == 0
    assert ["changes", "0", "6", "+6"] in lines(out)
    assert "ratio_day" not in out
    assert "No hard rule would be broken further." in out


def test_what_vanishes_is_reported_too(menzhen, roster):
    code, out, _ = menzhen(
        "edit",
        *roster,
        "--dry-run",
        "--set",
        "policy.ratio.limit=0.5",
        "--move",
        "2026-W30.bob.mon-am@tue-pm",
    )
    assert code == 0
    assert ["ratio_day", "1", "0", "-1"] in lines(out)
    assert [line[:3] for line in lines(out) if line[:2] == ["vanishes", "ratio_day"]] == [
        ["vanishes", "ratio_day", "1"]
    ]


def test_a_move_to_where_it_is_changes_nothing(menzhen, roster):
    code, out, _ = menzhen("edit", *roster, "--dry-run", "--move", "2026-W30.bob.mon-pm@mon-pm")
    assert code == 0
    assert "No rule gains or loses a unit." in out


@pytest.mark.parametrize(
    ("move", "remedy"),
    [
        (
            "2026-W30.bob.mon-pn@tue-pm",
            "there is no such session ('2026-W30.bob.mon-pn'). Did you mean 2026-W30.bob.mon-pm?",
        ),
        ("2026-W30.bob.mon-pm@tue", "--move: this is not a half-day of an open day ('tue')."),
        ("bob", "--move: this is not a move ('bob'). Write SESSION@fri-pm"),
    ],
)
def test_what_cannot_be_moved_is_named(menzhen, roster, move, remedy):
    code, out, err = menzhen("edit", *roster, "--dry-run", "--move", move)
    assert (code, out) == (2, "")
    assert remedy in err


def test_all_moves_that_cannot_be_read_are_named_at_once(menzhen, roster):
    code, _, err = menzhen("edit", *roster, "--dry-run", "--move", "bob", "--move", "2026-W30.bob.mon-pm@tue")
    assert code == 2
    assert err.count("--move: this is not a") == 2


def test_the_old_way_to_try_a_move_names_the_new_one(menzhen, roster):
    code, out, err = menzhen("check", *roster, "--move", "2026-W30.bob.mon-pm@tue-pm")
    assert (code, out) == (2, "")
    assert "Write `menzhen edit SCENARIO DIR --dry-run --move ...`." in err


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        (("--dry-run",), "there is nothing to edit"),
        (("--drop", "bob@mon-am"), "it is not clear where the roster goes"),
        (("--dry-run", "--drop", "bob@mon-am", "--seconds", "0"), "--seconds: the time is out of range"),
        (
            ("--dry-run", "--drop", "bob@fri-am"),
            "--drop: there is no such session ('bob@fri-am'). bob has sessions on: Monday 2026-07-20",
        ),
        (
            ("--dry-run", "--move", "bob@mon-am@周八下午"),
            "('周八下午'). Write it as fri-pm, 周五下午 or 2026-07-24-PM.",
        ),
        (("--dry-run", "--cover", "bob@mon-am=eve"), "--cover: there is no such doctor ('eve')"),
        (("--dry-run", "--room", "bob@mon-am=e9"), "--room: the scenario does not know this room ('e9')"),
        (
            ("--dry-run", "--tickets", "bob@mon-am=many"),
            "--tickets: this is not a number of tickets ('many')",
        ),
        (("--dry-run", "--tickets", "bob@mon-am=ear:5"), "--tickets: the session has no such clinic"),
        (("--dry-run", "--add", "bob@tue-am"), "--add: this is not an edit ('bob@tue-am')"),
        (("--dry-run", "--add", "bob@tue-am=ear"), "--add: the scenario does not know this clinic ('ear')"),
        (("--dry-run", "--swap", "bob@mon-am", "ann@mon-am"), "the two sessions are not at two half-days"),
        (
            ("--dry-run", "--drop", "bob@mon-am", "--move", "bob@mon-am@tue-am"),
            "two edits say different things of this session ('2026-W30.bob.mon-am')",
        ),
    ],
)
def test_an_edit_that_is_none_is_named(menzhen, roster, words, wrong):
    code, out, err = menzhen("edit", *roster, *words)
    assert (code, out) == (2, "")
    assert wrong in err


@pytest.fixture
def planned(menzhen, tmp_path: Path) -> tuple[Path, Path]:
    """A week and its plan with slots, channels and partners' tickets."""
    write_scenario(monday(partners=(Partner(partner="east"), Partner(partner="west"))), tmp_path / "monday")
    assert menzhen("plan", tmp_path / "monday", "--out", tmp_path / "plan")[0] == 0
    return tmp_path / "monday", tmp_path / "plan"


EVERY_EDIT = (
    *("--swap", "bob@mon-am", "bob@mon-pm"),
    *("--cover", "ann@mon-pm=bob"),
    *("--tickets", "ann@mon-am=14"),
    *("--room", "bob@mon-am=e1"),
    *("--add", "ann@tue-am=eye:9"),
)


def sessions(folder: Path) -> dict[str, tuple[str, ...]]:
    content = (folder / "sessions.csv").read_text(encoding="utf-8-sig").splitlines()
    keys = ("date", "half", "doctor", "room", "tickets", "change")
    return {row["session"]: tuple(row[key] for key in keys) for row in csv.DictReader(content)}


def test_edits_are_written_as_a_roster_that_the_checker_and_the_ledger_take(menzhen, planned, tmp_path):
    out = tmp_path / "edited"
    menzhen("edit", *planned, *EVERY_EDIT, "--out", out)
    assert sessions(out) == {
        "2026-W30.ann.mon-am": ("2026-07-20", "AM", "ann", "e1", "14", "kept"),
        "2026-W30.ann.mon-pm": ("2026-07-20", "PM", "bob", "e1", "20", "covered"),
        "2026-W30.ann.tue-am.new": ("2026-07-21", "AM", "ann", "e1", "9", "added"),
        "2026-W30.bob.mon-am": ("2026-07-20", "PM", "bob", "e1", "20", "moved"),
        "2026-W30.bob.mon-pm": ("2026-07-20", "AM", "bob", "e2", "20", "moved"),
    }
    rules = ("appointments", "tickets_add_up", "slot_length", "reserve_expert", "partner_shares")
    checked = menzhen("check", planned[0], out)[1]
    assert not [rule for rule in rules if f" {rule} " in checked.split("soft rule")[0]]
    assert "refuse" not in checked


def test_the_same_edits_in_sessions_csv_give_the_same_files(menzhen, planned, tmp_path, files):
    menzhen("edit", *planned, *EVERY_EDIT, "--out", tmp_path / "edited")
    edited = (tmp_path / "edited" / "sessions.csv").read_bytes()
    (planned[1] / "sessions.csv").write_bytes(edited)
    menzhen("edit", *planned, "--from", planned[1] / "sessions.csv", "--out", tmp_path / "again")
    first, second = files(tmp_path / "edited"), files(tmp_path / "again")
    for name in ("sessions.csv", "slots.csv", "channels.csv", "appointments.csv"):
        assert first[name] == second[name]


def test_two_doctors_exchanged_in_sessions_csv_are_two_sessions_covered(menzhen, planned):
    path = planned[1] / "sessions.csv"
    text = path.read_text(encoding="utf-8-sig")
    rows = [
        row.replace(",ann,", ",?,").replace(",bob,", ",ann,").replace(",?,", ",bob,")
        for row in text.splitlines()
    ]
    path.write_text("\n".join(rows), encoding="utf-8")
    assert menzhen("check", *planned)[0] == 1
    _, out, _ = menzhen("edit", *planned, "--from", path, "--dry-run")
    assert "2026-W30.ann.mon-am: bob instead of ann" in out
    assert "2026-W30.bob.mon-am: ann instead of bob" in out


def test_an_edit_and_its_inverse_give_the_same_bytes(menzhen, planned, tmp_path, files):
    menzhen(
        "edit", *planned, "--move", "bob@mon-pm@tue-pm", "--drop", "ann@mon-am", "--out", tmp_path / "there"
    )
    back = (
        "--move",
        "bob@tue-pm@mon-pm",
        "--move",
        "2026-W30.ann.mon-am@mon-am",
        "--room",
        "2026-W30.ann.mon-am=e1",
    )
    menzhen("edit", planned[0], tmp_path / "there", *back, "--out", tmp_path / "back")
    first, second = files(planned[1]), files(tmp_path / "back")
    for name in ("sessions.csv", "slots.csv", "channels.csv", "appointments.csv", "shares.csv"):
        assert first[name] == second[name]


def test_what_is_only_tried_writes_nothing(menzhen, planned, files):
    before = files(planned[1])
    assert menzhen("edit", *planned, "--tickets", "bob@mon-am=14", "--dry-run")[0] == 0
    assert files(planned[1]) == before
