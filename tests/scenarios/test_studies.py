"""The bundled study: every number of its table is found again in the rosters that it wrote."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

import pytest

from scheduler.check.run import find_violations, totals
from scheduler.clock import WEEKDAYS
from scheduler.rules import RULES, Stage
from scheduler.study.file.file import read_study
from scheduler.study.patching import Base, check_study
from scheduler.study.run.study_run import run_study
from scheduler.study.run.variant_folder import VariantFolder
from scheduler.study.run.variant_solver import VariantTask
from scheduler.study.run.workers import LocalWorkers
from scheduler.study.table.write import write_table
from scheduler.tables.roster.read import read_plan

STUDY = Path(__file__).parents[2] / "scenarios/studies/friday.yaml"
WEEKLY = [rule.key for rule in RULES if rule.stage in (Stage.WEEK, Stage.ROOMS)]
Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("friday")
    study, task = read_study(STUDY), VariantTask(seconds=60)
    workers = LocalWorkers(1, task.limit_seconds)
    try:
        base = Base.read(study.base)
        check_study(study, base)
        found = run_study(study, base, task, VariantFolder(folder), workers)
    finally:
        workers.close()
    write_table(found.rows, study, folder, "en")
    return folder


def _read(path: Path) -> Rows:
    with path.open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def _once(lines: Iterable[dict[str, str]]) -> Rows:
    """A line for every session: one that holds two clinics has two."""
    return list({line["session"]: line for line in lines}.values())


def test_every_number_of_the_table_is_that_of_the_written_roster(out: Path) -> None:
    base, variants = Base.read(STUDY.parent / "../typical"), {v.name: v for v in read_study(STUDY).variants}
    table = _read(out / "table.csv")
    assert [row["variant"] for row in table] == list(variants)
    for row in table:
        if row["status"] == "infeasible":
            assert row["reasons"]
            assert not (out / "variants" / row["variant"] / "sessions.csv").exists()
            continue
        scenario = base.patched(variants[row["variant"]])
        folder = out / "variants" / row["variant"]
        lines = _read(folder / "sessions.csv")
        expected = _days(scenario.working_dates, lines) | _changes(lines)
        violations = find_violations(scenario, read_plan(scenario, folder), rules=WEEKLY)
        assert not [violation for violation in violations if violation.hard]
        expected |= {
            f"tier_{key}": str(units) for key, units in totals(violations).items() if f"tier_{key}" in row
        }
        expected |= {"broken": "0", "cover": str(totals(violations)["cover"])}
        expected |= {"fairness": str(totals(violations)["fairness"])}
        assert {key: row[key] for key in expected} == expected, row["variant"]


def test_the_study_asks_what_it_was_made_for(out: Path) -> None:
    status = {row["variant"]: row["status"] for row in _read(out / "table.csv")}
    assert status.pop("fever") == "infeasible"
    assert set(status.values()) == {"optimal"}


def _days(working: Sequence[dt.date], lines: Rows) -> dict[str, str]:
    told: dict[str, str] = {}
    sessions, tickets = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    held = [line for line in lines if line["date"]]
    for line in _once(held):
        sessions[line["date"], line["half"]] += 1
    for line in held:
        tickets[line["date"], line["half"]] += int(line["tickets"])
    whole: Counter[str] = Counter()
    for date in working:
        for counts, what in ((sessions, ""), (tickets, "_tickets")):
            am, pm = counts[str(date), "AM"], counts[str(date), "PM"]
            name = f"{WEEKDAYS[date.weekday()]}{what}"
            told |= {f"{name}_am": str(am), f"{name}_pm": str(pm), f"{name}_ratio": _ratio(am, pm)}
            whole[f"week{what}_am"] += am
            whole[f"week{what}_pm"] += pm
    told |= {key: str(count) for key, count in whole.items()}
    worst = max(Fraction(sessions[str(date), "AM"], sessions[str(date), "PM"]) for date in working)
    return told | {"highest_ratio": f"{float(worst):.4f}"}


def _ratio(am: int, pm: int) -> str:
    return f"{float(Fraction(am, pm)):.4f}"


def _changes(lines: Rows) -> dict[str, str]:
    sessions = [line for line in _once(lines) if line["change"] != "kept"]
    named = {line["session"] for line in sessions}
    kinds = Counter(line["change"] for line in sessions)
    doctors = {line["doctor"] for line in sessions} | {line["was_doctor"] for line in sessions} - {""}
    return {
        "changed": str(len(sessions)),
        "tickets_changed": str(sum(int(line["tickets"]) for line in lines if line["session"] in named)),
        "doctors": str(len(doctors)),
        "specialties": str(len({line["specialty"] for line in sessions})),
    } | {kind: str(kinds[kind]) for kind in ("moved", "covered", "added", "dropped")}
