import pytest

from scheduler.scenario.rows import TABLES
from scheduler.tables.columns.headings import heading_key, named
from scheduler.tables.roster.headings import ROSTER_TABLES
from scheduler.tables.scenario.assembly import MODELS
from scheduler.tables.scenario.headings import SCENARIO_SHEET, SCENARIO_TABLES

EVERY_TABLE = (*SCENARIO_TABLES, SCENARIO_SHEET, *ROSTER_TABLES)


def test_the_tables_are_those_of_a_scenario_in_its_order() -> None:
    assert tuple(table.key for table in SCENARIO_TABLES) == TABLES == tuple(MODELS)


@pytest.mark.parametrize("table", SCENARIO_TABLES, ids=lambda table: table.key)
def test_columns_are_the_fields_of_the_model_and_need_what_it_needs(table) -> None:
    fields = MODELS[table.key].model_fields
    assert table.keys == tuple(fields)
    assert {c.key for c in table.columns if c.required} == {n for n, f in fields.items() if f.is_required()}


@pytest.mark.parametrize("table", EVERY_TABLE, ids=lambda table: table.key)
def test_no_heading_means_two_columns_of_a_table(table) -> None:
    names = [heading_key(name) for column in table.columns for name in column.names]
    assert len(names) == len(set(names))


def test_no_name_means_two_tables_of_a_scenario() -> None:
    names = [heading_key(name) for table in (*SCENARIO_TABLES, SCENARIO_SHEET) for name in table.names]
    assert len(names) == len(set(names))


def test_headings_are_found_in_either_language_case_and_width() -> None:
    doctors = SCENARIO_TABLES[TABLES.index("doctors")]
    for heading in ("min_sessions", "Min Sessions", "MIN-SESSIONS", "最少出诊", "ｍｉｎ＿ｓｅｓｓｉｏｎｓ"):
        assert doctors.column_of[heading_key(heading)].key == "min_sessions"
    assert named(SCENARIO_TABLES, "医生") is doctors
    assert named(SCENARIO_TABLES, "Doctors") is doctors
    assert named(SCENARIO_TABLES, "nurses") is None


@pytest.mark.parametrize("table", EVERY_TABLE, ids=lambda table: table.key)
def test_every_word_of_a_drop_down_is_read_the_same_in_both_languages(table) -> None:
    for column in table.columns:
        for english, chinese in column.reading.choices.items():
            assert column.reading.parse(english) == column.reading.parse(chinese), (column.key, english)
