from pathlib import Path

import pytest
from openpyxl import load_workbook

from scheduler.clock import Half, Week
from scheduler.rules import Strictness
from scheduler.scenario.hospital import Clinic, Doctor, Kind, Level
from scheduler.scenario.rows import TABLES, AvailabilityRow, Presence, TemplateRow
from scheduler.scenario.week import Scenario
from scheduler.tables.scenario.files import read_scenario
from scheduler.tables.scenario.headings import SCENARIO_TABLES
from scheduler.tables.scenario.settings import known_settings
from scheduler.tables.scenario.starter import STARTER_BOOK, STARTER_FILES, write_starter

WEEK = Week(2026, 33)
LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"])


@pytest.fixture
def folder(tmp_path: Path, language: str) -> Path:
    write_starter(tmp_path, WEEK, language)
    return tmp_path


@LANGUAGES
def test_the_starter_folder_is_a_scenario_without_anything(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == STARTER_FILES
    assert read_scenario(folder) == Scenario(week=WEEK)


@LANGUAGES
def test_the_starter_workbook_is_the_same_scenario(folder: Path) -> None:
    assert read_scenario(folder / STARTER_BOOK) == Scenario(week=WEEK)


@pytest.mark.parametrize(
    ("language", "rows"),
    [
        (
            "en",
            {
                "doctors": ["D1", None, "eyes", "deputy_chief", "C1", 1, 3],
                "clinics": ["C1", "eyes", None, "special_need", "P1"],
                "template": ["D1", "wed", "PM", "C1", 20, None, "yes"],
                "availability": ["D1", "fri", None, "avoid", 5],
            },
        ),
        (
            "zh",
            {
                "医生": ["D1", None, "eyes", "副主任医师", "C1", 1, 3],
                "门诊": ["C1", "eyes", None, "特需", "P1"],
                "模板": ["D1", "周三", "下午", "C1", 20, None, "是"],
                "出诊时间": ["D1", "周五", None, "避免", 5],
            },
        ),
    ],
)
def test_rows_typed_into_the_workbook_are_read(folder: Path, language: str, rows: dict[str, list]) -> None:
    book = load_workbook(folder / STARTER_BOOK)
    for sheet, cells in rows.items():
        book[sheet].append(cells)
    settings = book["方案" if language == "zh" else "scenario"]
    for row in settings.iter_rows(min_row=2):
        if row[0].value == "rules.cover":
            row[1].value = "必须" if language == "zh" else "hard"
        if row[0].value == "policy.changes.budget":
            row[1].value = 60
    book.save(folder / "typed.xlsx")
    scenario = read_scenario(folder / "typed.xlsx")
    assert scenario.doctors == (
        Doctor(
            doctor="D1",
            specialty="eyes",
            level=Level.DEPUTY_CHIEF,
            clinics=("C1",),
            min_sessions=1,
            max_sessions=3,
        ),
    )
    assert scenario.clinics == (Clinic(clinic="C1", specialty="eyes", kind=Kind.SPECIAL_NEED, pool="P1"),)
    assert scenario.template == (
        TemplateRow(doctor="D1", day="wed", half=Half.PM, clinic="C1", tickets=20, pinned=True),
    )
    assert scenario.availability == (AvailabilityRow(doctor="D1", day="fri", state=Presence.AVOID, weight=5),)
    assert scenario.rules == {"cover": Strictness.HARD}
    assert scenario.policy.changes.budget == 60


@LANGUAGES
def test_every_heading_is_explained_and_stays_in_sight(folder: Path) -> None:
    book = load_workbook(folder / STARTER_BOOK)
    assert len(book.sheetnames) == 2 + len(TABLES)
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == "A2"
        assert all(cell.comment is not None for cell in sheet[1])
    columns = sum(len(table.columns) for table in SCENARIO_TABLES)
    assert book.worksheets[0].max_row == 1 + columns
    assert book.worksheets[1].max_row == 1 + len(known_settings())


@LANGUAGES
def test_words_that_are_fixed_have_a_drop_down(folder: Path, language: str) -> None:
    book = load_workbook(folder / STARTER_BOOK)
    for table in SCENARIO_TABLES:
        sheet = book[table.title(language)]
        offered = {str(rule.sqref).split("2", 1)[0] for rule in sheet.data_validations.dataValidation}
        expected = {
            cell.column_letter for cell, c in zip(sheet[1], table.columns, strict=True) if c.reading.choices
        }
        assert offered == expected, table.key


@LANGUAGES
def test_keys_are_kept_as_text(folder: Path, language: str) -> None:
    book = load_workbook(folder / STARTER_BOOK)
    sheet = book["医生" if language == "zh" else "doctors"]
    assert sheet.column_dimensions["A"].width >= 12
    assert sheet.cell(1, 1).value in ("医生", "doctor")
    sheet = book["方案" if language == "zh" else "scenario"]
    assert {cell.number_format for cell in sheet["B"][1:]} == {"@"}


def test_the_same_starter_is_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_starter(tmp_path / name, WEEK)
    for file in STARTER_FILES:
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()
