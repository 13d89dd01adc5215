"""Data frames, made from the rows that the csv files are written from: columns are spelled once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any

from scheduler.compare import describe_change, plan_changes
from scheduler.roster import Change
from scheduler.rules import rule
from scheduler.words import Words

if TYPE_CHECKING:
    import pandas as pd

    from scheduler.balance import RatioTable
    from scheduler.check.violation import Violation
    from scheduler.outcome import Tier
    from scheduler.roster import Roster

_DATES = ("date", "was_date")


def make_frame(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> pd.DataFrame:
    """Return the rows as a data frame: dates as dates, empty cells as missing, coded words as text."""
    import pandas as pd

    cells = [[_cell_value(cell) for cell in row] for row in rows]
    frame = pd.DataFrame(cells, columns=list(columns))
    for name in _DATES:
        if name in frame:
            frame[name] = pd.to_datetime(frame[name])
    return frame


def _cell_value(cell: Any) -> Any:
    if cell == "":
        return None
    return str(cell) if isinstance(cell, Enum) else cell


def changes_frame(roster: Roster, words: Words) -> pd.DataFrame:
    """Return the sessions that differ from the timetable: what changed, before and after, and a sentence."""
    columns = ("session", "doctor", "change", "was_date", "was_half", "date", "half", "room", "sentence")
    rows = []
    for change in plan_changes(roster):
        before, session = change.before, change.after or change.session
        was, now = None if before is None else before.cell, None if change.after is None else session.cell
        rows.append(
            (
                session.session,
                session.doctor,
                Change.DROPPED if change.after is None else session.change,
                *(("", "") if was is None else (was.date, was.half)),
                *(("", "") if now is None else (now.date, now.half)),
                session.room,
                words.say(describe_change(change)),
            )
        )
    return make_frame(columns, rows)


def tiers_frame(tiers: Iterable[Tier], words: Words) -> pd.DataFrame:
    """Return the soft rules in the order they were solved: value, proved bound and gap, in units of the rule."""
    rows = [
        (tier.key, words.say(rule(tier.key).sentence), tier.value, tier.bound, tier.gap) for tier in tiers
    ]
    return make_frame(("tier", "rule", "value", "bound", "gap"), rows)


def violations_frame(violations: Iterable[Violation], words: Words) -> pd.DataFrame:
    """Return what the independent checker finds: a row a rule and place, hard rules and soft ones."""
    rows = [(one.rule, one.place, one.amount, one.hard, words.say(one.sentence)) for one in violations]
    return make_frame(("rule", "place", "units", "hard", "sentence"), rows)


def balance_frame(before: RatioTable, after: RatioTable) -> pd.DataFrame:
    """Return mornings, afternoons and their ratio by working day, in the timetable (`was_`) and in the roster.

    The ratio is missing on a day without any afternoon.
    """
    columns = ("date", "am", "pm", "ratio", "was_am", "was_pm", "was_ratio")
    rows = []
    for (date, now), (_, was) in zip(after.days, before.days, strict=True):
        ratios = [None if day.ratio is None else float(day.ratio) for day in (now, was)]
        rows.append((date, now.am, now.pm, ratios[0], was.am, was.pm, ratios[1]))
    return make_frame(columns, rows)
