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
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from unittest import mock

from scheduler.cli import shared
from scheduler.cli.main import run

ROOT = Path(__file__).parents[2]
MANUAL = tuple(
    f"docs/zh/{page}.md"
    for page in (
        "README",
        "import",
        "plan",
        "edit",
        "repair",
        "reserve",
        "publish",
        "whatif",
        "exams",
        "pace",
        "questions",
    )
)
"""The planners' manual: its pages go on from one another, beside its examples, and answers are Chinese."""

STORIES = (
    ("README.md",),
    ("README.zh.md",),
    ("docs/consortium.md",),
    ("docs/edit.md",),
    ("docs/flow.md",),
    ("docs/exams.md",),
    ("docs/forms.md",),
    ("docs/leave.md",),
    ("docs/price.md",),
    ("docs/repair.md",),
    ("docs/weeks.md",),
    ("docs/why.md",),
    MANUAL,
)
"""Documents with samples; those of one story are run in one folder, one after another."""

EXAMPLES = ROOT / "docs" / "zh" / "示例"

_BLOCK = re.compile(r"(?<=^```console\n)(?P<calls>\$ .*\n(?:.*\n)*?)(?=^```$)", re.MULTILINE)
_CALL = re.compile(r"^\$ (?P<program>menzhen|cp) (?P<call>.*)\n", re.MULTILINE)
_LANGUAGE = ("LC_", "LANG", "MENZHEN_")
_SOLVED: dict[bytes, Any] = {}
"""Results of the engine by what it was called with: several documents plan one week."""


def run_story(names: Sequence[str], folder: Path) -> list[str]:
    """Return the documents of a story with what their samples print now, run in `folder`, one after another."""
    shutil.copytree(EXAMPLES, folder / EXAMPLES.name)
    (folder / "scenarios").symlink_to(ROOT / "scenarios")
    language = "zh" if names == MANUAL else "en"
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in names]
    return [run_anew(text, folder, language) for text in texts]


def run_anew(text: str, folder: Path, language: str = "en") -> str:
    """Return the document `text` with what its samples print now; they are run in `folder`, one after another."""

    def run_block(block: re.Match[str]) -> str:
        calls = _CALL.finditer(block["calls"])
        return "".join(
            f"{call[0]}{_run_call(call['program'], call['call'], folder, language)}" for call in calls
        )

    return _BLOCK.sub(run_block, text)


def _run_call(program: str, call: str, folder: Path, language: str) -> str:
    """Return what the command prints, both of its streams, in a folder and in `language`, whatever the caller's is."""
    if program == "cp":
        source, target = (folder / name for name in shlex.split(call))
        shutil.copyfile(source, target)
        return ""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(_LANGUAGE)}
    plain["MENZHEN_LANG"] = language
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
    for story in STORIES:
        with tempfile.TemporaryDirectory() as folder:
            for name, text in zip(story, run_story(story, Path(folder)), strict=True):
                (ROOT / name).write_text(text, encoding="utf-8")
