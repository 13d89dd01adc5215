"""Rules that speak of single doctors: rows that only the model of people has."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

import numpy as np
import pandas as pd

from scheduler.clock import Cell, DayKind, Half, clock_text
from scheduler.engine.build import Build
from scheduler.engine.columns import NOWHERE, column_hours
from scheduler.engine.program import FREE
from scheduler.engine.rules_of_working_time import WORKING_TIME_RULES
from scheduler.scenario.rows import DemandRow, Presence
from scheduler.scenario.week import Scenario


def one_place(build: Build) -> None:
    """`one_place`: at no moment of a half-day has a doctor two sessions.

    A row for each minute at which some choice of the half-day begins: of the choices under way then one may be taken.
    Sessions that overlap are both under way when the later one begins, so the rows forbid just what overlaps. Units are
    those of the fullest moment of a half-day.
    """
    index = build.index
    under_way = _under_way(build)
    moments = under_way.groupby(["doctor", "cell", "at"])["variable"].agg(["size", "first"])
    # A moment that only one choice reaches needs no row.
    needed = moments[moments["size"] > 1]["size"].reset_index()
    names = [
        f"one_place[{index.doctors[doctor]}, {index.cells[cell].key}{f' {clock_text(at)}' if again else ''}]"
        for doctor, cell, at, again in zip(
            needed["doctor"],
            needed["cell"],
            needed["at"],
            needed.duplicated(["doctor", "cell"]),
            strict=True,
        )
    ]
    rows = build.program.add_rows(names, np.full(len(names), -FREE), np.ones(len(names)))
    filled = under_way.merge(needed.assign(row=rows), on=["doctor", "cell", "at"])
    build.program.fill(filled["row"].to_numpy(np.int64), filled["variable"].to_numpy(np.int64), 1)
    if not build.is_hard("one_place"):
        most = needed.groupby(["doctor", "cell"])["size"].max()
        units = build.program.add_units("one_place", most.to_numpy(np.int64))
        of_row = most.index.get_indexer(pd.MultiIndex.from_frame(needed[["doctor", "cell"]]))
        build.program.fill(rows, units[of_row], -1)


def _under_way(build: Build) -> pd.DataFrame:
    """Return, for each minute (`at`) at which a choice of a doctor's cell begins, the variables under way then."""
    start, end = column_hours(build.columns)
    days = {date: number for number, date in enumerate(build.scenario.week.dates)}
    day_of = np.array([*(days[cell.date] for cell in build.index.cells), NOWHERE], dtype=np.int64)
    cell = build.columns.array("cell")
    held = pd.DataFrame(
        {
            "doctor": build.columns.array("doctor"),
            "cell": cell,
            "day": day_of[cell],
            "start": start,
            "end": end,
            "variable": build.variables,
        }
    )[cell != NOWHERE]
    moments = held[["doctor", "day", "cell", "start"]].drop_duplicates().rename(columns={"start": "at"})
    pairs = moments.merge(held.drop(columns="cell"), on=["doctor", "day"])
    under_way: pd.DataFrame = pairs[(pairs["start"] <= pairs["at"]) & (pairs["at"] < pairs["end"])]
    return under_way


def session_limits(build: Build) -> None:
    """`session_limits`: each doctor's sessions lie within the limits of the week."""
    index, columns = build.index, build.columns
    held = columns.array("cell") != NOWHERE
    limits = np.array([build.scenario.limits(doctor) for doctor in index.doctors], dtype=np.int64).reshape(
        -1, 2
    )
    names = [f"session_limits[{doctor}]" for doctor in index.doctors]
    if build.is_hard("session_limits"):
        rows = build.program.add_rows(names, limits[:, 0], limits[:, 1])
        build.program.fill(rows[columns.array("owner")[held]], build.variables[held], 1)
        return
    free = np.full(len(names), FREE)
    most = np.bincount(columns.array("owner")[held], minlength=len(names))
    for side, lower, upper, units, sign in (
        ("fewest", limits[:, 0], free, limits[:, 0], 1),
        ("most", -free, limits[:, 1], most, -1),
    ):
        rows = build.program.add_rows([f"session_limits[{d}, {side}]" for d in index.doctors], lower, upper)
        build.program.fill(rows[columns.array("owner")[held]], build.variables[held], 1)
        build.relax("session_limits", rows, units, sign)


def preferences(build: Build) -> None:
    """`preferences`: a wish to avoid costs its weight a session, a wish to come its weight where unmet."""
    by_doctor = _columns_by_doctor(build)
    cells = build.columns.array("cell")
    for doctor, number in build.index.doctor_number.items():
        for place, wish in enumerate(build.scenario.wishes(doctor)):
            name = f"preferences[{doctor}, {place}]"
            covered = {build.index.cell_number[cell] for cell in build.index.cells if wish.covers(cell)}
            mine = np.array(
                [c for c in by_doctor.get(number, ()) if int(cells[c]) in covered], dtype=np.int64
            )
            weight = np.array([wish.weight], dtype=np.int64)
            if wish.state is Presence.AVOID:
                if build.is_hard("preferences"):
                    row = build.program.add_rows([name], [-FREE], [0])
                    build.program.fill(np.repeat(row, len(mine)), build.variables[mine], 1)
                build.program.add_cost("preferences", build.variables[mine], np.repeat(weight, len(mine)))
                continue
            row = build.program.add_rows([name], [1], [FREE])
            build.program.fill(np.repeat(row, len(mine)), build.variables[mine], 1)
            if not build.is_hard("preferences"):
                unmet = build.program.add_units("preferences", np.ones(1, np.int64), weight)
                build.program.fill(row, unmet, 1)


