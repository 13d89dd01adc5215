"""Who may take over a session whose doctor does not come (替诊)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from scheduler.clock import Cell
from scheduler.scenario.hospital import Doctor, Level
from scheduler.scenario.rows import Block
from scheduler.scenario.week import Scenario


def find_substitutes(
    scenario: Scenario,
    doctor: str,
    cell: Cell,
    blocks: Sequence[Block],
    *,
    can_come: Mapping[str, Collection[Cell]] | None = None,
    same_level: bool = False,
) -> tuple[str, ...]:
    """Return the doctors who may take over a session of `doctor`, sorted.

    They are of the doctor's specialty, of the same level or, unless `same_level`, a higher one, approved for all the
    session's clinics, and can come then: as `can_come` says, or without it as the scenario does.
    """
    absent, level = scenario.doctor_of[doctor], scenario.session_level(doctor, blocks)
    return tuple(
        key
        for key, other in scenario.doctor_of.items()
        if key != doctor
        and other.specialty == absent.specialty
        and _may_stand_in(scenario.session_level(key, blocks), level, same_level=same_level)
        and cell in (scenario.open_cells(key) if can_come is None else can_come[key])
        and all(is_approved(scenario, other, block.clinic) for block in blocks)
    )


def _may_stand_in(other: Level, absent: Level, *, same_level: bool) -> bool:
    return other is absent or (not same_level and other.at_least(absent))


def is_approved(scenario: Scenario, doctor: Doctor, key: str) -> bool:
    """Return whether a doctor may hold sessions of the clinic `key`."""
    clinic = scenario.clinic_of[key]
    named = key in doctor.clinics if doctor.clinics else clinic.specialty == doctor.specialty
    return named and scenario.level_at(doctor.doctor, key).at_least(clinic.min_level)
