"""Random small weeks: a few doctors and clinics, two to five open dates, every rule at any strictness."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from scheduler.clock import WEEKDAYS, DayKind, Half, Week
from scheduler.rules import KEYS, RULES, Stage
from scheduler.scenario.hospital import Channel, Clinic, ClinicLevel, Doctor, Level, Room, Travel
from scheduler.scenario.policy import (
    ChangesPolicy,
    ChannelPolicy,
    DailySessionsPolicy,
    LeavePolicy,
    Policy,
    Preset,
    RatioPolicy,
    RestPolicy,
)
from scheduler.scenario.rows import AvailabilityRow, CalendarRow, DemandRow, Presence, TemplateRow
from scheduler.scenario.week import Scenario

WEEK = Week.parse("2026-W30")
CLINICS = (
    Clinic(clinic="ear", specialty="ear", campus="west", pool="ear"),
    Clinic(clinic="eye", specialty="eye", campus="east", pool="eye", tickets=7, returns=11),
    Clinic(clinic="eye chief", specialty="eye", pool="eye", min_level=Level.CHIEF),
)
"""Clinics of two campuses, and one of a campus that nobody tells."""
WEEKLY = tuple(rule.key for rule in RULES if rule.stage is Stage.WEEK)
RATIOS = st.sampled_from([Fraction(1, 2), Fraction(1), Fraction(6, 5), Fraction(2)])
WORKING_TIME = ("rest", "one_campus", "daily_sessions")
DAYS = ("mon", "tue", "fri", "sat")
STRICTNESS = st.sampled_from(["soft", "soft", "soft", "hard", "off"])


def _doctors(names: tuple[str, ...]) -> st.SearchStrategy[tuple[Doctor, ...]]:
    return st.tuples(*(_doctor(name) for name in names))


def _doctor(name: str) -> st.SearchStrategy[Doctor]:
    return st.builds(
        Doctor,
        doctor=st.just(name),
        specialty=st.sampled_from(["eye", "eye", "ear"]),
        level=st.sampled_from([Level.ATTENDING, Level.DEPUTY_CHIEF, Level.CHIEF]),
        clinics=st.sampled_from([(), (), ("eye",), ("eye", "ear")]),
        min_sessions=st.sampled_from([0, 0, 1]),
        max_sessions=st.sampled_from([None, 1, 2, 3]),
        past_afternoons=st.integers(0, 2),
        past_weekends=st.integers(0, 1),
    )


def _levels(names: tuple[str, ...]) -> st.SearchStrategy[tuple[ClinicLevel, ...]]:
    row = st.builds(
        ClinicLevel,
        doctor=st.sampled_from(names),
        clinic=st.sampled_from(["eye", "ear", "eye chief"]),
        level=st.sampled_from([Level.ATTENDING, Level.CHIEF]),
    )
    return st.lists(row, max_size=2, unique_by=lambda r: (r.doctor, r.clinic)).map(tuple)


def _template(names: tuple[str, ...], most: int) -> st.SearchStrategy[tuple[TemplateRow, ...]]:
    row = st.builds(
        TemplateRow,
        doctor=st.sampled_from(names),
        day=st.sampled_from(DAYS),
        half=st.sampled_from(["AM", "AM", "PM", "EVE"]).map(Half),
        clinic=st.sampled_from(["eye", "eye", "ear"]),
        tickets=st.integers(0, 30),
        room=st.sampled_from(["", "1", "2"]),
        pinned=st.sampled_from([False, False, True]),
        booked=st.sampled_from([0, 0, 0, 5, 25]),
    )
    rows = st.lists(row, max_size=most, unique_by=lambda r: (r.doctor, r.day, r.half, r.clinic))
    return rows.map(_at_one_campus)


def _at_one_campus(rows: list[TemplateRow]) -> tuple[TemplateRow, ...]:
    """Leave out what a doctor would do at another campus in the same half-day: such a timetable is refused."""
    campus = {clinic.clinic: clinic.campus for clinic in CLINICS}
    first: dict[tuple[str, str, Half], str] = {}
    for row in rows:
        first.setdefault((row.doctor, row.day, row.half), campus[row.clinic])
    return tuple(row for row in rows if campus[row.clinic] == first[row.doctor, row.day, row.half])


def _travel() -> st.SearchStrategy[tuple[Travel, ...]]:
    """No table; time enough at noon, or between afternoon and evening too; time enough one way only."""
    there = [Travel(from_campus="east", to_campus="west", minutes=minutes) for minutes in (120, 0)]
    back = Travel(from_campus="west", to_campus="east", minutes=121)
    return st.sampled_from([(), (there[0],), (there[1],), (there[0], back)])


def _availability(names: tuple[str, ...]) -> st.SearchStrategy[tuple[AvailabilityRow, ...]]:
    row = st.builds(
        AvailabilityRow,
        doctor=st.sampled_from(names),
        day=st.sampled_from(("", *DAYS)),
        half=st.sampled_from([None, Half.AM, Half.PM, Half.EVE]),
        state=st.sampled_from(["prefer", "avoid", "open", "away"]).map(Presence),
        weight=st.integers(1, 3),
    )
    return st.lists(row, max_size=4).map(tuple)


def _demand(most: int) -> st.SearchStrategy[tuple[DemandRow, ...]]:
    row = st.builds(
        DemandRow,
        clinic=st.sampled_from(["eye", "ear", "eye chief"]),
        day=st.sampled_from(("", *DAYS)),
        half=st.sampled_from([None, Half.AM, Half.PM]),
        level=st.sampled_from([Level.RESIDENT, Level.DEPUTY_CHIEF]),
        sessions=st.integers(0, 3),
        hard=st.integers(0, 7).map(lambda n: n == 7),
    )
    return st.lists(row, max_size=most, unique_by=lambda r: (r.clinic, r.day, r.half, r.level)).map(tuple)


def _rooms() -> st.SearchStrategy[tuple[Room, ...]]:
    closed = st.sampled_from([(), (), ("mon-pm",), ("fri-am", "fri-pm")])
    room = st.builds(
        Room, room=st.sampled_from("123"), pool=st.sampled_from(["eye", "eye", "ear"]), closed=closed
    )
    return st.lists(room, max_size=5, unique_by=lambda r: (r.room, r.pool)).map(tuple)


def _policy() -> st.SearchStrategy[Policy]:
    ratio = st.builds(
        RatioPolicy,
        limit=RATIOS,
        target=RATIOS,
        specialties_share=st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(1)]),
        evening=st.sampled_from(["leave_out", "as_afternoon"]),
    )
    changes = st.builds(
        ChangesPolicy,
        same_date=st.integers(0, 3),
        other_date=st.integers(1, 3),
        drop=st.sampled_from([1, 4]),
        budget=st.sampled_from([None, None, None, 0, 1, 2]),
    )
    presets = st.sampled_from([(Preset.BEIJING_2019_SPECIALTY,), tuple(Preset)])
    desk = ChannelPolicy(name="desk", channel=Channel.ON_SITE, number=2)
    channels = st.sampled_from([(), (desk,)])
    leave = st.builds(LeavePolicy, sessions=st.sampled_from(["stop", "stop", "cover"]))
    rest = st.builds(RestPolicy, hours=st.sampled_from([Fraction(25, 2), Fraction(13), Fraction(16)]))
    daily = st.builds(DailySessionsPolicy, most=st.integers(1, 3), most_days=st.sampled_from([1, 2, 6]))
    return st.builds(
        Policy,
        ratio=ratio,
        changes=changes,
        leave=leave,
        rest=rest,
        daily_sessions=daily,
        presets=presets,
        channels=channels,
    )


def _closed(days: tuple[str, ...]) -> tuple[CalendarRow, ...]:
    return tuple(
        CalendarRow(date=date, kind=DayKind.CLOSED)
        for date in WEEK.dates
        if WEEKDAYS[date.weekday()] not in days
    )


@st.composite
def weeks(draw: st.DrawFn, **fixed: Any) -> Scenario:
    """A random week; `fixed` are strictnesses that are not drawn, `tiny` one that can be enumerated."""
    tiny = fixed.pop("tiny", False)
    names = ("ann", "bob") if tiny else ("ann", "bob", "cid", "dan")
    rules = draw(st.fixed_dictionaries({}, optional=dict.fromkeys(WEEKLY, STRICTNESS)))
    days = draw(
        st.sampled_from([("mon",), ("fri",), ("mon", "sat")] if tiny else [DAYS, DAYS, ("mon", "fri")])
    )
    return Scenario(
        week=WEEK,
        doctors=draw(_doctors(names)),
        clinics=CLINICS,
        levels=draw(_levels(names)),
        rooms=draw(_rooms()),
        travel=draw(_travel()),
        template=draw(_template(names, 3 if tiny else 7)),
        availability=draw(_availability(names)),
        demand=draw(_demand(2 if tiny else 4)),
        policy=draw(_policy()),
        calendar=_closed(days),
        rules={**rules, **fixed},
        tiers=draw(st.permutations(KEYS)),
    )


@st.composite
def long_weeks(draw: st.DrawFn, most: int = 7, **fixed: Any) -> Scenario:
    """A random week of two or three days on which two doctors have many sessions, evenings and both campuses among them.

    Rules of working time decide it, and few others.
    """
    working = dict.fromkeys(WORKING_TIME, "soft")
    if hard := draw(st.sampled_from(["", "", *WORKING_TIME])):
        working[hard] = "hard"
    off = dict.fromkeys(_ELSEWHERE, "off")
    days = draw(st.sampled_from([("mon", "tue"), ("mon", "tue", "sat")]))
    cell = st.tuples(st.sampled_from(["ann", "bob"]), st.sampled_from(days), st.sampled_from(list(Half)))
    cells = draw(st.lists(cell, min_size=min(4, most), max_size=most, unique=True))
    template = tuple(
        TemplateRow(doctor=who, day=day, half=half, clinic=draw(st.sampled_from(["eye", "ear"])), tickets=9)
        for who, day, half in cells
    )
    week = draw(weeks(**{**off, **working, **fixed}))
    evenings = tuple(
        AvailabilityRow(doctor=who, half=Half.EVE, state=Presence.OPEN) for who in ("ann", "bob")
    )
    return week.changed(
        calendar=_closed(days),
        template=template,
        availability=(*week.availability, *evenings) if draw(st.booleans()) else week.availability,
        demand=week.demand[:1],
    )


_ELSEWHERE = ("ratio_day", "ratio_specialties", "eligible", "session_limits", "rooms")
"""Rules that would forbid most of the long weeks."""
