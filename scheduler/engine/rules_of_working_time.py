"""Rules of a doctor's working time: rest at night, one campus a day, sessions a day and days a week.

Two spells that cannot both be worked make a row; all rows of a doctor's day, or night, share its unit.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np
import pandas as pd

from scheduler.engine.build import Build
from scheduler.engine.columns import NOWHERE
from scheduler.engine.program import FREE, Ints

_DAY = 24 * 60

_IMPOSSIBLE = 2 * _DAY
"""Minutes of travel that no two sessions of a day have between them."""


def rest(build: Build) -> None:
    """`rest`: a doctor's last session of a day and the first of the next one lie the hours of rest apart."""
    spells = build.spells.table
    tomorrow = spells.assign(day=spells["day"] - 1)
    pairs = spells.merge(tomorrow, on=["doctor", "day"], suffixes=("", "_next"))
    rested = _DAY + pairs["start_next"] - pairs["end"]
    hours = build.scenario.policy.rest.hours
    _not_both(build, "rest", pairs[rested * hours.denominator < 60 * hours.numerator])


def one_campus(build: Build) -> None:
    """`one_campus`: between two sessions of a day at different campuses there is time to travel."""
    spells = build.spells.table
    spells = spells[spells["campus"] != NOWHERE]
    pairs = spells.merge(spells, on=["doctor", "day"], suffixes=("", "_next"))
    pairs = pairs[pairs["campus"] != pairs["campus_next"]]
    # In the order of time; two that begin together clash whichever is taken as the first.
    first = pairs["start"] < pairs["start_next"]
    first |= (pairs["start"] == pairs["start_next"]) & (pairs["spell"] < pairs["spell_next"])
    pairs = pairs[first]
    minutes = _travel_minutes(build)[pairs["campus"].to_numpy(), pairs["campus_next"].to_numpy()]
    pairs = pairs[pairs["start_next"] - pairs["end"] < minutes]
    if build.is_hard("one_place"):
        # Nobody is in two places at once: that rule's own rows say so already.
        pairs = pairs[(pairs["cell"] != pairs["cell_next"]) | (pairs["start_next"] >= pairs["end"])]
    _not_both(build, "one_campus", pairs)


def _travel_minutes(build: Build) -> Ints:
    """Return the minutes from campus to campus, both as numbers in sorted order."""
    campuses = sorted({clinic.campus for clinic in build.scenario.clinics if clinic.campus})
    told = build.scenario.travel_minutes
    minutes = [told.get((from_, to), _IMPOSSIBLE) for from_ in campuses for to in campuses]
    return np.array(minutes, dtype=np.int64).reshape(len(campuses), len(campuses))


def _not_both(build: Build, key: str, pairs: pd.DataFrame) -> None:
    """At most one of each pair of spells is worked; a soft rule pays one unit for all pairs of a doctor's day."""
    cells, doctors = build.index.cells, build.index.doctors
    names = [
        f"{key}[{doctors[doctor]}, {cells[cell].key} {cells[later].key}]"
        for doctor, cell, later in zip(pairs["doctor"], pairs["cell"], pairs["cell_next"], strict=True)
    ]
    rows = build.program.add_rows(names, np.full(len(pairs), -FREE), np.ones(len(pairs)))
    for side in ("spell", "spell_next"):
        _fill(build, rows, pairs[side].to_numpy())
    if not build.is_hard(key):
        of_day = pairs.groupby(["doctor", "day"], sort=True).ngroup().to_numpy()
        units = build.program.add_units(key, np.ones(int(of_day.max(initial=-1)) + 1, dtype=np.int64))
        build.program.fill(rows, units[of_day], -1)


def _fill(build: Build, rows: Ints, spells: Ints) -> None:
    """Put the choices of each of these spells into the row at its place."""
    entries = pd.DataFrame({"row": rows, "spell": spells}).merge(build.spells.choices, on="spell")
    build.program.fill(entries["row"].to_numpy(), build.variables[entries["choice"].to_numpy()], 1)


def daily_sessions(build: Build) -> None:
    """`daily_sessions`: at most so many sessions of a doctor in a day, on at most so many days of the week."""
    _most_a_day(build)
    _most_days(build)


def _most_a_day(build: Build) -> None:
    spells, most = build.spells.table, build.scenario.policy.daily_sessions.most
    # Of spells within the same hours a doctor works one, unless two places at once are possible.
    at_once = ["doctor", "cell", "start", "end"]
    apart = spells.drop_duplicates(at_once) if build.is_hard("one_place") else spells
    days = apart.groupby(["doctor", "day"], sort=True).agg(could=("spell", "size")).reset_index()
    # A day that cannot have too many needs no row.
    days = days[days["could"] > most]
    names = [_day_name(build, *at) for at in zip(days["doctor"], days["day"], strict=True)]
    rows = build.program.add_rows(names, np.full(len(days), -FREE), np.full(len(days), most))
    mine = spells.merge(days.assign(row=rows), on=["doctor", "day"])
    _fill(build, mine["row"].to_numpy(), mine["spell"].to_numpy())
    build.relax("daily_sessions", rows, days["could"].to_numpy(np.int64) - most, -1)


def _most_days(build: Build) -> None:
    program, most = build.program, build.scenario.policy.daily_sessions.most_days
    days = build.spells.table[["doctor", "day"]].drop_duplicates()
    days = days[days.groupby("doctor")["day"].transform("size") > most]
    worked = program.add_flags(len(days))
    _worked_days(build, days.assign(worked=worked))
    doctors, of_day, could = np.unique(days["doctor"], return_inverse=True, return_counts=True)
    limits = np.full(len(doctors), most)
    if build.is_hard("daily_sessions"):
        # Days worked are no choices, so `widen_rows` does not let in what a published week has more of them.
        limits = np.maximum(limits, _published_days(build)[doctors])
    names = [f"daily_sessions[{build.index.doctors[doctor]}]" for doctor in doctors]
    rows = program.add_rows(names, np.full(len(doctors), -FREE), limits)
    program.fill(rows[of_day], worked, 1)
    build.relax("daily_sessions", rows, could - most, -1)


def _worked_days(build: Build, days: pd.DataFrame) -> None:
    """A session is held only on a day that is worked: `days` has the flag of each doctor's day."""
    mine = build.spells.table.merge(days, on=["doctor", "day"])
    names = [_day_name(build, *at, "worked") for at in zip(mine["doctor"], mine["day"], strict=True)]
    rows = build.program.add_rows(names, np.full(len(mine), -FREE), np.zeros(len(mine)))
    _fill(build, rows, mine["spell"].to_numpy())
    build.program.fill(rows, mine["worked"].to_numpy(), -1)


def _published_days(build: Build) -> Ints:
    """Return, by doctor, the days with sessions in the published week that is repaired: 0 where there is none."""
    stands = build.columns.array("stands")
    choices = build.spells.choices
    spells = choices["spell"][stands[choices["choice"].to_numpy()] > 0]
    days = build.spells.table.iloc[spells][["doctor", "day"]].drop_duplicates()
    return np.bincount(days["doctor"], minlength=len(build.index.doctors)).astype(np.int64)


def _day_name(build: Build, doctor: int, day: int, part: str = "") -> str:
    date = dt.date.fromordinal(day).isoformat()
    return f"daily_sessions{'.' if part else ''}{part}[{build.index.doctors[doctor]}, {date}]"


WORKING_TIME_RULES: tuple[tuple[str, Callable[[Build], None]], ...] = (
    ("rest", rest),
    ("one_campus", one_campus),
    ("daily_sessions", daily_sessions),
)
"""Rules of working time in catalogue order; their order never matters."""
