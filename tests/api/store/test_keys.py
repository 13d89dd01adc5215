"""Keys: what is kept of them, and how one takes another's place."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import text

from api.store.keys import KeyUses, Role, authenticate, create_key, list_keys, revoke_key
from scheduler.errors import SettingError, StoreError
from tests.api.conftest import Here

NOW = dt.datetime(2026, 7, 15, tzinfo=dt.UTC)


def test_two_keys_of_a_name_are_live_while_one_takes_the_others_place(here: Here) -> None:
    store = here.service.store
    old, new = (store.write(lambda c: create_key(c, "his", Role.VIEWER, NOW)) for _ in range(2))
    assert all(store.read(lambda c, key=key: authenticate(c, key, NOW)) for key in (old, new))  # type: ignore[misc]
    with pytest.raises(SettingError, match="two keys of this name are live"):
        store.write(lambda c: create_key(c, "his", Role.VIEWER, NOW))
    assert store.write(lambda c: revoke_key(c, old.split("_")[1], NOW))
    assert store.read(lambda c: authenticate(c, old, NOW)) is None
    store.write(lambda c: create_key(c, "his", Role.VIEWER, NOW))


def test_nothing_of_a_secret_is_kept(here: Here) -> None:
    store = here.service.store
    key = store.write(lambda c: create_key(c, "his", Role.VIEWER, NOW))
    rows = store.read(lambda c: str(c.execute(text("SELECT * FROM api_keys")).all()))
    assert key.split("_", 2)[2] not in rows


def test_a_key_is_dead_from_the_moment_it_expires(here: Here) -> None:
    store = here.service.store
    key = store.write(lambda c: create_key(c, "his", Role.VIEWER, NOW, days=1))
    ends = NOW + dt.timedelta(days=1)
    assert store.read(lambda c: authenticate(c, key, ends - dt.timedelta(seconds=1))) is not None
    assert store.read(lambda c: authenticate(c, key, ends)) is None


def test_keys_that_expired_do_not_count_among_the_live_ones_of_a_name(here: Here) -> None:
    store, ends = here.service.store, NOW + dt.timedelta(days=1)
    for _ in range(2):
        store.write(lambda c: create_key(c, "his", Role.VIEWER, NOW, days=1))
    store.write(lambda c: create_key(c, "his", Role.VIEWER, ends))
    assert [key.is_live(ends) for key in store.read(list_keys)].count(True) == 1


def test_the_last_use_is_noted_and_written_later_so_that_no_reader_waits_for_a_writer(here: Here) -> None:
    here.service.clock = lambda: NOW
    here.ask("GET", "rosters")
    assert here.service.store.read(list_keys)[0].used_at is None
    here.service.uses.write(here.service.store)
    assert here.service.store.read(list_keys)[0].used_at == NOW


def test_a_use_that_could_not_be_written_is_written_the_next_time(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, uses = here.service.store, KeyUses()
    identity = here.key("viewer").split("_")[1]
    uses.note(identity, NOW)
    with monkeypatch.context() as patch, pytest.raises(StoreError):
        patch.setattr("api.store.keys._write_uses", _busy)
        uses.write(store)
    uses.write(store)
    assert store.read(list_keys)[0].used_at == NOW


def _busy(*_: object) -> None:
    raise StoreError([])


@pytest.mark.parametrize(
    ("name", "role", "partner", "days"),
    [
        ("", Role.VIEWER, "", None),
        ("13812345678", Role.VIEWER, "", None),
        ("a", Role.PARTNER, "", None),
        ("a", Role.VIEWER, "甲院", None),
        ("a", Role.VIEWER, "", 0),
    ],
)
def test_keys_that_cannot_be_are_refused(
    here: Here, name: str, role: Role, partner: str, days: int | None
) -> None:
    with pytest.raises(SettingError):
        here.service.store.write(lambda c: create_key(c, name, role, NOW, partner=partner, days=days))
