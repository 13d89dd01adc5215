"""Processor time of learning a pace and of timing a week by it, beside a bare read; printed as JSON."""

from __future__ import annotations

import csv
import json
import random
import resource
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import scipy.special  # noqa: F401 - loaded before anything is measured

from scheduler.appointments.optimum import learned_times
from scheduler.appointments.session import TimedSession
from scheduler.pace.learn import learn
from scheduler.pace.records import read_records
from scheduler.scenario.pace import PaceRow
from scheduler.scenario.policy import Policy
from tests.pace.hospital import FIRST_DAY, scenario, time_text, write

DOCTORS, RECORDS = 578, 200_000


def spent(work: Callable[[], object]) -> float:
    """Return the seconds of processor time that `work` takes in this process."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    work()
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime - before


def records(path: Path) -> None:
    """Write call times and check-ins of a hospital, a tenth of the patients staying away."""
    draw = np.random.default_rng(1)
    rows: list[str] = []
    for turn in range(RECORDS // 20):
        doctor, day = turn % DOCTORS, turn // DOCTORS
        date, free = FIRST_DAY.fromordinal(FIRST_DAY.toordinal() + day), 480.0
        for n in range(20):
            told, ahead = 480 + 10 * n, int(draw.integers(0, 14))
            arrived = told - draw.normal(10, 12)
            if draw.random() < 0.1:
                rows.append(f"D{doctor:03d},{date},AM,{time_text(told)},,,no,{ahead}")
                continue
            free = max(free, arrived)
            times = ",".join(map(time_text, (told, arrived, free)))
            rows.append(f"D{doctor:03d},{date},AM,{times},yes,{ahead}")
            free += draw.lognormal(2.0, 0.4)
    write(path, "doctor,date,half,appointment,arrived,start,shown,booked_days", rows)


def week_of_sessions() -> list[TimedSession]:
    """Return the sessions of a hospital's week: four of each doctor, of two sizes."""
    draw = random.Random(1)
    found = []
    for doctor in range(DOCTORS):
        early = {"early_mean": 10, "early_sd": 15} if doctor % 2 else {}
        pace = PaceRow(
            scope="doctor", key="x", minutes=f"{draw.uniform(4, 14):.2f}", cv="0.45", no_show="0.08", **early
        )
        sizes = [draw.randint(10, 30) for _ in range(2)] * 2
        found += [TimedSession.of(tickets, 210, pace, Policy()) for tickets in sizes]
    return found


def main(folder: Path) -> None:
    """Print the seconds of each."""
    path, week = folder / "records.csv", scenario(DOCTORS, 30)
    records(path)
    sessions = week_of_sessions()
    print(
        json.dumps(
            {
                "bare": spent(lambda: list(csv.reader(path.open(encoding="utf-8")))),
                "learn": spent(lambda: learn(read_records([path], week), week)),
                "learned": spent(lambda: learned_times(sessions)),
                "sessions": len(sessions),
            }
        )
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
