"""A variant in numbers: how its solve ended, what its roster comes to, and why where there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, cast

from scheduler.check.run import totals
from scheduler.exact import Exact
from scheduler.outcome import Status, Tier
from scheduler.plan import Planned
from scheduler.study.table.roster_figures import RosterFigures, roster_figures
from scheduler.words import Message, message


@dataclass(frozen=True)
class FlowSummary:
    """A simulated week of a roster: the mean wait (minutes, to a tenth), the most patients in a hall in the mean.

    `over_15` is the percentage of minutes with more than 15 patients a window, to a tenth; none without windows.
    """

    wait: Exact
    peak_crowd: int
    over_15: Exact | None


@dataclass(frozen=True)
class Figures:
    """Everything the table shows of a variant, exact.

    `proved` is whether nothing is left open: every tier at its bound, or no roster proved impossible. `roster`
    is none where there is no roster; then `reasons` say why and `ways` what would help, where that is known.
    `flow` is none where nobody asked for it, or nobody has a ticket.
    `broken` counts the places where a rule that must hold does not. `seconds` is what the engine took; it varies
    from run to run, is no part of what figures are compared by, and is not in `to_json`.
    """

    status: Status
    proved: bool
    tiers: tuple[Tier, ...] = ()
    broken: int = 0
    roster: RosterFigures | None = None
    reasons: tuple[Message, ...] = ()
    ways: tuple[Message, ...] = ()
    flow: FlowSummary | None = None
    seconds: float = field(default=0.0, compare=False)

    @property
    def keeps_rules(self) -> bool:
        """Whether there is an answer that can be used: a roster of the engine, with no rule broken."""
        return self.roster is not None and self.status is not Status.TIMED_OUT and not self.broken

    def to_json(self) -> dict[str, Any]:
        """Return everything but the seconds as plain data, fractions as text; the same figures give the same."""
        content = cast(
            "dict[str, Any]", _shape().dump_python(self, mode="json", exclude={"seconds", "reasons", "ways"})
        )
        sentences = {
            name: [one.in_every_language() for one in getattr(self, name)] for name in ("reasons", "ways")
        }
        return content | sentences

    @classmethod
    def from_json(cls, content: Mapping[str, Any], seconds: float = 0.0) -> Figures:
        """Return the figures of what `to_json` gave; raises ValueError where that is something else."""
        sentences = {
            name: tuple(map(Message.from_json, content.get(name, ()))) for name in ("reasons", "ways")
        }
        return cast(Figures, _shape().validate_python({**content, **sentences, "seconds": seconds}))


@cache
def _shape() -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(Figures)


def figures_of(planned: Planned) -> Figures:
    """Return the figures of a planned week; its slots and channels may be absent."""
    outcome = planned.outcome
    roster = None
    if outcome.roster is not None:
        units = totals(planned.violations)
        roster = roster_figures(planned.scenario, planned.plan, outcome.tiers, units)
    return Figures(
        status=outcome.status,
        proved=outcome.status in (Status.OPTIMAL, Status.INFEASIBLE),
        tiers=outcome.tiers,
        broken=sum(violation.hard for violation in planned.violations),
        roster=roster,
        reasons=outcome.reasons,
        ways=tuple(message("{steps}", steps=list(way.steps)) for way in outcome.proposals),
        seconds=sum(outcome.seconds.values()),
    )
