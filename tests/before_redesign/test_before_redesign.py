"""Data written before the redesign: ledgers, a service's database and a roster's folder are opened and used as before."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from tests.api.conftest import BEFORE, Here, Planned
from tests.cli.conftest import Menzhen

DATA = Path(__file__).parent
ROSTER, STUDY, QUEUED = "ro-a776b21a7180a91f", "st-cadaed4448e1c3de", "ro-e2bdbc222f385397"
PLANNER = "mz_3c9bfe3d018e_P79HBdf6hKxSftjHSyIzGiQAwNKSH6zSSVUq0gFXGZg"
PARTNER = "mz_eef0c730d19a_OfPZEGPX-HXB1Inng7lUJn9GRvNVZ0y-RDmRDbux_40"


def _load(name: str, file: Path) -> Path:
    with closing(sqlite3.connect(file)) as database:
        database.executescript((DATA / name).read_text(encoding="utf-8"))
    return file


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, menzhen: Menzhen) -> Path:
    """The ledger of 2026-W30, which the commands use, brought up to date."""
    file = _load("ledger.sql", tmp_path / "tickets.db")
    monkeypatch.setenv("MENZHEN_DATABASE", f"sqlite:///{file}")
    assert menzhen("ledger", "upgrade")[0] == 0
    return file


@pytest.fixture
def week(tmp_path: Path) -> Path:
    """The folder of 2026-W30, with the carry-over beside it."""
    shutil.copytree(DATA / "weeks", tmp_path / "weeks")
    return tmp_path / "weeks" / "2026-W30"


@pytest.fixture
def service(tmp_path: Path, start: Callable[..., Here]) -> Planned:
    """The service on its database, asked for the published roster with the keys of then."""
    _load("service.sql", tmp_path / "menzhen.db")
    here = start()
    here.service.clock = lambda: BEFORE + dt.timedelta(hours=1)
    here.keys = {"planner": PLANNER, "甲院": PARTNER}
    return Planned(here, ROSTER)


def test_a_ledger_is_whole_and_its_ends_are_those_it_had(menzhen: Menzhen, ledger: Path) -> None:
    head = "5:8b1306df3c3ed5f2e0c31763033765e608855e93ec40e0d023c250917ed7e716:"
    code, out, _ = menzhen("ledger", "verify", "--head", head)
    assert (code, "9 events in 3 chains" in out) == (0, True)


def test_a_ledgers_report_and_claims_are_readable(menzhen: Menzhen, ledger: Path) -> None:
    code, out, _ = menzhen("ledger", "report", "--by", "partner", "--by", "channel")
    rows = {tuple(line.split()[1:3]): line.split()[3:] for line in out.splitlines() if "2026-W30" in line}
    assert (code, rows["P01", "partner"]) == (0, ["6", "2", "1", "2", "1"])
    claims = menzhen("partner", "list", "P01")[1]
    assert ("lost its place" in claims, "returned" in claims) == (True, True)
    assert "B-1" in menzhen("partner", "list", "P02")[1]


def test_a_ledger_goes_on_with_new_claims_returns_and_releases(menzhen: Menzhen, ledger: Path) -> None:
    late = ("--as-of", "2026-07-20T14:20")
    slot = "2026-W30.D001.mon-pm.03"
    assert menzhen("partner", "claim", "P01", "--slot", slot, "--referral", "A-3", *late)[0] == 0
    assert menzhen("partner", "return", "P02", "--referral", "B-1", *late)[0] == 0
    assert menzhen("ledger", "release", "--as-of", "2026-07-21T20:00")[0] == 0
    code, out, _ = menzhen("ledger", "verify")
    assert (code, "in 3 chains" in out) == (0, True)


@pytest.mark.parametrize("dump", ["ledger_0001.sql", "ledger.sql"])
def test_a_ledger_of_an_older_revision_is_refused_until_it_is_upgraded(
    menzhen: Menzhen,
    tmp_path: Path,
    dump: str,
) -> None:
    url = f"sqlite:///{_load(dump, tmp_path / 'old.db')}"
    assert menzhen("ledger", "verify", "--database", url)[0] == 2
    assert menzhen("ledger", "upgrade", "--database", url)[0] == 0
    assert menzhen("ledger", "verify", "--database", url)[0] == 0
    assert "A-1" in menzhen("partner", "list", "P01", "--database", url)[1]


# The preset return-visits-90 holds more tickets since: what serves 90 % of the visits, no longer 90 % of the mean.
AS_THEN = ("--set", "policy.presets=beijing-2019-specialty; beijing-general")


def test_a_week_passes_the_check_but_for_return_visits_of_which_more_is_asked_since(
    menzhen: Menzhen, week: Path
) -> None:
    code, out, _ = menzhen("check", DATA / "scenario", week)
    assert (code, "return-visits-90" in out or "return visits, 90 %" in out) == (1, True)
    assert menzhen("check", DATA / "scenario", week, *AS_THEN)[0] == 0


def test_a_week_is_published_already_in_its_ledger_and_new_in_an_empty_one(
    menzhen: Menzhen,
    week: Path,
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{_load('ledger_0001.sql', tmp_path / 'old.db')}"
    menzhen("ledger", "upgrade", "--database", url)
    late = ("--as-of", "2026-06-21T08:00", "--scenario", DATA / "scenario", *AS_THEN)
    code, out, _ = menzhen("publish", week, "--database", url, *late)
    assert (code, "published already" in out) == (0, True)
    code, out, _ = menzhen("publish", week, "--database", f"sqlite:///{tmp_path / 'new.db'}", *late)
    assert (code, "version 1: 14 slots, 45 tickets" in out) == (0, True)


def test_a_week_is_repaired_and_published_over_its_claims(
    menzhen: Menzhen,
    week: Path,
    ledger: Path,
    tmp_path: Path,
) -> None:
    out = tmp_path / "repaired"
    stop = ("--stop", "D002@tue-pm", "--as-of", "2026-07-18", "--out", out)
    assert menzhen("repair", DATA / "scenario", week, *stop)[0] == 0
    late = ("--reason", "D002 cannot come", "--as-of", "2026-07-20T15:00")
    code, told, _ = menzhen("publish", out, *late)
    assert (code, "version 3" in told) == (0, True)


def test_the_next_week_carries_on_from_the_carry_over(menzhen: Menzhen, week: Path, tmp_path: Path) -> None:
    earlier = (week.parent / "ledger.csv").rename(week.parent / "carryover.csv")
    plan = ("plan", DATA / "scenario", "--carryover", earlier, "--out", tmp_path / "next", "--set")
    assert menzhen(*plan, "week=2026-W32")[0] == 0
    assert "D001,眼科,3,3,0,0" in (tmp_path / "next" / "carryover.csv").read_text(encoding="utf-8-sig")
    assert menzhen(*plan, "week=2026-W31")[0] == 2


def test_the_services_database_is_whole(
    menzhen: Menzhen,
    service: Planned,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MENZHEN_DATA", str(tmp_path))
    assert menzhen("db", "upgrade")[0] == 0
    # The keys of that database were put there by the test that made it, which no command does.
    code, out, _ = menzhen("db", "verify")
    assert (code, out.count("a key is told by no entry"), len(out.splitlines())) == (1, 3, 4)
    assert menzhen("ledger", "verify", "--database", f"sqlite:///{tmp_path / 'menzhen.db'}")[0] == 0


def test_the_services_roster_is_fetched_with_its_versions_and_steps(service: Planned) -> None:
    roster: Any = service.ask("GET").json
    assert (roster["state"], roster["status"], roster["version"]) == ("done", "optimal", 2)
    assert roster["approval"] == "published"
    sessions: Any = service.ask("GET", "/sessions?doctor=D002").json
    assert [(row["date"], row["half"]) for row in sessions["rows"]] == [("2026-07-21", "AM")]
    versions: Any = service.ask("GET", "/versions").json
    assert [one["reason"] for one in versions["entries"]] == ["", "a wish"]
    assert service.here.ask("GET", f"scenarios/{roster['scenario']}").status_code == 200


def test_the_services_answer_and_study_are_readable(service: Planned) -> None:
    why: Any = service.here.ask("GET", "answers/an-32c29096f3735578").json
    assert (why["verdict"], len(why["sentences"])) == ("better", 3)
    study: Any = service.here.ask("GET", f"studies/{STUDY}/table").json
    assert [row["cells"]["status"] for row in study["rows"]] == ["optimal", "optimal", "infeasible"]


def test_the_service_claims_again_and_repeats_what_it_answered(service: Planned) -> None:
    def claim(body: dict[str, str], **more: Any) -> Any:
        return service.here.ask("POST", "partner/claims", role="partner", partner="甲院", json=body, **more)

    repeated = {"slot": "2026-W30.D001.mon-am.01", "referral": "R-1"}
    again = claim(repeated, headers={"Idempotency-Key": "k1"})
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    assert claim({"slot": "2026-W30.D003.mon-pm.02", "referral": "R-3"}).status_code == 201
    claims: Any = service.here.ask("GET", "partner/claims", role="partner", partner="甲院").json
    assert [(one["referral"], one["state"]) for one in claims["entries"]] == [
        ("R-1", "live"),
        ("R-2", "returned"),
        ("R-3", "live"),
    ]


def test_the_roster_that_was_queued_is_planned(service: Planned) -> None:
    service.here.solve()
    queued: Any = service.here.ask("GET", f"rosters/{QUEUED}").json
    assert (queued["state"], queued["status"]) == ("done", "optimal")


def test_a_chain_of_the_service_that_was_changed_is_seen(service: Planned) -> None:
    from api.store.audit import walk_record

    store = service.here.service.store
    store.write(lambda c: c.execute(text("UPDATE api_audit SET who = 'nobody' WHERE place = 6")))
    assert store.read(walk_record).head.place == 5
