"""Tickets on their way from channel to channel, when their slot begins, and when a new version comes in between."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path

import pytest

from scheduler.errors import ClaimError
from scheduler.roster import Channel
from scheduler.tickets.claims import claim
from scheduler.tickets.publications import publish
from scheduler.tickets.queries import list_available_slots, report_use, total_use
from scheduler.tickets.releases import release
from scheduler.tickets.store import Store
from scheduler.tickets.verify import verify
from tests.tickets.week import AFTER, BEGINS, LATE, OPENS, Piece, holdings, write_week


def test_tickets_fall_through_channels_whose_hour_has_come_too(store: Store, tmp_path: Path) -> None:
    piece = Piece("a", [("partner", "P1", 2), ("primary_care", "", 1), ("public", "", 0)])
    files = write_week(tmp_path / "w", [piece], onward={"partner": "primary_care"})
    publish(store, files, OPENS, "office")
    assert release(store, AFTER).tickets == ((Channel.PRIMARY_CARE, 2),)
    claim(store, "P9", "a", "R-1", AFTER, channel=Channel.PRIMARY_CARE)
    assert release(store, LATE).tickets == ((Channel.PUBLIC, 2),)
    assert holdings(store)["a", "public", ""] == (2, 0)


def _with_primary_care(store: Store, folder: Path, doctor: str = "D1", at: dt.datetime = OPENS) -> None:
    """Publish a slot with one ticket of P1, which falls back to primary care, and a public one."""
    piece = Piece("a", [("partner", "P1", 1), ("public", "", 1)], doctor=doctor)
    publish(
        store,
        write_week(folder / "w", [piece], onward={"partner": "primary_care"}),
        at,
        "office",
        reason="so",
    )


def test_nothing_is_claimed_of_a_slot_that_has_begun(store: Store, tmp_path: Path) -> None:
    _with_primary_care(store, tmp_path)
    release(store, AFTER)
    late = partial(claim, store, "P5", "a", "R-1", channel=Channel.PRIMARY_CARE)
    with pytest.raises(ClaimError, match="the slot began at 2026-07-20 08:00"):
        late(BEGINS)
    assert list_available_slots(store, "P5", BEGINS, channel=Channel.PRIMARY_CARE) == ()
    late(BEGINS - dt.timedelta(seconds=1))


def test_tickets_in_a_channel_that_a_fall_back_made_go_on_when_the_slot_begins(
    store: Store, tmp_path: Path
) -> None:
    _with_primary_care(store, tmp_path)
    release(store, AFTER)
    assert release(store, BEGINS).tickets == ((Channel.PUBLIC, 1),)
    assert holdings(store)["a", "public", ""] == (2, 0)


def test_a_new_version_keeps_what_fell_back_where_it_is(store: Store, tmp_path: Path) -> None:
    _with_primary_care(store, tmp_path)
    release(store, AFTER)
    claim(store, "PC", "a", "R-1", AFTER, channel=Channel.PRIMARY_CARE)
    _with_primary_care(store, tmp_path, "D2", AFTER)
    kept = {("a", "partner", "P1"): (0, 0), ("a", "primary_care", ""): (1, 1), ("a", "public", ""): (1, 0)}
    assert holdings(store) == kept
    assert release(store, AFTER).holdings == 0
    assert total_use(report_use(store), "partner")[0].fallen_back == 1
    assert verify(store).whole
