"""A planner's weeks from a published file on: plan, telephone call, publication, claim, leave, notices, next weeks."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter
from pathlib import Path

import pytest
from openpyxl import load_workbook

from scheduler.clock import WEEKDAYS

REAL = Path(__file__).parents[2] / ".." / "shared/data" / "bch_2026w29.csv"

pytestmark = pytest.mark.skipif(not REAL.exists(), reason="the real weeks are not part of the repository")

BEFORE = "2026-07-13T09:00"
"""A time at which tickets of the planned week 2026-W30 can be claimed."""


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(path: Path, table: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, table[0].keys())
        writer.writeheader()
        writer.writerows(table)


def lonely(sessions: list[dict[str, str]], half: str, date: str) -> dict[str, str]:
    """A kept session of a doctor who has no other on its date, of a clinic with experts' tickets."""
    busy = Counter((row["doctor"], row["date"]) for row in sessions)
    return next(
        row
        for row in sessions
        if (row["date"], row["half"], row["change"]) == (date, half, "kept")
        and busy[row["doctor"], date] == 1
        and row["level"] == "chief"
    )


def test_a_planner_goes_from_one_published_week_to_the_next(menzhen, tmp_path, monkeypatch):
    monkeypatch.setenv("MENZHEN_DATABASE", f"sqlite:///{tmp_path / 'ledger.db'}")
    week, plan, edited, repaired = (tmp_path / name for name in ("week", "plan", "edited", "repaired"))

    # import and plan
    assert menzhen("import", REAL, "--out", week)[0] == 0
    write_rows(week / "partners.csv", [{"partner": "社区一", "population": "60000"}])
    code, printed, _ = menzhen("plan", week, "--out", plan)
    assert (code, "proved that less change would not do" in printed) == (0, True)

    # a telephone call: a morning becomes an afternoon, in the workbook
    called = lonely(rows(plan / "sessions.csv"), "AM", "2026-07-22")
    book = load_workbook(plan / "roster.xlsx")
    grid = book.worksheets[0]
    line = next(cells for cells in grid.iter_rows() if called["doctor"] in str(cells[1].value))
    cell = next(
        one
        for one in line[2:]
        if one.value and str(grid.cell(5, one.column).value) == "AM" and "22" in _date(grid, one)
    )
    grid.cell(cell.row, cell.column + 1).value, cell.value = str(cell.value).split(" · ")[0], None
    book.save(plan / "roster.xlsx")
    code, printed, _ = menzhen("edit", week, plan, "--from", plan / "roster.xlsx", "--dry-run")
    assert f"{called['session']}: Wednesday 2026-07-22 afternoon instead of" in printed
    assert menzhen("edit", week, plan, "--from", plan / "roster.xlsx", "--out", edited)[0] == 0
    code, printed, _ = menzhen("check", week, edited)
    assert (code, "Every hard rule holds." in printed) == (0, True)

    # published, and a partner claims
    assert menzhen("publish", edited, "--as-of", "2026-07-06T08:00")[0] == 0
    _, printed, _ = menzhen("partner", "slots", "社区一", "--as-of", BEFORE)
    free = next(
        word for line in printed.splitlines() for word in line.split() if word.startswith("2026-W30.")
    )
    code, printed, _ = menzhen(
        "partner", "claim", "社区一", "--slot", free, "--referral", "R20260713-1", "--as-of", BEFORE
    )
    assert code == 0, printed

    # a leave list comes, and the week is repaired with notices to print
    away = lonely(rows(edited / "sessions.csv"), "PM", "2026-07-23")
    (tmp_path / "leave.csv").write_text(
        f"本周请假\n医生,开始,结束,半天,原因,替诊\n{away['doctor']},7月23日,7月24日,全天,会议,否\n",
        encoding="utf-8",
    )
    code, printed, err = menzhen(
        "repair", week, edited, "--leave", tmp_path / "leave.csv", "--as-of", "2026-07-21", "--out", repaired
    )
    assert err == ""
    assert "notices.html" in printed
    gone = {row["session"]: row for row in rows(repaired / "sessions.csv")}[away["session"]]
    assert (gone["date"], gone["change"]) == ("", "dropped")
    assert away["clinic"] in (repaired / "notices.txt").read_text(encoding="utf-8")
    code, printed, err = menzhen(
        "publish",
        repaired,
        "--reason",
        "leave",
        "--as-of",
        "2026-07-21T08:00",
        "--accept-violations",
        "leave",
    )
    assert code == 0, printed + err
    claims = menzhen("partner", "list", "社区一")[1]
    assert "R20260713-1" in claims

    # the next weeks: a doctor comes every other week
    template = rows(week / "template.csv")
    odd = next(row for row in template if row["doctor"] == called["doctor"])
    odd["weeks"] = "odd"
    write_rows(week / "template.csv", template)
    weeks = tmp_path / "weeks"
    assert menzhen("plan", week, "--weeks", "2", "--out", weeks)[0] == 0
    held = [
        [
            (row["doctor"], _day(row["was_date"]), row["was_half"])
            for row in rows(weeks / name / "sessions.csv")
        ]
        for name in ("2026-W30", "2026-W31")
    ]
    alternating = (odd["doctor"], odd["day"], odd["half"])
    assert [alternating in week for week in held] == [False, True]

    # a calendar of the month, by doctor
    month = tmp_path / "month.csv"
    folders = [weeks / name for name in ("2026-W30", "2026-W31")]
    assert menzhen("export", week, *folders, "--form", "month", "--by", "doctor", "--out", month)[0] == 0
    assert called["doctor"] in month.read_text(encoding="utf-8-sig")


def _day(date: str) -> str:
    return WEEKDAYS[dt.date.fromisoformat(date).weekday()] if date else ""


def _date(grid, cell) -> str:
    """The date above a half-day, which stands over its first column."""
    return next(
        str(grid.cell(4, column).value) for column in range(cell.column, 0, -1) if grid.cell(4, column).value
    )
