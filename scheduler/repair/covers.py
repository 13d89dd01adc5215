"""Who may take over the session of a stopped doctor (替诊)."""

from __future__ import annotations

from enum import StrEnum

from scheduler.clock import Cell
from scheduler.hospital import Doctor
from scheduler.repair.published import Published
from scheduler.roster import Session


class CoverLevel(StrEnum):
    """Which level a doctor who takes over a session needs, compared with the stopped doctor's."""

    SAME_OR_HIGHER = "same-or-higher"
    SAME = "same"


def covers(published: Published, level: CoverLevel) -> dict[tuple[str, Cell], tuple[str, ...]]:
    """Return, for the session of each stop, the doctors who may take it over, sorted.

    They are of its doctor's specialty and of the level asked for, approved for all its clinics, can come then, and have
    not been stopped themselves.
    """
    doctors = published.base.doctor_of
    found = {}
    for stop in sorted(published.stops):
        session = published.session_at.get((stop.doctor, stop.cell))
        if session is not None:
            stopped = doctors[stop.doctor]
            found[stop.doctor, stop.cell] = tuple(
                key
                for key, other in doctors.items()
                if key != stop.doctor
                and other.specialty == stopped.specialty
                and _has_level(other, stopped, level)
                and stop.cell in published.can_come[key]
                and _approved(published, other, session)
            )
    return found


def _has_level(other: Doctor, stopped: Doctor, level: CoverLevel) -> bool:
    return other.level is stopped.level or (
        level is CoverLevel.SAME_OR_HIGHER and other.level.at_least(stopped.level)
    )


def _approved(published: Published, doctor: Doctor, session: Session) -> bool:
    clinics = [published.base.clinic_of[block.clinic] for block in session.blocks]
    return all(
        (clinic.clinic in doctor.clinics if doctor.clinics else clinic.specialty == doctor.specialty)
        and doctor.level.at_least(clinic.min_level)
        for clinic in clinics
    )
