"""Claims, returns and releases, one at a time and many at once."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from scheduler.errors import ClaimError
from scheduler.roster import Channel
from scheduler.tickets.claim_refusals import ClaimRequest
from scheduler.tickets.claims import claim, claim_in_group
from scheduler.tickets.publications import publish
from scheduler.tickets.queries import find_claims, list_available_slots, report_use, total_use
from scheduler.tickets.releases import release
from scheduler.tickets.results import ClaimResult
from scheduler.tickets.returns import return_claim
from scheduler.tickets.store import Store, open_store
from scheduler.tickets.verify import verify
from tests.tickets.week import (
    AFTER,
    BEGINS,
    CLAIMED,
    FALLS,
    OPENS,
    Piece,
    holdings,
    states,
    two_and_one,
    write_week,
)


@pytest.fixture
def week(store: Store, tmp_path: Path) -> Store:
    """A ledger with one slot: two tickets of P1, one of nobody in particular, three public ones."""
    publish(store, write_week(tmp_path / "week", [two_and_one()]), OPENS, "office")
    return store


def _refused(step: Callable[[], object]) -> str:
    with pytest.raises(ClaimError) as refused:
        step()
    return str(refused.value)


def test_a_partner_has_its_own_tickets_first_and_then_those_of_nobody(week: Store) -> None:
    shared = [claim(week, "P1", "a", f"R-{n}", CLAIMED).shared for n in range(3)]
    assert shared == [False, False, True]
    assert "are claimed" in _refused(lambda: claim(week, "P1", "a", "R-3", CLAIMED))


def test_a_refusal_tells_what_is_left(store: Store, tmp_path: Path) -> None:
    publish(store, write_week(tmp_path / "w", [two_and_one(), two_and_one("b")]), OPENS, "office")
    for number in range(3):
        claim(store, "P1", "a", f"R-{number}", CLAIMED)
    assert "The next that are left in 心内科: b (3)." in _refused(
        lambda: claim(store, "P1", "a", "R-3", CLAIMED)
    )
    assert [(one.slot, one.own, one.shared) for one in list_available_slots(store, "P1", CLAIMED)] == [
        ("b", 2, 1)
    ]


@pytest.mark.parametrize(
    ("at", "reason"),
    [(OPENS - dt.timedelta(seconds=1), "claims open at 2026-07-06 08:00"), (FALLS, "fell back")],
)
def test_claims_lie_inside_the_window(week: Store, at: dt.datetime, reason: str) -> None:
    assert reason in _refused(lambda: claim(week, "P1", "a", "R-1", at))


def test_the_window_includes_its_first_moment_and_not_its_last(week: Store) -> None:
    claim(week, "P1", "a", "R-1", OPENS)
    claim(week, "P1", "a", "R-2", FALLS - dt.timedelta(seconds=1))


def test_nothing_is_given_back_after_the_slot_has_begun(week: Store) -> None:
    claim(week, "P1", "a", "R-1", CLAIMED)
    assert "began at 2026-07-20 08:00" in _refused(lambda: return_claim(week, "P1", "R-1", BEGINS))
    return_claim(week, "P1", "R-1", BEGINS - dt.timedelta(seconds=1))


def test_one_referral_of_a_partner_has_one_live_claim(week: Store) -> None:
    claim(week, "P1", "a", "R-1", CLAIMED)
    refused = _refused(lambda: claim(week, "P1", "a", "R-1", CLAIMED))
    assert "a live claim with this referral number already" in refused
    return_claim(week, "P1", "R-1", CLAIMED)
    claim(week, "P1", "a", "R-1", CLAIMED)
    assert [(c.number, c.state) for c in find_claims(week, "P1")] == [(1, "returned"), (3, "live")]


def test_two_partners_may_have_the_same_referral_number(week: Store) -> None:
    claim(week, "P1", "a", "2026-0001", CLAIMED)
    claim(week, "P2", "a", "2026-0001", CLAIMED)
    return_claim(week, "P2", "2026-0001", CLAIMED)
    assert [[c.state for c in find_claims(week, partner)] for partner in ("P1", "P2")] == [
        ["live"],
        ["returned"],
    ]
    assert verify(week).whole


def test_a_referral_that_was_given_back_is_not_named_as_the_reason_of_a_refusal(week: Store) -> None:
    claim(week, "P1", "a", "R-1", CLAIMED)
    return_claim(week, "P1", "R-1", CLAIMED)
    assert "no such slot" in _refused(lambda: claim(week, "P1", "x", "R-1", CLAIMED))


def test_a_partner_has_at_most_so_many_of_a_specialty_and_day(store: Store, tmp_path: Path) -> None:
    eye = two_and_one("e", clinic="眼科专家门诊")
    publish(store, write_week(tmp_path / "w", [two_and_one(), eye]), OPENS, "office", most=1)
    claim(store, "P1", "a", "R-1", CLAIMED)
    assert "has its 1 ticket of 心内科" in _refused(lambda: claim(store, "P1", "a", "R-2", CLAIMED))
    claim(store, "P1", "e", "R-2", CLAIMED)
    claim(store, "P2", "a", "R-3", CLAIMED)
    return_claim(store, "P1", "R-1", CLAIMED)
    claim(store, "P1", "a", "R-4", CLAIMED)


def test_what_cannot_be_claimed_or_given_back_says_why(week: Store) -> None:
    assert "no such slot" in _refused(lambda: claim(week, "P1", "x", "R-1", CLAIMED))
    public = Channel.PUBLIC
    assert "not claimed here" in _refused(lambda: claim(week, "P1", "a", "R-1", CLAIMED, channel=public))
    primary = Channel.PRIMARY_CARE
    assert "no tickets for P1" in _refused(lambda: claim(week, "P1", "a", "R-1", CLAIMED, channel=primary))
    assert "no claim with" in _refused(lambda: return_claim(week, "P1", "R-1", CLAIMED))
    claim(week, "P1", "a", "R-1", CLAIMED)
    assert "no claim with" in _refused(lambda: return_claim(week, "P2", "R-1", CLAIMED))
    return_claim(week, "P1", "R-1", CLAIMED)
    assert "given back before" in _refused(lambda: return_claim(week, "P1", "R-1", CLAIMED))


def test_a_time_without_a_zone_is_a_mistake_of_the_caller(week: Store) -> None:
    with pytest.raises(ValueError, match="zone"):
        claim(week, "P1", "a", "R-1", dt.datetime(2026, 7, 10, 9))


def test_unclaimed_tickets_fall_back_once(week: Store) -> None:
    claim(week, "P1", "a", "R-1", CLAIMED)
    assert release(week, CLAIMED).holdings == 0
    assert release(week, AFTER).tickets == ((Channel.PUBLIC, 2),)
    assert release(week, AFTER).holdings == 0
    assert holdings(week)["a", "public", ""] == (5, 0)


def test_a_ticket_given_back_after_its_hour_goes_on_at_once(week: Store) -> None:
    claim(week, "P1", "a", "R-1", CLAIMED)
    claim(week, "P1", "a", "R-2", CLAIMED)
    assert return_claim(week, "P1", "R-1", AFTER).went_to is Channel.PUBLIC
    release(week, AFTER)
    assert return_claim(week, "P1", "R-2", CLAIMED).went_to is Channel.PUBLIC
    assert holdings(week)["a", "public", ""] == (6, 0)


def test_the_report_counts_by_partner(week: Store) -> None:
    for number in range(3):
        claim(week, "P1", "a", f"R-{number}", CLAIMED)
    return_claim(week, "P1", "R-0", CLAIMED)
    release(week, AFTER)
    found = {use.partner: use for use in total_use(report_use(week), "partner")}
    assert (found["P1"].given, found["P1"].claimed, found["P1"].returned) == (2, 3, 1)
    assert (found["P1"].fallen_back, found[""].given, found[""].claimed) == (1, 1, 0)
    assert {use.doctor for use in total_use(report_use(week, week="2026-W30"), "doctor")} == {"D1"}


def test_events_are_in_the_order_of_writing_though_a_clock_was_set_back(week: Store) -> None:
    claim(week, "P1", "a", "R-1", CLAIMED)
    return_claim(week, "P1", "R-1", OPENS)
    (only,) = find_claims(week, "P1")
    assert only.ended_at == OPENS
    assert verify(week).whole


def test_many_at_once_get_each_ticket_once(url: str, store: Store, tmp_path: Path) -> None:
    piece = Piece("a", [("partner", "P1", 4), ("partner", "", 4), ("public", "", 2)])
    publish(store, write_week(tmp_path / "w", [piece]), OPENS, "office")
    others = [open_store(url), open_store(url)]

    def ask(number: int) -> bool:
        try:
            claim(others[number % 2], f"P{number % 3}", "a", f"R-{number}", CLAIMED)
        except ClaimError:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        given = list(pool.map(ask, range(24)))
    for other in others:
        other.close()
    assert sum(given) == 8
    assert Counter(states(store).values()) == {"live": 8}
    numbers = [one.ticket for partner in ("P0", "P1", "P2") for one in find_claims(store, partner)]
    assert len({number for number in numbers if number is not None}) == 8
    assert verify(store).whole


def test_two_processes_release_what_others_claim_and_publish_anew(
    url: str, store: Store, tmp_path: Path
) -> None:
    pieces = [Piece(f"a{n}", [("partner", "P1", 3), ("public", "", 1)]) for n in range(4)]
    publish(store, write_week(tmp_path / "w", pieces), OPENS, "office")
    other = open_store(url)
    again = write_week(tmp_path / "v", pieces[1:])

    def step(number: int) -> None:
        try:
            if number % 5 == 4:
                release((store, other)[number % 2], AFTER)
            elif number == 12:
                publish(other, again, CLAIMED, "office", reason="one is stopped")
            else:
                claim(store, "P1", f"a{number % 4}", f"R-{number}", CLAIMED)
        except ClaimError:
            pass

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(step, range(30)))
    release(store, AFTER)
    other.close()
    granted = [tickets for tickets, _ in holdings(store).values()]
    assert sum(granted) == 12
    assert verify(store).whole


def _together(store: Store, *wanted: tuple[str, str, str]) -> list[int | str | None]:
    """Return for each (partner, slot, referral) the number of its claim, None, or the error as text."""
    requests = [ClaimRequest(*request, CLAIMED, Channel.PARTNER) for request in wanted]
    results = claim_in_group(store, requests)
    return [
        one.number if isinstance(one, ClaimResult) else None if one is None else str(one) for one in results
    ]


def test_claims_kept_together_follow_one_another_in_the_chain_of_their_partner(week: Store) -> None:
    assert _together(week, ("P1", "a", "R-1"), ("P1", "a", "R-2"), ("P2", "a", "R-3")) == [1, 2, 1]
    assert verify(week).whole


def test_of_claims_kept_together_first_come_is_first_served(week: Store) -> None:
    requests = [(f"P{number}", "a", f"R-{number}") for number in (2, 3, 4)]
    assert _together(week, *requests) == [1, None, None]
    assert verify(week).whole


def test_a_referral_number_in_use_refuses_its_claim_and_no_other(week: Store) -> None:
    one, two, three = _together(week, ("P1", "a", "R-1"), ("P1", "a", "R-1"), ("P2", "a", "R-2"))
    assert (one, three) == (1, 1)
    assert "has a live claim with this referral number already" in str(two)
    assert verify(week).whole


def test_the_limit_counts_what_is_claimed_at_the_same_time(store: Store, tmp_path: Path) -> None:
    publish(store, write_week(tmp_path / "w", [two_and_one(), two_and_one("b")]), OPENS, "office", most=2)
    requests = [("P1", "a", "R-1"), ("P1", "b", "R-2"), ("P1", "a", "R-3")]
    assert _together(store, *requests) == [1, None, 2]
    assert sum(taken for (slot, _, _), (_, taken) in holdings(store).items() if slot == "b") == 0
    assert verify(store).whole
