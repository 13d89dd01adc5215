"""What the service's parts may import: the library never knows of it, and only one file knows the OpenAPI library."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILES = sorted(path.relative_to(ROOT) for path in (ROOT / "api").rglob("*.py"))

ONLY = {
    "flask_openapi": {"api/web/declare.py", "api/__init__.py", "api/spec.py"},
    "waitress": {"api/server.py", "api/web/unread.py"},
    "distributed": {"api/jobs/cluster.py"},
    "limits": {"api/web/guards.py", "api/settings.py"},
    "prometheus_client": {"api/web/metrics.py"},
    "typer": {"api/cli.py"},
}
"""Libraries that few files may import, so that they can be exchanged."""

LAYERS = (
    *(
        "memory",
        "settings store",
        "jobs",
        "rosters",
        "published_weeks",
        "changes webhook_hosts",
        "web webhooks",
    ),
    *("scenario_files shapes", "routes", "__init__", "server spec", "cli"),
)
"""A part imports parts before its own, so that there is no circle; `jobs` and `store` run in workers, without the web."""

PLACE = {part: number for number, parts in enumerate(LAYERS) for part in parts.split()}


def _imported(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse((ROOT / file).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def test_every_file_imports_only_what_it_may() -> None:
    offenders = [
        (str(file), name)
        for file in FILES
        for name in sorted({name.split(".")[0] for name in _imported(file)})
        if str(file) not in ONLY.get(name, {str(file)})
    ]
    assert offenders == []


def test_every_part_imports_only_parts_before_its_own() -> None:
    offenders = [
        (str(file), name)
        for file in FILES
        for name in sorted(_imported(file))
        if name.startswith("api.")
        and _part_of(name) != _part(file)
        and PLACE[_part_of(name)] >= PLACE[_part(file)]
    ]
    assert offenders == []


def test_what_runs_in_a_worker_does_not_know_the_web() -> None:
    offenders = [
        (str(file), name)
        for file in FILES
        for name in sorted(_imported(file))
        if _part(file) in ("settings", "store", "jobs") and name.split(".")[0] in ("flask", "flask_openapi")
    ]
    assert offenders == []


def _part(file: Path) -> str:
    return file.with_suffix("").parts[1]


def _part_of(name: str) -> str:
    return name.split(".")[1]
