"""Writes the three reports of a plan into a folder."""

from __future__ import annotations

import time
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from scheduler.report.facts import ReportFacts
from scheduler.report.html import html_text
from scheduler.report.json import json_text
from scheduler.report.workbook import workbook_bytes
from scheduler.tables.roster.write import PLAN_FILES

REPORT_FILES = frozenset({"report.json", "report.html", "roster.xlsx"})
"""Names of everything that is written here."""


WORKBOOK = "roster.xlsx"
"""Name of the workbook in a roster's folder."""


def file_digests(folder: Path) -> dict[str, str]:
    """Return the digest (SHA-256) of each of a roster's tables in `folder` and of its workbook; raises OSError."""
    paths = (folder / name for name in sorted({*PLAN_FILES, WORKBOOK}))
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in paths if path.is_file()}


def write_reports(facts: ReportFacts, seconds: Mapping[str, float], folder: Path, language: str) -> None:
    """Write report.json, report.html and roster.xlsx into `folder`, which exists.

    `seconds` are those of the stages so far; making the page and the workbook is added to the stage `write` that
    report.json lists. Raises OSError; use it inside `new_folder` to write all or nothing.
    """
    started = time.perf_counter()
    page, book = html_text(facts, language).encode(), workbook_bytes(facts, language)
    spent = {**seconds, "write": seconds.get("write", 0.0) + time.perf_counter() - started}
    (folder / "report.html").write_bytes(page)
    (folder / WORKBOOK).write_bytes(book)
    (folder / "report.json").write_bytes(json_text(facts, spent, file_digests(folder)).encode())
