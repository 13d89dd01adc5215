"""What came of a solve: an outcome is data, four statuses, each tier with its proved bound and gap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from scheduler.roster import Roster
from scheduler.words import Message


class Status(StrEnum):
    """An answer is always an answer."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    TIMED_OUT = "timed_out"


@dataclass(frozen=True)
class Tier:
    """One soft rule as it was optimised: the value reached and the proved lower bound, in the rule's units."""

    key: str
    value: int
    bound: int

    @property
    def gap(self) -> int:
        """Units between the value and the bound; 0 is proved optimal."""
        return self.value - self.bound


@dataclass(frozen=True)
class Outcome:
    """The engine's answer: a roster unless infeasible or timed out before one was found."""

    status: Status
    roster: Roster | None
    tiers: tuple[Tier, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    reasons: tuple[Message, ...] = ()
    notes: tuple[Message, ...] = ()
