"""Numbers of tickets: each claim has one, no two the same, the earliest free first, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from scheduler.errors import InputError
from scheduler.roster import Channel
from scheduler.tickets.claim_refusals import ClaimRequest
from scheduler.tickets.claims import claim, claim_in_group
from scheduler.tickets.held_tickets import read_held_tickets
from scheduler.tickets.publications import publish
from scheduler.tickets.queries import find_claims, list_available_slots
from scheduler.tickets.releases import release
from scheduler.tickets.results import ClaimResult, Publication
from scheduler.tickets.returns import return_claim
from scheduler.tickets.store import Store
from scheduler.tickets.ticket_numbers import NumberedClaim, number_slot
from scheduler.tickets.verify import verify
from scheduler.tickets.week_files import read_week
from tests.tickets.week import AFTER, CLAIMED, OPENS, Piece, two_and_one, write_week

P1, ANY, PUBLIC = (Channel.PARTNER, "P1"), (Channel.PARTNER, ""), (Channel.PUBLIC, "")
TIMES = (480, 485, 490, 495, 500, 505)

Publish = Callable[..., Publication]


@pytest.fixture
def publish_week(store: Store, tmp_path: Path) -> Publish:
    """Publish a week of these slots: without any the one with two tickets of P1, one of nobody's, three public ones."""

    def step(*pieces: Piece) -> Publication:
        files = write_week(tmp_path / "w", pieces or [two_and_one(told=TIMES)])
        return publish(store, files, CLAIMED, "office", reason="again")

    return step


def claim_all(store: Store, *referrals: str) -> list[tuple[int | None, int, int | None]]:
    done = [claim(store, "P1", "a", referral, CLAIMED) for referral in referrals]
    return [(one.ticket, one.told, one.come) for one in done]


def tickets(store: Store) -> dict[str, int | None]:
    """The numbers of P1's live claims, by referral."""
    return {one.referral: one.ticket for one in find_claims(store, "P1") if one.state == "live"}


def free_numbers(store: Store) -> dict[tuple[Channel, str], tuple[int, ...]]:
    held = store.read(lambda connection: read_held_tickets(connection, "2026-W30", CLAIMED))
    assert held is not None
    return {(one.channel, one.holder): (one.numbers or ())[one.claimed :] for one in held.holdings}


def test_a_claim_has_the_earliest_free_ticket_of_its_own_and_then_of_nobodys(
    store: Store, publish_week: Publish
) -> None:
    publish_week()
    assert claim_all(store, "R-1", "R-2", "R-3") == [(2, 485, 470), (5, 500, 485), (3, 490, 475)]
    assert [(one.ticket, one.told, one.come) for one in find_claims(store, "P1")][2] == (3, 490, 475)


def test_slots_tell_the_times_that_are_left_in_the_order_of_claims(
    store: Store, publish_week: Publish
) -> None:
    publish_week()
    (slot,) = list_available_slots(store, "P1", CLAIMED)
    assert slot.times == (485, 500, 490)
    claim_all(store, "R-1")
    (slot,) = list_available_slots(store, "P1", CLAIMED)
    assert slot.times == (500, 490)


def test_a_ticket_given_back_is_the_earliest_free_one_again(store: Store, publish_week: Publish) -> None:
    publish_week()
    claim_all(store, "R-1", "R-2")
    return_claim(store, "P1", "R-1", CLAIMED)
    assert claim_all(store, "R-3") == [(2, 485, 470)]
    for referral in ("R-2", "R-3"):
        return_claim(store, "P1", referral, CLAIMED)
    assert claim_all(store, "R-4", "R-5") == [(2, 485, 470), (5, 500, 485)]
    assert verify(store).whole


def test_without_appointments_tickets_have_numbers_and_tell_the_slot(
    store: Store, publish_week: Publish
) -> None:
    publish_week(two_and_one())
    assert claim_all(store, "R-1", "R-2") == [(2, 480, None), (5, 480, None)]


def test_tickets_fall_back_with_their_numbers(store: Store, publish_week: Publish) -> None:
    publish_week()
    claim_all(store, "R-1")
    release(store, AFTER)
    assert free_numbers(store) == {P1: (), PUBLIC: (1, 3, 4, 5, 6)}
    return_claim(store, "P1", "R-1", AFTER)
    assert free_numbers(store) == {PUBLIC: (1, 2, 3, 4, 5, 6)}
    assert verify(store).whole


def requests(*cases: tuple[str, str]) -> Sequence[ClaimRequest]:
    return [ClaimRequest("P1", slot, referral, CLAIMED, Channel.PARTNER) for slot, referral in cases]


def test_a_claim_that_its_limit_refuses_leaves_no_gap(store: Store, tmp_path: Path) -> None:
    files = write_week(tmp_path / "w", [Piece("a", [("partner", "", 4)], told=TIMES[:4])])
    publish(store, files, OPENS, "office", most=1)
    both = [
        ClaimRequest(partner, "a", f"{partner}-{n}", CLAIMED, Channel.PARTNER)
        for partner in ("P1", "P2")
        for n in (1, 2)
    ]
    found = claim_in_group(store, both)
    assert [one.ticket if isinstance(one, ClaimResult) else one for one in found] == [1, None, 2, None]
    assert claim(store, "P3", "a", "R-1", CLAIMED).ticket == 3
    assert verify(store).whole


