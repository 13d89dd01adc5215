"""Writes the notices of a repaired week: a page, a workbook, a document, and the texts for patients."""

from __future__ import annotations

from pathlib import Path

from scheduler.forms.docx import docx_file
from scheduler.forms.html import html_file
from scheduler.forms.notices.changes import Notice
from scheduler.forms.notices.form import notice_form
from scheduler.forms.notices.texts import patient_text
from scheduler.forms.xlsx import xlsx_file
from scheduler.report.voice import Voice
from scheduler.scenario.week import Scenario

_WRITERS = {"notices.html": html_file, "notices.xlsx": xlsx_file, "notices.docx": docx_file}
_TEXTS = "notices.txt"

NOTICE_FILES = frozenset({*_WRITERS, _TEXTS})
"""Names of everything that is written here."""


def write_notices(scenario: Scenario, notices: tuple[Notice, ...], folder: Path, language: str) -> None:
    """Write the notices into `folder`, nothing where there are none; raises OSError."""
    if not notices:
        return
    voice = Voice(language)
    form = notice_form(scenario, notices, voice)
    for name, write in _WRITERS.items():
        (folder / name).write_bytes(write(form))
    lines = "".join(f"{patient_text(scenario, notice, voice)}\n" for notice in notices)
    (folder / _TEXTS).write_bytes(lines.encode("utf-8"))
