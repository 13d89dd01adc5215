"""The engine beside the single model, beside a plain model of the peer's, and as hospitals grow: ratios in one run."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.conftest import Tell
from tests.benchmarks.measure import ROOT, Spent, spent
from tests.benchmarks.test_speed import SOLVE

WEEKS = {name: ROOT.parent / "shared" / "data" / f"puh3_{name}.csv" for name in ("2025w43", "2025w46")}
LIMITS = ("1.2", "1.1", "1.05")
SINGLE_CAP = 30
ONLY_CHANGES = [
    f"rules.{key}=off"
    for key in ("ratio_target", "ratio_experts", "expert_presence", "fairness", "preferences")
]

real = pytest.mark.skipif(
    not all(path.exists() for path in WEEKS.values()), reason="the published weeks are not here"
)


def run(module: str, *words: str) -> dict[str, Any]:
    """Run a module of ours and return the JSON it prints."""
    done = subprocess.run(
        [sys.executable, "-m", f"tests.benchmarks.{module}", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def solved(
    source: object, *settings: str, engine: str = "aggregate", solver: str = "highs", cap: int = 60
) -> dict[str, Any]:
    """Return one engine run."""
    return run("engine_run", str(source), engine, solver, str(cap), *settings)


def as_spent(answer: dict[str, Any]) -> Spent:
    return Spent(answer["seconds"], answer.get("megabytes", 0), 0)


@pytest.fixture(scope="module")
def weeks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    from scheduler.tables.published.timetable import read_published, to_scenario
    from scheduler.tables.scenario.files import write_scenario

    folders = {}
    for name, table in WEEKS.items():
        folders[name] = tmp_path_factory.mktemp(name)
        write_scenario(to_scenario(read_published(table)).scenario, folders[name])
    return folders


@real
@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("name", WEEKS)
def test_a_real_week_is_proved_quicker_than_the_single_model_proves_it(
    tell: Tell, weeks: dict[str, Path], name: str, limit: str
) -> None:
    words = [f"policy.ratio.limit={limit}", *ONLY_CHANGES]
    ours = solved(weeks[name], *words)
    assert ours["status"] == "optimal"
    singles = {
        solver: solved(weeks[name], *words, engine="single", solver=solver, cap=SINGLE_CAP)
        for solver in ("highs", "scip", "cp_sat")
    }
    best = min(singles, key=lambda s: (singles[s]["status"] != "optimal", singles[s]["seconds"]))
    state = "" if singles[best]["status"] == "optimal" else ", not proved"
    ratio = tell(
        f"{name} at {limit}, up to changes {ours['tiers']['changes'][0]}",
        as_spent(ours),
        f"single model, {best}{state}",
        as_spent(singles[best]),
    )
    assert ratio < 1


@real
@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("name", WEEKS)
def test_all_tiers_of_a_real_week_are_proved(
    tell: Tell, weeks: dict[str, Path], name: str, limit: str
) -> None:
    every = solved(weeks[name], f"policy.ratio.limit={limit}")
    assert every["status"] == "optimal"
    first = solved(weeks[name], f"policy.ratio.limit={limit}", *ONLY_CHANGES)
    tell(f"{name} at {limit}, all tiers and rooms", as_spent(every), "up to changes", as_spent(first))


@real
@pytest.mark.parametrize("limit", ("1.2", "1.1"))
def test_the_peers_plain_model_needs_longer(tell: Tell, weeks: dict[str, Path], limit: str) -> None:
    words = [f"policy.ratio.limit={limit}", *ONLY_CHANGES, "rules.ratio_specialties=off"]
    peer = run("peer", str(weeks["2025w43"]), "60", *words)
    ours = solved(weeks["2025w43"], *words)
    reached = f"plain CP-SAT, {peer['status'].lower()} {peer['value']:.0f}, bound {peer['bound']:.0f}"
    tell(f"2025w43 at {limit}, same rules", as_spent(ours), reached, as_spent(peer))


def test_time_grows_little_faster_than_hospitals_do(tell: Tell) -> None:
    base = solved("1x", cap=120)
    for factor in (2, 5, 10):
        grown = solved(f"{factor}x", cap=120)
        for value, bound in grown["tiers"].values():
            assert value - bound <= value / 1000
        ratio = tell(f"{factor} x large, from demand", as_spent(grown), "large", as_spent(base))
        # n to the power of 1.2, and as much again for what else runs on a shared machine.
        assert ratio < 2 * math.pow(factor, 1.2)
        assert grown["megabytes"] < 4096


def test_many_hospitals_weeks_from_demand_are_proved_soon(tell: Tell) -> None:
    large = solved(ROOT / "scenarios" / "large")
    assert large["status"] == "optimal"
    start = spent(SOLVE, times=3)
    tell("`large`, 900 doctors, from demand", as_spent(large), "a solver's start", start)


@real
def test_a_repair_takes_a_part_of_the_plans_time(tell: Tell, weeks: dict[str, Path]) -> None:
    done = run("repair_run", str(weeks["2025w43"]), "40")
    plan = Spent(done["plan"], done["megabytes"], 0)
    median, worst = (Spent(done[name], done["megabytes"], 0) for name in ("median", "worst"))
    assert tell("repair of one stopped doctor, median of 40", median, "the plan, files apart", plan) < 1
    tell("repair of one stopped doctor, longest of 40", worst, "the plan, files apart", plan)


@real
def test_the_price_of_the_afternoon_is_told_in_seconds(tell: Tell, weeks: dict[str, Path]) -> None:
    done = run("price_run", str(weeks["2025w43"]), "15")
    assert done["proved"] == done["points"] == 15
    tell("price of the afternoon, 15 points", as_spent(done), "its first point", Spent(done["first"], 0, 0))
