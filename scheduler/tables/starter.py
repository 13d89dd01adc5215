"""An empty scenario to begin with: a folder of yaml and csv, and the same as a workbook."""

from __future__ import annotations

from pathlib import Path

from scheduler.clock import Week
from scheduler.scenario import Scenario
from scheduler.tables.csv_out import write_csv
from scheduler.tables.scenario import SCENARIO_FILES
from scheduler.tables.scenario_headings import SCENARIO_TABLES
from scheduler.tables.scenario_text import scenario_text
from scheduler.tables.scenario_yaml import SCENARIO_YAML
from scheduler.tables.starter_book import write_book

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
    write_book(folder / STARTER_BOOK, week, language)
