"""How long things take beside something the machine also has to do: `make bench`, never part of `make test`."""

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
