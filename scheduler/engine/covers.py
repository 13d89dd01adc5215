"""Sessions that another doctor may take over at their half-day, as columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from scheduler.engine.program import Ints
from scheduler.scenario.rows import Block, Origin, StandingSession
from scheduler.scenario.substitutes import find_substitutes
from scheduler.scenario.week import Scenario

Covers = Mapping[Origin, Sequence[str]]
"""The doctors who may take over a session of the template, by its key."""


def covers_of_leave(scenario: Scenario) -> Covers:
    """Return who may cover each session whose doctor is on leave; none where such sessions are stopped."""
    if scenario.policy.leave.sessions == "stop":
        return {}
    return {
        session.key: find_substitutes(scenario, session.doctor, session.cell, session.blocks)
        for session in scenario.on_leave
    }


def list_cover_columns(
    scenario: Scenario,
    standing: Sequence[StandingSession],
    works: Mapping[tuple[Block, ...], int],
    covers: Covers,
) -> pd.DataFrame:
    """Return the choices of giving a session to another doctor at its half-day."""
    group_of = {s.key: number for number, s in enumerate(standing)}
    doctor_number = {doctor: number for number, doctor in enumerate(scenario.doctor_of)}
    cell_number = {cell: number for number, cell in enumerate(scenario.cells)}
    taken = [(group_of[key], doctor) for key in sorted(covers) for doctor in covers[key]]
    sessions = [standing[group] for group, _ in taken]
    cell = np.array([cell_number[session.cell] for session in sessions], dtype=np.int64)
    return pd.DataFrame(
        {
            **unchanged_fields(len(taken)),
            "group": np.array([group for group, _ in taken], dtype=np.int64),
            "doctor": np.array([doctor_number[doctor] for _, doctor in taken], dtype=np.int64),
            "owner": np.array([doctor_number[session.doctor] for session in sessions], dtype=np.int64),
            "cell": cell,
            "work": np.array([works[session.blocks] for session in sessions], dtype=np.int64),
            "origin": cell,
            "points": scenario.policy.changes.cover,
            "changed": 1,
        }
    )


def unchanged_fields(count: int) -> dict[str, Ints]:
    """Return the fields of `count` choices that change nothing and bend no rule."""
    names = ("points", "changed", "away", "unapproved", "unpinned")
    return {name: np.zeros(count, dtype=np.int64) for name in names}
