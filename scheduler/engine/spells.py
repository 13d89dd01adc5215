"""Where a doctor can be in a half-day, within the same hours and at the same campus: of its choices at most one is taken."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from scheduler.engine.columns import NOWHERE, Columns
from scheduler.engine.program import Ints
from scheduler.rules import Strictness


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
        _take_own_hours(table, columns, held)
        one_place = columns.index.scenario.strictness("one_place") is Strictness.HARD
        table["apart"] = 0 if one_place else held
        keys = ["doctor", "cell", "campus", "start", "end", "apart"]
        spell = table.groupby(keys, sort=True).ngroup().to_numpy()
        choices = pd.DataFrame({"choice": held, "spell": spell})
        table = table.assign(spell=spell).drop_duplicates("spell").sort_values("spell", ignore_index=True)
        return cls(table.drop(columns="apart"), choices)


def _take_own_hours(table: pd.DataFrame, columns: Columns, held: Ints) -> None:
    """Write over the hours of choices whose session has hours of its own, and stays in its half."""
    group, cell = columns.array("group")[held], columns.array("cell")[held]
    own = {n: session.hours for n, session in enumerate(columns.standing) if session.hours is not None}
    for place in np.flatnonzero(np.isin(group, list(own))):
        hours, standing = own[int(group[place])], columns.standing[group[place]]
        if columns.index.cells[cell[place]].half is standing.cell.half:
            table.loc[place, ["start", "end"]] = hours.start, hours.end


def _place_numbers(columns: Columns) -> Ints:
    """Number what a choice does where: cell and work as one number, the row of `_places`."""
    return columns.array("cell") * len(columns.works) + columns.array("work")


def _places(columns: Columns) -> pd.DataFrame:
    """Return campus and hours of every work at every cell."""
    index, scenario = columns.index, columns.index.scenario
    campuses = sorted({clinic.campus for clinic in scenario.clinics if clinic.campus})
    number = {campus: n for n, campus in enumerate(campuses)}
    campus = [number.get(scenario.clinic_of[work[0].clinic].campus, NOWHERE) for work in columns.works]
    hours = [
        scenario.hours_at(cell.half, min(block.clinic for block in work), None)
        for cell in index.cells
        for work in columns.works
    ]
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
