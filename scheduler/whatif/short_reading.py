"""What planners say for short in a study file: `stop`, `pin` and `rooms` of a patch."""

from __future__ import annotations

from collections.abc import Mapping

from scheduler.scenario_patch import RowChange
from scheduler.tables.cells import parse_half_day
from scheduler.tables.lists import join_list
from scheduler.tables.values import parse_count
from scheduler.whatif.nodes import Notes, Part
from scheduler.words import message

COUNT_NEEDED = message("Write how many rooms, such as 2, or -2 to close two.")


def read_stops(notes: Notes, part: Part) -> list[RowChange]:
    """Return the doctors who stop, written `D0123` or `D0123@fri-am`."""
    found = []
    for item in notes.items(part):
        text = notes.text(item)
        if text:
            doctor, _, at = text.rpartition("@") if "@" in text else (text, "", "")
            where = [("doctor", doctor.strip())]
            try:
                day, _, half = parse_half_day(at).partition("-") if "@" in text else ("", "", "")
            except ValueError:
                notes.tell(item, message("this is no stop"), message("Write DOCTOR or DOCTOR@fri-pm."), text)
                continue
            if day:
                where += [("day", day), ("half", half.upper())]
            found.append(RowChange("stop", "doctors", tuple(where), (), notes.where(item)))
    return found


def read_pins(notes: Notes, part: Part) -> list[RowChange]:
    """Return whose sessions stay where they are: doctors and specialties."""
    return [
        RowChange("pin", "template", ((column, name),), (), notes.where(item))
        for column, names in notes.known(part, ("specialty", "doctor")).items()
        for item in notes.items(names)
        if (name := notes.text(item))
    ]


def read_rooms(notes: Notes, part: Part) -> list[RowChange]:
    """Return the rooms that open or close."""
    found = []
    for item in notes.items(part):
        parts = notes.known(item, ("pool", "count", "at"), needed=("pool", "count"))
        where = rooms_where(notes, parts)
        count = notes.text(parts["count"]) if "count" in parts else None
        if where is not None and count is not None:
            found += rooms_change(notes, parts["count"], where, count)
    return found


def rooms_where(notes: Notes, parts: Mapping[str, Part]) -> tuple[tuple[str, str], ...] | None:
    """Return which rooms are meant, None where that cannot be read: their pool, and the half-days if any are named."""
    pool = notes.text(parts["pool"]) if "pool" in parts else None
    half_days: list[str] = []
    for item in notes.items(parts["at"]) if "at" in parts else ():
        text = notes.text(item)
        try:
            half_days.append(parse_half_day(text or ""))
        except ValueError:
            remedy = message('Write half-days such as fri-pm, separated by ";".')
            notes.tell(item, message("this cannot be understood"), remedy, text)
            return None
    if pool is None:
        return None
    return (("pool", pool), *([("at", join_list(half_days))] if half_days else []))


def rooms_change(notes: Notes, part: Part, where: tuple[tuple[str, str], ...], count: str) -> list[RowChange]:
    """Return the change that opens `count` rooms, or below 0 closes them; none for 0."""
    try:
        rooms = parse_count(count)
    except ValueError:
        notes.tell(part, message("must be a whole number"), COUNT_NEEDED, count)
        return []
    if abs(rooms) > MOST_ROOMS:
        notes.tell(part, message("must be at most {most}", most=MOST_ROOMS), COUNT_NEEDED, count)
        return []
    return [RowChange("rooms", "rooms", where, (("count", str(rooms)),), notes.where(part))] if rooms else []


MOST_ROOMS = 1000
"""Most rooms that are opened or closed in one line."""
