"""The page of an import: what was understood, beside the file itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scheduler.report.import_page import import_html
from scheduler.tables.published.timetable import Imported, read_published, to_scenario

TIMETABLE = """某医院出诊表,,,,,
日期,午别,科室,医生,限号,院区
2026-11-23,上午,骨科,甲一（主任医师）,20,东院
2026-11-23,上午,骨科,甲一,20,西院
2026-11-24,随时,骨科,乙二,20,东院
2026-11-24,下午,骨科,乙二、丙三,20+5,东院
2026-11-25,上午,骨科,丙三 停诊,20,东院
注：以当日公布为准,,,,,
"""


@pytest.fixture
def imported(tmp_path: Path) -> Imported:
    path = tmp_path / "week.csv"
    path.write_text(TIMETABLE, encoding="utf-8")
    return to_scenario(read_published(path))


def rows(html: str) -> list[tuple[str, str]]:
    """Return the rows of the file's own grid: their look and what stands in them."""
    grid = html.partition('<table class="grid">')[2]
    return re.findall(r'<tr class="(\w*)">(.*?)</tr>', grid, re.DOTALL)


def test_the_files_own_rows_are_shown_and_the_doubtful_cells_marked(imported: Imported) -> None:
    looks = rows(import_html(imported, "en"))
    assert [look for look, _ in looks] == ["over", "heading", "", "", "", "", "", "over"]
    assert '<td class="doubt">随时</td>' in looks[4][1]
    assert looks[4][1].count("doubt") == 1
    assert "doubt" in looks[3][1]
    assert "doubt" not in looks[2][1]


def test_sessions_are_counted_by_day_and_half_with_those_stopped(imported: Imported) -> None:
    days = import_html(imported, "en").partition("Sessions by day and half")[2].partition("</table>")[0]
    assert re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", days)).split("Day AM PM EVE ")[1].strip() == (
        "Mon 23 Nov 1 Tue 24 Nov 2 Wed 25 Nov +1"
    )


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Sessions understood: 4 (doctors: 3, clinics: 1); rows left out: 2."),
        ("zh", "共读出 4 个出诊单元"),
    ],
)
def test_the_page_is_in_the_readers_language_and_twice_the_same(
    imported: Imported, language: str, sentence: str
) -> None:
    html = import_html(imported, language)
    assert sentence in html
    assert html == import_html(imported, language)


def test_what_the_file_holds_is_text_and_no_markup(tmp_path: Path) -> None:
    path = tmp_path / "week.csv"
    path.write_text("日期,午别,科室,医生\n2026-11-23,上午,<script>x</script>,甲一\n", encoding="utf-8")
    assert "<script>" not in import_html(to_scenario(read_published(path)), "en")
