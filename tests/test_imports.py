"""The import table: which part of scheduler may import which, and why."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

LAYERS = (
    ("words", "every sentence is made of them"),
    (
        "errors clock exact processes draws interval text_cache",
        "what can be wrong, dates, numbers, drawn ones too, killable processes and kept results: no more than words",
    ),
    ("rules", "what is asked of a week, not yet in numbers"),
    ("scenario", "a week to plan: hospital, numbers of the rules, tables, all cross-checked"),
    ("roster carryover names", "an answer to a scenario, what weeks leave to the next, half-days in words"),
    (
        "outcome balance compare appointment_times",
        "how an answer ended, its mornings and afternoons, how two of them differ, and what a ticket's patient is told",
    ),
    (
        "engine check tables appointments",
        "how a week is solved, checked, read and written, and its sessions timed: four that know nothing of each other",
    ),
    (
        "reserve tickets infeasible exams",
        "who may book what, the ticket ledger, why a week cannot be, and what examinations need",
    ),
    ("flow", "what patients meet: arrivals, windows, waiting and crowds of a plan, drawn many times"),
    (
        "plan report explain pace",
        "one week from end to end, what was found in words, what could have been, and what the record teaches",
    ),
    ("forms", "what is printed of a roster, or put on a website"),
    ("results weeks adjust", "what is done with a plan: written down, carried to the next week, changed"),
    ("study", "many weeks that differ in what was changed: planned, drawn, and put side by side"),
    (
        "cli interface",
        "the two ways in: commands, the only part that prints and exits, and functions for notebooks",
    ),
)
"""A part imports parts of the layers above it in this list, none of its own layer and none below.

So the engine and the checker share the words of a rule and never a line that decides it, and a colleague who reads
the checker need not know the solver.
"""

LIBRARIES = {
    "alembic": ("tickets", "migrations of the ledger's database"),
    "babel": ("words report", "languages, and how they write numbers and dates"),
    "holidays": ("clock", "the only file that knows dates"),
    "icalendar": ("report", "calendars: it folds Chinese lines by octets and knows the time zones"),
    "docx": ("forms", "documents that an office edits before it prints them"),
    "distributed": ("study", "a Dask cluster, where somebody has one: imported only when it is asked for"),
    "jinja2": ("report", "pages"),
    "numpy": (
        "appointments draws engine exams flow pace study",
        "models of a hospital's size, runs of a week, records and distributions are arrays",
    ),
    "python_calamine": ("tables", "reading workbooks of every kind"),
    "opencc": ("tables", "traditional characters made simplified"),
    "ortools": ("engine", "one folder knows the solver, so that it can be exchanged"),
    "pandas": (
        "engine interface",
        "it takes half a second to load, which the command line must not wait for",
    ),
    "pydantic": (
        "exact scenario tables study",
        "models that cannot hold bad data, and what they object to",
    ),
    "psycopg": ("tickets", "connections to PostgreSQL: imported only where there is one"),
    "pydantic_core": ("tables study", "the words of those objections"),
    "rapidfuzz": ("errors", "the nearest of many names, in no time"),
    "rich": ("cli", "printing"),
    "scipy": ("pace appointments", "normal distributions, and certificates of times"),
    "sqlalchemy": ("tickets", "the ledger's database, SQLite or PostgreSQL alike"),
    "typer": ("cli", "commands"),
    "xlsxwriter": ("tables report", "writing workbooks"),
    "yaml": ("tables", "scenario.yaml and study files"),
}
"""Which parts may import a library. One that is not named here, such as flask or our own `api`, nobody may."""

HEAVY = (
    "alembic",
    "babel",
    "docx",
    "holidays",
    "jinja2",
    "numpy",
    "python_calamine",
    "opencc",
    "ortools",
    "pandas",
    "psycopg",
    "pydantic",
    "rapidfuzz",
    "scipy",
    "sqlalchemy",
    "xlsxwriter",
)
"""What `menzhen --help` must not wait for."""

FILES = sorted(path.relative_to(ROOT) for path in (ROOT / "scheduler").rglob("*.py"))
PLACE = {part: number for number, (parts, _) in enumerate(LAYERS) for part in parts.split()}
PLACE["__init__"] = len(LAYERS)  # the package itself hands on the functions for notebooks


def _part(file: Path) -> str:
    return file.with_suffix("").parts[1]


@cache
def _tree(file: Path) -> ast.Module:
    return ast.parse((ROOT / file).read_text(encoding="utf-8"))


def _imports(tree: ast.Module) -> Iterator[tuple[str, ...]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (tuple(alias.name.split(".")) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "scheduler":
            yield from (("scheduler", alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield tuple((node.module or "").split("."))


def _forbidden(part: str, name: tuple[str, ...]) -> bool:
    if name[0] == "scheduler":
        return name[1] != part and PLACE[name[1]] >= PLACE[part]
    if name[0] in sys.stdlib_module_names:
        return False
    return name[0] not in LIBRARIES or part not in LIBRARIES[name[0]][0].split()


def _ends_or_prints(node: ast.AST) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id in ("print", "exit", "quit", "SystemExit")
    return isinstance(node, ast.Attribute) and node.attr in ("exit", "stdout", "stderr")


def test_every_part_has_its_layer() -> None:
    assert {_part(file) for file in FILES} == set(PLACE)


def test_every_file_imports_only_what_its_part_may() -> None:
    offenders = [
        (str(file), ".".join(name))
        for file in FILES
        for name in _imports(_tree(file))
        if _forbidden(_part(file), name)
    ]
    assert offenders == []


def test_the_table_itself_refuses_what_it_should() -> None:
    assert _forbidden("check", ("scheduler", "engine", "options"))
    assert _forbidden("engine", ("scheduler", "check", "run"))
    assert _forbidden("check", ("ortools", "math_opt"))
    assert _forbidden("cli", ("flask",))
    assert _forbidden("plan", ("api",))
    assert not _forbidden("cli", ("scheduler", "plan"))


@pytest.mark.parametrize("part", ["engine", "check"])
def test_engine_and_checker_count_the_balance_themselves(part: str) -> None:
    imports = {name[:2] for file in FILES if _part(file) == part for name in _imports(_tree(file))}
    assert ("scheduler", "balance") not in imports


def test_every_permission_is_used() -> None:
    used = {(name[0], _part(file)) for file in FILES for name in _imports(_tree(file))}
    given = {(library, part) for library, (parts, _) in LIBRARIES.items() for part in parts.split()}
    assert given - used == set()


def test_only_the_command_line_prints_and_exits() -> None:
    offenders = [
        f"{file}:{node.lineno}"
        for file in FILES
        if _part(file) != "cli"
        for node in ast.walk(_tree(file))
        if _ends_or_prints(node)
    ]
    assert offenders == []


def test_the_command_line_starts_without_heavy_libraries() -> None:
    code = "import sys; from scheduler.cli.main import build_app; build_app(); print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert set(loaded.stdout.split()) & set(HEAVY) == set()
