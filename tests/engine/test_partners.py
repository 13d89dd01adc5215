"""Partners' tickets spread over half-days, sessions and positions: the flow against every way there is."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.clock import Week
from scheduler.engine.partners import Sitting, Wish, assign_tickets, spread_tickets

WEEK = Week.parse("2026-W30")
EVERY_DAY = frozenset(WEEK.dates)
SCALE = 1000


def sitting(key: str, at: str, tickets: int) -> Sitting:
    return Sitting(key, WEEK.cell(at), tickets)


def wish(key: str, tickets: int, *days: str) -> Wish:
    dates = frozenset(WEEK.cell(f"{day}-am").date for day in days)
    return Wish(key, tickets, dates or EVERY_DAY)


def unevenness(counts: dict[tuple[str, str], int], sittings: list[Sitting], wishes: list[Wish]) -> int:
    """The squares, in thousandths, less what all ways have in common; tickets not given weigh most."""
    total = 0
    for one in wishes:
        usable = [s for s in sittings if s.cell.date in one.dates]
        reach = sum(s.tickets for s in usable)
        at_cell: Counter[object] = Counter()
        room: Counter[object] = Counter()
        for s in usable:
            at_cell[s.cell] += counts.get((one.partner, s.session), 0)
            room[s.cell] += s.tickets
        parts = [(counts.get((one.partner, s.session), 0), s.tickets) for s in usable]
        parts += [(at_cell[cell], room[cell]) for cell in room]
        for have, tickets in parts:
            even = SCALE * min(one.tickets, reach) * tickets // reach
            total += SCALE * have * have - 2 * even * have
        missing = one.tickets - sum(have for have, _ in parts[: len(usable)])
        total += 10**9 * missing + SCALE * missing * missing
    return total


def ways(sittings: list[Sitting], wishes: list[Wish]) -> Iterator[dict[tuple[str, str], int]]:
    pairs = [(w.partner, s.session) for w in wishes for s in sittings if s.cell.date in w.dates]
    most = {s.session: s.tickets for s in sittings}
    asked = {w.partner: w.tickets for w in wishes}
    for counts in itertools.product(*(range(min(asked[p], most[s]) + 1) for p, s in pairs)):
        way = dict(zip(pairs, counts, strict=True))
        fits = all(sum(way.get((p, s), 0) for p in asked) <= most[s] for s in most)
        if fits and all(sum(way.get((p, s), 0) for s in most) <= asked[p] for p in asked):
            yield {pair: n for pair, n in way.items() if n}


CELLS = ("mon-am", "mon-pm", "tue-am")


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(CELLS), st.integers(1, 3)), min_size=1, max_size=3),
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from([(), ("mon",), ("tue",)])), min_size=1, max_size=2),
)
def test_the_flow_is_as_even_as_the_best_of_all_ways(rows, asked):
    sittings = [sitting(f"s{n}", at, tickets) for n, (at, tickets) in enumerate(rows)]
    wishes = [wish(f"p{n}", tickets, *days) for n, (tickets, days) in enumerate(asked)]
    wishes = [w for w in wishes if any(s.cell.date in w.dates for s in sittings)]
    found = spread_tickets(sittings, wishes)
    best = min(unevenness(way, sittings, wishes) for way in ways(sittings, wishes))
    assert unevenness(found, sittings, wishes) == best


def test_two_partners_have_their_part_of_every_session():
    sittings = [sitting(key, at, 4) for key, at in (("a", "mon-am"), ("b", "mon-pm"), ("c", "fri-am"))]
    found = spread_tickets(sittings, [wish("east", 9), wish("west", 3)])
    assert found == {
        **{("east", key): 3 for key in "abc"},
        **{("west", key): 1 for key in "abc"},
    }


def test_a_partner_of_mondays_gets_mondays_and_the_other_makes_room():
    sittings = [sitting("a", "mon-am", 3), sitting("b", "tue-am", 3)]
    assert spread_tickets(sittings, [wish("east", 3), wish("west", 3, "mon")]) == {
        ("east", "b"): 3,
        ("west", "a"): 3,
    }


def test_wishes_that_do_not_fit_are_cut_evenly_and_by_as_little_as_can_be():
    sittings = [sitting("a", "mon-am", 4), sitting("b", "tue-am", 6)]
    found = spread_tickets(sittings, [wish("east", 5, "mon"), wish("west", 5, "mon")])
    assert found == {("east", "a"): 2, ("west", "a"): 2}


def test_a_partner_none_of_whose_days_has_a_ticket_gets_none():
    assert spread_tickets([sitting("a", "mon-am", 4)], [wish("east", 2, "fri")]) == {}


def test_a_partner_crowded_out_of_even_parts_is_found_room_by_the_whole_model():
    """Far above the even part: the smaller model's arcs are full, so the whole one is solved."""
    sittings = [sitting("a", "mon-am", 12), *(sitting(f"t{n}", "tue-am", 2) for n in range(6))]
    found = spread_tickets(sittings, [wish("east", 12), wish("west", 12, "tue")])
    assert found[("east", "a")] == 12


def test_the_order_of_rows_does_not_matter():
    sittings = [sitting("a", "mon-am", 3), sitting("b", "tue-am", 2), sitting("c", "tue-pm", 2)]
    wishes = [wish("east", 4), wish("west", 3)]
    assert spread_tickets(sittings[::-1], wishes[::-1]) == spread_tickets(sittings, wishes)


def test_turns_through_the_sessions_bring_everybody_near_the_middle():
    keys = [f"s{n}" for n in range(10)]
    counts = {(partner, key): 1 for partner in ("east", "west", "north") for key in keys}
    rows = assign_tickets(dict.fromkeys(keys, 3), counts, keys)
    for partner in ("east", "west", "north"):
        mean = sum(rows[key].index(partner) for key in keys) / len(keys)
        assert mean == pytest.approx(1, abs=0.1)


def test_tickets_that_nobody_has_stay_with_nobody():
    assert sorted(assign_tickets({"a": 3}, {("east", "a"): 2}, ["a"])["a"]) == ["", "east", "east"]
