"""The smallest week to repair: an eye clinic with a chief, two deputies and an attending, published as its template."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from scheduler.adjust.repair import Repair, repair
from scheduler.adjust.stops import Stop
from scheduler.plan import make_plan
from scheduler.roster import Plan
from scheduler.scenario.hospital import Clinic, Doctor, Room
from scheduler.scenario.rows import TemplateRow
from scheduler.scenario.week import Scenario
from tests.check.small import WEEK

MONDAY = WEEK.dates[0]
DOCTORS = (
    Doctor(doctor="ann", specialty="eye", level="chief"),
    Doctor(doctor="bob", specialty="eye", level="deputy_chief"),
    Doctor(doctor="cid", specialty="eye", level="deputy_chief"),
    Doctor(doctor="dan", specialty="eye"),
    Doctor(doctor="eve", specialty="ear", level="chief"),
)
CLINICS = (
    Clinic(clinic="eye", specialty="eye", pool="eye"),
    Clinic(clinic="glaucoma", specialty="eye", pool="eye"),
    Clinic(clinic="ear", specialty="ear", pool="ear"),
)


def row(who: str, at: str, clinic: str = "eye", **more) -> TemplateRow:
    day, _, half = at.partition("-")
    return TemplateRow(
        doctor=who, day=day, half=half.upper(), clinic=clinic, tickets=more.pop("tickets", 20), **more
    )


def scenario(*rows: TemplateRow, **parts) -> Scenario:
    """A week of these rows in which only what a test names is hard to keep: the ratios are off."""
    off = dict.fromkeys(("ratio_day", "ratio_specialties", "ratio_target", "ratio_experts"), "off")
    return Scenario(
        week=WEEK,
        doctors=parts.pop("doctors", DOCTORS),
        clinics=parts.pop("clinics", CLINICS),
        rooms=parts.pop("rooms", tuple(Room(room=r, pool=p) for p in ("eye", "ear") for r in "123")),
        template=rows,
        rules={**off, **parts.pop("rules", {})},
        **parts,
    )


def stop(doctor: str, at: str) -> Stop:
    return Stop(doctor, WEEK.cell(at))


def published(week: Scenario) -> Plan:
    """The plan of the week, as it is published."""
    return make_plan(week).plan


def repaired(
    week: Scenario, *stops: Stop, plan: Plan | None = None, as_of: dt.date = MONDAY, **more
) -> Repair:
    return repair(week, published(week) if plan is None else plan, stops, as_of=as_of, **more)


def changes(done: Repair) -> Sequence[tuple[str, str, str]]:
    """What became of each session that changed, by whom it is held and where: the change, the doctor, the half-day."""
    return [
        (s.change.value, s.doctor, "" if s.cell is None else s.cell.key) for s in done.repaired.roster.changed
    ]
