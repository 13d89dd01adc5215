"""The stops that a request for a repair means: those written as texts, and the rows of its leave list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from scheduler.adjust.leave import LeaveStops, leave_stops
from scheduler.adjust.stops import parse_stops
from scheduler.errors import Where
from scheduler.roster import Roster
from scheduler.scenario.week import Scenario
from scheduler.tables.leave_list import LeaveRow

_FIELDS = {"from": "start", "to": "end"}
"""What the request calls columns of a leave list that bear another name there."""


def requested_stops(
    scenario: Scenario, roster: Roster, request: Mapping[str, Any], since: dt.date
) -> LeaveStops:
    """Return the stops of `stops` and `leave` of a request, and what in `leave` stops no session.

    Raises CallError or InputError with pointers into the request.
    """
    rows = [
        LeaveRow(
            Where(field=f"/leave/{number}"),
            {key: text for key in _COLUMNS if (text := entry[_FIELDS.get(key, key)])},
            _FIELDS,
        )
        for number, entry in enumerate(request["leave"])
    ]
    leave = leave_stops(scenario, roster, rows, since)
    return LeaveStops((*leave.stops, *parse_stops(scenario, request["stops"])), leave.warnings)


_COLUMNS = ("doctor", "number", "specialty", "from", "to", "half", "reason", "cover")