def test_claims_of_one_transaction_have_numbers_of_their_own(store: Store, publish_week: Publish) -> None:
    publish_week(two_and_one(told=TIMES), two_and_one("b", told=TIMES))
    found = claim_in_group(store, requests(("b", "1"), ("a", "2"), ("a", "3"), ("b", "4"), ("a", "5")))
    assert [one.ticket for one in found if isinstance(one, ClaimResult)] == [2, 2, 5, 5, 3]


# new versions


def test_a_new_version_keeps_the_numbers_and_times_of_claims(store: Store, publish_week: Publish) -> None:
    publish_week()
    claim_all(store, "R-1", "R-2", "R-3")
    done = publish_week(two_and_one(told=TIMES, doctor="D2"))
    assert (done.kept, done.retimed) == (3, ())
    assert tickets(store) == {"R-1": 2, "R-2": 5, "R-3": 3}
    assert verify(store).whole


def test_a_claim_keeps_its_time_though_its_ticket_has_another_number(
    store: Store, publish_week: Publish
) -> None:
    publish_week()
    claim_all(store, "R-1")
    done = publish_week(two_and_one(told=(480, 482, 485, 490, 495, 500)))
    assert [(one.ticket, one.was_told, one.told) for one in done.retimed] == [(3, 485, 485)]
    assert verify(store).whole


def test_a_claim_whose_time_is_gone_gets_the_nearest_and_is_told(store: Store, publish_week: Publish) -> None:
    publish_week()
    claim_all(store, "R-1", "R-2")
    done = publish_week(two_and_one(told=(480, 484, 488, 492, 496, 501)))
    assert [(one.referral, one.ticket, one.was_told, one.told) for one in done.retimed] == [
        ("R-1", 2, 485, 484),
        ("R-2", 5, 500, 496),
    ]
    assert [one.told for one in find_claims(store, "P1")] == [484, 496]
    assert verify(store).whole


def test_a_slot_with_fewer_tickets_gives_its_claims_numbers_that_it_has(
    store: Store, publish_week: Publish
) -> None:
    publish_week()
    claim_all(store, "R-1", "R-2", "R-3")
    done = publish_week(Piece("a", [("partner", "P1", 1), ("public", "", 1)], told=(480, 495)))
    assert [one.referral for one in done.hurt] == ["R-3"]
    assert sorted(tickets(store).values()) == [1, 2]
    assert verify(store).whole


def test_claims_of_before_tickets_had_numbers_get_one_with_the_next_version(
    store: Store, publish_week: Publish
) -> None:
    publish_week(two_and_one())

    def forget(connection) -> None:
        connection.execute(text("UPDATE holdings SET numbers = ''"))

    store.write(forget)
    assert claim_all(store, "R-1") == [(None, 480, None)]
    assert verify(store).whole
    done = publish_week()
    assert [(one.ticket, one.was_told, one.told) for one in done.retimed] == [(1, 480, 480)]
    assert verify(store).whole


# files


def test_a_time_before_the_slot_is_refused(publish_week: Publish) -> None:
    with pytest.raises(InputError, match="before the slot"):
        publish_week(Piece("a", [("public", "", 1)], told=(470,)))


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ("a,1,08:10,08:11,", "after the ticket's own start"),
        ("a,1,08:10,08:10,08:11", "come after the told time"),
    ],
)
def test_a_time_after_the_start_and_one_to_come_after_it_are_refused(
    tmp_path: Path, row: str, wrong: str
) -> None:
    folder = write_week(tmp_path / "w", [Piece("a", [("public", "", 1)])])
    (folder / "appointments.csv").write_text(f"slot,ticket,start,told,come\n{row}\n", encoding="utf-8")
    with pytest.raises(InputError, match=wrong):
        read_week(folder)


def test_a_slot_whose_rows_do_not_tell_every_ticket_tells_its_start(tmp_path: Path) -> None:
    folder = write_week(tmp_path / "w", [Piece("a", [("public", "", 2)], told=(480,))])
    assert read_week(folder).slots[0].times == ()


def test_the_same_files_with_other_times_are_a_new_version(publish_week: Publish) -> None:
    publish_week()
    assert not publish_week().new
    assert publish_week(two_and_one(told=(480, 485, 490, 495, 500, 506))).new


# the pure part

COUNTS = st.fixed_dictionaries({P1: st.integers(0, 4), ANY: st.integers(0, 4), PUBLIC: st.integers(0, 4)})


@given(COUNTS, st.data())
def test_every_ticket_of_a_slot_is_some_holdings_once_and_claims_have_different_ones(counts, data) -> None:
    total = sum(counts.values())
    told = sorted(data.draw(st.lists(st.integers(480, 509), min_size=total, max_size=total)))
    taken = {place: data.draw(st.integers(0, count)) for place, count in counts.items()}
    claims = []
    for place, count in taken.items():
        for _ in range(count):
            ticket = data.draw(st.none() | st.integers(1, 14))
            claims.append(NumberedClaim(len(claims), place, ticket, data.draw(st.integers(480, 509))))
    granted = dict(counts)
    granted[PUBLIC] += granted[ANY] - taken[ANY]
    granted[ANY] = taken[ANY]
    numbers, of_claim = number_slot(counts, granted, claims, told)
    assert sorted(number for some in numbers.values() for number in some) == [*range(1, total + 1)]
    assert {place: len(some) for place, some in numbers.items()} == granted
    for place, some in numbers.items():
        assert set(some[: taken[place]]) == {of_claim[one.id] for one in claims if one.place == place}
        assert list(some[taken[place] :]) == sorted(some[taken[place] :])
