"""A question about a roster, and the reply to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from scheduler.clock import Cell, Half
from scheduler.engine.options import Attendance, Demands
from scheduler.names import cell_name
from scheduler.roster import Roster
from scheduler.rules import Strictness, rule
from scheduler.scenario.rows import Presence
from scheduler.scenario.week import Scenario
from scheduler.words import Message, message


class Verdict(StrEnum):
    """What came of a question."""

    SO_ALREADY = "so_already"
    FREE = "free"
    WORSE = "worse"
    BETTER = "better"
    IMPOSSIBLE = "impossible"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Question:
    """Why a doctor has no session at a half-day (of `clinic`, if named); with `absent`, why they have one."""

    doctor: str
    cell: Cell
    clinic: str = ""
    absent: bool = False

    @property
    def demands(self) -> Demands:
        """What the other roster must have: the opposite of what this one has."""
        attendance = Attendance(self.doctor, self.cell, self.clinic)
        return Demands(forbidden=(attendance,)) if self.absent else Demands(forced=(attendance,))

    @property
    def attendance(self) -> Message | str:
        """Whom the question is about, and in which clinic where one is named."""
        if not self.clinic:
            return self.doctor
        return message("{doctor} in {clinic}", doctor=self.doctor, clinic=self.clinic)


@dataclass(frozen=True)
class TierChange:
    """A soft rule's units in the roster of the question, in the best other one, and their proved lower bound."""

    key: str
    before: int
    after: int
    bound: int


@dataclass(frozen=True)
class Reply:
    """The answer: a verdict, the sentences that give it, and all tiers in order where there is another roster."""

    verdict: Verdict
    sentences: tuple[Message, ...]
    tiers: tuple[TierChange, ...] = ()

    @property
    def proved(self) -> bool:
        """Return whether it is proved that no other such roster has better tiers than these."""
        return all(tier.after == tier.bound for tier in self.tiers)

    @property
    def binding(self) -> tuple[TierChange, ...]:
        """The rules that stand against it: those whose units rise."""
        return tuple(tier for tier in self.tiers if tier.after > tier.before)


def so_already(question: Question) -> Message:
    """Return the sentence for a roster that is so already."""
    if question.absent:
        return message(
            "{doctor} has no such session on {cell} in this roster.",
            doctor=question.attendance,
            cell=cell_name(question.cell),
        )
    return message(
        "{doctor} has a session on {cell} in this roster already.",
        doctor=question.attendance,
        cell=cell_name(question.cell),
    )


def closed(scenario: Scenario, cell: Cell) -> Message:
    """Return that the clinic is closed on that date, and why."""
    reason = next((day.reason for day in scenario.days if day.date == cell.date), "")
    return message("{cell}: the clinic is closed. {reason}", cell=cell_name(cell), reason=reason)


def not_open(scenario: Scenario, question: Question) -> Iterator[Message]:
    """Yield why the doctor cannot work there, if so, and that the rest is as if they could."""
    if question.absent or _can_come(scenario, question.doctor, question.cell):
        return
    away = any(
        row.doctor == question.doctor and row.state is Presence.AWAY and row.covers(question.cell)
        for row in scenario.availability
    )
    if away:
        yield message("{doctor} is away on {cell}.", doctor=question.doctor, cell=cell_name(question.cell))
    else:
        yield message(
            "{doctor} works on {cell} only where the availability says open.",
            doctor=question.doctor,
            cell=cell_name(question.cell),
        )
    yield message("If that were open to them:")


def _can_come(scenario: Scenario, doctor: str, cell: Cell) -> bool:
    if cell in scenario.open_cells(doctor):
        return True
    # Where availability may be bent, it is bent for the usual half-days only.
    usual = cell.date in scenario.working_dates and cell.half is not Half.EVE
    return usual and scenario.strictness("availability") is not Strictness.HARD


def impossible(question: Question) -> Message:
    """Return the sentence for what no roster can have."""
    if question.absent:
        return message(
            "No roster that keeps every hard rule does without {doctor} on {cell}.",
            doctor=question.attendance,
            cell=cell_name(question.cell),
        )
    return message(
        "No roster that keeps every hard rule has {doctor} on {cell}.",
        doctor=question.attendance,
        cell=cell_name(question.cell),
    )


def free(question: Question) -> Message:
    """Return the sentence for another roster that is as good."""
    if question.absent:
        return message(
            "It costs nothing: another roster, as good in every tier, does without {doctor} on {cell}.",
            doctor=question.attendance,
            cell=cell_name(question.cell),
        )
    return message(
        "It costs nothing: another roster, as good in every tier, has {doctor} on {cell}.",
        doctor=question.attendance,
        cell=cell_name(question.cell),
    )


def worse(question: Question, first: TierChange) -> Message:
    """Return which tier gets worse first."""
    names = {
        "doctor": question.attendance,
        "cell": cell_name(question.cell),
        "rule": rule(first.key).name,
        "before": first.before,
        "after": first.after,
        "unit": rule(first.key).unit,
    }
    if question.absent:
        return message(
            "Without {doctor} on {cell} the week is worse: first in {rule}, from {before} to {after} ({unit}).",
            **names,
        )
    return message(
        "With {doctor} on {cell} the week is worse: first in {rule}, from {before} to {after} ({unit}).",
        **names,
    )


def better(question: Question, first: TierChange, *, opened: bool) -> Message:
    """Return which tier improves first; `opened` is whether this is only because a half-day was opened to the doctor."""
    names = {
        "doctor": question.attendance,
        "cell": cell_name(question.cell),
        "rule": rule(first.key).name,
        "before": first.before,
        "after": first.after,
    }
    if opened:
        return message(
            "With {doctor} on {cell} the week would be better: {rule} {after} instead of {before}.", **names
        )
    if question.absent:
        return message(
            "This roster is not the best: one without {doctor} on {cell} has {rule} {after} instead of {before}.",
            **names,
        )
    return message(
        "This roster is not the best: one with {doctor} on {cell} has {rule} {after} instead of {before}.",
        **names,
    )


def became(before: Roster, after: Roster, question: Question) -> Iterator[Message]:
    """Yield which session the doctor would have there, or where the one they have would go."""
    here, elsewhere = (before, after) if question.absent else (after, before)
    others = {session.session: session for session in elsewhere.sessions}
    for session in here.held:
        if session.doctor == question.doctor and session.cell == question.cell:
            other = others.get(session.session)
            if question.absent:
                yield _gone(None if other is None else other.cell)
            else:
                yield _come(None if other is None else other.cell or other.was)


def _gone(cell: Cell | None) -> Message:
    if cell is None:
        return message("Their session would not be held.")
    return message("Their session would be on {cell}.", cell=cell_name(cell))


def _come(cell: Cell | None) -> Message:
    if cell is None:
        return message("It would be a further session.")
    return message("It would be their session of {cell}.", cell=cell_name(cell))
