"""One vocabulary of changes: what is done to a scenario, each as the changed scenario and as a patch of a study.

Remedies, prices, studies, replications and repairs change scenarios with these. A patch that is put on the same scenario
by a study gives the changed one. A function whose name starts with `edits_` only names the rows that differ: a study
applies them to tables that it is patching, and remembers where each row comes from.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from scheduler.clock import WEEKDAYS, Cell, Half
from scheduler.rules import RULES, Strictness
from scheduler.scenario.cell_text import cell_text, join_list
from scheduler.scenario.hospital import Level, Room
from scheduler.scenario.patch import Pairs, Patch, RowChange
from scheduler.scenario.row_edits import RowEdit, ScenarioTables, Tables, edit_rows, row_changes
from scheduler.scenario.rows import AvailabilityRow, DemandRow, Presence, TemplateRow
from scheduler.scenario.settings import set_fields
from scheduler.scenario.week import Scenario

HALF_DAYS = tuple(f"{day}-{half.lower()}" for day in WEEKDAYS for half in Half)
"""Every half-day of a week, such as `fri-pm`, in order."""


class Changed(NamedTuple):
    """A scenario after a change, and the patch of a study that makes this change."""

    scenario: Scenario
    patch: Patch


def _by_edits(scenario: Scenario, edits: Iterable[RowEdit], *short: RowChange) -> Changed:
    """Return what the edits change; the patch has the short forms that say the same, or each edited row."""
    edits = tuple(edits)
    rows = short or row_changes(ScenarioTables(scenario), edits)
    return Changed(edit_rows(scenario, edits), Patch(rows=rows))


def with_settings(scenario: Scenario, values: Mapping[str, Any]) -> Changed:
    """Return the scenario with values such as `{"policy.ratio.limit": Fraction(11, 10)}`, typed as their fields are.

    Raises ScenarioError where the parts no longer fit together, and ValidationError (pydantic) for values that cannot be.
    """
    if not values:
        return Changed(scenario, Patch())
    fields = set_fields(values, scenario.policy, scenario.halves, scenario.local_halves, scenario.rules)
    words = (f"{key}={'none' if value is None else cell_text(value)}" for key, value in values.items())
    return Changed(scenario.changed(**fields), Patch(tuple(words)))


def set_limit(scenario: Scenario, limit: Fraction) -> Changed:
    """Return the scenario with another limit of morning per afternoon sessions."""
    return with_settings(scenario, {"policy.ratio.limit": limit})


def soften(scenario: Scenario, keys: Iterable[str]) -> Changed:
    """Return the scenario that strives for these rules; those without a place in `tiers` become the most important."""
    values: dict[str, Any] = {f"rules.{key}": Strictness.SOFT for key in keys}
    if not values:
        return Changed(scenario, Patch())
    tiers = softened_tiers({key.removeprefix("rules.") for key in values}, scenario.tiers)
    changed, patch = with_settings(scenario, {**values, "tiers": tiers})
    # A study gives softened rules their places itself.
    return Changed(changed, Patch(patch.settings[: len(values)]))


def softened_tiers(keys: Collection[str], tiers: Sequence[str]) -> tuple[str, ...]:
    """Return the order of soft rules once `keys` are soft: weekly ones that have no place come first."""
    weekly = (rule.key for rule in RULES if rule.stage in ("week", "rooms"))
    return (*(key for key in weekly if key in keys and key not in tiers), *tiers)


def open_rooms(scenario: Scenario, pool: str, count: int, half_days: Sequence[str] = ()) -> Changed:
    """Return the scenario with so many more rooms in a pool, at these half-days such as `fri-pm` (none: at all).

    They are named `POOL/+1` and so on, by the first numbers that are free, and stand on the campus of the pool.
    """
    edits = edits_of_open_rooms(ScenarioTables(scenario), pool, count, half_days)
    return _by_edits(scenario, edits, _rooms_change(pool, count, half_days))


def _rooms_change(pool: str, count: int, half_days: Sequence[str]) -> RowChange:
    where = (("pool", pool), *([("at", join_list(half_days))] if half_days else []))
    return RowChange("rooms", "rooms", where, (("count", str(count)),))


def edits_of_open_rooms(
    tables: Tables, pool: str, count: int, half_days: Sequence[str] = ()
) -> Iterator[RowEdit]:
    """Yield the rooms that open."""
    closed = tuple(key for key in HALF_DAYS if half_days and key not in half_days)
    places = (row for table in ("rooms", "clinics") for row in tables.rows(table))
    campus = next((row.campus for row in places if row.pool == pool), "")
    taken = {room.room for room in tables.rows("rooms")}
    names = (name for number in itertools.count(1) if (name := f"{pool}/+{number}") not in taken)
    for name in itertools.islice(names, count):
        yield RowEdit("rooms", None, {"room": name, "pool": pool, "campus": campus, "closed": closed})


def edits_of_close_rooms(
    tables: Tables, pool: str, count: int, half_days: Sequence[str] = ()
) -> Iterator[RowEdit]:
    """Yield the rooms that close, of those that are usable the last by name."""
    last = sorted(usable_rooms(tables, pool, half_days), key=lambda entry: entry[1].room)[-count:]
    for number, room in last:
        closed = tuple(key for key in HALF_DAYS if key in half_days or key in room.closed)
        yield RowEdit("rooms", number, {"closed": closed} if half_days else None)


def usable_rooms(tables: Tables, pool: str, half_days: Sequence[str] = ()) -> list[tuple[int, Room]]:
    """Return the rooms of a pool that are open at all these half-days, with their numbers in the table."""
    return [
        (number, room)
        for number, room in enumerate(tables.rows("rooms"))
        if room.pool == pool and all(map(room.open_at, half_days))
    ]


def reopen_rooms(scenario: Scenario, rooms: Iterable[Room], half_day: str) -> Changed:
    """Return the scenario in which these rooms, which are closed then, are open at the half-day."""
    numbers = {(room.room, room.pool): number for number, room in enumerate(scenario.rooms)}
    edits = (
        RowEdit(
            "rooms",
            numbers[room.room, room.pool],
            {"closed": tuple(key for key in room.closed if key != half_day)},
        )
        for room in rooms
    )
    return _by_edits(scenario, edits)


def let_work(scenario: Scenario, half_days: Iterable[tuple[str, Cell]]) -> Changed:
    """Return the scenario in which these doctors can work at these half-days of open days.

    Absences are cut into the half-days of the week that remain of them.
    """
    opened: dict[str, set[Cell]] = defaultdict(set)
    for doctor, cell in half_days:
        opened[doctor].add(cell)
    edits: list[RowEdit] = []
    for number, row in enumerate(scenario.availability):
        if row.state is Presence.AWAY and any(map(row.covers, opened.get(row.doctor, ()))):
            edits.append(RowEdit("availability", number))
            remaining = (c for c in scenario.cells if row.covers(c) and c not in opened[row.doctor])
            edits += (_presence(row.doctor, Presence.AWAY, cell) for cell in remaining)
    for doctor in sorted(opened):
        edits += (_presence(doctor, Presence.OPEN, cell) for cell in sorted(opened[doctor]))
    return _by_edits(scenario, edits)


def _presence(doctor: str, state: Presence, cell: Cell) -> RowEdit:
    day = cell.date.isoformat()
    return RowEdit("availability", None, {"doctor": doctor, "day": day, "half": cell.half, "state": state})


def stop(scenario: Scenario, doctor: str, half_day: str = "") -> Changed:
    """Return the scenario in which a doctor does not come at all, or not at a half-day such as `fri-pm`.

    Who does not come at all has no session in the template and owes none. At a half-day that is named they are on
    leave, as `Scenario.on_leave` has it.
    """
    day, _, half = half_day.partition("-")
    where: Pairs = (("doctor", doctor), *([("day", day), ("half", half.upper())] if half_day else []))
    edits = edits_of_stop(ScenarioTables(scenario), doctor, day, Half[half.upper()] if half else None)
    return _by_edits(scenario, edits, RowChange("stop", "doctors", where))


def edits_of_stop(tables: Tables, doctor: str, day: str = "", half: Half | None = None) -> list[RowEdit]:
    """Return what differs when a doctor does not come at all, or not at a half-day."""
    number = next(n for n, person in enumerate(tables.rows("doctors")) if person.doctor == doctor)
    mine = [(n, row) for n, row in enumerate(tables.rows("template")) if row.doctor == doctor]
    if half is None:
        return [
            *(RowEdit("template", n) for n, _ in mine),
            RowEdit("doctors", number, {"min_sessions": 0, "max_sessions": 0}),
            RowEdit("availability", None, {"doctor": doctor}),
        ]
    # Leave does the rest: it unpins the session and takes it off what the doctor owes.
    return [RowEdit("availability", None, {"doctor": doctor, "day": day, "half": half})]


def pin(scenario: Scenario, *, doctor: str = "", specialty: str = "") -> Changed:
    """Return the scenario in which the sessions of a doctor or a specialty stay, where the doctor can come."""
    column, name = ("doctor", doctor) if doctor else ("specialty", specialty)
    tables = ScenarioTables(scenario)
    return _by_edits(
        scenario, edits_of_pin(tables, column, name), RowChange("pin", "template", ((column, name),))
    )


def edits_of_pin(tables: Tables, column: str, name: str) -> Iterator[RowEdit]:
    """Yield the rows of the template that are pinned; `column` is `doctor` or `specialty`."""
    # A session whose doctor is away cannot stay, and a pinned one would have to.
    comes = can_come(tables)
    rows = tables.rows("template")
    for number, owner in enumerate(session_owners(tables, column)):
        if owner == name and not rows[number].pinned and comes(rows[number]):
            yield RowEdit("template", number, {"pinned": True})


def session_owners(tables: Tables, column: str) -> list[str]:
    """Return whose each row of the template is: its doctor's, or its clinic's specialty's."""
    if column == "doctor":
        return [row.doctor for row in tables.rows("template")]
    specialties = {clinic.clinic: clinic.specialty for clinic in tables.rows("clinics")}
    return [specialties.get(row.clinic, "") for row in tables.rows("template")]


