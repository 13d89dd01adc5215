"""How a solve ended: an outcome is data, four statuses, each tier with its proved bound and gap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from scheduler.roster import Roster
from scheduler.scenario.patch import Patch
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
class Proposal:
    """A remedy of an infeasible week that was solved: the rules that give way, what to do, and what it then costs.

    `patch` does the steps in a study of the same scenario.
    """

    rules: tuple[str, ...]
    steps: tuple[Message, ...]
    status: Status
    tiers: tuple[Tier, ...]
    patch: Patch


@dataclass(frozen=True)
class Outcome:
    """The engine's answer: a roster unless infeasible; out of time before one was found, it is the template's.

    An infeasible one has `reasons`, the rules that cannot hold together, and `proposals`, cheapest first.
    `costs` are those of each hard rule, where they were computed.
    """

    status: Status
    roster: Roster | None
    tiers: tuple[Tier, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    reasons: tuple[Message, ...] = ()
    notes: tuple[Message, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    costs: Costs | None = None


SESSIONS = "sessions"
"""Key of the tier that counts changed sessions, solved after the points of `changes` for a price."""


@dataclass(frozen=True)
class Price:
    """What a week costs under certain rules: its tiers up to `changes`, then the changed sessions (key `sessions`).

    Without tiers no roster keeps the rules, or the time was too short to find one: `status` says which.
    """

    status: Status
    tiers: tuple[Tier, ...] = ()

    def tier(self, key: str) -> Tier | None:
        """Return the tier of this key, or None where there is none."""
        return next((tier for tier in self.tiers if tier.key == key), None)


@dataclass(frozen=True)
class Point:
    """One point of the price of the afternoon: the limit of morning per afternoon sessions, and the week's price."""

    limit: Fraction
    price: Price


@dataclass(frozen=True)
class RuleCost:
    """What a hard rule costs: the week's price without it."""

    key: str
    without: Price


@dataclass(frozen=True)
class Costs:
    """The week's price as it stands, and what it would be without each of its hard rules, in catalogue order."""

    price: Price
    rules: tuple[RuleCost, ...] = ()
