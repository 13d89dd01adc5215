"""Seats a hospital's people in a week that keeps every hard rule: the answer that a scenario is made from."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from scenarios.generator.hospital import Hospital, Person
from scheduler.clock import WEEKDAYS, Half
from scheduler.scenario.hospital import Clinic, Kind

Spot = tuple[str, Half]
"""A half-day of any week: weekday and half."""

SPOTS: tuple[Spot, ...] = tuple((day, half) for day in WEEKDAYS[:5] for half in (Half.AM, Half.PM))
"""The ten half-days of a working week."""

VOLUME = {"mon": 189, "tue": 197, "wed": 176, "thu": 161, "fri": 121}
"""Tickets of a real hospital's week by weekday, in thousandths."""

RATIO = {
    "mon": Fraction(98, 100),
    "tue": Fraction(103, 100),
    "wed": Fraction(106, 100),
    "thu": Fraction(105, 100),
    "fri": Fraction(102, 100),
}
"""Mornings per afternoon of the answer: a real hospital's until Wednesday, then with slack below 1.2."""

_WIDE = Fraction(112, 100)
"""Most mornings per afternoon of one specialty over the week, where they differ by more than one."""

_EVENING, _WEEKEND = 0.05, 0.06
_WEEKEND_SPOTS: tuple[Spot, ...] = (("sat", Half.AM), ("sat", Half.PM), ("sun", Half.AM))


@dataclass(frozen=True)
class Seat:
    """A doctor at a half-day, serving one clinic or two of one campus."""

    person: Person
    spot: Spot
    clinics: tuple[Clinic, ...]

    @property
    def fixed(self) -> bool:
        """Whether it lies in an evening or on a weekend, outside the working week."""
        return self.spot not in SPOTS

    @property
    def pool(self) -> str:
        """The pool that the seat takes its room from."""
        return min(self.clinics, key=lambda clinic: clinic.clinic).pool


def seat_everybody(hospital: Hospital, rng: Random, *, doubles: bool) -> tuple[Seat, ...]:
    """Return the answer, by doctor and half-day; with `doubles`, 2 % of the seats serve two clinics."""
    by_specialty: dict[str, list[Person]] = defaultdict(list)
    for person in hospital.people:
        by_specialty[person.specialty].append(person)
    outside = {person.doctor: _outside(person, rng) for person in hospital.people}
    open_totals = dict.fromkeys(SPOTS, Fraction(0))
    seats: list[Seat] = []
    for people in by_specialty.values():
        wanted = sum(person.half_days - len(outside[person.doctor]) for person in people)
        quota = _quota(wanted, open_totals)
        for person in sorted(people, key=lambda p: (p.only is None, -p.half_days, p.doctor)):
            spots = outside[person.doctor]
            spots = spots + _take(person, person.half_days - len(spots), quota, rng)
            seats += [Seat(person, spot, _serve(person, rng, doubles=doubles)) for spot in spots]
    return tuple(sorted(seats, key=lambda seat: (seat.person.doctor, _order(seat.spot))))


def _order(spot: Spot) -> tuple[int, Half]:
    return WEEKDAYS.index(spot[0]), spot[1]


def _outside(person: Person, rng: Random) -> list[Spot]:
    if person.only is not None:
        return []
    found: set[Spot] = set()
    for _ in range(person.half_days):
        draw = rng.random()
        if draw < _EVENING:
            found.add((rng.choice(WEEKDAYS[:5]), Half.EVE))
        elif draw < _EVENING + _WEEKEND:
            found.add(rng.choices(_WEEKEND_SPOTS, (5, 2, 3))[0])
    return sorted(found, key=_order)


def _quota(wanted: int, owed: dict[Spot, Fraction]) -> Counter[Spot]:
    """Return the seats of a specialty at each half-day; what rounding leaves is carried over in `owed`."""
    for spot in SPOTS:
        owed[spot] += wanted * _share(spot)
    mornings = round(wanted * sum(_share(spot) for spot in SPOTS if spot[1] is Half.AM))
    mornings = min(mornings, max((wanted + 1) // 2, int(wanted * _WIDE / (1 + _WIDE))))
    quota: Counter[Spot] = Counter()
    for half, count in ((Half.AM, mornings), (Half.PM, wanted - mornings)):
        mine = [spot for spot in SPOTS if spot[1] is half]
        whole = {spot: int(wanted * _share(spot)) for spot in mine}
        quota.update(_rounded(count, whole, owed))
    for spot in SPOTS:
        owed[spot] -= quota[spot]
    return quota


def _share(spot: Spot) -> Fraction:
    ratio = RATIO[spot[0]]
    part = ratio / (1 + ratio) if spot[1] is Half.AM else 1 / (1 + ratio)
    return Fraction(VOLUME[spot[0]], sum(VOLUME.values())) * part


def _rounded(count: int, whole: Mapping[Spot, int], owed: Mapping[Spot, Fraction]) -> Counter[Spot]:
    quota = Counter(dict(whole))
    while quota.total() < count:
        quota[max(whole, key=lambda spot: (owed[spot] - quota[spot], spot))] += 1
    while quota.total() > count:
        quota[min((s for s in whole if quota[s]), key=lambda spot: (owed[spot] - quota[spot], spot))] -= 1
    return quota


def _take(person: Person, count: int, quota: Counter[Spot], rng: Random) -> list[Spot]:
    """Take `count` half-days from the specialty's quota, the fullest first: those left still differ."""
    fit = [spot for spot in SPOTS if person.only in (None, spot[1])]
    order = {spot: rng.random() for spot in SPOTS}
    ranked = sorted(fit, key=lambda spot: (-quota[spot], order[spot]))
    left = [spot for spot in ranked if quota[spot] > 0]
    # Where the quota has too few different half-days left, afternoons are given: they hurt no ratio.
    spare = [spot for spot in ranked if quota[spot] <= 0 and spot[1] is Half.PM]
    taken = (left + spare)[:count]
    quota.subtract(spot for spot in taken if quota[spot] > 0)
    return sorted(taken, key=_order)


def _serve(person: Person, rng: Random, *, doubles: bool) -> tuple[Clinic, ...]:
    weights = [_WEIGHT[clinic.kind] if person.expert else 1 for clinic in person.clinics]
    clinic = rng.choices(person.clinics, weights)[0]
    mates = [c for c in person.clinics if c.campus == clinic.campus and c != clinic]
    if doubles and mates and rng.random() < 0.025:
        return clinic, rng.choice(mates)
    return (clinic,)


_WEIGHT = {Kind.EXPERT: 5, Kind.ORDINARY: 2, Kind.DISEASE: 2, Kind.SPECIAL_NEED: 2}
_WEIGHT |= {Kind.INTERNATIONAL: 1, Kind.PHARMACY: 1}


def busiest(seatings: Iterable[Iterable[Seat]]) -> dict[str, int]:
    """Return for each pool the most rooms that any half-day of any of the seatings takes."""
    peak: Counter[str] = Counter()
    for seats in seatings:
        for (pool, _), count in Counter((seat.pool, seat.spot) for seat in seats).items():
            peak[pool] = max(peak[pool], count)
    return dict(peak)
