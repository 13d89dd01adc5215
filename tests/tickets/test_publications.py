"""Publishing: versions, reasons, and claims that are never lost."""

from __future__ import annotations

import datetime as dt
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from scheduler.errors import InputError, SettingError
from scheduler.roster import Channel
from scheduler.tickets.claims import claim
from scheduler.tickets.events import append
from scheduler.tickets.hash_chain import Head
from scheduler.tickets.publications import publish
from scheduler.tickets.results import HurtReason, Publication
from scheduler.tickets.returns import return_claim
from scheduler.tickets.store import Store
from scheduler.tickets.transfer import ClaimTransfer, transfer_claims
from scheduler.tickets.verify import verify
from tests.tickets.week import AFTER, CLAIMED, MONDAY, OPENS, Piece, holdings, states, two_and_one, write_week


def _publish(store: Store, folder: Path, *pieces: Piece, reason: str = "again"):
    return publish(store, write_week(folder / "week", pieces), CLAIMED, "office", reason=reason)


def test_a_week_is_published_once_and_the_same_files_make_no_new_version(
    store: Store, tmp_path: Path
) -> None:
    first = _publish(store, tmp_path, two_and_one(), reason="")
    again = _publish(store, tmp_path, two_and_one(), reason="")
    assert (first.week, first.version, first.new, first.slots, first.tickets) == ("2026-W30", 1, True, 1, 6)
    assert (again.version, again.new) == (1, False)


def test_a_new_version_needs_a_reason(store: Store, tmp_path: Path) -> None:
    _publish(store, tmp_path, two_and_one())
    with pytest.raises(SettingError, match="version 1"):
        _publish(store, tmp_path, two_and_one(), two_and_one("b"), reason=" ")


def test_the_limit_of_claims_holds_on_until_another_is_given(store: Store, tmp_path: Path) -> None:
    def again(doctor: str, most: int | None = None) -> Publication:
        folder = write_week(tmp_path / "week", [two_and_one(doctor=doctor)])
        return publish(store, folder, CLAIMED, "office", reason="again", most=most)

    publications = [again("D1"), again("D1", 1), again("D1"), again("D2"), again("D2", 2)]
    assert [(done.version, done.new, done.most) for done in publications] == [
        (1, True, None),
        (2, True, 1),
        (2, False, 1),
        (3, True, 1),
        (4, True, 2),
    ]
    assert verify(store).whole


def test_a_slot_of_another_week_is_refused(store: Store, tmp_path: Path) -> None:
    _publish(store, tmp_path, two_and_one())
    with pytest.raises(InputError, match="2026-W30, which is published, has a slot of this identity"):
        _publish(store, tmp_path, two_and_one(date=MONDAY + dt.timedelta(days=7)))
    assert len(holdings(store)) == 3


