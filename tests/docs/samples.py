"""Samples in the documents: the commands of `console` blocks and what they print.

`python -m tests.docs.samples` runs them and writes anew what they print.
"""

from __future__ import annotations

import contextlib
import io
import os
import pickle
import re
import shlex
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

from scheduler.cli import shared
from scheduler.cli.main import run

ROOT = Path(__file__).parents[2]
DOCUMENTS = (
    "README.md",
    "README.zh.md",
    "docs/consortium.md",
    "docs/edit.md",
    "docs/leave.md",
    "docs/price.md",
    "docs/repair.md",
    "docs/weeks.md",
    "docs/why.md",
)

_BLOCK = re.compile(
    r"(?<=^```console\n)\$ menzhen (?P<call>.*)\n(?P<output>(?:.*\n)*?)(?=^```$)", re.MULTILINE
)
_LANGUAGE = ("LC_", "LANG", "MENZHEN_")
_SOLVED: dict[bytes, Any] = {}
"""Results of the engine by what it was called with: several documents plan one week."""


def run_anew(text: str, folder: Path) -> str:
    """Return the document `text` with what its samples print now; they are run in `folder`, one after another."""
    (folder / "scenarios").symlink_to(ROOT / "scenarios")
    return _BLOCK.sub(lambda block: f"$ menzhen {block['call']}\n{_run_call(block['call'], folder)}", text)


def _run_call(call: str, folder: Path) -> str:
    """Return what the command prints, both of its streams, in a folder and without the caller's language."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(_LANGUAGE)}
    printed = io.StringIO()
    with (
        contextlib.chdir(folder),
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed),
        mock.patch.dict(os.environ, plain, clear=True),
        mock.patch("sys.argv", ["menzhen", *shlex.split(call)]),
        mock.patch.object(shared, "engine_runner", lambda: _solve_once),
        contextlib.suppress(SystemExit),
    ):
        run()
    lines = [line.rstrip() for line in printed.getvalue().splitlines()]
    return "\n".join(lines).strip("\n") + "\n"


def _solve_once(
    function: Callable[..., Any], scenario: Any, options: Any, on_progress: Any, /, *args: Any, **kwargs: Any
) -> Any:
    """Run the engine in this process, and only once for equal arguments: the `Runner` of the samples."""
    key = pickle.dumps((function, scenario, options, args, kwargs))
    if key not in _SOLVED:
        _SOLVED[key] = function(scenario, options, on_progress, *args, **kwargs)
    return _SOLVED[key]


if __name__ == "__main__":
    for name in DOCUMENTS:
        with tempfile.TemporaryDirectory() as folder:
            document = ROOT / name
            document.write_text(
                run_anew(document.read_text(encoding="utf-8"), Path(folder)), encoding="utf-8"
            )
