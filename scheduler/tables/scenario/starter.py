"""A scenario to begin with: an empty one as a folder and as a workbook, the bundled example, and any as a workbook."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from scheduler.clock import Week
from scheduler.scenario.cell_text import cell_text
from scheduler.scenario.week import Scenario
from scheduler.tables.columns.cells import COUNT, DAY, FLAG, NATURAL, WEEKS
from scheduler.tables.columns.headings import Column, Table
from scheduler.tables.grids.csv_out import write_csv
from scheduler.tables.scenario.files import SCENARIO_FILES, read_scenario, table_rows, write_scenario
from scheduler.tables.scenario.headings import SCENARIO_SHEET, SCENARIO_TABLES
from scheduler.tables.scenario.setting_fields import HALVES, hours_settings
from scheduler.tables.scenario.settings import known_settings
from scheduler.tables.scenario.source import NOTES_SHEETS
from scheduler.tables.scenario.text import scenario_text
from scheduler.tables.scenario.yaml import SCENARIO_YAML
from scheduler.words import Message, Words, message

if TYPE_CHECKING:
    from pydantic import BaseModel
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet


_LAST_ROW = 5000
_LEFT_BLANK = ("rules.", "tiers")
_CREATED = dt.datetime(2026, 1, 1)


def write_book(path: Path, scenario: Scenario, language: str) -> None:
    """Write a scenario whose settings are the defaults but for its hours as a workbook, in `language` (en or zh).

    Raises OSError.
    """
    from xlsxwriter import Workbook

    data = io.BytesIO()
    with Workbook(data, {"in_memory": True}) as book:
        # A fixed date, so that the same starter is the same bytes.
        book.set_properties({"created": _CREATED})
        writer = _Writer(book, language)
        writer.add_notes()
        writer.add_settings(_own_settings(scenario), sorted(scenario.local_halves))
        for table in SCENARIO_TABLES:
            writer.add_rows(writer.add_table(table), table, getattr(scenario, table.key))
    # Written by us, since xlsxwriter turns a full disk into an exception of its own.
    path.write_bytes(data.getvalue())


@dataclass(frozen=True)
class _Formats:
    heading: Format
    required: Format
    text: Format
    wrapped: Format


class _Writer:
    """A workbook being written in one language."""

    def __init__(self, book: Workbook, language: str) -> None:
        self.book = book
        self.language = language
        self.words = Words(language)
        heading = {"bold": True, "bottom": 1, "bg_color": "#DCE6F1"}
        self.formats = _Formats(
            heading=book.add_format(heading),
            required=book.add_format({**heading, "bg_color": "#F8D9B0"}),
            text=book.add_format({"num_format": "@"}),
            wrapped=book.add_format({"text_wrap": True, "valign": "top"}),
        )

    def add_table(self, table: Table) -> Worksheet:
        """Add the sheet of a table: headings with their meaning, formats, drop-downs."""
        sheet = self.book.add_worksheet(table.title(self.language))
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(table.columns):
            self._add_column(sheet, place, column)
        return sheet

    def add_rows(self, sheet: Worksheet, table: Table, models: Sequence[BaseModel]) -> None:
        """Write the rows of a table below its headings, counts as numbers."""
        counts = [column.reading in (COUNT, NATURAL) for column in table.columns]
        for number, row in enumerate(table_rows(table, models, self.language), start=1):
            for place, cell in enumerate(row):
                if cell and counts[place]:
                    sheet.write_number(number, place, int(cell))
                elif cell:
                    sheet.write_string(number, place, cell, self.formats.text)

    def _add_column(self, sheet: Worksheet, place: int, column: Column) -> None:
        # Counts stay numbers; everything else is text, or a spreadsheet turns the key 0012 into 12.
        style = None if column.reading is COUNT else self.formats.text
        heading = column.heading(self.language)
        sheet.set_column(place, place, max(12, 2 * len(heading)), style)
        sheet.write_string(0, place, heading, self._heading_format(column))
        sheet.write_comment(0, place, self._say(column.explanation), {"x_scale": 2})
        # A day may be a date too, and weeks may be others, so their words are offered and not insisted on.
        strict = column.reading not in (DAY, WEEKS)
        self._offer(sheet, 1, _LAST_ROW, place, column.reading.choices, strict=strict)

    def _heading_format(self, column: Column) -> Format:
        return self.formats.required if column.required else self.formats.heading

    def _offer(
        self, sheet: Worksheet, first: int, last: int, place: int, choices: Mapping[str, str], *, strict: bool
    ) -> None:
        if choices:
            words = [self._word(choices, word) for word in choices]
            rule = {"validate": "list", "source": words, "show_error": strict}
            sheet.data_validation(first, place, last, place, rule)

    def _word(self, choices: Mapping[str, str], word: str) -> str:
        return choices.get(word, word) if self.language == "zh" else word

    def add_settings(self, own: Mapping[str, str], places: Sequence[str]) -> None:
        """Add the sheet that stands for scenario.yaml: a row per setting, hours of campuses and clinics among them."""
        sheet = self.add_table(SCENARIO_SHEET)
        for place, width in enumerate((32, 32, 90)):
            sheet.set_column(place, place, width, self.formats.text)
        local = (setting for name in places for setting in hours_settings(name))
        for row, setting in enumerate((*known_settings(), *local), start=1):
            value = own.get(setting.key) or self._word(setting.choices, setting.default)
            sheet.write_string(row, 0, setting.key, self.formats.text)
            # Left blank they follow the catalogue, and only what differs needs to be thought of.
            shown = "" if setting.key.startswith(_LEFT_BLANK) else value
            sheet.write(row, 1, shown, self.formats.text)
            sheet.write_string(row, 2, self._say(setting.meaning(self.language)), self.formats.text)
            self._offer(sheet, row, row, 1, setting.choices, strict=True)

    def add_notes(self) -> None:
        """Add the sheet that explains every column of every table."""
        sheet = self.book.add_worksheet(NOTES_SHEETS[self.language == "zh"])
        sheet.freeze_panes(1, 0)
        for place, (title, width) in enumerate(_NOTES):
            sheet.set_column(place, place, width, self.formats.wrapped)
            sheet.write_string(0, place, self._say(title), self.formats.heading)
        rows = ((table, column) for table in SCENARIO_TABLES for column in table.columns)
        for row, (table, column) in enumerate(rows, start=1):
            for place, text in enumerate(self._note(table, column)):
                sheet.write_string(row, place, text)

    def _note(self, table: Table, column: Column) -> tuple[str, ...]:
        choices = column.reading.choices
        return (
            table.title(self.language),
            column.key,
            column.chinese,
            self._word(FLAG.choices, cell_text(column.required)),
            self._say(column.explanation),
            self.words.join([self._word(choices, word) for word in choices]),
        )

    def _say(self, what: Message) -> str:
        return self.words.say(what)


def _own_settings(scenario: Scenario) -> dict[str, str]:
    hours = {f"{HALVES}.{half}": str(hours) for half, hours in scenario.halves.items()}
    for name, halves in scenario.local_halves.items():
        hours |= {f"{HALVES}.{name}.{half}": str(own) for half, own in halves.items()}
    return {"week": str(scenario.week), "name": scenario.name, **hours}


_NOTES: tuple[tuple[Message, int], ...] = (
    (message("Sheet"), 16),
    (message("Heading in English"), 20),
    (message("Heading in Chinese"), 20),
    (message("Must be filled in"), 18),
    (message("Meaning"), 70),
    (message("Words to choose from"), 60),
)


STARTER_BOOK = "scenario.xlsx"
"""Name of the workbook beside the folder's own files."""

