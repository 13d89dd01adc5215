"""A roster read on its own, without the scenario it was made from: what its sessions tell of themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scheduler.clock import Week
from scheduler.errors import InputError, Problem, Where
from scheduler.roster import Roster
from scheduler.tables.files import read_grid
from scheduler.tables.roster_headings import SESSIONS
from scheduler.tables.rows import Rows, read_rows
from scheduler.tables.session_rows import sessions_of
from scheduler.words import message


@dataclass(frozen=True)
class LoneRoster:
    """A roster, its week, and the specialty of each of its clinics, as far as its table tells."""

    roster: Roster
    week: Week
    specialties: Mapping[str, str]


def read_lone_roster(folder: Path) -> LoneRoster:
    """Return the roster in `folder`, of which only sessions.csv is read; its week is that of its first date.

    Raises InputError with every problem, also where there is no such folder or no date.
    """
    if not folder.is_dir():
        raise InputError(
            [
                Problem(
                    Where(file=str(folder)),
                    message("there is no such folder"),
                    message("Name the folder of a roster, with its sessions.csv."),
                )
            ]
        )
    rows = read_rows(read_grid(folder / f"{SESSIONS.key}.csv"), SESSIONS)
    problems = list(rows.problems)
    date = _first_date(rows)
    if date is None:
        if not problems:
            wrong = message("no session has a date")
            problems.append(Problem(rows.grid.where(), wrong, message("Name the folder of a roster.")))
        raise InputError(problems)
    sessions, wrongs = sessions_of(Week.of(date), rows)
    if problems or wrongs:
        raise InputError([*problems, *wrongs])
    told = {values["clinic"]: values.get("specialty", "") for _, values in rows.values}
    return LoneRoster(Roster(sessions), Week.of(date), told)


def _first_date(rows: Rows) -> dt.date | None:
    return min(
        (values[key] for _, values in rows.values for key in ("date", "was_date") if key in values),
        default=None,
    )
