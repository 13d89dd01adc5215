"""The hospital that a published timetable shows: its clinics, its doctors, its standing week."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from scheduler.clock import WEEKDAYS, Day, DayKind, Half
from scheduler.hospital import Clinic, Doctor, Kind, Level
from scheduler.scenario import TemplateRow
from scheduler.tables.published_rows import PublishedRow
from scheduler.tables.published_sessions import ClinicOf, PublishedSession, pool_key

_KINDS = tuple(Kind)


def clinics_of(rows: Iterable[PublishedRow], keys: ClinicOf, median: Mapping[str, int]) -> dict[str, Clinic]:
    """Return the clinics by key, sorted: each with its most frequent kind and its usual tickets."""
    grouped: dict[str, list[PublishedRow]] = defaultdict(list)
    for row in rows:
        grouped[keys[row.clinic, row.campus, row.specialty]].append(row)
    return {
        key: Clinic(
            clinic=key,
            specialty=grouped[key][0].specialty,
            campus=grouped[key][0].campus,
            kind=_kind(grouped[key]),
            pool=pool_key(grouped[key][0]),
            tickets=median.get(key),
        )
        for key in sorted(grouped)
    }


def _kind(rows: Iterable[PublishedRow]) -> Kind:
    told = Counter(row.kind for row in rows if row.kind is not None)
    return min(told, key=lambda kind: (-told[kind], _KINDS.index(kind)), default=Kind.ORDINARY)


def levels_of(rows: Iterable[PublishedRow]) -> dict[str, set[Level]]:
    """Return every level that a doctor's rows tell, by doctor; doctors without any are left out."""
    levels: dict[str, set[Level]] = defaultdict(set)
    for row in rows:
        if row.level is not None:
            levels[row.doctor].add(row.level)
    return levels


def doctors_of(
    rows: Iterable[PublishedRow], sessions: Iterable[PublishedSession], levels: Mapping[str, set[Level]]
) -> tuple[Doctor, ...]:
    """Return the doctors, sorted: clinics and number of sessions as published, the highest of `levels`."""
    specialties: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        specialties[row.doctor][row.specialty] += 1
    clinics: dict[str, set[str]] = defaultdict(set)
    held: Counter[str] = Counter()
    for session in sessions:
        held[session.doctor] += 1
        clinics[session.doctor].update(block.clinic for block in session.blocks)
    return tuple(
        Doctor(
            doctor=doctor,
            specialty=most_frequent(specialties[doctor]),
            level=max(levels.get(doctor, {Level.ATTENDING}), key=lambda level: level.rank),
            clinics=tuple(sorted(clinics[doctor])),
            min_sessions=held[doctor],
            max_sessions=held[doctor],
        )
        for doctor in sorted(held)
    )


def most_frequent(names: Counter[str]) -> str:
    """Return the most frequent name; of equally frequent ones the first in order."""
    return min(names, key=lambda name: (-names[name], name))


def template_of(sessions: Sequence[PublishedSession], days: Iterable[Day]) -> tuple[TemplateRow, ...]:
    """Return the standing timetable, sorted by doctor, day, half and clinic.

    Evenings are pinned, and so is what stands on a day of the planned week that is no working day.
    """
    working = {day.follows for day in days if day.kind is DayKind.WORKING}
    return tuple(
        TemplateRow(
            doctor=session.doctor,
            day=WEEKDAYS[session.date.weekday()],
            half=session.half,
            clinic=block.clinic,
            tickets=block.tickets or 0,
            room=session.room,
            pinned=session.half is Half.EVE or session.date.weekday() not in working,
            stopped=block.stopped,
        )
        for session in sorted(sessions, key=lambda s: (s.doctor, s.date.weekday(), s.half))
        for block in session.blocks
    )
