"""The ticket ledger as planners and partners use it: publish, slots, claim, return, release, report, verify, advice."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from scenarios.smallest import RULES
from scheduler.tables.scenario.files import write_scenario

OPEN, LATE = "2026-07-10T09:00", "2026-07-26T23:00"


@pytest.fixture
def published(menzhen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A planned and published week; the ledger is in the folder of the test."""
    monkeypatch.setenv("MENZHEN_DATABASE", f"sqlite:///{tmp_path}/tickets.db")
    write_scenario(RULES["reserve_expert"](), tmp_path / "week")
    assert menzhen("plan", tmp_path / "week", "--out", tmp_path / "roster")[0] == 0
    assert menzhen("publish", tmp_path / "roster", "--as-of", "2026-07-01")[0] == 0
    return tmp_path


@pytest.fixture
def slot(menzhen, published: Path) -> str:
    """The first slot with a ticket for partner `P01`."""
    code, printed, _ = menzhen("partner", "slots", "P01", "--as-of", OPEN)
    assert code == 0
    return re.search(r"2026-W30\.\S+", printed)[0]


def claim(menzhen, slot: str, referral: str = "R-1", at: str = OPEN):
    return menzhen("partner", "claim", "P01", "--slot", slot, "--referral", referral, "--as-of", at)


def test_a_partner_claims_of_the_channels_that_its_scenario_names(menzhen, published, slot):
    partners = "partner,channels\nP01,primary_care\nP02,\n"
    (published / "week" / "partners.csv").write_text(partners, encoding="utf-8")
    assert menzhen("plan", published / "week", "--out", published / "roster")[0] == 0
    publication = ("publish", published / "roster", "--as-of", "2026-07-02", "--reason", "by contract")
    assert menzhen(*publication)[0] == 0
    assert "Nothing is left for P01" in menzhen("partner", "slots", "P01", "--as-of", OPEN)[1]
    code, _, wrong = claim(menzhen, slot)
    assert (code, "P01 may not claim tickets of this channel" in wrong) == (1, True)
    assert menzhen("partner", "claim", "P02", "--slot", slot, "--referral", "R-2", "--as-of", OPEN)[0] == 0


def test_the_same_files_are_published_once(menzhen, published):
    code, printed, _ = menzhen("publish", published / "roster", "--as-of", "2026-07-02")
    assert (code, "published already" in printed) == (0, True)


