"""How far a plan is from breaking each rule, and where nothing is left."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from scheduler.check.burdens import BURDENS, fair_shares
from scheduler.check.facts import Facts
from scheduler.check.held_sessions import (
    clinic_cells_of,
    doctor_date_of,
    doctor_night_of,
    pool_cell_of,
    shared_specialties_of,
    side_date_of,
    specialty_date_of,
    specialty_of,
)
from scheduler.check.ratios import meets, most_mornings, specialties_looked_at
from scheduler.check.reserve import expert_blocks
from scheduler.check.working_time import rest_minutes
from scheduler.clock import Half
from scheduler.names import cell_key, cell_name, day_name, half_name, place, span_key, span_name
from scheduler.roster import Plan
from scheduler.scenario.week import Scenario
from scheduler.words import Message, message


@dataclass(frozen=True)
class Spot:
    """A place that a rule speaks of, as a key and for people, and the room it leaves.

    `room` is in the unit of UNITS: 0 is just met, below 0 missed by so much.
    """

    place: str
    name: Message | str
    room: int


@dataclass(frozen=True)
class Slack:
    """A rule's slack: the least over all its places, how many these are, and those where none is left.

    `binding` is sorted by room and place; it holds what is just met and what is missed.
    """

    rule: str
    least: int
    places: int
    binding: tuple[Spot, ...]


UNITS: Mapping[str, Message] = {
    "availability": message("half-days that a doctor with sessions could still come"),
    "session_limits": message("sessions that a doctor could still take on or give up"),
    "rooms": message("rooms free in a pool and half-day with sessions"),
    "ratio_day": message("morning sessions that still fit a day"),
    "ratio_specialties": message("specialties within the limit beyond those needed"),
    "ratio_target": message("morning sessions that still fit a day"),
    "ratio_experts": message("expert morning sessions that still fit a day"),
    "cover": message("sessions beyond demand"),
    "expert_presence": message("experts' sessions beyond the one needed"),
    "changes": message("changes left of the budget"),
    "fairness": message("sessions below the fair share"),
    "rest": message("minutes of rest at night beyond those asked for"),
    "daily_sessions": message("sessions that still fit a doctor's day, days that still fit the week"),
    "slot_length": message("minutes that the longest slot could grow"),
    "reserve_expert": message("tickets held beyond the share"),
}
"""What a rule's slack counts. A rule that is only kept or broken, such as `pinned`, has none."""


def slacks(scenario: Scenario, plan: Plan) -> dict[str, Slack]:
    """Return the slack of every rule that is on, has one, and speaks of some place of this plan."""
    facts = Facts.of(scenario, plan)
    found = {}
    for rule, spots_of in _SPOTS.items():
        spots = sorted(spots_of(facts, plan), key=lambda spot: (spot.room, spot.place))
        if scenario.is_on(rule) and spots:
            binding = tuple(spot for spot in spots if spot.room <= 0)
            found[rule] = Slack(rule, spots[0].room, len(spots), binding)
    return found


def _availability(facts: Facts, plan: Plan) -> Iterator[Spot]:
    for doctor in facts.scenario.doctor_of:
        held = {held.cell for held in facts.of_doctor(doctor)}
        if held:
            yield Spot(doctor, doctor, len(facts.scenario.open_cells(doctor) - held))


def _session_limits(facts: Facts, plan: Plan) -> Iterator[Spot]:
    for doctor in facts.scenario.doctor_of:
        least, most = facts.scenario.limits(doctor)
        n = len(facts.of_doctor(doctor))
        yield Spot(doctor, doctor, min(most - n, n - least) if least else most - n)


def _rooms(facts: Facts, plan: Plan) -> Iterator[Spot]:
    for (pool, cell), sessions in facts.held.by(pool_cell_of).items():
        rooms = sum(room.open_at(cell.key) for room in facts.scenario.rooms_of.get(pool, ()))
        name = message("{place}, {when}", place=pool or "-", when=cell_name(cell))
        yield Spot(place(pool, cell_key(facts.scenario.week, cell)), name, rooms - len(sessions))


def _days(facts: Facts, limit: Fraction, *, experts: bool = False) -> Iterator[Spot]:
    for date in facts.scenario.working_dates:
        sessions = facts.held.by(side_date_of).get(date, ())
        counted = [held for held in sessions if held.expert or not experts]
        if counted:
            am, pm = sum(held.morning for held in counted), sum(held.afternoon for held in counted)
            yield Spot(date.isoformat(), day_name(date), most_mornings(limit, pm) - am)


def _ratio_day(facts: Facts, plan: Plan) -> Iterator[Spot]:
    return _days(facts, facts.scenario.policy.ratio.limit)


def _ratio_target(facts: Facts, plan: Plan) -> Iterator[Spot]:
    return _days(facts, facts.scenario.policy.ratio.target)


def _ratio_experts(facts: Facts, plan: Plan) -> Iterator[Spot]:
    return _days(facts, facts.scenario.policy.ratio.limit, experts=True)


