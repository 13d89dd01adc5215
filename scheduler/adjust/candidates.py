"""Who could take a session: every doctor tried in the published week, ranked by what that does to the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from scheduler.adjust.edit import Add, Draft, Edit, Move
from scheduler.adjust.typed_words import parse_cell
from scheduler.check.standings import Effect
from scheduler.check.violation import Violation
from scheduler.clock import Cell
from scheduler.errors import InputError, Problem, Where, suggest
from scheduler.names import cell_name
from scheduler.roster import Plan, Session
from scheduler.rules import RULES, Strictness
from scheduler.scenario.hospital import Doctor
from scheduler.scenario.rows import Block
from scheduler.scenario.week import Scenario
from scheduler.tables.typed_names import parse_clinic, parse_doctor
from scheduler.words import Message, message


@dataclass(frozen=True)
class Candidate:
    """A doctor tried for a session: what changes in every rule. Forbidden by the hard rules that hold less then.

    One session more than the doctor's most is no bar, but marked: after an import nobody has a session to spare.
    """

    doctor: str
    effect: Effect

    @property
    def forbidden_by(self) -> tuple[Violation, ...]:
        """The hard violations that are new or larger; none where the doctor could take the session."""
        return tuple(violation for violation in self.effect.worse if violation is not self.over_limit)

    @property
    def over_limit(self) -> Violation | None:
        """The violation where the session is one more than the doctor's most."""
        return next(
            (v for v in self.effect.worse if (v.rule, v.place) == ("session_limits", self.doctor)), None
        )

    @cached_property
    def more_units(self) -> dict[str, int]:
        """The units of each rule that the doctor adds (negative: takes away), of rules that change."""
        return self.effect.more_units


def who_could_sit(scenario: Scenario, plan: Plan, cell: Cell, clinic: str) -> tuple[Candidate, ...]:
    """Rank the doctors who could hold one session more of `clinic` at `cell`, best first, then those who could not.

    Tried are the doctors of the clinic's specialty and those approved for the clinic. Raises InputError for a clinic
    that the scenario does not know and for a half-day on which nobody works.
    """
    problems = []
    clinic = parse_clinic(scenario, clinic)
    if clinic not in scenario.clinic_of:
        wrong = message("the scenario does not know this clinic")
        problems.append(
            Problem(Where(field="--clinic"), wrong, suggest(clinic, list(scenario.clinic_of)), clinic)
        )
    if cell not in scenario.cells:
        shown = f"{cell.date.isoformat()}-{cell.half}"
        remedy = message("Name a half-day of an open day of the week {week}.", week=str(scenario.week))
        problems.append(Problem(Where(field="--at"), message("nobody works then"), remedy, shown))
    if problems:
        raise InputError(problems)
    block = Block(clinic, scenario.usual_tickets(clinic))
    doctors = _of_the_clinics(scenario, (clinic,))
    return _ranked(scenario, plan, doctors, lambda doctor: Add(doctor, cell, (block,)))


def who_could_cover(scenario: Scenario, plan: Plan, session: str) -> tuple[Candidate, ...]:
    """Rank the doctors who could take over a session at its half-day, best first, then those who could not.

    Tried are the doctors of its clinics' specialties and those approved for one of them, except who holds it. Raises
    InputError for a session that is none, or that is dropped.
    """
    held = find_session(scenario, plan, session)
    if held is None:
        wrong, remedy = message("no such session takes place"), held_instead(scenario, plan, session)
        raise InputError([Problem(Where(field="--session"), wrong, remedy, session)])
    session = held.session
    clinics = [block.clinic for block in held.blocks]
    doctors = [doctor for doctor in _of_the_clinics(scenario, clinics) if doctor != held.doctor]
    return _ranked(scenario, plan, doctors, lambda doctor: Move(session, doctor=doctor))


def find_session(scenario: Scenario, plan: Plan, text: str) -> Session | None:
    """Return the session named by its key or as `DOCTOR@fri-pm`, where the doctor is now.

    None where no such session is held, or the doctor has several there: those are named by their keys.
    """
    named = next((session for session in plan.roster.held if session.session == text), None)
    if named is not None:
        return named
    doctor, _, at = text.replace("＠", "@").rpartition("@")
    try:
        cell = parse_cell(scenario.week, at)
    except ValueError:
        return None
    key = parse_doctor(scenario, doctor.strip())
    there = [session for session in plan.roster.held if (session.doctor, session.at) == (key, cell)]
    return there[0] if len(there) == 1 else None


def held_instead(scenario: Scenario, plan: Plan, text: str) -> Message:
    """Return what could be meant by the name of a session that is none: those of the doctor, else the nearest key."""
    doctor = parse_doctor(scenario, text.replace("＠", "@").rpartition("@")[0].strip())
    if doctor not in scenario.doctor_of:
        return suggest(text, [session.session for session in plan.roster.held])
    cells = sorted({session.at for session in plan.roster.held if session.doctor == doctor})
    if not cells:
        return message("{doctor} has no session this week.", doctor=doctor)
    return message("{doctor} has sessions on: {cells}.", doctor=doctor, cells=[cell_name(c) for c in cells])


def _of_the_clinics(scenario: Scenario, clinics: Iterable[str]) -> list[str]:
    wanted = set(clinics)
    specialties = {scenario.clinic_of[clinic].specialty for clinic in wanted}

    def belongs(doctor: Doctor) -> bool:
        return doctor.specialty in specialties or bool(wanted.intersection(doctor.clinics))

    return [key for key, doctor in scenario.doctor_of.items() if belongs(doctor)]


def _ranked(
    scenario: Scenario, plan: Plan, doctors: Iterable[str], edit: Callable[[str], Edit]
) -> tuple[Candidate, ...]:
    """Rank by hard violations added, then who has a session to spare, then by the scenario's tiers, then by name."""
    draft = Draft(scenario, plan)
    tried = [Candidate(doctor, draft.effect([edit(doctor)])) for doctor in doctors]
    hard = [rule.key for rule in RULES if scenario.strictness(rule.key) is Strictness.HARD]

    def order(candidate: Candidate) -> tuple[object, ...]:
        more = candidate.more_units
        added = sum(violation.amount for violation in candidate.forbidden_by)
        tiers = [more.get(key, 0) for key in scenario.tiers if key not in hard]
        return (
            added,
            candidate.over_limit is not None,
            tiers,
            sum(more.get(key, 0) for key in hard),
            candidate.doctor,
        )

    return tuple(sorted(tried, key=order))
