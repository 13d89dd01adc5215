"""A line of the table: a variant and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from scheduler.interval import Interval
from scheduler.study.study import BASE, Variant
from scheduler.study.table.figures import Figures
from scheduler.study.table.roster_figures import RosterFigures
from scheduler.study.table.session_changes import PlaceChange
from scheduler.words import Message


@dataclass(frozen=True)
class VariantRow:
    """A variant with its figures, or with the `failure` because of which it has none.

    `changed` are the sessions that are not as in the base's timetable. `intervals` are those of the figures of the week
    as it then runs, by the figure's key, where the week was replicated.
    """

    variant: Variant
    figures: Figures | None = None
    failure: Message | None = None
    changed: tuple[PlaceChange, ...] = ()
    intervals: Mapping[str, Interval] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What readers call the variant."""
        return self.variant.title or self.variant.name

    @property
    def roster(self) -> RosterFigures | None:
        """The figures of its roster, none where there is no roster."""
        return None if self.figures is None else self.figures.roster

    @property
    def usable(self) -> bool:
        """Whether it is an answer that can be chosen: it has a roster that keeps every rule that must hold."""
        return self.figures is not None and self.figures.keeps_rules

    @property
    def reasons(self) -> tuple[Message, ...]:
        """Why there is no roster: what cannot hold together, or what failed; none where there is one."""
        if self.failure is not None:
            return (self.failure,)
        return () if self.figures is None or self.roster is not None else self.figures.reasons


def base_of(rows: Sequence[VariantRow]) -> VariantRow | None:
    """Return the row of the base, the first; None where it is not among them, as in a study that was broken off."""
    return rows[0] if rows and rows[0].variant.name == BASE else None


def numbered(rows: Sequence[VariantRow]) -> list[tuple[int, VariantRow]]:
    """Return the rows with the numbers they are called by: the base is 0, the others are counted from 1."""
    return list(enumerate(rows, start=1 if base_of(rows) is None else 0))
