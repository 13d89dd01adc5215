import json

import pytest

from scheduler.errors import OutputError
from scheduler.report.html import html_text
from scheduler.report.workbook import workbook_bytes
from scheduler.report.write import write_reports


def test_three_reports_are_written_and_nothing_else(moved, tmp_path):
    folder = tmp_path / "new" / "week"
    write_reports(moved, {"week": 0.5}, folder, "zh")
    assert sorted(path.name for path in folder.iterdir()) == ["report.html", "report.json", "roster.xlsx"]
    seconds = json.loads((folder / "report.json").read_bytes())["seconds"]
    assert seconds["week"] == 0.5
    assert set(seconds) == {"week", "write"}
    assert (folder / "report.html").read_bytes().decode() == html_text(moved, "zh")
    assert (folder / "roster.xlsx").read_bytes() == workbook_bytes(moved, "zh")


def test_a_folder_that_is_a_file_is_told_and_left_alone(moved, tmp_path):
    taken = tmp_path / "taken"
    taken.write_text("mine")
    with pytest.raises(OutputError, match="cannot be written"):
        write_reports(moved, {}, taken, "en")
    assert taken.read_text() == "mine"


def test_an_older_report_survives_where_a_new_one_cannot_be_written(moved, tmp_path):
    (tmp_path / "report.json").write_text("old")
    (tmp_path / ".roster.xlsx.part").mkdir()
    with pytest.raises(OutputError):
        write_reports(moved, {}, tmp_path, "en")
    assert (tmp_path / "report.json").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == [".roster.xlsx.part", "report.json"]
