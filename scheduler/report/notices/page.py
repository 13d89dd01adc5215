"""notices.html: every board on pages of its own, to be read and printed."""

from __future__ import annotations

from collections.abc import Sequence

from scheduler.report.html import pages
from scheduler.report.notices.boards import Board


def notices_html(boards: Sequence[Board], title: str, language: str) -> str:
    """Return the boards as one self-contained page in `language`; same boards, same bytes."""
    page = pages().get_template("notices.html")
    text: str = page.render(lang="zh-CN" if language == "zh" else "en", title=title, boards=boards)
    return text
