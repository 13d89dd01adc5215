"""Minutes of consultations out of records: measured, or from the gaps between calls; what cannot be is left out, counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scheduler.pace.records import Records
from scheduler.scenario.pace import PaceQuality
from scheduler.words import Message, message

if TYPE_CHECKING:
    from scheduler.pace.records import Bools, Floats, Ints

SHORTEST, LONGEST = 1 / 3, 180.0
"""Minutes of a consultation that is believed: from 20 seconds to 3 hours."""

_OVERLAP = 0.5
"""Minutes by which one consultation may end after the next of the same doctor has begun."""
_LATE_ARRIVAL = 5.0
"""Minutes after the start at which a check-in is still taken for the patient's own."""
_AT_ONCE = 0.5
"""Minutes between check-in and call up to which a patient did not wait: the doctor did."""

QUALITIES = (PaceQuality.MEASURED, PaceQuality.CALL_TIMES, PaceQuality.UPPER_BOUND)


@dataclass(frozen=True)
class Consultations:
    """Consultations with their minutes, sorted by session and start.

    `doctor` and `session` are places, of sessions in the arrays `session_doctor` and `session_day` (which is how they are
    ordered: by day first). `censored` marks minutes that are no more than an upper bound, because the doctor waited for
    the next patient within them. `quality` is a place in QUALITIES.
    """

    doctor: Ints
    session: Ints
    minutes: Floats
    censored: Bools
    quality: Ints
    session_doctor: Ints
    session_day: Ints
    left_out: Counter[Message] = field(default_factory=Counter)

    def __len__(self) -> int:
        return len(self.doctor)

    def of_sessions(self, chosen: Bools) -> Consultations:
        """Return the consultations of the chosen sessions; sessions keep their places."""
        rows = chosen[self.session]
        return Consultations(
            self.doctor[rows],
            self.session[rows],
            self.minutes[rows],
            self.censored[rows],
            self.quality[rows],
            self.session_doctor,
            self.session_day,
        )


def sessions_of(records: Records) -> tuple[Ints, Ints]:
    """Return the place of each record's session, in order of day, doctor, half and word, and a record of each session."""
    import numpy as np

    order = np.lexsort([records.session, records.half, records.doctor, records.day])
    keys = np.stack([a[order] for a in (records.day, records.doctor, records.half, records.session)])
    new = np.ones(len(records), bool)
    new[1:] = (keys[:, 1:] != keys[:, :-1]).any(axis=0)
    places = np.empty(len(records), np.int64)
    places[order] = np.cumsum(new) - 1
    return places, order[new]


def consultations(records: Records) -> Consultations:
    """Return the consultations of records, with what was left out of them and why."""
    import numpy as np

    sessions, first = sessions_of(records)
    came = ~records.stayed_away
    rows = np.flatnonzero(came)[np.lexsort([records.start[came], sessions[came]])]
    work = _Work(records.take(rows), sessions[rows])
    minutes, censored, quality = work.minutes()
    good = ~np.isnan(minutes)
    return Consultations(
        records.doctor[rows][good],
        sessions[rows][good],
        minutes[good],
        censored[good],
        quality[good],
        records.doctor[first],
        records.day[first],
        work.left_out,
    )


class _Work:
    """Consultations that took place, sorted by session and start, on the way to their minutes."""

    def __init__(self, records: Records, sessions: Ints) -> None:
        import numpy as np

        self.records, self.sessions = records, sessions
        self.left_out: Counter[Message] = Counter()
        self._has_next = np.zeros(len(records), bool)
        self._has_next[:-1] = sessions[1:] == sessions[:-1]
        self._next_start = np.append(records.start[1:], np.nan)[: len(records)]
        self._next_start = np.where(self._has_next, self._next_start, np.nan)

    def minutes(self) -> tuple[Floats, Bools, Ints]:
        """Return minutes (NaN: left out), whether they are an upper bound, and their quality."""
        import numpy as np

        records = self.records
        measured = np.where(np.isnan(records.service), records.end - records.start, records.service)
        backward = records.end < records.start
        end = records.start + measured
        overlapping = ~np.isnan(measured) & (self._next_start < end - _OVERLAP) & ~backward
        gaps, censored, has_arrivals = self._gaps()
        by_gap = np.isnan(measured)
        minutes = np.where(by_gap, gaps, measured)
        wrong = (minutes < SHORTEST) | (minutes > LONGEST)
        self._count(backward, message("the end is before the start"))
        self._count(overlapping, message("another consultation of the doctor begins before the end"))
        self._count(
            wrong & ~backward & ~overlapping & ~by_gap,
            message("it took less than 20 seconds or more than 3 hours"),
        )
        self._count(
            wrong & by_gap, message("the next call came within 20 seconds or after more than 3 hours")
        )
        minutes = np.where(backward | overlapping | wrong, np.nan, minutes)
        quality = np.where(by_gap, np.where(has_arrivals, 1, 2), 0)
        return minutes, censored & by_gap, quality

    def _gaps(self) -> tuple[Floats, Bools, Any]:
        """Return the minutes to the next call, whether the next patient was called as he came, and whether that is known."""
        import numpy as np

        records = self.records
        late = records.arrived > records.start + _LATE_ARRIVAL
        self._count(late, message("the patient checked in long after the start: the check-in is not used"))
        arrived = np.where(late, np.nan, records.arrived)
        waited = records.start - arrived
        next_waited = np.where(self._has_next, np.append(waited[1:], np.nan)[: len(waited)], np.nan)
        return self._next_start - records.start, next_waited <= _AT_ONCE, ~np.isnan(next_waited)

    def _count(self, rows: Bools, reason: Message) -> None:
        if rows.any():
            self.left_out[reason] += int(rows.sum())
