"""Hospitals nobody tuned for: real weeks under seeded changes, and how soon each is proved.

`python -m tests.benchmarks.perturbed SEED SECONDS [PART/PARTS] [NUMBER...]` prints a line a hospital and a summary. The
seed is a parameter so that figures can be taken on one that was not used while building.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from scheduler.clock import WEEKDAYS, Half
from scheduler.engine.entry import solve_week
from scheduler.engine.options import Options, ignore_progress
from scheduler.outcome import Outcome
from scheduler.scenario.changes import with_settings
from scheduler.scenario.hospital import Level
from scheduler.scenario.rows import AvailabilityRow, CalendarRow, DemandRow, Presence
from scheduler.scenario.week import Scenario

ROOT = Path(__file__).parents[2]
REAL = ROOT.parent / "shared" / "data"
COUNT = 100

Change = Callable[[Scenario, random.Random], Scenario]


def _levels(week: Scenario, lot: random.Random) -> Scenario:
    shares = (5, 25, 35, 25, 10)
    people = [d.model_copy(update={"level": lot.choices(list(Level), shares)[0]}) for d in week.doctors]
    rules = {**week.rules, "eligible": "off"}  # clinics ask for the levels that their doctors had
    return week.changed(doctors=tuple(people), levels=(), rules=rules)


def _leave(percent: int) -> Change:
    def change(week: Scenario, lot: random.Random) -> Scenario:
        rows = []
        for doctor in week.doctors:
            if lot.random() < percent / 300:
                rows.append(AvailabilityRow(doctor=doctor.doctor))
                continue
            days = [day for day in WEEKDAYS[:5] if lot.random() < percent / 150]
            rows += [AvailabilityRow(doctor=doctor.doctor, day=day) for day in days]
        known = {(row.doctor, row.day) for row in week.availability}
        return week.changed(
            availability=(*week.availability, *(row for row in rows if (row.doctor, row.day) not in known))
        )

    return change


def _setting(key: str, *values: object) -> Change:
    return lambda week, lot: with_settings(week, {key: lot.choice(values)}).scenario


def _tight_rooms(week: Scenario, lot: random.Random) -> Scenario:
    rooms = {room.room: room for room in week.rooms}
    for of_pool in week.rooms_of.values():
        if len(of_pool) >= 3 and lot.random() < 1 / 3:
            room = lot.choice(of_pool)
            halves = lot.sample([f"{day}-{half}" for day in WEEKDAYS[:5] for half in ("am", "pm")], 2)
            closed = tuple(sorted({*room.closed, *halves}))
            rooms[room.room] = room.model_copy(update={"closed": closed})
    return week.changed(rooms=tuple(rooms.values()))


def _merged_pools(week: Scenario, lot: random.Random) -> Scenario:
    campus = {clinic.pool: clinic.campus or "campus" for clinic in week.clinics}
    clinics = [clinic.model_copy(update={"pool": campus[clinic.pool]}) for clinic in week.clinics]
    rooms = [
        room.model_copy(
            update={"room": f"{room.pool} {room.room}"[:120], "pool": campus.get(room.pool, room.pool)}
        )
        for room in week.rooms
    ]
    template = [row.model_copy(update={"room": ""}) for row in week.template]
    return week.changed(clinics=tuple(clinics), rooms=tuple(rooms), template=tuple(template))


def _second_specialty(week: Scenario, lot: random.Random) -> Scenario:
    clinics = [clinic.clinic for clinic in week.clinics]
    served: dict[str, set[str]] = {}
    for row in week.template:
        served.setdefault(row.doctor, set()).add(row.clinic)
    chosen = {key: lot.choice(clinics) for key in sorted(served) if lot.random() < 0.1}
    sessions = sorted({(row.doctor, row.day, row.half) for row in week.template if row.doctor in chosen})
    moved = {session for session in sessions if lot.random() < 0.5}
    template = [
        row.model_copy(update={"clinic": chosen[row.doctor], "room": ""})
        if (row.doctor, row.day, row.half) in moved
        else row
        for row in week.template
    ]
    distinct = {(row.doctor, row.day, row.half, row.clinic): row for row in template}
    rules = {**week.rules, "eligible": "off", "rooms": "soft"}
    tiers = ("rooms", *(key for key in week.tiers if key != "rooms"))
    return week.changed(template=tuple(distinct.values()), rules=rules, tiers=tiers)


def _demand(week: Scenario, lot: random.Random) -> Scenario:
    held: dict[tuple[str, str, Half], int] = {}
    for row in week.template:
        held[row.clinic, row.day, row.half] = held.get((row.clinic, row.day, row.half), 0) + 1
    chosen = {clinic.clinic for clinic in week.clinics if lot.random() < 1 / 3}
    rows = [
        DemandRow(clinic=clinic, day=day, half=half, sessions=max(1, count + lot.choice((-1, 0, 0, 0, 1))))
        for (clinic, day, half), count in sorted(held.items())
        if clinic in chosen and day in WEEKDAYS[:5] and half is not Half.EVE
    ]
    return week.changed(demand=tuple(rows))


def _booked(week: Scenario, lot: random.Random) -> Scenario:
    rows = [row.model_copy(update={"booked": min(row.tickets, lot.randint(0, 19))}) for row in week.template]
    return week.changed(template=tuple(rows))


def _past(week: Scenario, lot: random.Random) -> Scenario:
    people = [
        doctor.model_copy(update={f"past_{name}": lot.randint(0, 6) for name in ("afternoons", "fridays")})
        for doctor in week.doctors
    ]
    return week.changed(doctors=tuple(people))


def _wishes(week: Scenario, lot: random.Random) -> Scenario:
    known = {(row.doctor, row.day, row.half) for row in week.availability}
    rows = []
    for doctor in week.doctors:
        day, half = lot.choice(WEEKDAYS[:5]), lot.choice((Half.AM, Half.PM))
        if lot.random() < 0.2 and (doctor.doctor, day, half) not in known:
            state = lot.choice((Presence.AVOID, Presence.PREFER))
            rows.append(
                AvailabilityRow(
                    doctor=doctor.doctor, day=day, half=half, state=state, weight=lot.randint(1, 3)
                )
            )
    return week.changed(availability=(*week.availability, *rows))


def _budget(week: Scenario, lot: random.Random) -> Scenario:
    budget = max(3, len(week.template) * lot.choice((3, 5, 8)) // 100)
    return with_settings(week, {"policy.changes.budget": budget}).scenario


def _tier_first(key: str) -> Change:
    def change(week: Scenario, lot: random.Random) -> Scenario:
        return week.changed(tiers=(key, *(other for other in week.tiers if other != key)))

    return change


def _holiday(week: Scenario, lot: random.Random) -> Scenario:
    closed = CalendarRow(date=week.week.dates[lot.randrange(5)], kind="closed")
    return week.changed(calendar=(closed,))


def _adjusted_saturday(week: Scenario, lot: random.Random) -> Scenario:
    working = CalendarRow(date=week.week.dates[5], kind="working", follows=lot.choice(WEEKDAYS[:5]))
    return week.changed(calendar=(working,))


_LIMITS = tuple(Fraction(n, 20) for n in range(20, 27))

CHANGES: Mapping[str, Change] = {
    "limit": _setting("policy.ratio.limit", *_LIMITS),
    "share": _setting("policy.ratio.specialties_share", Fraction(4, 5), Fraction(9, 10), Fraction(1)),
    "levels": _levels,
    "off5": _leave(5),
    "off15": _leave(15),
    "tight": _tight_rooms,
    "merged": _merged_pools,
    "second": _second_specialty,
    "demand": _demand,
    "booked": _booked,
    "past": _past,
    "wishes": _wishes,
    "budget": _budget,
    "fairness first": _tier_first("fairness"),
    "target first": _tier_first("ratio_target"),
    "experts first": _tier_first("ratio_experts"),
    "presence first": _tier_first("expert_presence"),
    "holiday": _holiday,
    "saturday": _adjusted_saturday,
}
"""The seeded changes by name; each takes a week and the lot it draws from."""


def base_weeks() -> dict[str, Scenario]:
    """Return the weeks to change, by name: the real ones where they are at hand, and the two large bundled ones."""
    from scenarios.bundled import BUNDLED
    from scheduler.tables.published.timetable import read_published, to_scenario

    weeks = {path.stem: to_scenario(read_published(path)).scenario for path in sorted(REAL.glob("*w*.csv"))}
    return {**weeks, **{name: BUNDLED[name]() for name in ("typical", "large")}}


def perturbed(weeks: Mapping[str, Scenario], seed: int, number: int) -> tuple[str, Scenario]:
    """Return hospital `number` (from 0) of the set of a seed, and what was done to which week."""
    lot = random.Random(f"{seed} {number}")
    name = sorted(weeks)[number % len(weeks)]
    names = list(CHANGES)
    first = names[number // len(weeks) % len(names)]
    # A fifth are one change alone; others have up to three more, a limit of their own among them.
    others = lot.sample([other for other in names if other != first], lot.choice((0, 1, 1, 2, 3)))
    week = weeks[name]
    for change in sorted({first, *others}, key=names.index):
        week = CHANGES[change](week, lot)
    return f"{name}: {', '.join(sorted({first, *others}, key=names.index))}", week


def solve(week: Scenario, seconds: float) -> tuple[Outcome, float]:
    """Return the outcome of a week and the seconds of processor time that it took, columns and rooms counted."""
    started = time.process_time()
    outcome = solve_week(week, Options(seconds=seconds), ignore_progress)
    return outcome, time.process_time() - started


def tell(number: int, name: str, outcome: Outcome, spent: float) -> dict[str, Any]:
    """Print a line of one hospital and return what the summary counts."""
    gaps = {tier.key: f"{tier.value}/{tier.bound}" for tier in outcome.tiers if tier.gap}
    changes = next((tier for tier in outcome.tiers if tier.key == "changes"), None)
    print(f"#{number:<3} {outcome.status.value:10} {spent:7.2f} s  {name}  {gaps or ''}", flush=True)
    far = changes is not None and changes.value > max(changes.bound * 1.03, changes.bound + 1)
    return {"proved": outcome.status in ("optimal", "infeasible"), "seconds": spent, "far": far}


def main() -> None:
    """Solve the set of a seed and print how many are proved within how many seconds."""
    seed, seconds, *rest = sys.argv[1:]
    part, parts = (int(word) for word in rest.pop(0).split("/")) if rest and "/" in rest[0] else (0, 1)
    numbers = [int(word) for word in rest] or list(range(part, COUNT, parts))
    weeks, told = base_weeks(), []
    for number in numbers:
        name, week = perturbed(weeks, int(seed), number)
        told.append(tell(number, name, *solve(week, float(seconds))))
    proved = sorted(one["seconds"] for one in told if one["proved"])
    for most in (1, 2, 5, 10, 20):
        print(f"proved within {most} s: {100 * sum(s <= most for s in proved) / len(told):.0f} %")
    far = sum(one["far"] for one in told)
    print(f"open: {len(told) - len(proved)} of {len(told)}; changes over 3 % above the bound: {far}")


if __name__ == "__main__":
    main()