def _columns_by_doctor(build: Build) -> Mapping[int, list[int]]:
    places: dict[int, list[int]] = defaultdict(list)
    for place, doctor in enumerate(build.columns.array("doctor").tolist()):
        places[doctor].append(place)
    return places


def fairness(build: Build) -> None:
    """`fairness`: sessions that bear a burden beyond the doctor's fair share are units."""
    columns, scenario = build.columns, build.scenario
    cells, doctors = columns.array("cell"), columns.array("doctor")
    for burden, bears in BURDENS.items():
        bearing = np.array([bears(scenario, cell) for cell in build.index.cells] + [False])
        share = fair_shares(scenario, burden)
        most = np.bincount(doctors[bearing[cells]], minlength=len(build.index.doctors))
        # Without a fair share nothing is unfair; with room for all its sessions a doctor needs no row.
        tight = [
            n for n, doctor in enumerate(build.index.doctors) if doctor in share and most[n] > share[doctor]
        ]
        names = [f"fairness[{build.index.doctors[n]}, {burden}]" for n in tight]
        fair = np.array([share[build.index.doctors[n]] for n in tight], dtype=np.int64)
        rows = build.program.add_rows(names, np.full(len(names), -FREE), fair)
        row_of = np.full(len(build.index.doctors), -1, dtype=np.int64)
        row_of[tight] = rows
        used = bearing[cells] & (row_of[doctors] >= 0)
        build.program.fill(row_of[doctors[used]], build.variables[used], 1)
        build.relax("fairness", rows, most[tight] - fair, -1)


def _afternoon(scenario: Scenario, cell: Cell) -> bool:
    return cell.half is Half.PM and cell.date in scenario.working_dates


def _friday(scenario: Scenario, cell: Cell) -> bool:
    return cell.half is not Half.EVE and cell.date.weekday() == 4 and cell.date in scenario.working_dates


def _weekend(scenario: Scenario, cell: Cell) -> bool:
    return next(day.kind for day in scenario.days if day.date == cell.date) is DayKind.WEEKEND


BURDENS: Mapping[str, Callable[[Scenario, Cell], bool]] = {
    "afternoons": _afternoon,
    "fridays": _friday,
    "weekends": _weekend,
}
"""What is shared out, and which cells bear it."""


def fair_shares(scenario: Scenario, burden: str) -> dict[str, int]:
    """Return each doctor's fair share of a burden this week, past weeks counted; none for who works no session."""
    staff: dict[str, list[str]] = defaultdict(list)
    for key, person in scenario.doctor_of.items():
        staff[person.specialty].append(key)
    totals = _week_totals(scenario, burden)
    past = {key: int(getattr(person, f"past_{burden}")) for key, person in scenario.doctor_of.items()}
    shares: dict[str, int] = {}
    for specialty, doctors in staff.items():
        weight = {doctor: scenario.limits(doctor)[1] for doctor in doctors}
        everyone = sum(weight.values())
        load = totals[specialty] + sum(past[doctor] for doctor in doctors)
        for doctor in doctors if everyone else ():
            part = load * weight[doctor]
            shares[doctor] = max(0, -(-part.numerator // (part.denominator * everyone)) - past[doctor])
    return shares


def _week_totals(scenario: Scenario, burden: str) -> dict[str, Fraction]:
    bears = {cell: BURDENS[burden](scenario, cell) for cell in scenario.cells}
    have: Counter[str] = Counter()
    for session in scenario.standing:
        have[scenario.doctor_of[session.doctor].specialty] += bears[session.cell]
    totals = defaultdict(Fraction, {specialty: Fraction(count) for specialty, count in have.items()})
    for row in scenario.demand:
        specialty = scenario.clinic_of[row.clinic].specialty
        if specialty not in have:
            totals[specialty] += _borne_part(scenario, row, burden, bears)
    return totals


def _borne_part(scenario: Scenario, row: DemandRow, burden: str, bears: Mapping[Cell, bool]) -> Fraction:
    """Return the part of a demand row that bears the burden, the row spread evenly over the cells it covers."""
    covered = [cell for cell in _usual_cells(scenario, burden) if row.covers(cell)]
    return (
        Fraction(row.sessions * sum(bears[cell] for cell in covered), len(covered))
        if covered
        else Fraction(0)
    )


def _usual_cells(scenario: Scenario, burden: str) -> Iterator[Cell]:
    for cell in scenario.cells:
        if burden == "weekends" or (cell.date in scenario.working_dates and cell.half is not Half.EVE):
            yield cell


PEOPLE_RULES: tuple[tuple[str, Callable[[Build], None]], ...] = (
    ("one_place", one_place),
    ("session_limits", session_limits),
    ("fairness", fairness),
    *WORKING_TIME_RULES,
    ("preferences", preferences),
)
"""Rules of people in catalogue order; their order never matters."""
