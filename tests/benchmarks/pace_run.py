"""Processor time of learning a pace and of timing a week by it, beside a bare read and even times; printed as JSON."""

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

from scheduler.pace.learn import learn
from scheduler.pace.records import read_records
from scheduler.reserve.times import session_times
from scheduler.roster import template_roster
from scheduler.scenario.pace import PaceRow
from scheduler.scenario.policy import SlotPolicy
from scheduler.scenario.week import Scenario
from scheduler.tables.scenario.files import read_scenario
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


def timed(week: Scenario, rule: str) -> Scenario:
    """Return a week with a pace for every doctor."""
    draw = random.Random(1)
    pace = tuple(
        PaceRow(scope="doctor", key=key, minutes=f"{draw.uniform(4, 14):.2f}", cv="0.45", no_show="0.08")
        for key in week.doctor_of
    )
    policy = week.policy.model_copy(update={"slots": SlotPolicy(rule=rule)})
    return week.changed(pace=pace, policy=policy)


def main(folder: Path) -> None:
    """Print the seconds of each."""
    path, week = folder / "records.csv", scenario(DOCTORS, 30)
    records(path)
    large = read_scenario(Path("scenarios/large"))
    held = template_roster(large).held
    print(
        json.dumps(
            {
                "bare": spent(lambda: list(csv.reader(path.open(encoding="utf-8")))),
                "learn": spent(lambda: learn(read_records([path], week), week)),
                "learned": spent(lambda: session_times(timed(large, "learned"), held)),
                "sessions": len(held),
            }
        )
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
