"""How long things take beside something the machine also has to do: `make bench`, never part of `make test`."""

import shutil
from pathlib import Path

import pytest

from tests.benchmarks.conftest import Tell
from tests.benchmarks.measure import MENZHEN, ROOT, Spent, spent

WEEK = ROOT.parent / "shared" / "data" / "puh3_2025w43.csv"

real = pytest.mark.skipif(not WEEK.exists(), reason="the published weeks are not here")

READ = "import csv, sys; list(csv.reader(open(sys.argv[1], encoding='utf-8')))"
SOLVE = (
    "from ortools.math_opt.python import mathopt; model = mathopt.Model(); model.maximize(model.add_binary_variable());"
    "mathopt.solve(model, mathopt.SolverType.HIGHS)"
)

HEAP = "from heapq import heapreplace; h = list(range(8));\nfor x in range(20_000_000): heapreplace(h, x)"
SERVICES = (
    "service,share,minutes,visit,windows\n"
    "check-in,0.9,0.5,before,06:30-08:00:6;08:00-12:00:8;12:00-13:00:2;13:00-17:00:6\n"
    "payment,0.8,1,after,08:00-12:00:14;12:00-13:00:4;13:00-17:00:12\n"
)


@pytest.fixture(scope="module")
def solver_start() -> Spent:
    return spent(SOLVE, times=3)


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("real") / "week"
    assert spent(MENZHEN, "import", str(WEEK), "--out", str(folder)).code == 0
    return folder


def test_the_command_line_starts(tell: Tell) -> None:
    ours = spent(MENZHEN, "--help", times=5)
    assert ours.code == 0
    assert tell("menzhen --help", ours, "Python that does nothing", spent("pass", times=5)) < 100


@real
def test_a_published_week_is_imported(tell: Tell, tmp_path: Path) -> None:
    ours = spent(MENZHEN, "import", str(WEEK), "--out", str(tmp_path / "week"), times=3)
    assert ours.code == 0
    assert (
        tell("import of a real week, 2,487 rows", ours, "reading the csv", spent(READ, str(WEEK), times=3))
        < 200
    )


def _plan(tell: Tell, what: str, start: Spent, scenario: Path, out: Path, *options: str) -> Spent:
    ours = spent(MENZHEN, "plan", str(scenario), "--out", str(out), *options)
    assert ours.code == 0
    tell(f"plan of {what}", ours, "a solver's start", start)
    return ours


def test_the_typical_week_is_planned(tell: Tell, solver_start: Spent, tmp_path: Path) -> None:
    assert (
        _plan(tell, "`typical`", solver_start, ROOT / "scenarios" / "typical", tmp_path / "out").megabytes
        < 2000
    )


@real
def test_a_real_week_is_planned(tell: Tell, solver_start: Spent, week: Path, tmp_path: Path) -> None:
    assert _plan(tell, "a real week, limit 1.2", solver_start, week, tmp_path / "out").megabytes < 2000


@real
def test_a_real_week_is_planned_at_the_target(
    tell: Tell, solver_start: Spent, week: Path, tmp_path: Path
) -> None:
    out, limit = tmp_path / "out", ("--set", "policy.ratio.limit=1.1")
    assert _plan(tell, "a real week, limit 1.1", solver_start, week, out, *limit).megabytes < 2000


@real
def test_an_edit_that_is_kept_costs_little_more_than_a_check(tell: Tell, week: Path, tmp_path: Path) -> None:
    plan, out = tmp_path / "plan", tmp_path / "edited"
    spent(MENZHEN, "plan", str(week), "--out", str(plan))
    session = (plan / "sessions.csv").read_text(encoding="utf-8-sig").splitlines()[1].split(",")[0]
    check = spent(MENZHEN, "check", str(week), str(plan), times=3)
    edit = spent(
        MENZHEN, "edit", str(week), str(plan), "--tickets", f"{session}=7", "--out", str(out), times=3
    )
    assert tell("edit of a real week, kept", edit, "check", check) < 1.5


@real
def test_patient_flow_of_a_real_week_is_run_100_times(tell: Tell, week: Path, tmp_path: Path) -> None:
    scenario, plan = tmp_path / "week", tmp_path / "plan"
    shutil.copytree(week, scenario)
    spent(MENZHEN, "plan", str(week), "--out", str(plan))
    for name in ("without windows", "with two kinds of windows"):
        words = ("flow", str(scenario), str(plan), "--replications", "100", "--out", str(tmp_path / "flow"))
        ours = spent(MENZHEN, *words)
        assert ours.code == 0
        assert ours.megabytes < 600
        heap = spent(HEAP, times=3)
        assert (
            tell(f"patient flow of a real week, 100 times, {name}", ours, "20,000,000 turns of a heap", heap)
            < 20
        )
        (scenario / "services.csv").write_text(SERVICES, encoding="utf-8")
