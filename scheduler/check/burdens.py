"""Who bears the unloved half-days: afternoons, Fridays and weekends, shared out within a specialty."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from scheduler.check.facts import Facts
from scheduler.check.frame import Frame
from scheduler.check.violation import Violation
from scheduler.clock import Cell, Half
from scheduler.names import place
from scheduler.scenario.hospital import Doctor
from scheduler.scenario.rows import DemandRow
from scheduler.words import Message, message

_FRIDAY = 4


@dataclass(frozen=True)
class Burden:
    """A kind of half-day that is shared out.

    `at` tells whether a session at a cell bears it, `spread` over which cells demand is spread when it is
    counted, `past` what a doctor has borne in earlier weeks.
    """

    key: str
    at: Callable[[Frame, Cell], bool]
    spread: Callable[[Frame, Cell], bool]
    past: Callable[[Doctor], int]
    sentence: Callable[[str, int, int], Message]


def _daytime(frame: Frame, cell: Cell) -> bool:
    return cell.date in frame.working_dates and cell.half is not Half.EVE


def _afternoon(frame: Frame, cell: Cell) -> bool:
    return cell.date in frame.working_dates and cell.half is Half.PM


def _friday(frame: Frame, cell: Cell) -> bool:
    return _daytime(frame, cell) and cell.date.weekday() == _FRIDAY


def _weekend(frame: Frame, cell: Cell) -> bool:
    return cell.date in frame.weekend_dates


def _any_cell(frame: Frame, cell: Cell) -> bool:
    return True


def _say_afternoons(doctor: str, n: int, fair: int) -> Message:
    return message(
        "{doctor} has {n:afternoon session|afternoon sessions}; the fair share is {fair}",
        doctor=doctor,
        n=n,
        fair=fair,
    )


def _say_fridays(doctor: str, n: int, fair: int) -> Message:
    return message(
        "{doctor} has {n:Friday session|Friday sessions}; the fair share is {fair}",
        doctor=doctor,
        n=n,
        fair=fair,
    )


def _say_weekends(doctor: str, n: int, fair: int) -> Message:
    return message(
        "{doctor} has {n:weekend session|weekend sessions}; the fair share is {fair}",
        doctor=doctor,
        n=n,
        fair=fair,
    )


BURDENS = (
    Burden("afternoons", _afternoon, _daytime, lambda doctor: doctor.past_afternoons, _say_afternoons),
    Burden("fridays", _friday, _daytime, lambda doctor: doctor.past_fridays, _say_fridays),
    Burden("weekends", _weekend, _any_cell, lambda doctor: doctor.past_weekends, _say_weekends),
)
"""The burdens that the rule `fairness` shares out."""


def fairness(facts: Facts, doctor: str) -> Iterator[Violation]:
    """Yield a doctor's sessions above their fair share of each burden."""
    shares = facts.frame.once(fair_shares)
    for burden in BURDENS:
        fair = shares.get((doctor, burden.key))
        n = sum(1 for held in facts.of_doctor(doctor) if burden.at(facts.frame, held.cell))
        if fair is not None and n > fair:
            sentence = burden.sentence(doctor, n, fair)
            yield facts.violation("fairness", place(doctor, burden.key), n - fair, sentence)


def fair_shares(frame: Frame) -> Mapping[tuple[str, str], int]:
    """Return the fair share of each doctor and burden; doctors of a specialty that owes no session have none."""
    of_specialty: dict[str, list[Doctor]] = defaultdict(list)
    for doctor in frame.scenario.doctor_of.values():
        of_specialty[doctor.specialty].append(doctor)
    standing, demand = _standing_cells(frame), _demand_rows(frame)
    shares: dict[tuple[str, str], int] = {}
    for specialty, doctors in of_specialty.items():
        for burden in BURDENS:
            total = _week_total(frame, burden, standing.get(specialty, ()), demand.get(specialty, ()))
            shares.update(_shared_out(frame, burden, doctors, total))
    return shares


def _standing_cells(frame: Frame) -> dict[str, list[Cell]]:
    cells: dict[str, list[Cell]] = defaultdict(list)
    for session in frame.scenario.standing:
        cells[frame.scenario.doctor_of[session.doctor].specialty].append(session.cell)
    return cells


def _demand_rows(frame: Frame) -> dict[str, list[DemandRow]]:
    rows: dict[str, list[DemandRow]] = defaultdict(list)
    for row in frame.scenario.demand:
        rows[frame.scenario.clinic_of[row.clinic].specialty].append(row)
    return rows


def _week_total(
    frame: Frame, burden: Burden, standing: Sequence[Cell], demand: Sequence[DemandRow]
) -> Fraction:
    if standing:
        return Fraction(sum(1 for cell in standing if burden.at(frame, cell)))
    return sum((_demanded_share(frame, burden, row) for row in demand), Fraction(0))


def _demanded_share(frame: Frame, burden: Burden, row: DemandRow) -> Fraction:
    over = [cell for cell in frame.scenario.cells if row.covers(cell) and burden.spread(frame, cell)]
    bearing = sum(1 for cell in over if burden.at(frame, cell))
    return Fraction(row.sessions * bearing, len(over)) if over else Fraction(0)


def _shared_out(
    frame: Frame, burden: Burden, doctors: Sequence[Doctor], week_total: Fraction
) -> Iterator[tuple[tuple[str, str], int]]:
    weights = {doctor.doctor: frame.scenario.limits(doctor.doctor)[1] for doctor in doctors}
    weight = sum(weights.values())
    if weight == 0:
        return
    total = week_total + sum(burden.past(doctor) for doctor in doctors)
    for doctor in doctors:
        part = fair_share(total, weights[doctor.doctor], weight, burden.past(doctor))
        yield (doctor.doctor, burden.key), part


def fair_share(total: Fraction, own: int, all_together: int, past: int) -> int:
    """Return the sessions a doctor may fairly bear: their part of `total`, rounded up, less the past."""
    return max(0, ceil(total * own / all_together) - past)
