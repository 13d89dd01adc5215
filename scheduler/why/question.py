"""A question about a roster, and the reply to it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from scheduler.clock import Cell
from scheduler.engine.options import Attendance, Demands
from scheduler.words import Message


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
        """What is asked of the other roster: the opposite of what is."""
        attendance = Attendance(self.doctor, self.cell, self.clinic)
        return Demands(forbidden=(attendance,)) if self.absent else Demands(forced=(attendance,))


@dataclass(frozen=True)
class TierChange:
    """A soft rule's units in the roster that is asked about, in the best other one, and their proved lower bound."""

    key: str
    before: int
    after: int
    bound: int


@dataclass(frozen=True)
class Reply:
    """The answer: a verdict, the sentences that give it, and all tiers in order where another roster was found."""

    verdict: Verdict
    sentences: tuple[Message, ...]
    tiers: tuple[TierChange, ...] = ()

    @property
    def proved(self) -> bool:
        """Tell whether no other roster that is as asked has better tiers than those told."""
        return all(tier.after == tier.bound for tier in self.tiers)

    @property
    def binding(self) -> tuple[TierChange, ...]:
        """The rules that stand against it: those whose units rise."""
        return tuple(tier for tier in self.tiers if tier.after > tier.before)
