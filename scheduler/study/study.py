"""A study: a base scenario, the variants to compare with it, and how each is solved."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

from scheduler.errors import Where
from scheduler.scenario.patch import Patch
from scheduler.study.uncertainty.distributions import DEFAULT_DISTRIBUTIONS, Distributions

BASE = "base"
"""Name of the first variant, the base scenario as it is."""


@dataclass(frozen=True)
class Variant:
    """One line of the table: a name (of a folder, unique), a title for readers, its patch.

    `swept` are the values that a sweep gave it, by what was swept; `at` where in the study file it stands.
    """

    name: str
    title: str
    patch: Patch = field(default=Patch())
    swept: tuple[tuple[str, str], ...] = ()
    at: Where = field(default=Where(), compare=False)

    def digest(self) -> str:
        """Return the SHA-256 of what is changed: variants of one base that change the same have the same."""
        rows = [[row.action, row.table, row.where, row.values] for row in self.patch.rows]
        return hashlib.sha256(json.dumps([self.patch.settings, rows]).encode()).hexdigest()


@dataclass(frozen=True)
class Study:
    """What is compared: `variants[0]` is the base itself. `base` is its folder or workbook.

    `seconds` is how long each variant may be solved (> 0), `seed` of solver and drawings (>= 0). `parts` are what the
    variants are put together from, the named patches and every value of a sweep, each alone. `uncertainty` is what
    replications are drawn from. `flow` asks for the patient flow of every variant's roster.
    """

    name: str
    title: str
    base: Path
    variants: tuple[Variant, ...]
    solver: str = "highs"
    seconds: float = 60.0
    seed: int = 0
    parts: tuple[Variant, ...] = ()
    uncertainty: Distributions = DEFAULT_DISTRIBUTIONS
    flow: bool = False
