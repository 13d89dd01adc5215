"""Writes the notices of a repaired week: a page, a workbook, a document, and the texts for patients."""

from __future__ import annotations

from pathlib import Path

from scheduler.report.notices.boards import boards_of
from scheduler.report.notices.book import notices_workbook
from scheduler.report.notices.changes import Notice
from scheduler.report.notices.document import notices_document
from scheduler.report.notices.page import notices_html
from scheduler.report.notices.texts import patient_text
from scheduler.report.voice import Voice
from scheduler.scenario.week import Scenario
from scheduler.words import message

NOTICE_FILES = frozenset({"notices.html", "notices.xlsx", "notices.docx", "notices.txt"})
"""Names of everything that is written here."""


def write_notices(scenario: Scenario, notices: tuple[Notice, ...], folder: Path, language: str) -> None:
    """Write the notices into `folder`, nothing where there are none; raises OSError."""
    if not notices:
        return
    voice = Voice(language)
    boards = boards_of(scenario, notices, voice)
    title = voice.say(message("Notices of {week}", week=str(scenario.week)))
    lines = "".join(f"{patient_text(scenario, notice, voice)}\n" for notice in notices)
    (folder / "notices.html").write_bytes(notices_html(boards, title, language).encode())
    (folder / "notices.xlsx").write_bytes(notices_workbook(boards, title, language))
    (folder / "notices.docx").write_bytes(notices_document(boards, title))
    (folder / "notices.txt").write_bytes(lines.encode("utf-8"))
