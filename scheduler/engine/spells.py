"""Where a doctor can be in a half-day, within the same hours and at the same campus: of its choices at most one is taken."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from scheduler.clock import Hours
from scheduler.engine.columns import NOWHERE, Columns
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
        table = _places(columns).take(held).reset_index(drop=True)
        table["doctor"] = columns.array("doctor")[held]
        one_place = columns.index.scenario.strictness("one_place") is Strictness.HARD
        table["apart"] = 0 if one_place else held
        keys = ["doctor", "cell", "campus", "start", "end", "apart"]
        spell = table.groupby(keys, sort=True).ngroup().to_numpy()
        choices = pd.DataFrame({"choice": held, "spell": spell})
        table = table.assign(spell=spell).drop_duplicates("spell").sort_values("spell", ignore_index=True)
        return cls(table[["spell", "day", *keys[:-1]]], choices)


def _places(columns: Columns) -> pd.DataFrame:
    """Return cell, day, campus and hours of every choice; those of a dropped session mean nothing."""
    index, scenario = columns.index, columns.index.scenario
    group = columns.array("group")
    # The template's sessions with hours of their own take them along; all others have those of clinic and half.
    own = np.array([session.hours is not None for session in columns.standing] + [False])
    at = pd.DataFrame(
        {
            "cell": columns.array("cell"),
            "work": columns.array("work"),
            "group": np.where(own[group], group, NOWHERE),
        }
    )
    places = at.drop_duplicates().reset_index(drop=True)
    campuses = sorted({clinic.campus for clinic in scenario.clinics if clinic.campus})
    number = {campus: n for n, campus in enumerate(campuses)}
    campus = [number.get(scenario.clinic_of[work[0].clinic].campus, NOWHERE) for work in columns.works]
    days = np.array([cell.date.toordinal() for cell in index.cells] + [0], dtype=np.int64)
    hours = [_hours(columns, *place) for place in places.itertuples(index=False)]
    places["day"] = days[places["cell"]]
    places["campus"] = np.array(campus, dtype=np.int64)[places["work"]]
    places["start"] = np.array([span.start for span in hours], dtype=np.int64)
    places["end"] = np.array([span.end for span in hours], dtype=np.int64)
    return at.merge(places, on=["cell", "work", "group"], how="left")


def _hours(columns: Columns, cell: int, work: int, group: int) -> Hours:
    """Return the hours of a session at a cell; `group` is that of the template where its hours are its own."""
    at, clinics = columns.index.cells[cell], [block.clinic for block in columns.works[work]]
    if group == NOWHERE:
        return columns.index.scenario.session_hours(("", None, 0), at, clinics)
    return columns.index.scenario.session_hours(columns.standing[group].key, at, clinics)