def test_another_version_needs_a_reason(menzhen, published):
    with (published / "roster" / "sessions.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    menzhen("plan", published / "week", "--out", published / "roster", "--set", "policy.reserve.share=0.5")
    code, _, wrong = menzhen("publish", published / "roster", "--as-of", "2026-07-02")
    assert (code, "reason" in wrong) == (2, True)
    code, printed, _ = menzhen(
        "publish", published / "roster", "--as-of", "2026-07-02", "--reason", "more for partners"
    )
    assert (code, "version 2" in printed) == (0, True)


def test_a_session_moved_by_hand_is_not_published_with_its_old_slots(menzhen, published):
    path = published / "roster" / "sessions.csv"
    rows = path.read_text(encoding="utf-8-sig").splitlines()
    at = rows[0].split(",").index("date")
    moved = rows[1].split(",")
    moved[at] = "2026-07-23"
    path.write_text("\n".join([rows[0], ",".join(moved), *rows[2:]]) + "\n", encoding="utf-8")
    code, _, wrong = menzhen("publish", published / "roster", "--as-of", "2026-07-02", "--reason", "moved")
    assert code == 2
    assert "the slot is not in its session's half-day" in wrong


@pytest.fixture
def broken(published: Path) -> Path:
    """The week with both sessions of its doctor in a room that is closed now, and a table that somebody touched."""
    rooms = published / "week" / "rooms.csv"
    text = rooms.read_text(encoding="utf-8-sig")
    rooms.write_text(text.replace("01", "09"), encoding="utf-8")
    return published


def test_a_week_that_breaks_hard_rules_is_not_published_without_an_acceptance(menzhen, broken):
    call = (
        "publish",
        broken / "roster",
        "--scenario",
        broken / "week",
        "--as-of",
        "2026-07-02",
        "--reason",
        "again",
    )
    code, out, wrong = menzhen(*call)
    assert (code, out) == (1, "")
    assert (
        "rooms: At no half-day do a pool's sessions outnumber its rooms. Broken: 2 sessions without a room"
        in wrong
    )


def test_an_acceptance_is_kept_in_the_ledger_and_in_its_report(menzhen, broken, tmp_path):
    url = ("--database", f"sqlite:///{tmp_path / 'other.db'}")
    call = ("publish", broken / "roster", "--scenario", broken / "week", "--as-of", "2026-07-02", *url)
    code, out, _ = menzhen(*call, "--accept-violations", "the wing is closed")
    assert code == 0
    assert "Published although hard rules are broken (rooms (2)): the wing is closed" in out
    page = (broken / "roster" / "report.html").read_text(encoding="utf-8")
    assert "Published although hard rules are broken" in page
    assert "the wing is closed" in page
    assert "Broken: 2 sessions without a room" in page
    reported = menzhen("ledger", "report", *url)[1]
    assert "2026-W30, version 1 although hard rules are broken (rooms (2)): the wing is closed" in reported
    assert menzhen("ledger", "verify", *url)[0] == 0


def test_tables_changed_since_they_were_checked_need_the_scenario(menzhen, published, tmp_path):
    path = published / "roster" / "sessions.csv"
    path.write_bytes(path.read_bytes() + b"\n")
    call = (
        "publish",
        published / "roster",
        "--as-of",
        "2026-07-02",
        "--database",
        f"sqlite:///{tmp_path / 'o.db'}",
    )
    code, _, wrong = menzhen(*call)
    assert (code, "the tables are not those that were checked" in wrong) == (1, True)
    assert menzhen(*call, "--scenario", published / "week")[0] == 0


def test_a_workbook_that_was_changed_and_not_kept_is_not_published_in_silence(menzhen, published, tmp_path):
    from openpyxl import load_workbook

    path = published / "roster" / "roster.xlsx"
    book = load_workbook(path)
    rows = book["Sessions"]
    column = next(cell.column for cell in rows[1] if cell.value == "tickets")
    rows.cell(2, column).value = rows.cell(2, column).value - 1
    book.save(path)
    call = ("publish", published / "roster", "--as-of", "2026-07-02")
    fresh = ("--database", f"sqlite:///{tmp_path / 'o.db'}")
    code, _, warned = menzhen(*call, *fresh)
    assert (code, "roster.xlsx was changed since it was written" in warned) == (0, True)
    code, _, warned = menzhen(*call, "--scenario", published / "week")
    assert code == 0
    assert "What roster.xlsx says otherwise is not published:\n  - 2026-W30.D001" in warned
    assert "tickets instead of" in warned


def test_tables_that_were_changed_and_hold_are_published_and_named(menzhen, published, tmp_path):
    path = published / "roster" / "sessions.csv"
    path.write_bytes(path.read_bytes() + b"\n")
    call = ("publish", published / "roster", "--scenario", published / "week", "--as-of", "2026-07-02")
    code, _, warned = menzhen(*call, "--database", f"sqlite:///{tmp_path / 'o.db'}")
    assert (code, "Changed by hand since it was written, and published so: sessions.csv." in warned) == (
        0,
        True,
    )


def test_a_roster_as_it_was_written_is_published_without_a_warning(menzhen, published, tmp_path):
    call = ("publish", published / "roster", "--scenario", published / "week")
    assert menzhen(*call, "--database", f"sqlite:///{tmp_path / 'o.db'}")[2] == ""


def test_an_acceptance_names_no_patient(menzhen, broken):
    call = (
        "publish",
        broken / "roster",
        "--scenario",
        broken / "week",
        "--as-of",
        "2026-07-02",
        "--reason",
        "again",
    )
    code, _, wrong = menzhen(*call, "--accept-violations", "call 13812345678")
    assert (code, "accept_violations: it looks like a mobile telephone number" in wrong) == (2, True)


def test_a_ticket_is_claimed_listed_and_given_back(menzhen, slot):
    assert claim(menzhen, slot)[0] == 0
    listed = menzhen("partner", "list", "P01")[1]
    assert "R-1" in listed
    assert slot in listed
    assert menzhen("partner", "return", "P01", "--referral", "R-1", "--as-of", OPEN)[0] == 0
    assert "returned" in menzhen("partner", "list", "P01")[1]


def test_a_claim_that_is_refused_says_why_and_ends_with_1(menzhen, slot):
    claim(menzhen, slot)
    code, printed, wrong = claim(menzhen, slot)
    assert (code, printed) == (1, "")
    assert "live claim" in wrong


@pytest.mark.parametrize("command", [("slots", "P99", "--as-of", OPEN), ("list", "P99")])
def test_an_unknown_partner_is_named_and_not_called_one_with_nothing(menzhen, slot, command):
    code, printed, wrong = menzhen("partner", *command)
    assert (code, printed) == (2, "")
    assert "partner: there is no such partner ('P99')" in wrong
    assert "P01" in wrong


def test_a_known_partner_may_have_nothing_left(menzhen, slot):
    code, printed, _ = menzhen("partner", "slots", "P01", "--as-of", LATE)
    assert (code, printed) == (0, "Nothing is left for P01 now.\n")


def test_an_unknown_partner_claims_nothing(menzhen, slot):
    refused = ("partner", "claim", "P99", "--slot", slot, "--referral", "R-9", "--as-of", OPEN)
    code, _, wrong = menzhen(*refused)
    assert (code, "there is no such partner ('P99')" in wrong) == (1, True)


def test_a_telephone_number_is_refused_and_not_repeated(menzhen, slot):
    code, printed, wrong = claim(menzhen, slot, "13812345678")
    assert code != 0
    assert "telephone" in wrong
    assert "13812345678" not in printed + wrong


def test_unclaimed_tickets_fall_back_once(menzhen, slot):
    claim(menzhen, slot)
    assert "public" in menzhen("ledger", "release", "--as-of", LATE)[1]
    assert "No ticket" in menzhen("ledger", "release", "--as-of", LATE)[1]
    code, printed, _ = menzhen("ledger", "report", "--by", "partner", "--by", "specialty")
    assert code == 0
    assert "P01" in printed


def test_what_is_intact_is_proved_and_what_was_changed_is_shown(menzhen, slot, published):
    claim(menzhen, slot)
    code, printed, _ = menzhen("ledger", "verify")
    assert (code, "nothing was changed" in printed) == (0, True)
    head = next(line.strip() for line in printed.splitlines() if line.endswith(":P01"))
    menzhen("ledger", "verify", "--out", published / "ends.txt")
    assert head in (published / "ends.txt").read_text(encoding="utf-8").splitlines()
    assert menzhen("ledger", "verify", "--head", head)[0] == 0
    with sqlite3.connect(published / "tickets.db") as database:
        database.execute("UPDATE claims SET partner = 'south'")
    database.close()
    code, printed, _ = menzhen("ledger", "verify")
    assert code == 1
    assert "P01" in printed or "south" in printed


def test_advice_proposes_weights_and_never_less_than_the_law(menzhen, slot, published):
    claim(menzhen, slot)
    code, printed, _ = menzhen("ledger", "advice", published / "week", "--out", published / "advice")
    assert (code, "policy.reserve.share=0.3" in printed) == (0, True)
    assert (published / "advice" / "partners.csv").exists()


def test_advice_waits_until_sessions_have_taken_place(menzhen, slot, published):
    claim(menzhen, slot)
    call = ("ledger", "advice", published / "week", "--as-of")
    assert "No session" in menzhen(*call, OPEN)[1]
    assert "policy.reserve.share" in menzhen(*call, LATE)[1]


def test_what_cannot_be_understood_is_reported(menzhen, published):
    code, _, wrong = menzhen("partner", "slots", "P01", "--as-of", "tomorrow", "--channel", "partner")
    assert (code, "2026-07-20T08:00" in wrong) == (2, True)
    code, _, wrong = menzhen("partner", "slots", "P01", "--channel", "public")
    assert (code, "partner" in wrong) == (2, True)
    code, _, wrong = menzhen("ledger", "report", "--by", "docter")
    assert (code, "doctor" in wrong) == (2, True)
    assert menzhen("ledger", "verify", "--head", "1:2")[0] == 2


def test_a_ledger_that_is_not_there_is_not_made_by_asking(menzhen, tmp_path):
    code, _, wrong = menzhen("ledger", "report", "--database", f"sqlite:///{tmp_path}/none.db")
    assert (code, "no ticket ledger" in wrong) == (2, True)
    assert not (tmp_path / "none.db").exists()


def test_an_upgrade_makes_the_tables_and_changes_nothing_the_second_time(menzhen, tmp_path):
    url = f"sqlite:///{tmp_path}/new.db"
    assert menzhen("ledger", "upgrade", "--database", url)[0] == 0
    made = (tmp_path / "new.db").read_bytes()
    code, printed, _ = menzhen("ledger", "upgrade", "--database", url)
    assert (code, "up to date" in printed) == (0, True)
    assert (tmp_path / "new.db").read_bytes() == made
    assert menzhen("ledger", "verify", "--database", url)[0] == 0
