"""The sessions of examinations that are clinics of the scenario, as demand of the planned week, or why not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scheduler.errors import Suggestions
from scheduler.exams.answer import ExamAnswer
from scheduler.scenario.changes import raise_demand
from scheduler.scenario.forecasts import Exam
from scheduler.scenario.hospital import Clinic
from scheduler.scenario.rows import StandingSession
from scheduler.scenario.substitutes import is_approved
from scheduler.scenario.week import Scenario
from scheduler.words import Message, message


@dataclass(frozen=True)
class ExamDemand:
    """Sessions that an examination needs in the planned week: as demand of a `clinic`, or "" for the reasons in `doubts`.

    Where there is a clinic, the doubts say why not all of its sessions can be placed.
    """

    exam: Exam
    sessions: int
    clinic: str
    doubts: tuple[Message, ...]


def exam_demand(scenario: Scenario, answers: Iterable[ExamAnswer]) -> tuple[ExamDemand, ...]:
    """Return the sessions of the planned week of every examination that needs more than it has."""
    return tuple(
        _demand(scenario, answer.exam, answer.course.sessions[0])
        for answer in answers
        if answer.course is not None and not answer.is_met
    )


def with_demand(scenario: Scenario, demand: Iterable[ExamDemand]) -> Scenario:
    """Return the scenario whose clinics ask for these sessions over the week, or for more where"
    " they do already."""
    asked: dict[str, int] = defaultdict(int)
    for row in scenario.demand:
        if not row.day and row.half is None:
            asked[row.clinic] = max(asked[row.clinic], row.sessions)
    sessions = {one.clinic: one.sessions for one in demand if one.clinic and one.sessions > asked[one.clinic]}
    return raise_demand(scenario, sessions).scenario


def _demand(scenario: Scenario, exam: Exam, sessions: int) -> ExamDemand:
    clinic = scenario.clinic_of.get(exam.exam)
    if clinic is None:
        near = Suggestions(scenario.clinic_of).nearest(exam.exam)
        doubt = message("no clinic of the scenario is called {exam}", exam=exam.exam)
        if near is not None:
            doubt = message("{doubt}; did you mean {near}?", doubt=doubt, near=near)
        return ExamDemand(exam, sessions, "", (doubt,))
    if exam.campus and clinic.campus != exam.campus:
        doubt = message("the clinic {clinic} is at another campus", clinic=clinic.clinic)
        return ExamDemand(exam, sessions, "", (doubt,))
    return ExamDemand(exam, sessions, clinic.clinic, tuple(_doubts(scenario, clinic, sessions)))


def _doubts(scenario: Scenario, clinic: Clinic, sessions: int) -> Iterator[Message]:
    """Yield what leaves no place for all of the sessions, the timetable's others staying where they are."""
    own = sum(any(block.clinic == clinic.clinic for block in s.blocks) for s in scenario.standing)
    more = sessions - own
    doctors = [key for key, one in scenario.doctor_of.items() if is_approved(scenario, one, clinic.clinic)]
    held = Counter(session.doctor for session in scenario.standing)
    free = sum(
        max(0, min(scenario.limits(key)[1], len(scenario.open_cells(key))) - held[key]) for key in doctors
    )
    if free < more:
        yield message(
            "{more:more session is|more sessions are} needed, and the doctors who may hold them can come"
            " {free:more time|more times}",
            more=more,
            free=free,
        )
    rooms = _free_rooms(scenario, clinic, doctors)
    if rooms < more and not scenario.shared_halves:
        yield message(
            "{more:more session is|more sessions are} needed, and the rooms of {pool} are free"
            " {free:time|times} when these doctors can come",
            more=more,
            pool=clinic.pool,
            free=rooms,
        )


def _free_rooms(scenario: Scenario, clinic: Clinic, doctors: Iterable[str]) -> int:
    """Return at how many half-days, counted a room, the clinic's pool has a room that no session"
    " of the timetable needs."""
    used = Counter(s.cell for s in scenario.standing if _pool(scenario, s) == clinic.pool)
    cells = {cell for doctor in doctors for cell in scenario.open_cells(doctor)}
    rooms = scenario.rooms_of.get(clinic.pool, ())
    return sum(max(0, sum(room.open_at(cell.key) for room in rooms) - used[cell]) for cell in cells)


def _pool(scenario: Scenario, session: StandingSession) -> str:
    return scenario.clinic_of[session.blocks[0].clinic].pool if session.blocks else ""