def can_come(tables: Tables) -> Callable[[TemplateRow], bool]:
    """Return a function: whether the doctor of a row of the template can come on its days."""
    away: dict[str, list[AvailabilityRow]] = defaultdict(list)
    for absence in tables.rows("availability"):
        if absence.state is Presence.AWAY:
            away[absence.doctor].append(absence)
    days = tables.days

    def comes(row: TemplateRow) -> bool:
        cells = [Cell(day.date, row.half) for day in days if WEEKDAYS[day.follows] == row.day]
        return not any(absence.covers(cell) for absence in away.get(row.doctor, ()) for cell in cells)

    return comes


def unpin(scenario: Scenario, sessions: Iterable[tuple[str, Cell]]) -> Changed:
    """Return the scenario in which these standing sessions, by doctor and half-day of the week, may move."""
    follows = {day.date: WEEKDAYS[day.follows] for day in scenario.days}
    keys = {(doctor, follows[cell.date], cell.half) for doctor, cell in sessions}
    edits = (
        RowEdit("template", number, {"pinned": False})
        for number, row in enumerate(scenario.template)
        if row.pinned and (row.doctor, row.day, row.half) in keys
    )
    return _by_edits(scenario, edits)


def limit_sessions(
    scenario: Scenario, least: Mapping[str, int] | None = None, most: Mapping[str, int] | None = None
) -> Changed:
    """Return the scenario with other fewest and most sessions of the week, by doctor.

    A doctor's row holds those of an ordinary week: what the calendar adds to this one is taken off again.
    """
    edits = []
    for number, doctor in enumerate(scenario.doctors):
        shift = scenario.calendar_shift(doctor.doctor)
        values = {
            column: max(0, limits[doctor.doctor] - shift)
            for column, limits in (("min_sessions", least or {}), ("max_sessions", most or {}))
            if doctor.doctor in limits
        }
        if values:
            edits.append(RowEdit("doctors", number, values))
    return _by_edits(scenario, edits)


