"""Of a file of several weeks one is read: the others are known by their dates alone."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from scheduler.errors import InputError
from scheduler.tables.published.timetable import ReadOptions, read_published
from tests.tables.published.test_timetable import imported, timetable, told

LAST, FIRST = {"date": "2025-10-27"}, {"date": "2025-10-20"}


def test_what_cannot_be_read_in_another_week_is_no_fault_of_this_one(tmp_path: Path) -> None:
    this = [{**LAST, "doctor": name} for name in "甲乙丙"]
    result = imported(tmp_path, *this, *[{**FIRST, "half": "?", "kind": "??"}] * 4)
    assert not result.left_out
    assert "words not understood in kind" not in told(result)
    assert told(result)["other weeks in the file"][2].endswith("2025-10-20")


def test_it_is_one_where_it_stands_in_the_week_that_is_read(tmp_path: Path) -> None:
    path = timetable(tmp_path, LAST, *[{**FIRST, "half": "?"}] * 4)
    with pytest.raises(InputError, match="no half of a day can be read"):
        read_published(path, ReadOptions(start=dt.date(2025, 10, 20)))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (("2025-10-20", "2025-10-27", "2025-10-28"), [27, 28]),
        (("10/20/2025", "10/27/2025", "10/28/2025"), [27, 28]),
        (("45950", "45957", "45958"), [27, 28]),
        (("2025年10月20日 周一", "2025年10月27日 周一", "2025年10月28日 周二"), [27, 28]),
    ],
)
def test_the_last_week_is_found_however_dates_are_written(
    tmp_path: Path, written: tuple[str, ...], read: list[int]
) -> None:
    published = read_published(timetable(tmp_path, *({"date": date} for date in written)))
    assert [row.date.day for row in published.rows] == read
    assert [week.dates[0].day for week in published.dated.other_weeks] == [20]


def test_the_order_of_numbers_is_that_of_the_whole_file(tmp_path: Path) -> None:
    # Alone, 02/06 would be the sixth of February; 24/05 tells that days stand first.
    published = read_published(timetable(tmp_path, {"date": "24/05/2025"}, {"date": "02/06/2025"}))
    assert [row.date.isoformat() for row in published.rows] == ["2025-06-02"]


def test_a_row_without_a_date_is_left_out_of_a_file_of_several_weeks_too(tmp_path: Path) -> None:
    result = imported(tmp_path, FIRST, LAST, {"date": "一天"})
    assert [(row.row, str(row.reason)) for row in result.left_out] == [(4, "no day can be read")]


def test_a_first_day_that_nothing_is_published_from_is_refused(tmp_path: Path) -> None:
    path = timetable(tmp_path, FIRST, LAST)
    with pytest.raises(InputError, match=r"nothing is published from 2025-12-01.*2025-10-20 to 2025-10-27"):
        read_published(path, ReadOptions(start=dt.date(2025, 12, 1)))
