"""The tables of a generated scenario: doctors, rooms, availability, wishes, template, demand, partners."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from random import Random

from scenarios.generator.hospital import Person
from scenarios.generator.seats import SPOTS, Seat, Spot
from scenarios.generator.standing import Standing
from scenarios.generator.words import PARTNERS
from scheduler.clock import WEEKDAYS, Half, Week
from scheduler.scenario.hospital import Clinic, Doctor, Kind, Level, Partner, Room
from scheduler.scenario.rows import AvailabilityRow, DemandRow, Presence, TemplateRow

_USED = Fraction(94, 100)
"""Share of a pool's rooms in use at its own peak; peaks of pools differ, so a hospital's is about 85 %."""

_CAPACITY = {
    Level.RESIDENT: (24, 21),
    Level.ATTENDING: (24, 21),
    Level.DEPUTY_CHIEF: (27, 26),
    Level.CHIEF: (30, 26),
    Level.KNOWN_EXPERT: (23, 23),
}
"""Mean tickets of a morning and of another session of ordinary kind, by level."""

_RANK_LEAST = {Level.DEPUTY_CHIEF: 5, Level.CHIEF: 3, Level.KNOWN_EXPERT: 3}
"""Half-days a week a rank owes, for those who reach them (Beijing practice about 2012)."""


def rooms(peak: Mapping[str, int]) -> tuple[Room, ...]:
    """Return the rooms of every pool, a little more than its peak takes."""
    return tuple(
        Room(room=f"{pool}-{number:02d}", pool=pool, campus=pool.split("-")[0])
        for pool in sorted(peak)
        for number in range(1, 1 + max(peak[pool], round(peak[pool] / _USED)))
    )


def doctors(people: Iterable[Person], seats: Sequence[Seat], rng: Random, *, exact: bool) -> Iterator[Doctor]:
    """Yield the doctors; with `exact` each owes just the sessions of the answer, else what the rank owes."""
    count = Counter(seat.person.doctor for seat in seats)
    for person in people:
        held = count[person.doctor]
        owed = min(held, _RANK_LEAST.get(person.level, 1))
        yield Doctor(
            doctor=person.doctor,
            name=person.name,
            specialty=person.specialty,
            level=person.level,
            clinics=tuple(clinic.clinic for clinic in person.clinics) if person.listed else (),
            min_sessions=held if exact else owed,
            max_sessions=None if exact else max(held + 1, _RANK_LEAST.get(person.level, 0)),
            past_afternoons=rng.randint(0, 3) if person.only is None else 0,
            past_fridays=rng.randint(0, 2),
        )


def ward_days(
    people: Iterable[Person], used: Mapping[str, set[Spot]], rng: Random
) -> Iterator[AvailabilityRow]:
    """Yield the halves that some never come in, and half-days on the ward that others spend every week."""
    for person in people:
        if person.only is not None:
            yield AvailabilityRow(doctor=person.doctor, half=_other(person.only))
        elif rng.random() < 0.4:
            free = [spot for spot in SPOTS if spot not in used[person.doctor]]
            for day, half in rng.sample(free, min(len(free), rng.choice((1, 1, 2)))):
                yield AvailabilityRow(doctor=person.doctor, day=day, half=half)


def _other(half: Half) -> Half:
    return Half.PM if half is Half.AM else Half.AM


def absences(week: Week, spots: Iterable[tuple[str, Spot]]) -> Iterator[AvailabilityRow]:
    """Yield the doctors' absences of this one week, by date."""
    for doctor, (day, half) in spots:
        date = week.dates[WEEKDAYS.index(day)].isoformat()
        yield AvailabilityRow(doctor=doctor, day=date, half=half)


def opened(seats: Iterable[Seat]) -> Iterator[AvailabilityRow]:
    """Yield the evenings and weekend half-days for which doctors have said yes."""
    for seat in seats:
        if seat.fixed:
            day, half = seat.spot
            yield AvailabilityRow(doctor=seat.person.doctor, day=day, half=half, state=Presence.OPEN)


