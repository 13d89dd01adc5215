"""The table of a study's variants as the terminal shows it: the columns that matter, and why a variant has no roster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from scheduler.cli.voice import table
from scheduler.words import Message, Words, message

if TYPE_CHECKING:
    from rich.table import Table

    from scheduler.report.voice import Voice
    from scheduler.study.table.columns import Column
    from scheduler.study.table.rows import VariantRow
    from scheduler.study.table.wording import CellText

WIDTH = 120
"""Characters that the table may take."""

_ALWAYS = ("changed", "highest", "week")
_TITLE, _OUTCOME, _SECONDS, _GAP = 30, 12, 7, 3
_LONG, _FOLD = 8, 11


def rich_table(rows: Sequence[VariantRow], words: Words, width: int = WIDTH) -> Table:
    """Return the rows, the base's first, as a printable table of at most `width` characters.

    It has the main columns as far as there is room, those first in which variants differ, and the engine's seconds.
    """
    from scheduler.report.voice import Voice
    from scheduler.study.table.rows import base_of
    from scheduler.study.table.wording import cell_texts, heading, outcome_text, title_text

    voice = Voice(words.language)
    columns = _fitting(rows, voice, width)
    headings: list[Message | str] = [message("variant"), message("ended")]
    headings += [_folded(heading(column, voice).lower(), _FOLD) for column in columns]
    lines = [
        [
            title_text(row, voice),
            outcome_text(row, voice),
            *map(_text, cell_texts(row, columns, base_of(rows), voice)),
            _seconds(row),
        ]
        for row in rows
    ]
    right = range(2, len(headings) + 1)
    return table(words, [*headings, message("seconds")], lines, right=right)


def why_not(rows: Sequence[VariantRow], words: Words) -> Iterator[str]:
    """Yield a line for every row without a roster that tells why, and the cheapest way out."""
    for row in rows:
        if row.reasons:
            why = " ".join(words.say(reason) for reason in row.reasons)
            yield words.say(message("{variant}: {why}", variant=row.title, why=why))
        for way in row.figures.ways[:1] if row.figures is not None else ():
            yield "  " + words.say(message("A way out: {steps}", steps=way))


def _text(word: CellText) -> str:
    # A long value and its difference take two lines, so that there is room for more columns.
    one_line = str(word)
    return one_line if len(one_line) <= _LONG or not word.difference else f"{word.text}\n({word.difference})"


def _seconds(row: VariantRow) -> str:
    return "" if row.figures is None else f"{row.figures.seconds:.1f}"


def _fitting(rows: Sequence[VariantRow], voice: Voice, width: int) -> list[Column]:
    from scheduler.study.table.columns import FIXED
    from scheduler.study.table.rows import base_of
    from scheduler.study.table.wording import cell_text, outcome_text

    main = [column for column in FIXED if column.main]
    held = [row for row in rows if row.roster is not None]
    texts = {
        column.key: [_text(cell_text(row, column, base_of(rows), voice)) for row in held] for column in main
    }
    titles = _widest([row.title for row in rows], _TITLE)
    left = (
        width - titles - _widest([outcome_text(row, voice) for row in rows], _OUTCOME) - _SECONDS - 4 * _GAP
    )
    chosen = set()
    for column in sorted(main, key=lambda column: _rank(column, texts[column.key])):
        needed = _needed(column, texts[column.key], voice)
        if needed <= left and (column.key in _ALWAYS or len(set(texts[column.key])) > 1):
            chosen.add(column.key)
            left -= needed
    return [column for column in main if column.key in chosen]


def _rank(column: Column, texts: Sequence[str]) -> tuple[bool, bool]:
    """Order what is always shown first, then what differs; a sort keeps the order of columns in each."""
    return column.key not in _ALWAYS, len(set(texts)) == 1


def _needed(column: Column, texts: Sequence[str], voice: Voice) -> int:
    from rich.cells import cell_len

    from scheduler.study.table.wording import heading

    lines = [line for text in (*texts, _folded(heading(column, voice), _FOLD)) for line in text.split("\n")]
    return max(map(cell_len, lines)) + _GAP


def _folded(text: str, width: int) -> str:
    """Return a heading in lines of about `width` characters; a Chinese one may be folded anywhere."""
    from rich.cells import chop_cells

    if " " not in text:
        return "\n".join(chop_cells(text, width))
    lines = [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}".strip()
        lines[-1:] = [joined] if len(joined) <= width else [lines[-1], word]
    return "\n".join(line for line in lines if line)


def _widest(texts: Sequence[str], most: int) -> int:
    from rich.cells import cell_len

    return min(most, max(map(cell_len, texts)))
