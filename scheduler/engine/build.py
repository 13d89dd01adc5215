"""What the function of each rule works on: the program, the choices of the week and their variables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from scheduler.engine.columns import NOWHERE, Columns, Index
from scheduler.engine.program import Ints, Program
from scheduler.engine.spells import Spells
from scheduler.rules import Strictness
from scheduler.scenario.week import Scenario


@dataclass(frozen=True)
class Build:
    """What a rule's function works on: the program, the columns and their variables."""

    program: Program
    columns: Columns
    variables: Ints

    @property
    def index(self) -> Index:
        """Names as numbers."""
        return self.columns.index

    @property
    def scenario(self) -> Scenario:
        """The scenario being planned."""
        return self.columns.index.scenario

    @cached_property
    def spells(self) -> Spells:
        """Where each doctor can be, and when."""
        return Spells.of(self.columns)

    def is_hard(self, key: str) -> bool:
        """Return whether the rule must hold."""
        return self.scenario.strictness(key) is Strictness.HARD

    def relax(self, key: str, rows: Ints, most: Ints, sign: int) -> None:
        """Where the rule is soft, let every row miss its bound by units that cost 1 each in the rule's tier."""
        if not self.is_hard(key):
            self.program.fill(rows, self.program.add_units(key, most), sign)


def each_group_once(build: Build) -> None:
    """Every session of the template is kept, moved or dropped: exactly one of its choices is taken."""
    groups = build.columns.array("group")
    sizes = build.columns.group_sizes
    rows = build.program.add_rows([f"template[{number}]" for number in range(len(sizes))], sizes, sizes)
    own = groups != NOWHERE
    build.program.fill(rows[groups[own]], build.variables[own], 1)