def test_a_claim_that_comes_while_a_version_is_published_is_refused_or_kept(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A return makes a holding that the version's first look at the old ones cannot see, and a claim wants it at once.
    primary, onward = Channel.PRIMARY_CARE, {"partner": "primary_care"}
    held = [("partner", "P1", 1), ("public", "", 1)]
    publish(store, write_week(tmp_path / "v", [Piece("a", held)], onward=onward), OPENS, "office")
    claim(store, "P1", "a", "R-1", CLAIMED)
    new = write_week(tmp_path / "w", [Piece("a", held, doctor="D2")], onward=onward)
    returned, transferred = threading.Event(), threading.Event()

    def slow_append(*arguments: Any) -> Head:
        head = append(*arguments)
        returned.set()
        time.sleep(0.5)  # so that the version comes to wait for the locks of the return
        return head

    def slow_transfer(*arguments: Any) -> ClaimTransfer:
        transfer = transfer_claims(*arguments)
        transferred.set()
        time.sleep(0.5)  # so that the claim comes before the version is kept
        return transfer

    monkeypatch.setattr("scheduler.tickets.returns.append", slow_append)
    monkeypatch.setattr("scheduler.tickets.publications.transfer_claims", slow_transfer)
    with ThreadPoolExecutor(3) as pool:
        back = pool.submit(return_claim, store, "P1", "R-1", AFTER)
        returned.wait()
        version = pool.submit(publish, store, new, AFTER, "office", reason="doctor")
        transferred.wait()
        late = pool.submit(claim, store, "P5", "a", "X-1", AFTER, channel=primary)
        assert (back.result().went_to, version.result().version) == (primary, 2)
        late.result()
    assert states(store) == {"R-1": "returned", "X-1": "live"}
    assert holdings(store)["a", "primary_care", ""] == (1, 1)
    assert verify(store).broken == ()


def test_claims_that_find_less_reserved_take_from_the_public(store: Store, tmp_path: Path) -> None:
    _publish(store, tmp_path, two_and_one())
    for number in range(3):
        claim(store, "P1", "a", f"R-{number}", CLAIMED)
    done = _publish(store, tmp_path, Piece("a", [("partner", "P1", 1), ("public", "", 4)]))
    assert (done.kept, done.hurt) == (3, ())
    assert holdings(store) == {("a", "partner", "P1"): (3, 3), ("a", "public", ""): (2, 0)}
    assert verify(store).whole


def test_the_latest_claims_are_hurt_where_the_slot_itself_has_fewer_tickets(
    store: Store, tmp_path: Path
) -> None:
    _publish(store, tmp_path, two_and_one())
    for number in range(3):
        claim(store, "P1", "a", f"R-{number}", CLAIMED)
    done = _publish(store, tmp_path, Piece("a", [("public", "", 1)]))
    assert [(hurt.referral, hurt.why) for hurt in done.hurt] == [
        ("R-1", HurtReason.FEWER),
        ("R-2", HurtReason.FEWER),
    ]
    assert states(store) == {"R-0": "live", "R-1": "hurt", "R-2": "hurt"}


TUESDAY = MONDAY + dt.timedelta(days=1)
MOVES = {
    "another time": (two_and_one(start=540), HurtReason.MOVED, (MONDAY, 540)),
    "another clinic": (two_and_one(clinic="眼科专家门诊"), HurtReason.CLINIC, (MONDAY, 480)),
    "session elsewhere": (two_and_one("c", session="Sa", date=TUESDAY), HurtReason.GONE, (TUESDAY, 480)),
    "stopped": (two_and_one("c"), HurtReason.GONE, (None, None)),
}


@pytest.mark.parametrize(("new", "why", "place"), MOVES.values(), ids=MOVES)
def test_a_claim_whose_slot_is_gone_or_moved_is_hurt_and_told_where_to(
    store: Store, tmp_path: Path, new: Piece, why: HurtReason, place: object
) -> None:
    _publish(store, tmp_path, two_and_one())
    claim(store, "P1", "a", "R-1", CLAIMED)
    (hurt,) = _publish(store, tmp_path, new).hurt
    assert (hurt.partner, hurt.slot, hurt.referral, hurt.why) == ("P1", "a", "R-1", why)
    assert (hurt.new_date, hurt.new_start) == place
    claim(store, "P1", new.name, "R-1", CLAIMED)
    assert verify(store).whole


def test_a_claim_with_another_doctor_stands_and_is_reported(store: Store, tmp_path: Path) -> None:
    _publish(store, tmp_path, two_and_one())
    claim(store, "P1", "a", "R-1", CLAIMED)
    done = _publish(store, tmp_path, two_and_one(doctor="D2"))
    assert [(o.referral, o.was_doctor, o.doctor) for o in done.other_doctor] == [("R-1", "D1", "D2")]
    assert states(store) == {"R-1": "live"}


def test_everything_wrong_with_files_and_words_is_told_at_once(tmp_path: Path, store: Store) -> None:
    wrong = write_week(
        tmp_path / "week", [two_and_one(tickets=9), Piece("b", [("public", "", 1)], tickets=2)]
    )
    with pytest.raises(InputError) as refused:
        publish(store, wrong, CLAIMED, "", reason="call 13800138000", most=0)
    fields = [(p.where.file, p.where.column or p.where.field) for p in refused.value.problems]
    assert fields == [
        ("slots.csv", "tickets"),
        ("slots.csv", "tickets"),
        ("", "by"),
        ("", "reason"),
        ("", "most"),
    ]
    assert holdings(store) == {}
