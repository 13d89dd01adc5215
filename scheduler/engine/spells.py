"""Where a doctor can be in a half-day, within the same hours and at the same campus: of its choices at most one is taken."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from scheduler.clock import Cell, Window
from scheduler.engine.columns import NOWHERE, Columns
from scheduler.engine.program import Ints
from scheduler.rules import Strictness
from scheduler.scenario.rows import Block
from scheduler.scenario.week import Scenario


@dataclass(frozen=True)
class Spells:
    """The spells of a week: `table` has a row a spell, `choices` a row a choice of a held session, with its spell.

    The table's fields: spell, doctor, cell, day (of the date's ordinal), campus (NOWHERE where none is told), start and
    end (minutes after midnight). Where a doctor may be in two places at once, every choice is a spell of its own.
    """

    table: pd.DataFrame
    choices: pd.DataFrame

    @classmethod
    def of(cls, columns: Columns) -> Spells:
        """Group the choices of `columns` that hold a session."""
        held = np.flatnonzero(columns.array("cell") != NOWHERE)
        table = _places(columns).take(_place_numbers(columns)[held]).reset_index(drop=True)
        table["doctor"] = columns.array("doctor")[held]
        one_place = columns.index.scenario.strictness("one_place") is Strictness.HARD
        table["apart"] = 0 if one_place else held
        keys = ["doctor", "cell", "campus", "start", "end", "apart"]
        spell = table.groupby(keys, sort=True).ngroup().to_numpy()
        choices = pd.DataFrame({"choice": held, "spell": spell})
        table = table.assign(spell=spell).drop_duplicates("spell").sort_values("spell", ignore_index=True)
        return cls(table.drop(columns="apart"), choices)


def session_hours(scenario: Scenario, cell: Cell, blocks: tuple[Block, ...]) -> Window:
    """Return the hours of a session of these blocks at a cell, in minutes after midnight."""
    return scenario.halves[cell.half]


def _place_numbers(columns: Columns) -> Ints:
    """Number what a choice does where: cell and work as one number, the row of `_places`."""
    return columns.array("cell") * len(columns.works) + columns.array("work")


def _places(columns: Columns) -> pd.DataFrame:
    """Return campus and hours of every work at every cell."""
    index, scenario = columns.index, columns.index.scenario
    campuses = sorted({clinic.campus for clinic in scenario.clinics if clinic.campus})
    number = {campus: n for n, campus in enumerate(campuses)}
    campus = [number.get(scenario.clinic_of[work[0].clinic].campus, NOWHERE) for work in columns.works]
    hours = [session_hours(scenario, cell, work) for cell in index.cells for work in columns.works]
    cells = np.repeat(np.arange(len(index.cells), dtype=np.int64), len(columns.works))
    return pd.DataFrame(
        {
            "cell": cells,
            "day": np.array([cell.date.toordinal() for cell in index.cells], dtype=np.int64)[cells],
            "campus": np.tile(np.array(campus, dtype=np.int64), len(index.cells)),
            "start": np.array([window.start for window in hours], dtype=np.int64),
            "end": np.array([window.end for window in hours], dtype=np.int64),
        }
    )
