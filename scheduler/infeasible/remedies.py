"""The cheapest ways out of an infeasible week: each one rule bent as little as can be, put into words, and solved again."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from scheduler.balance import highest_day, ratio_table
from scheduler.clock import WEEKDAYS, Cell, Half
from scheduler.infeasible.reasons import bent, held_hard
from scheduler.names import cell_name, span_name
from scheduler.outcome import Outcome
from scheduler.roster import Roster, Session
from scheduler.rules import Strictness, rule
from scheduler.scenario.hospital import Room
from scheduler.scenario.policy import exact_text
from scheduler.scenario.rows import AvailabilityRow, Presence
from scheduler.scenario.week import Scenario
from scheduler.words import Message, message

Solve = Callable[[Scenario], Outcome]
"""Plans a scenario; remedies are only as good as its answers."""


@dataclass(frozen=True)
class Remedy:
    """A way to make the week possible: what to do, the scenario in which it is done, and its plan.

    `units` is how much is bent: sessions, rooms, rows; a remedy with fewer is nearer to what was asked for.
    """

    rules: tuple[str, ...]
    steps: tuple[Message, ...]
    units: int
    scenario: Scenario
    outcome: Outcome


def find_remedies(scenario: Scenario, solve: Solve) -> tuple[Remedy, ...]:
    """Return the remedies of an infeasible week, cheapest first; each was solved and has a roster.

    Every hard rule is bent alone; where that does not give three ways out, two rules together, and at last all that the
    least bent roster breaks.
    """
    bendable = [key for key in _BENDS if key in held_hard(scenario)]
    found = [remedy for key in bendable if (remedy := _bend(scenario, (key,), solve)) is not None]
    alone = {key for remedy in found for key in remedy.rules}
    if len(found) < _ENOUGH:
        pairs = itertools.combinations([key for key in bendable if key not in alone], 2)
        found += [remedy for pair in pairs if (remedy := _bend(scenario, pair, solve)) is not None]
    if not found and (last := _bend(scenario, tuple(bendable), solve)) is not None:
        found.append(last)
    return tuple(sorted(found, key=lambda r: (r.units, _points(r), [bendable.index(key) for key in r.rules])))


_ENOUGH = 3


def _points(remedy: Remedy) -> int:
    return next((tier.value for tier in remedy.outcome.tiers if tier.key == "changes"), 0)


@dataclass(frozen=True)
class _Bending:
    """What a rule must give way by, for the roster found: in words, in units, and in the scenario."""

    steps: tuple[Message, ...]
    scenario: Scenario


def _bend(scenario: Scenario, keys: Sequence[str], solve: Solve) -> Remedy | None:
    """Bend only these rules, as little as can be; None where that does not make the week possible."""
    roster = solve(bent(scenario, keys)).roster
    if roster is None:
        return None
    mended = scenario
    steps: list[Message] = []
    for key in keys:
        bending = _BENDS[key](mended, roster)
        mended, steps = bending.scenario, [*steps, *bending.steps]
    outcome = solve(mended)
    if outcome.roster is None or not steps:
        return None
    if tuple(keys) == ("ratio_day",):
        mended, steps, outcome = _least_limit(scenario, mended, outcome, solve)
    return Remedy(tuple(keys), tuple(steps), len(steps), mended, outcome)


def _least_limit(
    scenario: Scenario, mended: Scenario, outcome: Outcome, solve: Solve
) -> tuple[Scenario, list[Message], Outcome]:
    """Return the smallest limit, in hundredths, that makes the week possible: halving between the two known ones."""
    low, high = int(scenario.policy.ratio.limit * 100), int(mended.policy.ratio.limit * 100)
    while high - low > 1:
        middle = (low + high) // 2
        tried = _with_limit(scenario, Fraction(middle, 100))
        answer = solve(tried)
        if answer.roster is None:
            low = middle
        else:
            high, mended, outcome = middle, tried, answer
    return mended, [message("limit {limit}", limit=exact_text(mended.policy.ratio.limit))], outcome


def _with_limit(scenario: Scenario, limit: Fraction) -> Scenario:
    ratio = scenario.policy.ratio.model_copy(update={"limit": limit})
    return scenario.changed(policy=scenario.policy.model_copy(update={"ratio": ratio}))


def _bend_ratio_day(scenario: Scenario, roster: Roster) -> _Bending:
    highest = highest_day(ratio_table(scenario, roster))
    ratio = Fraction(0) if highest is None or not highest[1].am else highest[1].ratio
    if ratio is None:
        return _softened(scenario, "ratio_day")
    limit = Fraction(math.ceil(100 * max(ratio, scenario.policy.ratio.limit)), 100)
    if limit > _MOST_LIMIT:
        return _softened(scenario, "ratio_day")
    return _Bending((message("limit {limit}", limit=exact_text(limit)),), _with_limit(scenario, limit))


_MOST_LIMIT = 10


def _bend_rooms(scenario: Scenario, roster: Roster) -> _Bending:
    load = Counter((scenario.clinic_of[s.blocks[0].clinic].pool, s.at) for s in roster.held)
    rooms, steps = list(scenario.rooms), []
    for (pool, cell), sessions in sorted(load.items()):
        have = scenario.rooms_of.get(pool, ())
        missing = sessions - sum(room.open_at(cell.key) for room in have)
        shut = [room for room in have if not room.open_at(cell.key)][: max(0, missing)]
        for room in shut:
            opened = tuple(key for key in room.closed if key != cell.key)
            rooms[rooms.index(_current(rooms, room))] = _current(rooms, room).model_copy(
                update={"closed": tuple(k for k in _current(rooms, room).closed if k in opened)}
            )
            steps.append(
                message("open room {room} ({pool}) on {at}", room=room.room, pool=pool, at=cell_name(cell))
            )
        for number in range(max(0, missing - len(shut))):
            rooms.append(_extra_room(scenario, pool, cell, number))
            steps.append(message("one more room in {pool} on {at}", pool=pool, at=cell_name(cell)))
    return _Bending(tuple(steps), scenario.changed(rooms=tuple(rooms)))


def _current(rooms: Sequence[Room], room: Room) -> Room:
    return next(r for r in rooms if (r.room, r.pool) == (room.room, room.pool))


def _extra_room(scenario: Scenario, pool: str, cell: Cell, number: int) -> Room:
    """Return a room that is open at this half-day only; its name is free in the pool."""
    closed = tuple(
        f"{day}-{half.lower()}" for day in WEEKDAYS for half in Half if f"{day}-{half.lower()}" != cell.key
    )
    campus = next((c.campus for c in scenario.clinics if c.pool == pool), "")
    return Room(room=f"{pool} +{cell.key}-{number + 1}", pool=pool, campus=campus, closed=closed)


def _bend_availability(scenario: Scenario, roster: Roster) -> _Bending:
    needed = sorted({(s.doctor, s.at) for s in roster.held if s.at not in scenario.open_cells(s.doctor)})
    steps = tuple(
        message("let {doctor} work {at}", doctor=_name(scenario, doctor), at=cell_name(c))
        for doctor, c in needed
    )
    return _Bending(steps, opened(scenario, needed))


def opened(scenario: Scenario, needed: Iterable[tuple[str, Cell]]) -> Scenario:
    """Return the scenario in which these doctors can work at these half-days of open days."""
    rows = list(scenario.availability)
    for doctor, cell in needed:
        rows = [part for row in rows for part in _without(scenario, row, doctor, cell)]
        rows.append(
            AvailabilityRow(doctor=doctor, day=cell.date.isoformat(), half=cell.half, state=Presence.OPEN)
        )
    return scenario.changed(availability=tuple(rows))


def _without(scenario: Scenario, row: AvailabilityRow, doctor: str, cell: Cell) -> Iterator[AvailabilityRow]:
    """Yield the row as it is, or an absence cut into the half-days that remain of it."""
    if row.doctor != doctor or row.state is not Presence.AWAY or not row.covers(cell):
        yield row
        return
    for other in scenario.cells:
        if row.covers(other) and other != cell:
            yield row.model_copy(update={"day": other.date.isoformat(), "half": other.half})


def _bend_session_limits(scenario: Scenario, roster: Roster) -> _Bending:
    held = Counter(session.doctor for session in roster.held)
    doctors, steps = [], []
    for doctor in scenario.doctors:
        least, most = scenario.limits(doctor.doctor)
        count = held[doctor.doctor]
        if count > most:
            usual = most if doctor.max_sessions is None else doctor.max_sessions
            doctors.append(doctor.model_copy(update={"max_sessions": usual + count - most}))
            steps.append(
                message(
                    "let {doctor} hold {count} sessions", doctor=_name(scenario, doctor.doctor), count=count
                )
            )
        elif count < least:
            doctors.append(
                doctor.model_copy(update={"min_sessions": max(0, doctor.min_sessions - least + count)})
            )
            steps.append(
                message(
                    "let {doctor} hold only {count} sessions",
                    doctor=_name(scenario, doctor.doctor),
                    count=count,
                )
            )
        else:
            doctors.append(doctor)
    return _Bending(tuple(steps), scenario.changed(doctors=tuple(doctors)))


def _bend_pinned(scenario: Scenario, roster: Roster) -> _Bending:
    stays = {(s.doctor, s.at) for s in roster.held if s.was == s.cell}
    loose = [s for s in scenario.standing if s.pinned and (s.doctor, s.cell) not in stays]
    follows = {day.date: WEEKDAYS[day.follows] for day in scenario.days}
    keys = {(s.doctor, follows[s.cell.date], s.cell.half) for s in loose}
    rows = tuple(
        row.model_copy(update={"pinned": False}) if (row.doctor, row.day, row.half) in keys else row
        for row in scenario.template
    )
    steps = tuple(
        message(
            "unpin the session of {doctor} on {at}", doctor=_name(scenario, s.doctor), at=cell_name(s.cell)
        )
        for s in loose
    )
    return _Bending(steps, scenario.changed(template=rows))


def _bend_eligible(scenario: Scenario, roster: Roster) -> _Bending:
    doctors, clinics, steps = dict(scenario.doctor_of), dict(scenario.clinic_of), []
    served = sorted({(s.doctor, block.clinic) for s in roster.held for block in s.blocks})
    for doctor, clinic in served:
        person, place = doctors[doctor], clinics[clinic]
        named = clinic in person.clinics if person.clinics else place.specialty == person.specialty
        if not named:
            own = person.clinics or tuple(
                c.clinic for c in scenario.clinics if c.specialty == person.specialty
            )
            doctors[doctor] = person.model_copy(update={"clinics": (*own, clinic)})
            steps.append(
                message("approve {doctor} for {clinic}", doctor=_name(scenario, doctor), clinic=clinic)
            )
        if not person.level.at_least(place.min_level):
            clinics[clinic] = place.model_copy(update={"min_level": person.level})
            steps.append(
                message("let {clinic} be served by {doctor}", clinic=clinic, doctor=_name(scenario, doctor))
            )
    return _Bending(
        tuple(steps), scenario.changed(doctors=tuple(doctors.values()), clinics=tuple(clinics.values()))
    )


def _bend_cover(scenario: Scenario, roster: Roster) -> _Bending:
    rows, steps = [], []
    for row in scenario.demand:
        insisted = row.hard or scenario.strictness("cover") is Strictness.HARD
        have = sum(
            row.covers(s.at)
            and scenario.doctor_of[s.doctor].level.at_least(row.level)
            and _serves(s, row.clinic)
            for s in roster.held
        )
        if insisted and have < row.sessions and any(row.covers(cell) for cell in scenario.cells):
            rows.append(row.model_copy(update={"sessions": have}))
            steps.append(
                message(
                    "ask {clinic} for {have} of {asked} sessions ({when})",
                    clinic=row.clinic,
                    have=have,
                    asked=row.sessions,
                    when=span_name(row.day, row.half),
                )
            )
        else:
            rows.append(row)
    return _Bending(tuple(steps), scenario.changed(demand=tuple(rows)))


def _serves(session: Session, clinic: str) -> bool:
    return any(block.clinic == clinic for block in session.blocks)


def _bend_changes(scenario: Scenario, roster: Roster) -> _Bending:
    budget = len(roster.changed)
    prices = scenario.policy.changes.model_copy(update={"budget": budget})
    step = message("a budget of {budget} changes", budget=budget)
    return _Bending((step,), scenario.changed(policy=scenario.policy.model_copy(update={"changes": prices})))


def _softened(scenario: Scenario, key: str) -> _Bending:
    tiers = scenario.tiers if key in scenario.tiers else (key, *scenario.tiers)
    rules = {**scenario.rules, key: Strictness.SOFT}
    step = message(
        "strive for the rule {key} instead of insisting: {sentence}",
        key=rule(key).name,
        sentence=rule(key).sentence,
    )
    return _Bending((step,), scenario.changed(rules=rules, tiers=tiers))


def _softening(key: str) -> Callable[[Scenario, Roster], _Bending]:
    return lambda scenario, _: _softened(scenario, key)


_BENDS: Mapping[str, Callable[[Scenario, Roster], _Bending]] = {
    "rooms": _bend_rooms,
    "availability": _bend_availability,
    "session_limits": _bend_session_limits,
    "pinned": _bend_pinned,
    "eligible": _bend_eligible,
    "ratio_day": _bend_ratio_day,
    "cover": _bend_cover,
    "changes": _bend_changes,
    **{
        key: _softening(key)
        for key in (
            "ratio_specialties",
            "ratio_target",
            "ratio_experts",
            "expert_presence",
            "fairness",
            "preferences",
        )
    },
}
"""How each rule can give way, those first that a planner can most easily grant."""


def _name(scenario: Scenario, doctor: str) -> str:
    name = scenario.doctor_of[doctor].name
    return f"{doctor} {name}" if name else doctor
