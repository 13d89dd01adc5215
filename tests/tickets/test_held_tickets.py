"""The tickets of a week as they are: what is claimed, given back and fallen back, on record or only due."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from scheduler.errors import SettingError
from scheduler.tickets.claims import claim
from scheduler.tickets.held_tickets import HeldTickets, read_held_tickets, refuse_past
from scheduler.tickets.publications import publish
from scheduler.tickets.releases import release
from scheduler.tickets.returns import return_claim
from scheduler.tickets.store import Store
from tests.tickets.week import AFTER, CLAIMED, FALLS, LATE, OPENS, two_and_one, write_week

WEEK = "2026-W30"


@pytest.fixture
def published(store: Store, tmp_path: Path) -> Store:
    """A week with one slot: two tickets of P1, one of nobody in particular, three public ones."""
    publish(store, write_week(tmp_path / "w", [two_and_one()]), OPENS, "office")
    return store


def held(store: Store, at: dt.datetime) -> HeldTickets:
    found = store.read(lambda connection: read_held_tickets(connection, WEEK, at))
    assert found is not None
    return found


def counts(store: Store, at: dt.datetime) -> dict[tuple[str, str], tuple[int, int]]:
    return {(str(h.channel), h.holder): (h.tickets, h.claimed) for h in held(store, at).holdings}


def test_a_week_that_is_not_published_has_none(store: Store) -> None:
    assert store.read(lambda connection: read_held_tickets(connection, WEEK, OPENS)) is None


def test_a_published_week_has_what_its_files_say(published: Store) -> None:
    assert counts(published, CLAIMED) == {
        ("partner", "P1"): (2, 0),
        ("partner", ""): (1, 0),
        ("public", ""): (3, 0),
    }
    assert held(published, CLAIMED).changed_at == {}


def test_a_claimed_ticket_is_counted_where_it_was_held(published: Store) -> None:
    claim(published, "P1", "a", "R-1", CLAIMED)
    assert counts(published, CLAIMED)["partner", "P1"] == (2, 1)
    assert held(published, CLAIMED).changed_at == {"a": CLAIMED}


def test_what_is_given_back_is_held_again(published: Store) -> None:
    claim(published, "P1", "a", "R-1", CLAIMED)
    later = CLAIMED + dt.timedelta(hours=1)
    return_claim(published, "P1", "R-1", later)
    assert counts(published, later)["partner", "P1"] == (2, 0)
    assert held(published, later).changed_at == {"a": later}


@pytest.mark.parametrize("on_record", [False, True])
def test_what_is_due_has_fallen_back_whether_that_is_on_record_or_not(
    published: Store, on_record: bool
) -> None:
    claim(published, "P1", "a", "R-1", CLAIMED)
    if on_record:
        release(published, AFTER)
    assert counts(published, AFTER) == {("partner", "P1"): (1, 1), ("public", ""): (5, 0)}
    assert held(published, AFTER).changed_at == {"a": FALLS}


def test_a_new_version_is_what_counts(published: Store, tmp_path: Path) -> None:
    claim(published, "P1", "a", "R-1", CLAIMED)
    publish(published, write_week(tmp_path / "w", [two_and_one(doctor="D2")]), CLAIMED, "office", reason="so")
    assert held(published, CLAIMED).version == 2
    assert counts(published, CLAIMED)["partner", "P1"] == (2, 1)


def test_what_was_before_the_last_event_is_not_told(published: Store) -> None:
    claim(published, "P1", "a", "R-1", CLAIMED)
    published.read(lambda connection: refuse_past(connection, LATE, "?as_of"))
    with pytest.raises(SettingError, match=r"gone on since that time.*from 2026-07-10 09:00 on"):
        published.read(
            lambda connection: refuse_past(connection, CLAIMED - dt.timedelta(seconds=1), "?as_of")
        )
