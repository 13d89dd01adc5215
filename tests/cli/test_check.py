from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest


@pytest.fixture
def roster(menzhen, week, tmp_path) -> Path:
    assert menzhen("plan", week, "--out", tmp_path / "out")[0] == 0
    return tmp_path / "out"


def edit(path: Path, change) -> None:
    """Rewrite a csv, `change` applied to every row."""
    text = path.read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    for row in rows:
        change(row)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_our_own_roster_is_clean(menzhen, week, roster):
    code, out, err = menzhen("check", week, roster)
    assert (code, err) == (0, "")
    assert "Every hard rule holds." in out


def test_soft_rules_are_reported_with_their_units(menzhen, week, roster):
    _, out, _ = menzhen("check", week, roster)
    lines = [line.split() for line in out.splitlines()]
    assert ["changes", "2"] in [line[:2] for line in lines]


def test_a_session_moved_back_by_hand_is_named_with_rule_place_and_numbers(menzhen, week, roster):
    def back(row):
        if row["change"] == "moved":
            row["date"], row["half"] = row["was_date"], row["was_half"]

    edit(roster / "sessions.csv", back)
    code, out, _ = menzhen("check", week, roster)
    assert code == 1
    lines = [line.split() for line in out.splitlines()]
    assert ["ratio_day", "1"] in [line[:2] for line in lines]
    assert out.startswith("Hard rules broken: ")


def test_no_key_of_a_place_or_rule_stands_among_chinese_violations(menzhen, week, roster):
    def friday(row):
        row["date"], row["half"], row["change"] = "2026-07-24", "AM", "moved"

    edit(roster / "sessions.csv", friday)
    _, out, _ = menzhen("check", week, roster, "--all", "--lang", "zh")
    told = [line for line in out.splitlines() if line.strip().startswith(("均摊", "变动", "每日上下午比"))]
    assert len(told) > 3
    assert re.findall(r"[a-z]+|, ", "".join(told)) == []


def test_tickets_lost_by_hand_are_counted(menzhen, week, roster):
    first = iter([True])

    def lose(row):
        if next(first, False):
            row["tickets"] = str(int(row["tickets"]) + 4)

    edit(roster / "slots.csv", lose)
    code, out, _ = menzhen("check", week, roster)
    assert code == 1
    assert "tickets_add_up" in out


def test_what_publish_would_refuse_is_named_and_is_no_clean_roster(menzhen, week, roster):
    channels = roster / "channels.csv"
    lines = channels.read_text(encoding="utf-8-sig").splitlines()
    channels.write_text("\n".join([*lines, lines[-1]]), encoding="utf-8")
    code, out, _ = menzhen("check", week, roster, "--set", "rules.tickets_add_up=off")
    assert code == 1
    assert "`menzhen publish` would refuse this roster:" in out
    assert "the same entry stands in an earlier row" in out


def test_cells_that_nothing_reads_are_named_where_they_are_stale(menzhen, week, roster):
    edit(roster / "sessions.csv", lambda row: row.update(campus="north"))
    code, out, _ = menzhen("check", week, roster)
    assert code == 0
    assert "sessions.csv, column campus: this follows from other columns and is not read" in " ".join(
        out.split()
    )


def test_settings_change_what_is_checked(menzhen, week, roster):
    code, out, _ = menzhen("check", week, roster, "--set", "rules.changes=hard")
    assert code == 1
    assert "1 session is moved, dropped or added; at most 0 may be" in out
    assert menzhen("check", week, roster, "--set", "policy.changes.budget=1")[0] == 0


def test_a_roster_that_cannot_be_read_is_reported_with_every_problem(menzhen, week, roster):
    def spoil(row):
        row.update({"D001": {"doctor": "D0O1"}, "D002": {"half": "noon"}}.get(row["doctor"], {}))

    edit(roster / "sessions.csv", spoil)
    code, out, err = menzhen("check", week, roster)
    assert (code, out) == (2, "")
    assert "D0O1" in err
    assert "noon" in err
    assert "sessions.csv" in err


def test_a_folder_without_a_roster_is_reported(menzhen, week, tmp_path):
    (tmp_path / "empty").mkdir()
    for folder in ("empty", "nowhere"):
        code, _, err = menzhen("check", week, tmp_path / folder)
        assert code == 2
        assert "sessions.csv" in err


def test_nothing_is_written_by_a_check(menzhen, week, roster, files):
    before = files(roster)
    menzhen("check", week, roster)
    assert files(roster) == before
