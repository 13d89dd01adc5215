"""A session that takes place, as the rules see it, and the keys it is grouped by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from scheduler.check.frame import Frame
from scheduler.clock import Cell, Half, Hours
from scheduler.roster import Session
from scheduler.scenario.rows import Block, Origin

_ONE_DAY = dt.timedelta(days=1)
_HALF_ORDER = {half: order for order, half in enumerate(Half)}


@dataclass(frozen=True)
class HeldSession:
    """A session that takes place, with what the rules ask of it.

    `pool`, `specialty` and `campus` are those of its first block's clinic, blocks sorted by clinic (""
    where the hospital knows no such clinic). `hours` are those of the session. `rank` is the doctor's level
    in it as a number, -1 for an unknown doctor.
    `owner` is whose session it is: the doctor of the standing session where another doctor covers it; `part` tells
    the owner's sessions of one half-day of the template apart.
    `working` tells whether its date is a working day, `morning` and `afternoon` its side of the ratios; on
    weekends and closed days it has none. `shared` are the specialties whose reserve counts its tickets;
    `specialties` those of all its blocks.
    """

    session: str
    doctor: str
    owner: str
    cell: Cell
    was: Cell | None
    part: int
    hours: Hours
    room: str
    blocks: tuple[Block, ...]
    pool: str
    specialty: str
    campus: str
    rank: int
    expert: bool
    working: bool
    morning: bool
    afternoon: bool
    shared: tuple[str, ...]
    specialties: tuple[str, ...]


def held_session(frame: Frame, session: Session) -> HeldSession:
    """Return the session as the rules see it; raises ValueError for a dropped one."""
    scenario, cell, blocks = frame.scenario, session.at, tuple(sorted(session.blocks))
    known = scenario.clinic_of
    clinic = known.get(blocks[0].clinic) if blocks else None
    doctor = scenario.doctor_of.get(session.doctor)
    level = None if doctor is None else scenario.session_level(doctor.doctor, blocks)
    working = cell.date in frame.working_dates
    owner = session.owner if session.origin in frame.standing_at else session.doctor
    return HeldSession(
        session=session.session,
        doctor=session.doctor,
        owner=owner,
        cell=cell,
        was=session.was,
        part=session.part,
        hours=scenario.session_hours((owner, session.was, session.part), cell, (b.clinic for b in blocks)),
        room=session.room,
        blocks=blocks,
        pool="" if clinic is None else clinic.pool,
        specialty="" if clinic is None else clinic.specialty,
        campus="" if clinic is None else clinic.campus,
        rank=-1 if level is None else level.rank,
        expert=level is not None and scenario.is_expert(level),
        working=working,
        morning=working and cell.half is Half.AM,
        afternoon=working and cell.half in frame.afternoon_halves,
        shared=() if doctor is None else _shared(frame, doctor.doctor, blocks),
        specialties=tuple(sorted({known[b.clinic].specialty for b in blocks if b.clinic in known})),
    )


def _shared(frame: Frame, doctor: str, blocks: Sequence[Block]) -> tuple[str, ...]:
    """Return the specialties whose reserve counts tickets of these blocks: those that the doctor holds as an expert."""
    scenario = frame.scenario
    expert = (b.clinic for b in blocks if scenario.is_expert(scenario.level_at(doctor, b.clinic)))
    specialties = {frame.shared_specialty(clinic) for clinic in expert}
    return tuple(sorted(specialty for specialty in specialties if specialty is not None))


def held_order(held: HeldSession) -> tuple[Any, ...]:
    """Order sessions by half-day, doctor and identity, then by everything else that can tell them apart."""
    blocks = [(block.clinic, block.tickets) for block in held.blocks]
    was = _cell_order(held.was)
    return (_cell_order(held.cell), held.doctor, held.session, was, held.owner, held.room, blocks)


def _cell_order(cell: Cell | None) -> tuple[int, int]:
    # Numbers, not cells: comparing cells one by one is most of the time of sorting a real week.
    return (0, 0) if cell is None else (cell.date.toordinal(), _HALF_ORDER[cell.half])


def session_of(held: HeldSession) -> tuple[str]:
    """Group by the session's identity."""
    return (held.session,)


def doctor_of(held: HeldSession) -> tuple[str]:
    """Group by doctor."""
    return (held.doctor,)


def owner_of(held: HeldSession) -> tuple[str]:
    """Group by the doctor whose session it is."""
    return (held.owner,)


def doctor_cell_of(held: HeldSession) -> tuple[tuple[str, Cell]]:
    """Group by doctor and half-day."""
    return ((held.doctor, held.cell),)


def doctor_origin_of(held: HeldSession) -> tuple[Origin]:
    """Group by the standing session that it is; of an added session the half-day is None."""
    return ((held.owner, held.was, held.part),)


def doctor_date_of(held: HeldSession) -> tuple[tuple[str, dt.date]]:
    """Group by doctor and date."""
    return ((held.doctor, held.cell.date),)


def doctor_night_of(held: HeldSession) -> tuple[tuple[str, dt.date], ...]:
    """Group by doctor and night, named by the date before it: a session stands between two nights."""
    return ((held.doctor, held.cell.date - _ONE_DAY), (held.doctor, held.cell.date))


def doctor_date_pool_of(held: HeldSession) -> tuple[tuple[str, dt.date, str]]:
    """Group by doctor, date and room pool."""
    return ((held.doctor, held.cell.date, held.pool),)


def pool_cell_of(held: HeldSession) -> tuple[tuple[str, Cell]]:
    """Group by room pool and half-day."""
    return ((held.pool, held.cell),)


def clinic_cells_of(held: HeldSession) -> tuple[tuple[str, Cell], ...]:
    """Group by clinic and half-day; a session counts once for each of its clinics."""
    return tuple((clinic, held.cell) for clinic in sorted({block.clinic for block in held.blocks}))


def side_date_of(held: HeldSession) -> tuple[dt.date, ...]:
    """Group the sessions that have a side in the ratios by date."""
    return (held.cell.date,) if held.morning or held.afternoon else ()


def specialty_of(held: HeldSession) -> tuple[str]:
    """Group by specialty."""
    return (held.specialty,)


def specialty_date_of(held: HeldSession) -> tuple[tuple[str, dt.date], ...]:
    """Group sessions of known specialties on working days by specialty and date."""
    return ((held.specialty, held.cell.date),) if held.specialty and held.working else ()


def shared_specialties_of(held: HeldSession) -> tuple[str, ...]:
    """Group by the specialties whose reserve counts tickets of the session."""
    return held.shared


def specialties_of(held: HeldSession) -> tuple[str, ...]:
    """Group by the specialties of the session's blocks."""
    return held.specialties
