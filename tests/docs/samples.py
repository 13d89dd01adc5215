"""Samples in the documents: the commands of `console` blocks and what they print.

`python -m tests.docs.samples` runs them and writes anew what they print.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENTS = (
    "README.md",
    "README.zh.md",
    "docs/consortium.md",
    "docs/price.md",
    "docs/repair.md",
    "docs/weeks.md",
    "docs/why.md",
)

_BLOCK = re.compile(
    r"(?<=^```console\n)\$ menzhen (?P<call>.*)\n(?P<output>(?:.*\n)*?)(?=^```$)", re.MULTILINE
)
_LANGUAGE = ("LC_", "LANG", "MENZHEN_")
_CODE = "from scheduler.cli.main import run; run()"


def run_anew(text: str, folder: Path) -> str:
    """Return the document `text` with what its samples print now; they are run in `folder`, one after another."""
    (folder / "scenarios").symlink_to(ROOT / "scenarios")
    return _BLOCK.sub(lambda found: f"$ menzhen {found['call']}\n{_printed(found['call'], folder)}", text)


def _printed(call: str, folder: Path) -> str:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(_LANGUAGE)}
    done = subprocess.run(
        [sys.executable, "-c", _CODE, *shlex.split(call)],
        cwd=folder,
        env=plain | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    lines = [line.rstrip() for line in done.stdout.splitlines()]
    return "\n".join(lines).strip("\n") + "\n"


if __name__ == "__main__":
    for name in DOCUMENTS:
        with tempfile.TemporaryDirectory() as folder:
            document = ROOT / name
            document.write_text(
                run_anew(document.read_text(encoding="utf-8"), Path(folder)), encoding="utf-8"
            )
