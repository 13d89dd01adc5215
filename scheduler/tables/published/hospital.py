"""The hospital that a published timetable shows: its clinics, its doctors, its standing week."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from scheduler.clock import WEEKDAYS, Day, DayKind, Half, Week
from scheduler.scenario.hospital import Clinic, ClinicLevel, Doctor, Level, Room, placeholder_room
from scheduler.scenario.rows import TemplateRow, fullest_weeks
from scheduler.tables.published.hours import PublishedHours
from scheduler.tables.published.rows import PublishedRow
from scheduler.tables.published.sessions import ClinicOf, PublishedSession, clinic_of, pool_key


def clinics_of(rows: Iterable[PublishedRow], keys: ClinicOf, median: Mapping[str, int]) -> dict[str, Clinic]:
    """Return the clinics by key, sorted: each with its usual tickets."""
    grouped: dict[str, list[PublishedRow]] = defaultdict(list)
    for row in rows:
        grouped[keys[clinic_of(row)]].append(row)
    return {
        key: Clinic(
            clinic=key,
            specialty=grouped[key][0].specialty,
            campus=grouped[key][0].campus,
            kind=clinic_of(grouped[key][0])[3],
            pool=pool_key(grouped[key][0]),
            tickets=median.get(key),
        )
        for key in sorted(grouped)
    }


Levels = Mapping[str, Mapping[str, set[Level]]]
"""The levels that rows tell, by doctor and clinic."""


def levels_of(rows: Iterable[PublishedRow], keys: ClinicOf) -> Levels:
    """Return every level that a doctor's rows tell at each clinic; doctors without any are left out."""
    levels: dict[str, dict[str, set[Level]]] = defaultdict(lambda: defaultdict(set))
    for row in rows:
        if row.level is not None:
            levels[row.doctor][keys[clinic_of(row)]].add(row.level)
    return levels


def _highest(levels: Iterable[Level]) -> Level:
    return max(levels, key=lambda level: level.rank)


def own_level(levels: Levels, doctor: str) -> Level:
    """Return the highest level of a doctor's rows; without any, attending."""
    return _highest(
        itertools.chain(*levels.get(doctor, {}).values(), () if doctor in levels else (Level.ATTENDING,))
    )


def clinic_levels(
    doctors: Iterable[Doctor], clinics: Collection[str], levels: Levels
) -> Iterator[ClinicLevel]:
    """Yield, sorted, each level at a clinic that is not the doctor's own; of several at one clinic the highest."""
    for doctor in doctors:
        for clinic, found in sorted(levels.get(doctor.doctor, {}).items()):
            level = _highest(found)
            if level is not doctor.level and clinic in clinics:
                yield ClinicLevel(doctor=doctor.doctor, clinic=clinic, level=level)


def doctors_of(
    rows: Iterable[PublishedRow],
    template: Sequence[TemplateRow],
    clinics: Mapping[str, Clinic],
    levels: Levels,
    names: Mapping[str, str],
    week: Week,
) -> tuple[Doctor, ...]:
    """Return the doctors, sorted: clinics as published, sessions as in the fullest week, the highest of `levels`."""
    specialties: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        specialties[row.doctor][row.specialty] += 1
    serves: dict[str, set[str]] = defaultdict(set)
    for own in template:
        serves[own.doctor].add(own.clinic)
    held = fullest_weeks(week, template, lambda row: clinics[row.clinic].campus)
    return tuple(
        Doctor(
            doctor=doctor,
            name=names.get(doctor, ""),
            specialty=most_frequent(specialties[doctor]),
            level=own_level(levels, doctor),
            clinics=tuple(sorted(serves[doctor])),
            min_sessions=held[doctor],
            max_sessions=held[doctor],
        )
        for doctor in sorted(held)
    )


def most_frequent(names: Counter[str]) -> str:
    """Return the most frequent name; of equally frequent ones the first in order."""
    return min(names, key=lambda name: (-names[name], name))


def template_of(
    sessions: Sequence[PublishedSession],
    days: Iterable[Day],
    clinics: Mapping[str, Clinic],
    hours: PublishedHours,
) -> tuple[TemplateRow, ...]:
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
            weeks=block.weeks,
            hours=hours.own(session.half, clinics[block.clinic].campus, session.hours),
        )
        for session in sorted(sessions, key=lambda s: (s.doctor, s.date.weekday(), s.half))
        for block in session.blocks
    )


