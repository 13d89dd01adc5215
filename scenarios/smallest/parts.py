"""Short words for the rows of a small week, so that a builder shows only what matters to its rule."""

from __future__ import annotations

from typing import Any

from scheduler.clock import Half, Week
from scheduler.scenario.hospital import Clinic, Doctor, Level, Room
from scheduler.scenario.rows import AvailabilityRow, DemandRow, Presence, TemplateRow
from scheduler.scenario.week import Scenario

WEEK = Week.parse("2026-W30")
"""An ordinary week: Monday 20 July 2026, five working days."""

EYE = Clinic(clinic="眼科门诊", specialty="眼科", campus="本部", pool="本部-眼科", tickets=20)
"""The clinic of a small week, where it needs only one."""

BONE = Clinic(clinic="骨科门诊", specialty="骨科", campus="本部", pool="本部-骨科", tickets=20)
"""The clinic of a second specialty."""

EYE_EAST = Clinic(clinic="东院眼科门诊", specialty="眼科", campus="东院", pool="东院-眼科", tickets=20)
"""The clinic of that specialty at another campus."""

_NAMES = ("林一帆", "周若水", "陈知远", "沈青禾", "顾怀山", "许星河")


def doctor(number: int, specialty: str = "眼科", level: Level = Level.DEPUTY_CHIEF, **more: Any) -> Doctor:
    """Return the made-up doctor `D001` for 1, an expert unless `level` says otherwise; `number` 1 to 6."""
    return Doctor(doctor=f"D{number:03d}", name=_NAMES[number - 1], specialty=specialty, level=level, **more)


def stands(who: int, cell: str, clinic: Clinic = EYE, tickets: int = 20, **more: Any) -> TemplateRow:
    """Return doctor `who`'s row of the template at `cell`, such as `mon-am`."""
    day, half = cell.split("-")
    return TemplateRow(
        doctor=f"D{who:03d}",
        day=day,
        half=Half[half.upper()],
        clinic=clinic.clinic,
        tickets=tickets,
        **more,
    )


def asks(cell: str, sessions: int = 1, clinic: Clinic = EYE, **more: Any) -> DemandRow:
    """Return the demand for `sessions` at `cell`: `mon-am`, `mon` for any half of it, nothing for any."""
    day, _, half = cell.partition("-")
    return DemandRow(
        clinic=clinic.clinic,
        day=day,
        half=Half[half.upper()] if half else None,
        sessions=sessions,
        **more,
    )


def says(who: int, state: Presence, cell: str) -> AvailabilityRow:
    """Return doctor `who`'s word on `cell`; `-pm` is every afternoon, `mon` the whole day."""
    day, _, half = cell.partition("-")
    return AvailabilityRow(
        doctor=f"D{who:03d}", day=day, half=Half[half.upper()] if half else None, state=state
    )


def away(who: int, cell: str) -> AvailabilityRow:
    """Return that doctor `who` cannot come at `cell`."""
    return says(who, Presence.AWAY, cell)


def avoids(who: int, cell: str) -> AvailabilityRow:
    """Return the wish, of weight 1, of doctor `who` to be spared `cell`."""
    return says(who, Presence.AVOID, cell)


def rooms(count: int, clinic: Clinic = EYE) -> tuple[Room, ...]:
    """Return rooms 101, 102, ... in the pool of `clinic`."""
    return tuple(
        Room(room=str(number), pool=clinic.pool, campus=clinic.campus) for number in range(101, 101 + count)
    )


def week(name: str, doctors: tuple[Doctor, ...], **parts: Any) -> Scenario:
    """Return the scenario `name` with one eye clinic and two rooms, unless `parts` say otherwise."""
    parts = {"week": WEEK, "clinics": (EYE,), "rooms": rooms(2), **parts}
    return Scenario(name=name, doctors=doctors, **parts)
