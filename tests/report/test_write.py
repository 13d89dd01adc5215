import json

from scheduler.report.html import html_text
from scheduler.report.workbook import workbook_bytes
from scheduler.report.write import write_reports


def test_three_reports_are_written_and_nothing_else(moved, tmp_path):
    folder = tmp_path / "week"
    folder.mkdir()
    write_reports(moved, {"week": 0.5}, folder, "zh")
    assert sorted(path.name for path in folder.iterdir()) == ["report.html", "report.json", "roster.xlsx"]
    seconds = json.loads((folder / "report.json").read_bytes())["seconds"]
    assert seconds["week"] == 0.5
    assert set(seconds) == {"week", "write"}
    assert (folder / "report.html").read_bytes().decode() == html_text(moved, "zh")
    assert (folder / "roster.xlsx").read_bytes() == workbook_bytes(moved, "zh")
