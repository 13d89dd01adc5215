"""One sheet of the workbook: text that is never a formula, headings that stay, a page that prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any
from unicodedata import east_asian_width

from scheduler.clock import Cell
from scheduler.report.facts import ReportFacts
from scheduler.report.voice import Voice
from scheduler.report.words import HALF_WORDS, STATUS_WORDS
from scheduler.words import Message, message

_BASE = {"font_size": 9, "valign": "top"}
_BOXED = _BASE | {"border": 1, "border_color": "#C3CBD3"}
_CELL = _BOXED | {"text_wrap": True}

FORMATS: Mapping[str, Mapping[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "plain": _BASE,
    "head": _BOXED
    | {"bold": True, "bg_color": "#E4EAF0", "align": "center", "valign": "vcenter", "text_wrap": True},
    "name": _BOXED | {"bold": True},
    "text": _CELL,
    "number": _BOXED | {"num_format": "#,##0"},
    "ratio": _BOXED | {"num_format": "0.0000", "align": "right", "bold": True},
    "above": _BOXED
    | {"num_format": "0.0000", "align": "right", "bold": True, "underline": 1, "font_color": "#A8420C"},
    "moved": _CELL | {"bg_color": "#FBE3B3", "bold": True},
    "added": _CELL | {"bg_color": "#CFE3F2", "bold": True},
    "dropped": _CELL | {"font_color": "#A8420C", "font_strikeout": True},
    "away": _CELL | {"font_color": "#6B7681", "italic": True},
    "closed": _CELL | {"pattern": 4, "fg_color": "#C3CBD3", "bg_color": "#FFFFFF"},
}
"""Looks of a cell by name; each differs in more than colour, so that it survives a grey printer."""

_NARROW, _WIDE = 6, 12
_PAPER_A3, _PAPER_A4 = 8, 9
_MOST_ON_A4 = 12
_LINE_HEIGHT = 12


class Sheet:
    """A titled sheet; its heading of one or two rows stays in view and is repeated on every printed page."""

    def __init__(self, book: Any, formats: Mapping[str, Any], voice: Voice, name: Message) -> None:
        self.voice = voice
        self._formats = formats
        self._sheet = book.add_worksheet(voice.say(name))
        self._sheet.set_landscape()
        self._sheet.set_paper(_PAPER_A4)
        self._sheet.fit_to_pages(1, 0)
        self._sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        self._sheet.set_footer("&C&P / &N")
        self._widths: dict[int, int] = {}
        self._texts: list[tuple[int, int, str]] = []

    def text(self, row: int, column: int, text: str, look: str = "text") -> None:
        """Write `text` as text, whatever it begins with; no text leaves the cell empty, with its look."""
        if not text:
            self._sheet.write_blank(row, column, None, self._formats[look])
            return
        self._sheet.write_string(row, column, text, self._formats[look])
        if FORMATS[look].get("text_wrap"):
            self._texts.append((row, column, text))

    def number(self, row: int, column: int, number: int | float, look: str = "number") -> None:
        """Write a number."""
        self._sheet.write_number(row, column, number, self._formats[look])

    def titles(self, facts: ReportFacts, legend: Sequence[tuple[str, Message]] = ()) -> None:
        """Write the week into row 0, and a cell of each look in the legend with its meaning into row 1."""
        title = f"{facts.scenario.name} · {facts.scenario.week}"
        if not facts.solved:
            status = STATUS_WORDS[facts.outcome.status]
            title += " · " + self.voice.say(message("{status}: the template as it stands", status=status))
        self.text(0, 0, title, "title")
        for column, (look, meaning) in enumerate(legend):
            self.text(1, column, self.voice.say(meaning), look)

    def columns(self, first: int, headings: Sequence[Message | str], widths: Sequence[int]) -> None:
        """Write one heading row at row `first`, with the columns' widths in characters."""
        for column, (heading, width) in enumerate(zip(headings, widths, strict=True)):
            self.text(first, column, self.voice.say(heading), "head")
            self._width(column, width)

    def _width(self, column: int, width: int) -> None:
        self._sheet.set_column(column, column, width)
        self._widths[column] = width

    def half_days(self, first: int, left: int, cells: Sequence[Cell], *, wide: bool) -> None:
        """Write the half-days from column `left` on: their dates in row `first`, their halves in the next."""
        column = left
        for date, of_date in groupby(cells, lambda cell: cell.date):
            halves = [cell.half for cell in of_date]
            label = self.voice.date(date)
            if len(halves) == 1:
                self.text(first, column, label, "head")
            else:
                self._sheet.merge_range(
                    first, column, first, column + len(halves) - 1, "", self._formats["head"]
                )
                self.text(first, column, label, "head")
            for half in halves:
                self.text(first + 1, column, self.voice.say(HALF_WORDS[half]), "head")
                self._width(column, _WIDE if wide else _NARROW)
                column += 1
        if wide and len(cells) > _MOST_ON_A4:
            self._sheet.set_paper(_PAPER_A3)

    def finish(self, *, head: tuple[int, int], fixed: int, last_row: int, last_column: int) -> None:
        """Freeze the first `fixed` columns and the rows to the end of `head`; filter by its last row."""
        self._sheet.freeze_panes(head[1] + 1, fixed)
        self._sheet.repeat_rows(*head)
        self._sheet.autofilter(head[1], 0, max(last_row, head[1]), last_column)
        self._set_heights()

    def lock(self) -> None:
        """Let nobody edit by mistake what is not read back; there is no password, and filters and widths stay usable."""
        allowed = ("autofilter", "format_columns", "format_rows", "format_cells")
        self._sheet.protect("", dict.fromkeys(allowed, True))

    def _set_heights(self) -> None:
        # Not every program fits the height of a row to its text when it opens the file.
        lines: Counter[int] = Counter()
        for row, column, text in self._texts:
            if column in self._widths:
                lines[row] = max(lines[row], line_count(text, self._widths[column]))
        for row, count in sorted(lines.items()):
            self._sheet.set_row(row, _LINE_HEIGHT * count + 3)


def line_count(text: str, width: int) -> int:
    """Return the lines that `text` fills in a column of `width` characters."""
    # Columns are measured in digits of the workbook's 11-point font; cells are written in 9 points.
    room = width * 11 // 9
    return sum(max(1, -(-text_width(line) // room)) for line in text.split("\n"))


def text_width(line: str) -> int:
    """Return the width of a line in characters of a column; a Chinese one or a mark such as ▲ is two wide."""
    return sum(2 if east_asian_width(character) in "WFA" else 1 for character in line)
