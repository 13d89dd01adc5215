"""Simulated records whose truth is known: lognormal minutes that differ by specialty, doctor, session and patient."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scheduler.clock import Week, clock_text
from scheduler.scenario.hospital import Clinic, Doctor
from scheduler.scenario.week import Scenario

FIRST_DAY = dt.date(2026, 1, 5)


@dataclass(frozen=True)
class Truth:
    """The true mean of a consultation of each doctor, in minutes, and of the record's variance parts."""

    minutes: dict[str, float]


def scenario(doctors: int = 1, specialties: int = 1) -> Scenario:
    return Scenario(
        week=Week(2026, 31),
        doctors=tuple(
            Doctor(doctor=f"D{n:03d}", name=f"Dr {n}", specialty=f"S{n % specialties:02d}")
            for n in range(doctors)
        ),
        clinics=tuple(
            Clinic(clinic=f"C{n:02d}", specialty=f"S{n:02d}", pool="p") for n in range(specialties)
        ),
    )


def write(path: Path, headings: str, rows: list[str]) -> Path:
    path.write_text("\n".join([headings, *rows]) + "\n", encoding="utf-8")
    return path


def time_text(minutes: float) -> str:
    seconds = round(minutes * 60)
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"


def measured(
    path: Path,
    seed: int,
    doctors: int,
    specialties: int,
    sessions: tuple[int, int] = (1, 20),
    patients: tuple[int, int] = (5, 25),
    sds: tuple[float, float, float, float] = (0.44, 0.09, 0.25, 0.35),
) -> Truth:
    """Write starts and seconds of a hospital; standard deviations of logarithms by specialty, doctor, session, patient."""
    draw = np.random.default_rng(seed)
    of_specialty = np.log(8) + sds[0] * draw.standard_normal(specialties)
    rows, truth = [], {}
    for n in range(doctors):
        log_mean = of_specialty[n % specialties] + sds[1] * draw.standard_normal()
        truth[f"D{n:03d}"] = float(np.exp(log_mean + (sds[2] ** 2 + sds[3] ** 2) / 2))
        for day in range(int(draw.integers(*sessions))):
            own = log_mean + sds[2] * draw.standard_normal()
            clock = 480.0
            for _ in range(int(draw.integers(*patients))):
                seconds = round(60 * float(np.exp(own + sds[3] * draw.standard_normal())))
                date = FIRST_DAY + dt.timedelta(days=day)
                rows.append(f"D{n:03d},{date},AM,{time_text(clock)},{seconds}")
                clock += seconds / 60
    write(path, "doctor,date,half,start,service_seconds", rows)
    return Truth(truth)


def call_times(path: Path, seed: int, load: float, sessions: int = 200, patients: int = 21) -> None:
    """Write check-ins and calls of one doctor whose consultations take 8 minutes (lognormal, .35), at a load of the time."""
    draw = np.random.default_rng(seed)
    rows = []
    for day in range(sessions):
        free = 480.0
        services = np.exp(np.log(8) - 0.35**2 / 2 + 0.35 * draw.standard_normal(patients))
        for n, service in enumerate(services):
            arrived = max(450.0, 480 + n * 8 / load + 10 * draw.standard_normal() - 5)
            start = max(free, arrived)
            date = FIRST_DAY + dt.timedelta(days=day)
            rows.append(f"D000,{date},AM,{time_text(arrived)},{time_text(start)}")
            free = start + service
    write(path, "doctor,date,half,arrived,start", rows)


__all__ = ["FIRST_DAY", "Truth", "call_times", "clock_text", "measured", "scenario", "time_text", "write"]
