"""Who bears the unloved half-days: afternoons, Fridays and weekends, shared out within a specialty."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from scheduler.check.facts import Facts
from scheduler.check.places import place
from scheduler.check.violation import Violation
from scheduler.clock import Cell, Half
from scheduler.hospital import Doctor
from scheduler.scenario import DemandRow
from scheduler.words import Message, message

_FRIDAY = 4


@dataclass(frozen=True)
class Burden:
    """A kind of half-day that is shared out.

    `at` tells whether a session at a cell bears it, `spread` over which cells demand is spread when it is
    counted, `past` what a doctor has borne in earlier weeks.
    """

    key: str
    at: Callable[[Facts, Cell], bool]
    spread: Callable[[Facts, Cell], bool]
    past: Callable[[Doctor], int]
    sentence: Callable[[str, int, int], Message]


def _daytime(facts: Facts, cell: Cell) -> bool:
    return cell.date in facts.working_dates and cell.half is not Half.EVE


def _afternoon(facts: Facts, cell: Cell) -> bool:
    return cell.date in facts.working_dates and cell.half is Half.PM


def _friday(facts: Facts, cell: Cell) -> bool:
    return _daytime(facts, cell) and cell.date.weekday() == _FRIDAY


def _weekend(facts: Facts, cell: Cell) -> bool:
    return cell.date in facts.weekend_dates


def _any_cell(facts: Facts, cell: Cell) -> bool:
    return True


def _say_afternoons(doctor: str, n: int, fair: int) -> Message:
    return message(
        "{doctor} has {n} afternoon sessions; the fair share is {fair}", doctor=doctor, n=n, fair=fair
    )


def _say_fridays(doctor: str, n: int, fair: int) -> Message:
    return message(
        "{doctor} has {n} Friday sessions; the fair share is {fair}", doctor=doctor, n=n, fair=fair
    )


def _say_weekends(doctor: str, n: int, fair: int) -> Message:
    return message(
        "{doctor} has {n} weekend sessions; the fair share is {fair}", doctor=doctor, n=n, fair=fair
    )


BURDENS = (
    Burden("afternoons", _afternoon, _daytime, lambda doctor: doctor.past_afternoons, _say_afternoons),
    Burden("fridays", _friday, _daytime, lambda doctor: doctor.past_fridays, _say_fridays),
    Burden("weekends", _weekend, _any_cell, lambda doctor: doctor.past_weekends, _say_weekends),
)
"""The burdens that the rule `fairness` shares out."""


def fairness(facts: Facts) -> Iterator[Violation]:
    """Yield each doctor's sessions above their fair share of a burden."""
    of_specialty: dict[str, list[Doctor]] = defaultdict(list)
    for doctor in facts.scenario.doctor_of.values():
        of_specialty[doctor.specialty].append(doctor)
    standing = _standing_cells(facts)
    asked = _demand_rows(facts)
    for specialty, doctors in of_specialty.items():
        for burden in BURDENS:
            total = _week_total(facts, burden, standing.get(specialty, ()), asked.get(specialty, ()))
            yield from _above_fair_share(facts, burden, doctors, total)


def _standing_cells(facts: Facts) -> dict[str, list[Cell]]:
    found: dict[str, list[Cell]] = defaultdict(list)
    for session in facts.scenario.standing:
        found[facts.scenario.doctor_of[session.doctor].specialty].append(session.cell)
    return found


def _demand_rows(facts: Facts) -> dict[str, list[DemandRow]]:
    found: dict[str, list[DemandRow]] = defaultdict(list)
    for row in facts.scenario.demand:
        found[facts.scenario.clinic_of[row.clinic].specialty].append(row)
    return found


def _week_total(
    facts: Facts, burden: Burden, standing: Sequence[Cell], asked: Sequence[DemandRow]
) -> Fraction:
    if standing:
        return Fraction(sum(1 for cell in standing if burden.at(facts, cell)))
    return sum((_asked_share(facts, burden, row) for row in asked), Fraction(0))


def _asked_share(facts: Facts, burden: Burden, row: DemandRow) -> Fraction:
    over = [cell for cell in facts.scenario.cells if row.covers(cell) and burden.spread(facts, cell)]
    bearing = sum(1 for cell in over if burden.at(facts, cell))
    return Fraction(row.sessions * bearing, len(over)) if over else Fraction(0)


def _above_fair_share(
    facts: Facts, burden: Burden, doctors: Sequence[Doctor], week_total: Fraction
) -> Iterator[Violation]:
    weights = {doctor.doctor: facts.scenario.limits(doctor.doctor)[1] for doctor in doctors}
    weight = sum(weights.values())
    if weight == 0:
        return
    total = week_total + sum(burden.past(doctor) for doctor in doctors)
    for doctor in doctors:
        part = fair_share(total, weights[doctor.doctor], weight, burden.past(doctor))
        found = _above(facts, burden, doctor.doctor, part)
        if found is not None:
            yield found


def fair_share(total: Fraction, own: int, all_together: int, past: int) -> int:
    """Return the sessions a doctor may fairly bear: their part of `total`, rounded up, less the past."""
    return max(0, ceil(total * own / all_together) - past)


def _above(facts: Facts, burden: Burden, doctor: str, fair: int) -> Violation | None:
    n = sum(1 for held in facts.by_doctor.get(doctor, ()) if burden.at(facts, held.cell))
    if n <= fair:
        return None
    return facts.violation("fairness", place(doctor, burden.key), n - fair, burden.sentence(doctor, n, fair))
