"""A sheet as a rectangle of texts, upright or turned."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from scheduler.tables.grids.sheets import Sheet
from scheduler.tables.published.legend import Legend, legend_of

Cells = Sequence[str]
NumberedRow = tuple[int, Cells]


@dataclass(frozen=True)
class Table:
    """A sheet as a rectangle of text with its row numbers.

    `turned` where rows and columns changed places: `across` are then the numbers of the sheet's rows, `titles` its rows
    of one text, which are no columns.
    """

    sheet: Sheet
    rows: tuple[NumberedRow, ...]
    turned: bool = False
    across: tuple[int, ...] = ()
    titles: tuple[tuple[int, str], ...] = ()

    @cached_property
    def legend(self) -> Legend:
        """What the sheet itself says that its marks mean."""
        return legend_of(cells for _, cells in self.sheet.cells)

    @classmethod
    def of(cls, sheet: Sheet) -> Table:
        """Return the sheet with every merged range filled and every row as wide as the widest."""
        width = max((len(cells) for _, cells in sheet.cells), default=0)
        rows = {number: [*cells, *[""] * (width - len(cells))] for number, cells in sheet.cells}
        numbers = sorted(rows)
        room = len(numbers) * width  # merged ranges do not overlap: more than this is no honest file
        for top, left, bottom, right in sheet.merged:
            text = rows[top][left] if top in rows and left < width else ""
            for number in numbers[bisect_left(numbers, top) : bisect_right(numbers, bottom)] if text else ():
                filled = rows[number][left : right + 1]
                rows[number][left : left + len(filled)] = [text] * len(filled)
                room -= len(filled)
            if room < 0:
                break
        return cls(sheet, tuple(sorted(rows.items())))

    def turn(self) -> Table:
        """Return the table with rows and columns exchanged; its numbers are then those of columns."""
        texts = [(number, {cell for cell in cells if cell}) for number, cells in self.rows]
        titles = {number: distinct.pop() for number, distinct in texts if len(distinct) == 1}
        rows = [(number, cells) for number, cells in self.rows if number not in titles]
        columns = zip(*(cells for _, cells in rows), strict=True)
        return Table(
            self.sheet,
            tuple((number, cells) for number, cells in enumerate(columns, 1) if any(cells)),
            True,
            tuple(number for number, _ in rows),
            tuple(titles.items()),
        )
