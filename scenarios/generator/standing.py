"""Turns the answer into the timetable a hospital would publish: some doctors away, late afternoons thin."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random

from scenarios.generator.seats import SPOTS, Seat, Spot
from scheduler.clock import WEEKDAYS, Half
from scheduler.scenario.policy import RatioPolicy

THIN = {"thu": Fraction(127, 100), "fri": Fraction(155, 100)}
"""Mornings per afternoon on the days that published weeks leave out of balance."""

_ABSENT = 0.065
"""Share of sessions whose doctor is away this week (6.2 to 7.2 % of a real hospital's)."""


@dataclass(frozen=True)
class Standing:
    """A seat of the answer, and where the published timetable has it; `absent`: the doctor is away then."""

    seat: Seat
    was: Spot
    absent: bool = False


def publish(seats: Sequence[Seat], rng: Random) -> tuple[Standing, ...]:
    """Return the published week; moving every session back to its seat repairs it."""
    used: dict[str, set[Spot]] = defaultdict(set)
    for seat in seats:
        used[seat.person.doctor].add(seat.spot)
    week = [Standing(seat, seat.spot) for seat in seats]
    _call_away(week, used, rng)
    for day, ratio in THIN.items():
        _thin_out(week, day, ratio, used, rng)
    return tuple(week)


def _call_away(week: list[Standing], used: dict[str, set[Spot]], rng: Random) -> None:
    movable = [index for index, standing in enumerate(week) if not standing.seat.fixed]
    count = Counter(standing.was for standing in week)
    lent: Counter[Spot] = Counter()
    for index in sorted(rng.sample(movable, round(_ABSENT * len(week)))):
        seat, mine = week[index].seat, used[week[index].seat.person.doctor]
        # The same half of another day, where the answer has lent most, so that each half-day stays about as
        # full, and no day but the thin ones loses its balance.
        free = [spot for spot in SPOTS if spot[1] is seat.spot[1] and spot not in mine]
        rng.shuffle(free)
        free = [spot for spot in free if _balanced(count - Counter([seat.spot]) + Counter([spot]))]
        if free:
            was = min(free, key=lambda spot: lent[spot])
            lent.update({was: 1, seat.spot: -1})
            count.update({was: 1, seat.spot: -1})
            mine.add(was)
            week[index] = replace(week[index], was=was, absent=True)


def _balanced(count: Counter[Spot]) -> bool:
    limit = RatioPolicy().limit
    return all(count[day, Half.AM] <= limit * count[day, Half.PM] for day in WEEKDAYS[:5])


def _thin_out(
    week: list[Standing], day: str, ratio: Fraction, used: dict[str, set[Spot]], rng: Random
) -> None:
    morning, afternoon = (day, Half.AM), (day, Half.PM)
    can = [
        index
        for index, standing in enumerate(week)
        if standing.was == standing.seat.spot == afternoon
        and standing.seat.person.only is None
        and morning not in used[standing.seat.person.doctor]
    ]
    rng.shuffle(can)
    count = Counter(standing.was for standing in week)
    while can and count[afternoon] > 1 and _wants_more(count[morning], count[afternoon], ratio):
        index = can.pop()
        used[week[index].seat.person.doctor].add(morning)
        week[index] = replace(week[index], was=morning)
        count.update({morning: 1, afternoon: -1})


def _wants_more(mornings: int, afternoons: int, ratio: Fraction) -> bool:
    now, then = Fraction(mornings, afternoons), Fraction(mornings + 1, afternoons - 1)
    return now <= RatioPolicy().limit or abs(then - ratio) < abs(now - ratio)


def rooms_kept(week: Sequence[Standing], rooms: dict[str, list[str]]) -> tuple[str, ...]:
    """Return the room of each standing session: the doctor's usual one if free, else the next."""
    taken: dict[tuple[str, Spot], set[str]] = defaultdict(set)
    usual: dict[tuple[str, str], str] = {}
    found: list[str] = []
    for standing in week:
        seat = standing.seat
        busy = taken[seat.pool, standing.was]
        free = [room for room in rooms[seat.pool] if room not in busy]
        room = usual.setdefault((seat.person.doctor, seat.pool), free[0])
        room = room if room in free else free[0]
        busy.add(room)
        found.append(room)
    return tuple(found)
