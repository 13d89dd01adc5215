"""Where a roster's sessions are by their own rows: what their slots must agree with to be published."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from scheduler.clock import parse_minute


@dataclass(frozen=True)
class Place:
    """Date and doctor of a session; `hours` (minutes) are those that most sessions of its half have, none: unknown."""

    date: dt.date
    doctor: str
    hours: tuple[int, int] | None

    def holds(self, slot: Mapping[str, Any]) -> bool:
        """Tell whether a slot's date, start and doctor are the session's."""
        in_time = self.hours is None or self.hours[0] <= slot["start"] < self.hours[1]
        return slot["date"] == self.date and in_time and self.doctor in ("", slot["doctor"])


def session_places(rows: Iterable[Mapping[str, Any]]) -> Mapping[str, list[Place]]:
    """Return the places of every session that is held, by its identity.

    A row's own hours may be stale after an edit of its half, so those of all sessions of the half decide.
    """
    held = [values for values in rows if "date" in values]
    hours: dict[object, Counter[tuple[int, int]]] = defaultdict(Counter)
    for values in held:
        told = _hours(values)
        if told is not None:
            hours[values.get("half")][told] += 1
    found: dict[str, list[Place]] = defaultdict(list)
    for values in held:
        usual = hours[values.get("half")].most_common(1)
        place = Place(values["date"], values.get("doctor", ""), usual[0][0] if usual else None)
        found[values["session"]].append(place)
    return found


def _hours(values: Mapping[str, Any]) -> tuple[int, int] | None:
    try:
        return parse_minute(values.get("start", "")), parse_minute(values.get("end", ""))
    except ValueError:
        return None