def approve(scenario: Scenario, clinics: Mapping[str, Sequence[str]]) -> Changed:
    """Return the scenario in which doctors, by key, are approved for these clinics beside those they have."""
    edits = []
    for number, doctor in enumerate(scenario.doctors):
        if clinics.get(doctor.doctor):
            own = doctor.clinics or tuple(
                c.clinic for c in scenario.clinics if c.specialty == doctor.specialty
            )
            edits.append(RowEdit("doctors", number, {"clinics": (*own, *clinics[doctor.doctor])}))
    return _by_edits(scenario, edits)


def lower_levels(scenario: Scenario, levels: Mapping[str, Level]) -> Changed:
    """Return the scenario in which clinics, by key, may be served by doctors from these levels on."""
    return _by_edits(
        scenario,
        (
            RowEdit("clinics", number, {"min_level": levels[clinic.clinic]})
            for number, clinic in enumerate(scenario.clinics)
            if clinic.clinic in levels
        ),
    )


def lower_demand(scenario: Scenario, sessions: Iterable[tuple[DemandRow, int]]) -> Changed:
    """Return the scenario in which these rows ask for so many sessions."""
    numbers = {row: number for number, row in enumerate(scenario.demand)}
    edits = (RowEdit("demand", numbers[row], {"sessions": count}) for row, count in sessions)
    return _by_edits(scenario, edits)


def raise_demand(scenario: Scenario, sessions: Mapping[str, int]) -> Changed:
    """Return the scenario in which clinics ask for so many sessions over the week, of any level and half-day."""
    whole = {
        row.clinic: number
        for number, row in enumerate(scenario.demand)
        if (row.day, row.half, row.level) == ("", None, Level.RESIDENT)
    }
    edits = (
        RowEdit("demand", whole[clinic], {"sessions": count})
        if clinic in whole
        else RowEdit("demand", None, {"clinic": clinic, "sessions": count})
        for clinic, count in sorted(sessions.items())
    )
    return _by_edits(scenario, edits)