STARTER_FILES = frozenset({STARTER_BOOK, *SCENARIO_FILES})
"""Names of the files that write_starter writes."""


def write_starter(folder: Path, week: Week, language: str = "en") -> None:
    """Write an empty scenario of `week` into `folder`: as scenario.yaml and csv tables, and as scenario.xlsx.

    Headings, drop-downs and comments are in `language` (en or zh); both read back the same. Raises OSError;
    use it inside `new_folder` to write all or nothing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    text = scenario_text(Scenario(week=week), language)
    (folder / SCENARIO_YAML).write_text(text, encoding="utf-8", newline="\n")
    for table in SCENARIO_TABLES:
        headings = [column.heading(language) for column in table.columns]
        write_csv(folder / f"{table.key}.csv", headings, ())
    write_book(folder / STARTER_BOOK, Scenario(week=week), language)


def write_example(folder: Path, language: str = "en") -> None:
    """Write the bundled typical week into `folder` as scenario.yaml and csv tables, words in `language` (en or zh).

    Raises OSError; use it inside `new_folder` to write all or nothing.
    """
    spec = find_spec("scenarios.typical")
    # An installation that leads to the sources names a place that is no folder beside the one that is.
    places = map(Path, (spec and spec.submodule_search_locations) or ())
    source = next(place for place in places if (place / SCENARIO_YAML).is_file())
    write_scenario(read_scenario(source), folder, language)
