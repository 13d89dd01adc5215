"""What a printed form is made of: pages of titled tables, in the words of one language and without any look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from scheduler.report.sheets.sheet import text_width

_NARROWEST = 7


@dataclass(frozen=True)
class Heading:
    """A column's heading: two columns next to each other with the same `group` share one above.

    `width` is in characters of a spreadsheet's column; a column of a group is narrower in a printed section where its
    texts are short. `is_name` marks columns that name their row. A column that `is_optional` is left out of a printed
    section in which it is empty.
    """

    text: str
    group: str = ""
    width: int = 14
    is_name: bool = False
    is_optional: bool = False

    @property
    def whole(self) -> str:
        """The heading in one line, as a table with one row of headings has it."""
        return f"{self.group} {self.text}".strip()


@dataclass(frozen=True)
class Line:
    """A row of a table, a cell for each heading; a cell may hold several lines. `is_head` marks titles in between."""

    cells: tuple[str, ...]
    is_head: bool = False

    @property
    def title(self) -> str:
        """The text of a row that is nothing but a title, written across all columns; empty for any other row."""
        return self.cells[0] if self.is_head and not any(self.cells[1:]) else ""


@dataclass(frozen=True)
class Section:
    """A titled table; `note` stands under the title."""

    title: str
    headings: tuple[Heading, ...]
    lines: tuple[Line, ...]
    note: str = ""

    @property
    def printed(self) -> Section:
        """The section as paper has room for it: no empty optional columns, and none of a group wider than its texts."""
        kept = [
            column
            for column, heading in enumerate(self.headings)
            if not heading.is_optional or any(line.cells[column] for line in self.lines)
        ]
        lines = (replace(line, cells=tuple(line.cells[column] for column in kept)) for line in self.lines)
        headings = (replace(self.headings[column], width=self._width(column)) for column in kept)
        return replace(self, headings=tuple(headings), lines=tuple(lines))

    def _width(self, column: int) -> int:
        heading = self.headings[column]
        if not heading.group:  # such columns stay the same from section to section
            return heading.width
        texts = (text for line in self.lines if not line.title for text in line.cells[column].split("\n"))
        longest = max(map(text_width, (heading.text, *texts)))
        return min(heading.width, max(_NARROWEST, longest + 1))


@dataclass(frozen=True)
class Page:
    """Sections that are printed together: each page begins on new paper, and is a sheet of its own in a workbook.

    `legend` explains the marks in it; a page that is `signed` has a line for date and name. One that `is_large` is read
    from where people stand, such as in front of a door.
    """

    name: str
    sections: tuple[Section, ...]
    legend: str = ""
    signed: str = ""
    is_large: bool = False


@dataclass(frozen=True)
class Form:
    """A form as it is printed: every page bears `title` and `period`."""

    title: str
    period: str
    language: str
    pages: tuple[Page, ...]

    @property
    def sections(self) -> Iterator[Section]:
        """The sections of all pages, in order."""
        return (section for page in self.pages for section in page.sections)


def heading_groups(section: Section) -> tuple[tuple[str, int], ...]:
    """Return the groups above the headings, each with its number of columns; a heading without a group stands alone."""
    groups: list[tuple[str, int]] = []
    for heading in section.headings:
        if heading.group and groups and groups[-1][0] == heading.group:
            groups[-1] = (heading.group, groups[-1][1] + 1)
        else:
            groups.append((heading.group, 1))
    return tuple(groups)


def has_groups(section: Section) -> bool:
    """Return whether the section has a row of groups above its headings."""
    return any(heading.group for heading in section.headings)