def wishes(people: Sequence[Person], rng: Random) -> Iterator[AvailabilityRow]:
    """Yield a wish for every tenth doctor: no Friday afternoon, or a Tuesday morning."""
    for person in sorted(rng.sample(people, len(people) // 10), key=lambda p: p.doctor):
        day, half, state = rng.choice((("fri", Half.PM, Presence.AVOID), ("tue", Half.AM, Presence.PREFER)))
        yield AvailabilityRow(
            doctor=person.doctor, day=day, half=half, state=state, weight=rng.choice((1, 1, 2))
        )


def template(week: Sequence[Standing], kept: Sequence[str], rng: Random) -> Iterator[TemplateRow]:
    """Yield the published timetable; evenings and weekends are pinned, 6 % of it was stopped when it ran."""
    for standing, room in zip(week, kept, strict=True):
        stopped = rng.random() < 0.06
        day, half = standing.was
        for clinic in standing.seat.clinics:
            yield TemplateRow(
                doctor=standing.seat.person.doctor,
                day=day,
                half=half,
                clinic=clinic.clinic,
                tickets=_tickets(standing.seat.person.level, clinic, half, rng),
                room=room,
                pinned=standing.seat.fixed,
                stopped=stopped,
            )


def _tickets(level: Level, clinic: Clinic, half: Half, rng: Random) -> int:
    usual = clinic.tickets or 0
    if clinic.kind in (Kind.ORDINARY, Kind.EXPERT, Kind.DISEASE):
        morning, later = _CAPACITY[level]
        usual = morning if half is Half.AM else later
    return max(2, usual + rng.choice((-4, -1, 0, 0, 0, 1, 4)))


def demand(seats: Iterable[Seat], rng: Random) -> Iterator[DemandRow]:
    """Yield what the answer gives as what is asked for.

    A row for every clinic and half-day, and for some of an expert clinic's one for its chiefs besides.
    """
    levels: dict[tuple[str, Spot], list[Level]] = defaultdict(list)
    least: dict[str, Clinic] = {}
    for seat in seats:
        (clinic,) = seat.clinics
        least[clinic.clinic] = clinic
        levels[clinic.clinic, seat.spot].append(seat.person.level)
    for (name, (day, half)), held in sorted(levels.items(), key=lambda item: item[0]):
        yield DemandRow(clinic=name, day=day, half=half, level=least[name].min_level, sessions=len(held))
        chiefs = sum(level.at_least(Level.CHIEF) for level in held)
        if chiefs and least[name].kind is Kind.EXPERT and rng.random() < 0.3:
            yield DemandRow(clinic=name, day=day, half=half, level=Level.CHIEF, sessions=chiefs)


def some_demand(seats: Sequence[Seat], count: int, rng: Random) -> Iterator[DemandRow]:
    """Yield `count` rows of afternoons that the answer gives ordinary clinics; the first is insisted on."""
    held = Counter(
        (clinic.clinic, seat.spot)
        for seat in seats
        for clinic in seat.clinics
        if clinic.kind is Kind.ORDINARY and seat.spot in SPOTS and seat.spot[1] is Half.PM
    )
    for number, (name, spot) in enumerate(rng.sample(sorted(held), count)):
        yield DemandRow(clinic=name, day=spot[0], half=spot[1], sessions=held[name, spot], hard=number == 0)


def partners(prefix: str, count: int, specialties: Sequence[str], rng: Random) -> Iterator[Partner]:
    """Yield the partners of one hospital; every third sends patients to a few specialties only."""
    for number, name in enumerate(PARTNERS[:count], start=1):
        few = tuple(sorted(rng.sample(specialties, 3))) if number % 3 == 0 else ()
        yield Partner(partner=f"{prefix}P{number:02d}", name=prefix + name, specialties=few)
