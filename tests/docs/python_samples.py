"""Samples in docs/python.md and the READMEs: `pycon` blocks, run one after another as one session a document.

`python -m tests.docs.python_samples` runs them and writes anew what they print.
"""

from __future__ import annotations

import contextlib
import doctest
import os
import re
import tempfile
from pathlib import Path
from unittest import mock

from tests.docs.samples import ROOT

DOCUMENTS = ("README.md", "README.zh.md", "docs/python.md")

_BLOCK = re.compile(r"(?<=^```pycon\n)(.*?)(?=^```$)", re.MULTILINE | re.DOTALL)


def run_anew(text: str, folder: Path) -> str:
    """Return the document with what its samples print now; they are run in `folder`, which sees the bundled weeks."""
    (folder / "scenarios").symlink_to(ROOT / "scenarios")
    names: dict[str, object] = {"__name__": "__main__"}
    with contextlib.chdir(folder), mock.patch.dict(os.environ, {"MENZHEN_LANG": "en"}):
        return _BLOCK.sub(lambda block: _run_block(block[0], names), text)


def _run_block(block: str, names: dict[str, object]) -> str:
    printed: list[str] = []

    class Runner(doctest.DocTestRunner):
        def report_start(self, out: object, test: object, example: doctest.Example) -> None: ...

        def report_success(self, out: object, test: object, example: doctest.Example, got: str) -> None:
            prompt = example.source.rstrip("\n").split("\n")
            printed.append(
                "".join(f"{'...' if n else '>>>'} {line}\n" for n, line in enumerate(prompt)) + got
            )

        report_failure = report_success  # type: ignore[assignment]

        def report_unexpected_exception(self, out, test, example, exc_info) -> None:  # type: ignore[no-untyped-def]
            raise exc_info[1]

    test = doctest.DocTestParser().get_doctest(block, names, "sample", None, 0)
    Runner(verbose=False).run(test, clear_globs=False, out=lambda _: None)
    names.update(test.globs)
    return "".join(printed)


if __name__ == "__main__":
    for name in DOCUMENTS:
        with tempfile.TemporaryDirectory() as folder:
            document = ROOT / name
            text = document.read_text(encoding="utf-8")
            document.write_text(run_anew(text, Path(folder)), encoding="utf-8")
