"""By room: rooms down under campus and pool, half-days across, doctor and clinic in the cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from scheduler.report.facts import ReportFacts
from scheduler.report.sheets.entries import LEGEND, entries
from scheduler.report.sheets.sheet import Sheet
from scheduler.roster import Session
from scheduler.scenario.hospital import Room
from scheduler.scenario.week import Scenario
from scheduler.words import message

_HEAD = (3, 4)
_FIXED = 3

RoomKey = tuple[str, str, str]
"""Campus, pool and room; the room is empty for sessions that have none."""


def draw_rooms(sheet: Sheet, facts: ReportFacts) -> None:
    """Draw every room, hatched where it is closed, and per pool the held sessions without a room."""
    closed = ("closed", message("room closed"))
    sheet.titles(facts, (LEGEND[0], LEGEND[2], closed))
    sheet.columns(_HEAD[1], (message("Campus"), message("Room pool"), message("Room")), (18, 22, 10))
    sheet.half_days(_HEAD[0], _FIXED, facts.half_days, wide=True)
    rooms = _rooms(facts)
    taken = _sessions_by_room(facts, rooms)
    keys = sorted(set(rooms) | set(taken))
    for row, key in enumerate(keys, start=_HEAD[1] + 1):
        _draw_room(sheet, row, facts, key, rooms.get(key), taken.get(key, []))
    last_column = _FIXED + len(facts.half_days) - 1
    sheet.finish(head=_HEAD, fixed=_FIXED, last_row=_HEAD[1] + len(keys), last_column=last_column)


def _rooms(facts: ReportFacts) -> Mapping[RoomKey, Room]:
    return {(room.campus, room.pool, room.room): room for room in facts.scenario.rooms}


def _sessions_by_room(facts: ReportFacts, rooms: Mapping[RoomKey, Room]) -> Mapping[RoomKey, list[Session]]:
    campus_of = {(pool, room): campus for campus, pool, room in rooms}
    by_room: defaultdict[RoomKey, list[Session]] = defaultdict(list)
    for session in facts.after.held:
        clinic = facts.scenario.clinic_of[min(session.blocks).clinic]
        campus = campus_of.get((clinic.pool, session.room), clinic.campus)
        by_room[campus, clinic.pool, session.room].append(session)
    return by_room


def _draw_room(
    sheet: Sheet, row: int, facts: ReportFacts, key: RoomKey, room: Room | None, sessions: list[Session]
) -> None:
    campus, pool, name = key
    sheet.text(row, 0, campus)
    sheet.text(row, 1, pool)
    sheet.text(row, 2, name or sheet.voice.say(message("(none)")), "name")
    here = entries(sessions, lambda session: doctor_and_clinics(facts.scenario, session), sheet.voice)
    for column, cell in enumerate(facts.half_days, start=_FIXED):
        open_here = room is None or room.open_at(cell.key)
        if cell in here:
            sheet.text(row, column, here[cell].text, here[cell].look)
        else:
            sheet.text(row, column, "", "text" if open_here else "closed")


def doctor_and_clinics(scenario: Scenario, session: Session) -> str:
    """Return the two lines that a session has in its room: who holds it, and its clinics."""
    doctor = scenario.doctor_of[session.doctor]
    clinics = " + ".join(block.clinic for block in sorted(session.blocks))
    return f"{doctor.name or doctor.doctor}\n{clinics}"
