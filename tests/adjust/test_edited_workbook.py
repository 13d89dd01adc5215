"""roster.xlsx edited as a planner would, by openpyxl, and read back as edits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from openpyxl import load_workbook

from scheduler.adjust.edit import Add, Drop, Edit, Move
from scheduler.adjust.edited_file import read_edited_file
from scheduler.adjust.roster_folder import read_roster_folder
from scheduler.errors import InputError
from scheduler.plan import make_plan
from scheduler.results import write_results
from scheduler.scenario.rows import Block
from scheduler.scenario.week import Scenario
from scheduler.words import LANGUAGES
from tests.check.small import MONDAY_ROWS, WEEK, clinic, doctor, monday, row
from tests.random_weeks import weeks

EXAMPLES = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)

ANN, BOB = 6, 7
"""The rows of the two doctors in the sheet by doctor."""
MON_AM, MON_PM, TUE_AM, TUE_PM = 4, 5, 6, 7
"""The columns of half-days in the sheet by doctor."""


def week() -> Scenario:
    return monday(
        doctors=(doctor("ann", "chief"), doctor("bob")),
        clinics=(clinic(), clinic("glaucoma", tickets=12)),
        template=(*MONDAY_ROWS, row("bob", "tue-am", "glaucoma", 12, room="e2")),
        rules={"ratio_day": "off", "ratio_specialties": "off"},
    )


@pytest.fixture(params=["en", "zh"])
def folder(request, tmp_path: Path) -> Path:
    write_results(make_plan(week()), tmp_path, request.param)
    return tmp_path


def change(folder: Path, edit: Callable[[Any, Any], None]) -> None:
    """Edit the workbook: its sheet by doctor, and its list of sessions."""
    book = load_workbook(folder / "roster.xlsx")
    edit(book.worksheets[0], book.worksheets[3])
    book.save(folder / "roster.xlsx")


def edits(folder: Path) -> list[Edit]:
    return list(read_edited_file(week(), folder, folder / "roster.xlsx").edits)


def put(sheet: Any, row: int, column: int, text: str | None) -> None:
    sheet.cell(row, column).value = text


def take(sheet: Any, row: int, column: int) -> str:
    text = sheet.cell(row, column).value
    put(sheet, row, column, None)
    return text


def list_row(sheet: Any, session: str) -> int:
    return next(number for number in range(2, sheet.max_row + 1) if sheet.cell(number, 1).value == session)


def key(who: str, at: str) -> str:
    return f"{WEEK}.{who}.{at}"


def test_a_workbook_that_nobody_touched_has_no_edits(folder):
    assert edits(folder) == []
    assert read_roster_folder(week(), folder).edits == ()


def test_a_cell_put_elsewhere_is_a_move(folder):
    change(folder, lambda grid, _: put(grid, BOB, TUE_PM, take(grid, BOB, MON_PM)))
    assert edits(folder) == [Move(key("bob", "mon-pm"), WEEK.cell("tue-pm"))]


def test_two_cells_exchanged_are_two_moves(folder):
    def exchange(grid, _):
        first, second = take(grid, BOB, MON_PM), take(grid, BOB, TUE_AM)
        put(grid, BOB, MON_PM, second)
        put(grid, BOB, TUE_AM, first)

    change(folder, exchange)
    assert edits(folder) == [
        Move(key("bob", "mon-pm"), WEEK.cell("tue-am")),
        Move(key("bob", "tue-am"), WEEK.cell("mon-pm")),
    ]


def test_a_cell_put_to_another_doctor_is_a_cover(folder):
    change(folder, lambda grid, _: put(grid, ANN, TUE_AM, take(grid, BOB, TUE_AM)))
    assert edits(folder) == [Move(key("bob", "tue-am"), doctor="ann")]


def test_a_cell_replaced_is_another_clinic_of_the_session(folder):
    change(folder, lambda grid, _: put(grid, BOB, TUE_AM, "eye · e2"))
    assert edits(folder) == [Move(key("bob", "tue-am"), blocks=(Block("eye", 12),))]


def test_a_room_changed_in_the_cell_is_a_room(folder):
    change(folder, lambda grid, _: put(grid, BOB, TUE_AM, "glaucoma · e1"))
    assert edits(folder) == [Move(key("bob", "tue-am"), room="e1")]


def test_an_emptied_cell_is_a_dropped_session_and_a_filled_one_is_added(folder):
    def both(grid, _):
        take(grid, BOB, TUE_AM)
        put(grid, ANN, TUE_PM, "eye")

    change(folder, both)
    assert edits(folder) == [
        Drop(key("bob", "tue-am")),
        Add("ann", WEEK.cell("tue-pm"), (Block("eye", week().policy.tickets.default),)),
    ]


@pytest.mark.parametrize("text", ["停诊", "Stopped", "glaucoma · e2\n停诊"])
def test_a_cell_that_says_stopped_is_a_dropped_session(folder, text):
    change(folder, lambda grid, _: put(grid, BOB, TUE_AM, text))
    assert edits(folder) == [Drop(key("bob", "tue-am"))]


def test_rows_of_the_list_are_moved_given_away_dropped_and_added(folder):
    def several(_, sheet):
        moved, covered, dropped = (list_row(sheet, key("bob", at)) for at in ("mon-am", "mon-pm", "tue-am"))
        put(sheet, moved, 2, "2026-07-21")
        put(sheet, covered, 7, "ann")
        put(sheet, covered, 8, None)
        added = [None, "2026-07-22", "AM", None, None, "eye", "ann", None, "e1", 9]
        for column, value in enumerate(added, start=1):
            sheet.cell(dropped, column).value = value

    change(folder, several)
    assert set(edits(folder)) == {
        Move(key("bob", "mon-am"), WEEK.cell("tue-am")),
        Move(key("bob", "mon-pm"), doctor="ann"),
        Drop(key("bob", "tue-am")),
        Add("ann", WEEK.cell("wed-am"), (Block("eye", 9),), "e1"),
    }


def test_a_moved_row_takes_the_room_that_is_written_for_it_and_else_a_free_one(folder):
    def move(_, sheet, room):
        row = list_row(sheet, key("bob", "mon-am"))
        put(sheet, row, 2, "2026-07-22")
        put(sheet, row, 9, room)

    change(folder, lambda grid, sheet: move(grid, sheet, None))
    assert edits(folder) == [Move(key("bob", "mon-am"), WEEK.cell("wed-am"))]
    change(folder, lambda grid, sheet: move(grid, sheet, "e1"))
    assert edits(folder) == [Move(key("bob", "mon-am"), WEEK.cell("wed-am"), "e1")]


def test_the_same_change_in_both_sheets_is_one_edit(folder):
    def twice(grid, sheet):
        put(grid, BOB, TUE_PM, take(grid, BOB, MON_PM))
        put(sheet, list_row(sheet, key("bob", "mon-pm")), 2, "2026-07-21")

    change(folder, twice)
    assert edits(folder) == [Move(key("bob", "mon-pm"), WEEK.cell("tue-pm"))]


@pytest.mark.parametrize(
    ("edit", "wrong"),
    [
        (lambda grid, _: put(grid, ANN, TUE_PM, "dentist"), "no such clinic"),
        (lambda grid, _: put(grid, ANN, 2, "eve"), "does not know this doctor"),
        (lambda grid, _: grid.delete_rows(BOB), "the doctor's row is missing"),
        (lambda grid, _: put(grid, 5, MON_PM, "?"), "the half-day's column is missing"),
        (lambda _, sheet: put(sheet, 2, 4, "north"), "follows from other columns"),
        (lambda _, sheet: put(sheet, 2, 8, "eve"), "follows from other columns"),
        (lambda _, sheet: put(sheet, 2, 7, "eve"), "does not know this doctor"),
        (lambda _, sheet: put(sheet, 2, 2, "2026-09-01"), "not in the planned week"),
    ],
)
def test_what_cannot_be_read_back_is_named_with_its_sheet(folder, edit, wrong):
    change(folder, edit)
    with pytest.raises(InputError) as error:
        edits(folder)
    assert any(wrong in str(problem.wrong) and problem.where.sheet for problem in error.value.problems)
    assert read_roster_folder(week(), folder).unread


def test_two_sheets_that_contradict_each_other_are_named(folder):
    def contradict(grid, sheet):
        put(grid, BOB, TUE_PM, take(grid, BOB, MON_PM))
        put(sheet, list_row(sheet, key("bob", "mon-pm")), 2, "2026-07-22")

    change(folder, contradict)
    with pytest.raises(InputError, match="say different things of this session"):
        edits(folder)


def test_a_check_of_the_folder_names_what_was_changed_in_the_workbook_alone(folder):
    change(folder, lambda grid, _: put(grid, BOB, TUE_PM, take(grid, BOB, MON_PM)))
    (sentence,) = read_roster_folder(week(), folder).edits
    assert "Tuesday 2026-07-21 afternoon instead of Monday 2026-07-20 afternoon" in str(sentence)


def test_a_check_of_the_workbook_checks_the_week_as_it_would_be_kept(folder):
    change(folder, lambda grid, _: put(grid, BOB, TUE_PM, take(grid, BOB, MON_PM)))
    plan = read_roster_folder(week(), folder / "roster.xlsx").plan
    moved = next(s for s in plan.roster.sessions if s.session == key("bob", "mon-pm"))
    assert moved.at == WEEK.cell("tue-pm")
    assert {slot.date for slot in plan.slots if slot.session == moved.session} == {moved.at.date}


def test_changes_of_the_tables_alone_are_no_edits_of_the_workbook(folder):
    path = folder / "sessions.csv"
    path.write_text(
        path.read_text(encoding="utf-8-sig").replace(",glaucoma,ordinary,bob", ",glaucoma,ordinary,ann"),
        encoding="utf-8",
    )
    assert read_roster_folder(week(), folder).edits == ()


def test_a_clinic_named_like_the_rest_of_another_is_called_by_its_whole_name(tmp_path):
    both = (*week().clinics, clinic("eye glaucoma"))
    rows = (*week().template, row("ann", "tue-pm", "eye glaucoma", room="e1"))
    named = week().changed(clinics=both, template=rows)
    write_results(make_plan(named), tmp_path, "en")
    assert read_roster_folder(named, tmp_path).edits == ()


# sheets that are not read back


def test_only_the_sheets_that_are_read_back_can_be_edited(folder):
    book = load_workbook(folder / "roster.xlsx")
    open_sheets = [sheet.title for sheet in book if not sheet.protection.sheet]
    assert open_sheets == [book.worksheets[0].title, book.worksheets[3].title]


def test_a_session_moved_in_the_sheet_by_room_is_not_ignored_in_silence(folder):
    book = load_workbook(folder / "roster.xlsx")
    rooms = book.worksheets[1]
    row_of = next(line for line in range(6, 9) if rooms.cell(line, 4).value)
    text = take(rooms, row_of, 4)
    put(rooms, row_of, 6, text)
    book.save(folder / "roster.xlsx")
    with pytest.raises(InputError) as refused:
        edits(folder)
    assert {str(problem.wrong) for problem in refused.value.problems} == {"this sheet is not read back"}
    assert {problem.where.column for problem in refused.value.problems} == {"D", "F"}
    found = read_roster_folder(week(), folder)
    assert len(found.unread) == 2


@EXAMPLES
@given(weeks())
def test_a_workbook_that_nobody_touched_has_nothing_to_read_back(week):
    planned = make_plan(week)
    assume(planned.outcome.roster is not None)
    for language in LANGUAGES:
        with TemporaryDirectory() as name:
            write_results(planned, Path(name), language)
            found = read_roster_folder(week, Path(name))
            assert (found.edits, found.unread) == ((), ())


def test_a_clinic_may_be_named_by_what_stands_behind_its_specialty(tmp_path: Path) -> None:
    whole = clinic("eye（特需）", specialty="eye")
    scenario = week().changed(clinics=(*week().clinics, whole))
    write_results(make_plan(scenario), tmp_path, "zh")
    change(tmp_path, lambda grid, _: put(grid, BOB, TUE_PM, "（特需）"))
    (added,) = read_edited_file(scenario, tmp_path, tmp_path / "roster.xlsx").edits
    assert isinstance(added, Add)
    assert [block.clinic for block in added.blocks] == ["eye（特需）"]
