"""Edits as planners type them: `D001@mon-am@fri-pm` to move a session, `D001@mon-am=D002` to give it to a colleague."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from scheduler.adjust.candidates import find_session, held_instead
from scheduler.adjust.edit import Add, Drop, Edit, Move
from scheduler.adjust.typed_words import half_day_remedy, parse_cell
from scheduler.clock import Cell
from scheduler.errors import CallError, Problem, Suggestions, Where, suggest
from scheduler.names import day_name
from scheduler.roster import Plan, Session
from scheduler.scenario.rows import Block
from scheduler.scenario.week import Scenario
from scheduler.tables.typed_names import parse_clinic, parse_doctor, unknown_doctor
from scheduler.words import Message, message

_MOST_TICKETS = 500

_FORMS: dict[str, Message] = {
    "--move": message("Write SESSION@fri-pm, with a session of sessions.csv or DOCTOR@mon-am."),
    "--cover": message("Write SESSION=DOCTOR."),
    "--add": message("Write DOCTOR@fri-pm=CLINIC, or with its tickets DOCTOR@fri-pm=CLINIC:20."),
    "--room": message("Write SESSION=ROOM."),
    "--tickets": message("Write SESSION=20, or SESSION=CLINIC:20 where it has several clinics."),
}


@dataclass(frozen=True)
class EditTexts:
    """What was typed, option by option; a swap is two sessions."""

    move: Sequence[str] = ()
    swap: Sequence[tuple[str, str]] = ()
    cover: Sequence[str] = ()
    add: Sequence[str] = ()
    drop: Sequence[str] = ()
    room: Sequence[str] = ()
    tickets: Sequence[str] = ()


def parse_edits(scenario: Scenario, plan: Plan, texts: EditTexts) -> tuple[Edit, ...]:
    """Return the edits; every session is named as it is in the plan, by key or as `DOCTOR@fri-pm`.

    Rooms that are named are taken after all moves. Raises CallError with everything that is wrong.
    """
    parser = _Parser(scenario, plan)
    edits = [edit for edit in parser.edits(texts) if edit is not None]
    parser.problems += _twice(edits)
    if parser.problems:
        raise CallError(parser.problems)
    return tuple(edits)


def _twice(edits: Sequence[Edit]) -> Iterator[Problem]:
    """Yield the sessions that are told two places, two doctors, two rooms or to be dropped and something else."""
    said: Counter[tuple[str, str]] = Counter()
    for edit in edits:
        if isinstance(edit, Move):
            for part in ("cell", "room", "doctor", "blocks"):
                said[edit.session, part] += getattr(edit, part) is not None
        elif isinstance(edit, Drop):
            said.update((edit.session, part) for part in ("cell", "room", "doctor", "blocks"))
    for session in dict.fromkeys(session for (session, _), times in said.items() if times > 1):
        wrong = message("two edits say different things of this session")
        yield Problem(Where(), wrong, message("Keep one of them."), session)


class _Parser:
    """Reads texts; `problems` is everything that was wrong with them."""

    def __init__(self, scenario: Scenario, plan: Plan) -> None:
        self.problems: list[Problem] = []
        self._scenario, self._plan = scenario, plan
        self._sessions = {session.session: session for session in plan.roster.sessions}

    def edits(self, texts: EditTexts) -> Iterator[Edit | None]:
        """Yield the edits in the order in which they are applied; None for each that cannot be read."""
        for text in texts.drop:
            session = self._session(text, "--drop")
            yield None if session is None else Drop(session.session)
        for text in texts.move:
            yield self._move(text)
        for pair in texts.swap:
            yield from self._swap(pair)
        for option, read in (("--cover", self._cover), ("--tickets", self._tickets), ("--room", self._room)):
            for text in getattr(texts, option.removeprefix("--")):
                yield self._assigned(text, option, read)
        for text in texts.add:
            yield self._add(text)

    def _problem(self, option: str, wrong: Message, remedy: Message, value: str) -> None:
        self.problems.append(Problem(Where(field=option), wrong, remedy, value))

    def _session(self, text: str, option: str) -> Session | None:
        known = self._sessions.get(text) or find_session(self._scenario, self._plan, text)
        if known is None:
            remedy = held_instead(self._scenario, self._plan, text)
            self._problem(option, message("there is no such session"), remedy, text)
        return known

    def _cell(self, text: str, option: str) -> Cell | None:
        try:
            cell = parse_cell(self._scenario.week, text)
        except ValueError:
            cell = None
        if cell is not None and cell in self._scenario.cells:
            return cell
        remedy = half_day_remedy(text, self._scenario.cells)
        if cell is not None:
            days = [day_name(date) for date in sorted({cell.date for cell in self._scenario.cells})]
            remedy = message("Name another; open are: {days}.", days=days)
        self._problem(option, message("this is not a half-day of an open day"), remedy, text)
        return None

    def _doctor(self, text: str, option: str) -> str | None:
        doctor = parse_doctor(self._scenario, text.strip())
        if doctor in self._scenario.doctor_of:
            return doctor
        self.problems.append(unknown_doctor(self._scenario, text.strip(), Where(field=option)))
        return None

    def _clinic(self, text: str, option: str) -> str | None:
        clinic = parse_clinic(self._scenario, text)
        known = Suggestions(self._scenario.clinic_of)
        if clinic in known.known:
            return clinic
        self._problem(option, message("the scenario does not know this clinic"), known.remedy(text), text)
        return None

    def _count(self, text: str, option: str) -> int | None:
        if text.isdecimal() and int(text) <= _MOST_TICKETS:
            return int(text)
        remedy = message("Give a whole number from {least} to {most}.", least=0, most=_MOST_TICKETS)
        self._problem(option, message("this is not a number of tickets"), remedy, text)
        return None

    def _move(self, text: str) -> Edit | None:
        name, sign, at = text.replace("＠", "@").rpartition("@")
        if not sign or not name:
            self._problem("--move", message("this is not a move"), _FORMS["--move"], text)
            return None
        session, cell = self._session(name, "--move"), self._cell(at, "--move")
        return None if session is None or cell is None else Move(session.session, cell)

    def _swap(self, pair: tuple[str, str]) -> Iterator[Edit]:
        first, second = (self._session(text, "--swap") for text in pair)
        if first is None or second is None:
            return
        if first.cell is None or second.cell is None or first.cell == second.cell:
            wrong = message("the two sessions are not at two half-days")
            remedy = message("Name two sessions that take place; doctors are exchanged by --cover.")
            self._problem("--swap", wrong, remedy, " ".join(pair))
            return
        yield Move(first.session, second.cell)
        yield Move(second.session, first.cell)

    def _assigned(self, text: str, option: str, read: Callable[[Session, str], Edit | None]) -> Edit | None:
        name, sign, value = text.replace("＝", "=").rpartition("=")
        if not sign or not name or not value:
            self._problem(option, message("this is not an edit"), _FORMS[option], text)
            return None
        session = self._session(name.strip(), option)
        return None if session is None else read(session, value.strip())

    def _cover(self, session: Session, text: str) -> Edit | None:
        doctor = self._doctor(text, "--cover")
        return None if doctor is None else Move(session.session, doctor=doctor)

    def _room(self, session: Session, text: str) -> Edit | None:
        known = Suggestions({room.room for room in self._scenario.rooms})
        if text in known.known:
            return Move(session.session, room=text)
        self._problem("--room", message("the scenario does not know this room"), known.remedy(text), text)
        return None

    def _tickets(self, session: Session, text: str) -> Edit | None:
        clinic, _, number = text.replace("：", ":").rpartition(":")
        tickets = self._count(number, "--tickets")
        clinics = [block.clinic for block in session.blocks]
        clinic = clinic or (clinics[0] if len(clinics) == 1 else "")
        if clinic not in clinics:
            wrong, remedy = message("the session has no such clinic"), suggest(clinic, clinics)
            self._problem("--tickets", wrong, remedy, text)
            return None
        if tickets is None:
            return None
        blocks = (Block(b.clinic, tickets if b.clinic == clinic else b.tickets) for b in session.blocks)
        return Move(session.session, blocks=tuple(blocks))

    def _add(self, text: str) -> Edit | None:
        place, sign, what = text.replace("＝", "=").partition("=")
        name, at_sign, at = place.replace("＠", "@").rpartition("@")
        if not (sign and at_sign and name and what):
            self._problem("--add", message("this is not an edit"), _FORMS["--add"], text)
            return None
        doctor, cell = self._doctor(name, "--add"), self._cell(at, "--add")
        named, colon, number = what.replace("：", ":").rpartition(":")
        if not colon or what.strip() in self._scenario.clinic_of:
            named, number = what, ""
        clinic = self._clinic(named.strip(), "--add")
        if clinic is None:
            return None
        tickets = self._count(number, "--add") if number else self._scenario.usual_tickets(clinic)
        if doctor is None or cell is None or tickets is None:
            return None
        return Add(doctor, cell, (Block(clinic, tickets),))
