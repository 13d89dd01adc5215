"""What the checker finds: one broken rule at one place, with its numbers."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.words import Message

BUDGET = "budget"
"""Place of the one violation of `changes` that counts sessions above the budget, not points."""


@dataclass(frozen=True)
class Violation:
    """A rule that does not hold at a place.

    `place` is a stable key such as `main/ophthalmology, wed-am`; `amount` the units of the rule that are
    missing or too many (at least 1); `sentence` says it with its numbers; `hard` tells whether the scenario
    insists on it.
    """

    rule: str
    place: str
    amount: int
    sentence: Message
    hard: bool

    @property
    def in_total(self) -> bool:
        """Return whether `amount` is part of the rule's total; sessions above the budget are no points."""
        return (self.rule, self.place) != ("changes", BUDGET)
