"""Doctors whom a leave list names as cover: who of them can, and why another does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scheduler.adjust.published import CoverLevel, PublishedWeek
from scheduler.adjust.stops import Stop
from scheduler.clock import Cell
from scheduler.names import level_name
from scheduler.roster import Session
from scheduler.scenario.substitutes import is_approved
from scheduler.words import Message, message


def possible_wishes(
    week: PublishedWeek, covers: Mapping[tuple[str, Cell], Sequence[str]]
) -> dict[tuple[str, Cell], tuple[str, ...]]:
    """Return, for the sessions whose cover is named and may cover, that doctor alone.

    A doctor who has a session then already cannot without a change that nobody asked for.
    """
    return {
        (stop.doctor, stop.cell): (stop.wish.doctor,)
        for stop in week.stops
        if stop.wish.doctor in covers.get((stop.doctor, stop.cell), ())
        and (stop.wish.doctor, stop.cell) not in week.session_at
    }


def why_not(
    week: PublishedWeek, stop: Stop, session: Session, cover_level: CoverLevel, *, is_able: bool
) -> Message:
    """Return why the doctor whom a stop names does not take the session over; `is_able` where the rules let them."""
    base, other = week.base, stop.wish.doctor
    if other == stop.doctor:
        return message("this is the doctor who is away")
    if (other, stop.cell) in week.session_at:
        return message("they have a session of their own then")
    if is_able:
        return message("a rule that must hold, or another stopped session, stands against it")
    if base.doctor_of[other].specialty != base.doctor_of[stop.doctor].specialty:
        return message(
            "they are of another specialty, {specialty}", specialty=base.doctor_of[other].specialty
        )
    if stop.cell not in week.can_come[other]:
        return message("they cannot come then")
    level, asked = base.session_level(other, session.blocks), base.session_level(stop.doctor, session.blocks)
    if level is not asked and (cover_level is CoverLevel.SAME or not level.at_least(asked)):
        return message(
            "their level is {level}, the session's {asked}", level=level_name(level), asked=level_name(asked)
        )
    barred = [b.clinic for b in session.blocks if not is_approved(base, base.doctor_of[other], b.clinic)]
    return message("they are not approved for {clinics}", clinics=barred)
