"""The smallest weeks that show a rule: builders, and one week that keeps every rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from scheduler.check.run import find_violations
from scheduler.clock import Half, Week
from scheduler.roster import (
    Channel,
    Holding,
    Plan,
    Roster,
    Session,
    Slot,
    session_hours,
    session_key,
    template_roster,
)
from scheduler.scenario.hospital import Clinic, Doctor, Room
from scheduler.scenario.rows import Block, TemplateRow
from scheduler.scenario.week import Scenario

WEEK = Week.parse("2026-W30")
MONDAY = "2026-07-20"
OPENS = dt.datetime(2026, 7, 6, 8, tzinfo=dt.timezone(dt.timedelta(hours=8)))


def doctor(key: str, level: str = "attending", specialty: str = "eye", **more) -> Doctor:
    return Doctor(doctor=key, level=level, specialty=specialty, **more)


def clinic(key: str = "eye", specialty: str = "eye", **more) -> Clinic:
    return Clinic(clinic=key, specialty=specialty, pool=more.pop("pool", specialty), **more)


def row(who: str, at: str, clinic: str = "eye", tickets: int = 20, **more) -> TemplateRow:
    day, _, half = at.partition("-")
    return TemplateRow(doctor=who, day=day, half=half.upper(), clinic=clinic, tickets=tickets, **more)


def session(
    who: str, at: str | None, was: str | None = None, room: str = "", blocks: tuple[Block, ...] = ()
) -> Session:
    cell = None if at is None else WEEK.cell(at)
    origin = None if was is None else WEEK.cell(was)
    key = session_key(WEEK, who, origin or cell, added=origin is None)
    return Session(key, who, cell, blocks or (Block("eye", 20),), origin, room)


def scenario(**parts) -> Scenario:
    """A scenario of the week with two eye doctors, a chief and an attending, one clinic and two rooms."""
    parts.setdefault("doctors", (doctor("ann", "chief"), doctor("bob")))
    parts.setdefault("clinics", (clinic(),))
    parts.setdefault("rooms", (Room(room="e1", pool="eye"), Room(room="e2", pool="eye")))
    return Scenario(week=WEEK, **parts)


MONDAY_ROWS = (
    row("ann", "mon-am", room="e1"),
    row("ann", "mon-pm", room="e1"),
    row("bob", "mon-am", room="e2"),
    row("bob", "mon-pm", room="e2"),
)


def monday(**parts) -> Scenario:
    """A scenario whose template, run as it stands and published, keeps every rule."""
    parts.setdefault("template", MONDAY_ROWS)
    return scenario(**parts)


def week_of(*sessions: Session) -> Plan:
    return Plan(Roster(tuple(sessions)))


def as_it_stands(found: Scenario) -> Plan:
    return publish(found, template_roster(found))


def with_session(plan: Plan, position: int, **changed) -> Plan:
    sessions = list(plan.roster.sessions)
    sessions[position] = replace(sessions[position], **changed)
    return replace(plan, roster=Roster(tuple(sessions)))


def publish(found: Scenario, roster: Roster) -> Plan:
    """Cut every held session into half hours, tickets spread evenly, 3 of 10 of an expert's for partners."""
    slots: list[Slot] = []
    holdings: list[Holding] = []
    for held in roster.held:
        for block in held.blocks:
            share = 3 if found.is_expert(found.doctor_of[held.doctor].level) else 0
            for slot, reserved in _slots(found, held, block, share):
                slots.append(slot)
                holdings += _channels(slot, reserved)
    return Plan(roster, tuple(slots), tuple(holdings))


def _channels(slot: Slot, reserved: int) -> tuple[Holding, Holding]:
    """Open two weeks before for partners, and one for the public, at 08:00; back to the public a day before."""
    midnight = dt.datetime.combine(slot.date, dt.time(), OPENS.tzinfo)
    ends = midnight + dt.timedelta(days=-1, minutes=slot.window.start)
    early, late = (midnight + dt.timedelta(days=-days, hours=8) for days in (14, 7))
    return (
        Holding(slot.slot, Channel.PARTNER, "", reserved, early, ends, Channel.PUBLIC),
        Holding(slot.slot, Channel.PUBLIC, "", slot.tickets - reserved, late),
    )


def _slots(found: Scenario, held: Session, block: Block, tenths: int) -> Iterable[tuple[Slot, int]]:
    windows = session_hours(found, held).cut(30)
    seen = reserved = 0
    for number, window in enumerate(windows, start=1):
        upto = block.tickets * number // len(windows)
        held_back = upto * tenths // 10
        key = f"{held.session}/{block.clinic}/{number}"
        tickets = upto - seen
        yield (
            Slot(
                key,
                held.session,
                held.at.date,
                window,
                block.clinic,
                held.doctor,
                held.room,
                tickets,
                (window.start,) * tickets,
                reserved=held_back - reserved,
            ),
            held_back - reserved,
        )
        seen, reserved = upto, held_back


def found_in(rule: str, found: Scenario, plan: Plan) -> list[tuple[str, int]]:
    """The places and amounts at which one rule is broken."""
    return [(one.place, one.amount) for one in find_violations(found, plan, rules=[rule])]


def everything_in(found: Scenario, plan: Plan) -> list[tuple[str, str, int]]:
    """Every rule that is broken, with place and amount."""
    return [(one.rule, one.place, one.amount) for one in find_violations(found, plan)]


def balanced(am: int, pm: int, day: str = "mon", level: str = "attending") -> tuple[Scenario, Plan]:
    """A week without a template: so many doctors in the morning of a day, so many others in its afternoon."""
    people = [f"d{number:03}" for number in range(am + pm)]
    week = scenario(doctors=tuple(doctor(key, level) for key in people))
    halves = [Half.AM] * am + [Half.PM] * pm
    return week, week_of(
        *(session(key, f"{day}-{half.lower()}") for key, half in zip(people, halves, strict=True))
    )
