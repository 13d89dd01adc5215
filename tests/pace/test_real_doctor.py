"""A real doctor's record: times from the first 120 sessions, judged on the last 70, in their order."""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from scheduler.appointments.optimum import even_times, learned_times
from scheduler.appointments.session import TimedSession
from scheduler.pace.learn import learn
from scheduler.pace.records import read_records
from scheduler.scenario.pace import PaceRow, PaceScope
from scheduler.scenario.policy import Policy, SlotPolicy
from tests.pace.hospital import FIRST_DAY, scenario, write

RECORD = Path(__file__).parents[2] / ".." / "shared/data/consultation_times.csv"

pytestmark = pytest.mark.skipif(not RECORD.is_file(), reason="real data are not part of the project")


def sessions() -> list[list[tuple[str, str, float]]]:
    """Half, start and minutes of each consultation, by session in order."""
    found: dict[int, list[tuple[str, str, float]]] = defaultdict(list)
    with RECORD.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            line = row["half"], row["start_time"], float(row["service_seconds"]) / 60
            found[int(row["session"])].append(line)
    return [found[number] for number in sorted(found)]


def pace(path: Path, first: int) -> PaceRow:
    rows = [
        f"D000,{FIRST_DAY + dt.timedelta(days=day)},{half},{start},{round(60 * minutes)}"
        for day, session in enumerate(sessions()[:first])
        for half, start, minutes in session
    ]
    write(path, "doctor,date,half,start,service_seconds", rows)
    week = scenario()
    found = learn(read_records([path], week), week)
    return next(row for row in found.rows if row.scope is PaceScope.DOCTOR)


def test_the_length_of_sessions_is_a_line_that_foretells_the_last_fifth(tmp_path):
    row = pace(tmp_path / "r.csv", 190)
    assert float(row.base) == pytest.approx(99.1, abs=0.5)
    assert float(row.per_patient) == pytest.approx(7.64, abs=0.05)


def cost(times: Sequence[int], services: Sequence[float], minutes: int) -> float:
    """Mean cost a patient of punctual patients at these times: wait, 5 for a minute idle and 7.5 for one over."""
    free = wait = 0.0
    for told, service in zip(times, services, strict=True):
        start = max(free, told)
        wait += start - told
        free = start + service
    idle, over = free - sum(services), max(0.0, free - minutes)
    return (wait + 5 * idle + 7.5 * over) / len(times)


@pytest.mark.parametrize("minutes", [210, 240])
def test_learned_times_beat_even_ones_on_the_last_seventy_sessions(tmp_path, minutes):
    policy = Policy(slots=SlotPolicy(idle_weight=5))
    # The sessions here begin with their first patient.
    row = pace(tmp_path / "r.csv", 120).model_copy(update={"late_start": 0})
    costs = []
    for session in sessions()[120:]:
        services = [minutes for _, _, minutes in session]
        timed = TimedSession.of(len(services), minutes, row, policy)
        even = even_times(len(services), minutes)
        by_slot = [minute - minute % 30 for minute in even]
        costs.append([cost(at, services, minutes) for at in (learned_times([timed])[timed], even, by_slot)])
    learned, even_by_minute, even_by_slot = np.mean(costs, axis=0)
    assert learned < 0.88 * even_by_minute
    assert learned < 0.72 * even_by_slot
