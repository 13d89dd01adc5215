"""From a size and a seed to a scenario, and to the answer that it was made from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

from scenarios.generator import rows
from scenarios.generator.hospital import Hospital, draw_hospital
from scenarios.generator.seats import SPOTS, Seat, Spot, busiest, seat_everybody
from scenarios.generator.sizes import Size
from scenarios.generator.standing import Standing, publish, rooms_kept
from scheduler.clock import Week
from scheduler.roster import Roster, Session, session_key
from scheduler.scenario.rows import Block
from scheduler.scenario.week import Scenario

WEEK = Week.parse("2026-W30")
"""The week that generated hospitals plan: five working days."""

_TABLES = ("doctors", "clinics", "rooms", "template", "availability", "demand", "partners")


@dataclass(frozen=True)
class Generated:
    """A scenario and a roster, without rooms, that keeps its hard rules; it need not be the best one."""

    scenario: Scenario
    answer: Roster


def generate(size: Size, seed: int) -> Scenario:
    """Return the scenario of `size` drawn with `seed`; the same two give the same rows on every machine."""
    return generate_answered(size, seed).scenario


def generate_answered(size: Size, seed: int) -> Generated:
    """Return the scenario of `size` drawn with `seed`, and the answer it was made from."""
    tables: dict[str, list[object]] = {name: [] for name in _TABLES}
    sessions: list[Session] = []
    for prefix in size.prefixes:
        rng = Random(f"{size.name} {seed} {prefix}")
        hospital = draw_hospital(size, prefix, rng)
        seats = seat_everybody(hospital, rng, doubles=size.template)
        make = _from_template if size.template else _from_demand
        parts, held = make(hospital, seats, rng)
        specialties = sorted({clinic.specialty for clinic in hospital.clinics})
        parts["partners"] = rows.partners(prefix, size.partners, specialties, rng)
        parts["clinics"] = hospital.clinics
        for name, part in parts.items():
            tables[name] += part
        sessions += held
    scenario = Scenario(name=size.name, week=WEEK, **{name: tuple(table) for name, table in tables.items()})
    return Generated(scenario, Roster(tuple(sorted(sessions, key=lambda session: session.session))))


_Parts = tuple[dict[str, Iterable[object]], list[Session]]


def _from_template(hospital: Hospital, seats: Sequence[Seat], rng: Random) -> _Parts:
    week = publish(seats, rng)
    published = [Seat(standing.seat.person, standing.was, standing.seat.clinics) for standing in week]
    rooms = rows.rooms(busiest((seats, published)))
    in_pool: dict[str, list[str]] = defaultdict(list)
    for room in rooms:
        in_pool[room.pool].append(room.room)
    away = [(standing.seat.person.doctor, standing.was) for standing in week if standing.absent]
    template = list(rows.template(week, rooms_kept(week, in_pool), rng))
    parts: dict[str, Iterable[object]] = {
        "doctors": list(rows.doctors(hospital.people, seats, rng, exact=True)),
        "rooms": rooms,
        "template": template,
        "availability": [
            *rows.ward_days(hospital.people, _used((*seats, *published)), rng),
            *rows.absences(WEEK, away),
            *rows.wishes(hospital.people, rng),
        ],
        "demand": rows.some_demand(seats, len(hospital.people) // 6, rng),
    }
    tickets = {(row.doctor, (row.day, row.half), row.clinic): row.tickets for row in template}
    return parts, [_moved(standing, tickets) for standing in week]


def _from_demand(hospital: Hospital, seats: Sequence[Seat], rng: Random) -> _Parts:
    used = _used(seats)
    wards = list(rows.ward_days(hospital.people, used, rng))
    parts: dict[str, Iterable[object]] = {
        "doctors": list(rows.doctors(hospital.people, seats, rng, exact=False)),
        "rooms": rows.rooms(busiest((seats,))),
        "availability": [
            *wards,
            *rows.absences(WEEK, _elsewhere(seats, used, rng)),
            *rows.opened(seats),
        ],
        "demand": rows.demand(seats, rng),
    }
    return parts, [_added(seat) for seat in seats]


def _used(seats: Iterable[Seat]) -> dict[str, set[Spot]]:
    used: dict[str, set[Spot]] = defaultdict(set)
    for seat in seats:
        used[seat.person.doctor].add(seat.spot)
    return used


def _elsewhere(seats: Sequence[Seat], used: dict[str, set[Spot]], rng: Random) -> list[tuple[str, Spot]]:
    """Return absences, 6.5 for 100 sessions, at half-days where the answer does not need the doctor."""
    found: set[tuple[str, Spot]] = set()
    for seat in rng.sample(seats, round(0.065 * len(seats))):
        doctor = seat.person.doctor
        free = [spot for spot in SPOTS if spot not in used[doctor]]
        if free:
            found.add((doctor, rng.choice(free)))
    return sorted(found)


def _moved(standing: Standing, tickets: dict[tuple[str, Spot, str], int]) -> Session:
    seat = standing.seat
    doctor, was = seat.person.doctor, standing.was
    blocks = tuple(sorted(Block(c.clinic, tickets[doctor, was, c.clinic]) for c in seat.clinics))
    before = WEEK.cell("-".join(was))
    key = session_key(WEEK, doctor, before, added=False)
    return Session(key, doctor, WEEK.cell("-".join(seat.spot)), blocks, before)


def _added(seat: Seat) -> Session:
    (clinic,) = seat.clinics
    cell = WEEK.cell("-".join(seat.spot))
    key = session_key(WEEK, seat.person.doctor, cell, added=True)
    return Session(key, seat.person.doctor, cell, (Block(clinic.clinic, clinic.tickets or 0),), None)
