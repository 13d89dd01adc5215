"""Writes the reports into a folder: the only file here that touches the disk."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

from scheduler.errors import OutputError, Problem, Where
from scheduler.report.facts import ReportFacts
from scheduler.report.html import html_text
from scheduler.report.json import json_text
from scheduler.report.workbook import workbook_bytes
from scheduler.words import message

REPORT_FILES = frozenset({"report.json", "report.html", "roster.xlsx"})
"""Names of everything that is written here."""


def write_reports(facts: ReportFacts, seconds: Mapping[str, float], folder: Path, language: str) -> None:
    """Write report.json, report.html and roster.xlsx into `folder`, making it where it is missing.

    All three are made before the first is written, and none takes the place of an older one before all are on
    the disk. The time that takes is added to the stage `write` that report.json tells. Raises OutputError where
    the folder cannot be written.
    """
    started = time.perf_counter()
    page, book = html_text(facts, language).encode(), workbook_bytes(facts, language)
    spent = {**seconds, "write": seconds.get("write", 0.0) + time.perf_counter() - started}
    write_files(
        {
            folder / "report.json": json_text(facts, spent).encode(),
            folder / "report.html": page,
            folder / "roster.xlsx": book,
        }
    )


def write_files(contents: Mapping[Path, bytes]) -> None:
    """Write all files or none, each replacing an older one whole; raises OutputError where that cannot be done."""
    parts = {path: path.with_name(f".{path.name}.part") for path in contents}
    current = next(iter(contents))
    try:
        for current, content in contents.items():
            current.parent.mkdir(parents=True, exist_ok=True)
            parts[current].write_bytes(content)
        for current, part in parts.items():
            part.replace(current)
    except OSError as error:
        for part in parts.values():
            _remove(part)
        raise OutputError([_problem(current, error)]) from error


def _remove(part: Path) -> None:
    # What cannot be written often cannot be looked at either; the first error is the one to tell.
    try:
        part.unlink(missing_ok=True)
    except OSError:
        return


def _problem(path: Path, error: OSError) -> Problem:
    return Problem(
        Where(file=str(path)),
        message("the file cannot be written: {reason}", reason=error.strerror or type(error).__name__),
        message("Close it where it is open, or choose a folder that you may write to."),
    )
