"""Studies: every number of a table is found again in the rosters that were written; the bundled study can be applied."""

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
from scheduler.study.base import Base, check_study
from scheduler.study.file.file import read_study
from scheduler.study.run.study_run import run_study
from scheduler.study.run.variant_folder import VariantFolder
from scheduler.study.run.variant_solver import VariantTask
from scheduler.study.run.workers import LocalWorkers
from scheduler.study.table.write import write_table
from scheduler.tables.roster.read import read_plan

WEEKLY = [rule.key for rule in RULES if rule.stage in (Stage.WEEK, Stage.ROOMS)]
SCENARIOS = Path(__file__).parents[2] / "scenarios"
BUNDLED = SCENARIOS / "studies/friday.yaml"
SMALL = f"""
name: small
base: {SCENARIOS / "rules/ratio_day"}
patches:
  loose:
    set: {{policy.ratio.limit: 2}}
  even:
    set: {{policy.ratio.limit: 1}}
  away:
    stop: [D003]
  refusal:
    pin: {{specialty: 眼科}}
  friday:
    add:
      demand: [{{clinic: 眼科门诊, day: fri, half: PM, sessions: 1, hard: yes}}]
variants: [loose, even, away, refusal, friday]
"""
Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A study of a smallest week, and the folder of its results."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "small.yaml").write_text(SMALL, encoding="utf-8")
    run_whole(folder / "small.yaml", folder / "out")
    return folder / "small.yaml", folder / "out"


def run_whole(path: Path, folder: Path) -> None:
    """Solve every variant of the study and write its table."""
    study, task = read_study(path), VariantTask(seconds=60)
    workers = LocalWorkers(1, task.limit_seconds)
    try:
        base = Base.read(study.base)
        check_study(study, base)
        finished = run_study(study, base, task, VariantFolder(folder), workers)
    finally:
        workers.close()
    write_table(finished.rows, study, folder, "en")


def _read(path: Path) -> Rows:
    with path.open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def _once(lines: Iterable[dict[str, str]]) -> Rows:
    """A line for every session: one that holds two clinics has two."""
    return list({line["session"]: line for line in lines}.values())


def test_every_number_of_the_table_is_that_of_the_written_roster(small: tuple[Path, Path]) -> None:
    every_number_is_that_of_the_roster(*small)
    assert status_by_variant(small[1]) == {
        "base": "optimal",
        "loose": "optimal",
        "even": "optimal",
        "away": "optimal",
        "refusal": "infeasible",
        "friday": "optimal",
    }


def every_number_is_that_of_the_roster(path: Path, out: Path) -> None:
    """The table's rows are counted anew from the rosters beside it; a variant without a roster has reasons."""
    study = read_study(path)
    base, variants = Base.read(study.base), {variant.name: variant for variant in study.variants}
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
        units = totals(violations)
        expected |= {f"tier_{key}": str(count) for key, count in units.items() if f"tier_{key}" in row}
        expected |= {"broken": "0", "cover": str(units["cover"]), "fairness": str(units["fairness"])}
        assert {key: row[key] for key in expected} == expected, row["variant"]


def status_by_variant(out: Path) -> dict[str, str]:
    """The status of every variant in the table."""
    return {row["variant"]: row["status"] for row in _read(out / "table.csv")}


def test_the_bundled_study_can_be_read_and_every_patch_of_it_applied() -> None:
    """`make bench` runs it whole."""
    study = read_study(BUNDLED)
    base = Base.read(study.base)
    check_study(study, base)
    patched = {variant.name: base.patched(variant) for variant in study.variants}
    assert len(patched) == 10
    assert [name for name, week in patched.items() if week == base.scenario] == ["base"]


def _days(working: Sequence[dt.date], lines: Rows) -> dict[str, str]:
    numbers: dict[str, str] = {}
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
            numbers |= {f"{name}_am": str(am), f"{name}_pm": str(pm), f"{name}_ratio": _ratio(am, pm)}
            whole[f"week{what}_am"] += am
            whole[f"week{what}_pm"] += pm
    numbers |= {key: str(count) for key, count in whole.items()}
    ratios = [
        Fraction(am, pm)
        for am, pm in ((sessions[str(date), "AM"], sessions[str(date), "PM"]) for date in working)
        if pm
    ]
    return numbers | {"highest_ratio": f"{float(max(ratios)):.4f}"}


def _ratio(am: int, pm: int) -> str:
    return f"{float(Fraction(am, pm)):.4f}" if pm else ""


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