def _ratio_specialties(facts: Facts, plan: Plan) -> Iterator[Spot]:
    policy = facts.scenario.policy.ratio
    looked_at = specialties_looked_at(facts.frame)
    needed = -(-policy.specialties_share.numerator * len(looked_at) // policy.specialties_share.denominator)
    met = 0
    for name in looked_at:
        sessions = facts.held.by(specialty_of).get(name, ())
        mornings, afternoons = (sum(h.morning for h in sessions), sum(h.afternoon for h in sessions))
        met += meets(policy.limit, mornings, afternoons)
    if looked_at:
        yield Spot("week", message("the whole week"), met - needed)


def _cover(facts: Facts, plan: Plan) -> Iterator[Spot]:
    held_at = facts.held.by(clinic_cells_of)
    for row in facts.scenario.demand:
        cells = [cell for cell in facts.scenario.cells if row.covers(cell)]
        if cells and row.sessions:
            serving = (held for cell in cells for held in held_at.get((row.clinic, cell), ()))
            got = sum(held.rank >= row.level.rank for held in serving)
            key = place(row.clinic, span_key(row.day, row.half), row.level.value)
            name = message("{place}, {when}", place=row.clinic, when=span_name(row.day, row.half))
            yield Spot(key, name, got - row.sessions)


def _expert_presence(facts: Facts, plan: Plan) -> Iterator[Spot]:
    for (specialty, date), sessions in facts.held.by(specialty_date_of).items():
        name = message("{place}, {when}", place=specialty, when=day_name(date))
        yield Spot(place(specialty, date.isoformat()), name, sum(held.expert for held in sessions) - 1)


def _changes(facts: Facts, plan: Plan) -> Iterator[Spot]:
    budget = facts.scenario.policy.changes.budget
    if budget is not None and facts.scenario.template:
        yield Spot("budget", message("the whole week"), budget - len(plan.roster.changed))


def _fairness(facts: Facts, plan: Plan) -> Iterator[Spot]:
    burdens = {burden.key: burden for burden in BURDENS}
    for (doctor, key), fair in facts.frame.once(fair_shares).items():
        n = sum(burdens[key].at(facts.frame, held.cell) for held in facts.of_doctor(doctor))
        if n or fair:
            name = message("{doctor}, {burden}", doctor=doctor, burden=_BURDEN_NAMES[key])
            yield Spot(place(doctor, key), name, fair - n)


def _rest(facts: Facts, plan: Plan) -> Iterator[Spot]:
    least = 60 * facts.scenario.policy.rest.hours
    for (doctor, date), sessions in facts.held.by(doctor_night_of).items():
        minutes = rest_minutes(sessions, date)
        if minutes is not None:
            name = message("{doctor}, {day}", doctor=doctor, day=day_name(date))
            yield Spot(place(doctor, date.isoformat()), name, floor(minutes - least))


def _daily_sessions(facts: Facts, plan: Plan) -> Iterator[Spot]:
    policy = facts.scenario.policy.daily_sessions
    for (doctor, date), sessions in facts.held.by(doctor_date_of).items():
        name = message("{doctor}, {day}", doctor=doctor, day=day_name(date))
        yield Spot(place(doctor, date.isoformat()), name, policy.most - len(sessions))
    for doctor in facts.scenario.doctor_of:
        days = {held.cell.date for held in facts.of_doctor(doctor)}
        if days:
            yield Spot(place(doctor), doctor, policy.most_days - len(days))


_BURDEN_NAMES = {
    "afternoons": message("afternoons"),
    "fridays": message("Fridays"),
    "weekends": message("weekends"),
}


def _slot_length(facts: Facts, plan: Plan) -> Iterator[Spot]:
    longest: dict[Half, int] = {}
    half_of = {session.session: session.at.half for session in plan.roster.held}
    for slot in plan.slots:
        half = half_of.get(slot.session)
        if half is not None:
            longest[half] = max(longest.get(half, 0), slot.window.minutes)
    for half in sorted(longest):
        yield Spot(half.lower(), half_name(half), facts.scenario.policy.slots.limit - longest[half])


def _reserve_expert(facts: Facts, plan: Plan) -> Iterator[Spot]:
    share = facts.scenario.policy.reserve.share
    for specialty in facts.held.by(shared_specialties_of):
        blocks = expert_blocks(facts, specialty)
        base = sum(block.tickets for block in blocks)
        needed = -(-share.numerator * base // share.denominator)
        yield Spot(specialty, specialty, sum(block.reserved for block in blocks) - needed)


_SPOTS: Mapping[str, Callable[[Facts, Plan], Iterator[Spot]]] = {
    "availability": _availability,
    "session_limits": _session_limits,
    "rooms": _rooms,
    "ratio_day": _ratio_day,
    "ratio_specialties": _ratio_specialties,
    "ratio_target": _ratio_target,
    "ratio_experts": _ratio_experts,
    "cover": _cover,
    "expert_presence": _expert_presence,
    "changes": _changes,
    "fairness": _fairness,
    "rest": _rest,
    "daily_sessions": _daily_sessions,
    "slot_length": _slot_length,
    "reserve_expert": _reserve_expert,
}