_WORKING_HALVES = tuple(f"{day}-{half.lower()}" for day in WEEKDAYS[:5] for half in (Half.AM, Half.PM))


def one_session_a_room(
    sessions: Sequence[PublishedSession], clinics: Mapping[str, Clinic]
) -> tuple[tuple[PublishedSession, ...], tuple[str, ...]]:
    """Return the sessions without the rooms that another holds at the same time, and those rooms.

    The room stays with the first session by doctor.
    """
    held: dict[tuple[object, ...], list[PublishedSession]] = defaultdict(list)
    taken: set[str] = set()
    kept: list[PublishedSession] = []
    for session in sessions:
        place = (_pool(session, clinics), session.room, session.date, session.half)
        if session.room and any(map(session.meets, held[place])):
            taken.add(session.room)
            kept.append(replace(session, room=""))
        else:
            held[place].append(session)
            kept.append(session)
    return tuple(kept), tuple(sorted(taken))


def rooms_of(sessions: Sequence[PublishedSession], clinics: Mapping[str, Clinic]) -> tuple[Room, ...]:
    """Return the rooms of every pool, sorted by pool.

    A pool has as many rooms as its busiest Monday to Friday morning or afternoon. What evenings and weekends
    need beyond is closed on the ten weekday half-days. Rooms the timetable names come first.
    """
    campus = {clinic.pool: clinic.campus for clinic in clinics.values()}
    usual: dict[str, _AtOnce] = defaultdict(_AtOnce)
    other: dict[str, _AtOnce] = defaultdict(_AtOnce)
    named: dict[str, dict[str, bool]] = defaultdict(dict)
    for session in sessions:
        pool = _pool(session, clinics)
        weekday = session.date.weekday() < 5 and session.half is not Half.EVE
        (usual if weekday else other)[pool].add(session)
        if session.room:
            named[pool][session.room] = named[pool].get(session.room, False) or weekday
    return tuple(
        room
        for pool in sorted(campus)
        for room in _pool_rooms(pool, campus[pool], usual[pool].most(), other[pool].most(), named[pool])
    )


def _pool(session: PublishedSession, clinics: Mapping[str, Clinic]) -> str:
    return clinics[session.blocks[0].clinic].pool


class _AtOnce:
    """Sessions by date and half: how many are held in every week, and which only in some."""

    def __init__(self) -> None:
        self._weekly: Counter[tuple[dt.date, Half]] = Counter()
        self._others: dict[tuple[dt.date, Half], list[PublishedSession]] = defaultdict(list)

    def add(self, session: PublishedSession) -> None:
        """Count a session."""
        at = (session.date, session.half)
        if all(block.weeks for block in session.blocks):
            self._others[at].append(session)
        else:
            self._weekly[at] += 1

    def most(self) -> int:
        """Return the most sessions that are held at once, in any week of a year."""
        return max(
            (self._weekly[at] + self._most_of_others(at) for at in {**self._weekly, **self._others}),
            default=0,
        )

    def _most_of_others(self, at: tuple[dt.date, Half]) -> int:
        others = self._others.get(at, ())
        days = (at[0] + dt.timedelta(days=7 * week) for week in range(53 if others else 0))
        return max((sum(_is_held(session, day) for session in others) for day in days), default=0)


def _is_held(session: PublishedSession, day: dt.date) -> bool:
    return any(block.weeks.takes_place(day) for block in session.blocks)


def _pool_rooms(
    pool: str, campus: str, weekdays: int, others: int, named: Mapping[str, bool]
) -> Iterator[Room]:
    """Yield the rooms of one pool; `named` tells for each named room whether a weekday half-day uses it."""
    open_on_weekdays = max(weekdays, sum(named.values()))
    names = itertools.chain(sorted(named, key=lambda name: (not named[name], name)), _unnamed(pool, named))
    for number, name in enumerate(itertools.islice(names, max(open_on_weekdays, others, len(named)))):
        closed = () if number < open_on_weekdays else _WORKING_HALVES
        yield Room(room=name, pool=pool, campus=campus, closed=closed)


def _unnamed(pool: str, named: Mapping[str, bool]) -> Iterator[str]:
    names = (placeholder_room(pool, number) for number in itertools.count(1))
    return (name for name in names if name not in named)
