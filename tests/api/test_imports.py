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

WITHOUT_WEB = (
    "api/jobs/worker.py",
    "api/jobs/kinds.py",
    "api/jobs/results.py",
    "api/jobs/dispatcher.py",
    "api/jobs/executors.py",
    "api/jobs/cluster.py",
    "api/store/keys.py",
    "api/jobs/studies.py",
)
"""Files, beside api/store, that run where nobody serves: in workers and commands."""


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


def test_what_works_without_the_web_does_not_know_it() -> None:
    files = [file for file in FILES if str(file) in WITHOUT_WEB or file.parts[1] == "store"]
    assert set(WITHOUT_WEB) <= {str(file) for file in files}
    offenders = [
        (str(file), name)
        for file in files
        for name in sorted(_imported(file))
        if name.startswith(("flask", "api.routes", "api.shapes"))
    ]
    assert offenders == []
