"""What an import tells of the rules of working time."""

from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.report.import_findings import with_working_time
from scheduler.tables.published.finding import Finding
from scheduler.tables.published.timetable import read_published, to_scenario
from scheduler.words import Words

REAL = Path(__file__).parents[2] / ".." / "shared/data"
TIMETABLE = """日期,午别,科室,医生,限号,院区
2026-11-23,上午,骨科,甲一,20,东院
2026-11-23,下午,骨科,甲一,20,西院
2026-11-23,晚上,骨科,甲一,20,西院
2026-11-24,上午,骨科,甲一 停诊,20,西院
2026-11-24,晚上,骨科,乙二,20,东院
2026-11-25,上午,骨科,乙二,20,东院
"""


def told(path: Path) -> list[Finding]:
    """The findings that the rules add to those of the file itself."""
    imported = to_scenario(read_published(path))
    whole = with_working_time(imported)
    assert whole.findings[: len(imported.findings)] == imported.findings
    return list(whole.findings[len(imported.findings) :])


def lines(findings: list[Finding], language: str) -> list[str]:
    words = Words(language)
    return [f"{words.say(one.label)} | {one.value} | {words.say(one.note)}" for one in findings]


def test_an_import_tells_how_often_the_timetable_breaks_the_rules_of_working_time(tmp_path: Path):
    path = tmp_path / "week.csv"
    path.write_text(TIMETABLE, encoding="utf-8")
    assert lines(told(path), "en") == [
        "nights with too little rest | 2 | rule rest; 2 doctors: 乙二, 甲一",
        "days on which a doctor changes campus | 1 | rule one_campus; 1 doctor: 甲一",
        "sessions too many a day, days too many a week | 1 | rule daily_sessions; 1 doctor: 甲一",
    ]
    assert lines(told(path), "zh") == [
        "隔夜休息不足的次数 | 2 | 规则“隔夜休息”；2 名医生：乙二、甲一",
        "医生一日内跨院区的天数 | 1 | 规则“不跨院区”；1 名医生：甲一",
        "每日超出的单元数与每周超出的天数 | 1 | 规则“每日每周上限”；1 名医生：甲一",
    ]


def test_of_a_timetable_that_keeps_the_rules_nothing_is_told(tmp_path: Path):
    path = tmp_path / "week.csv"
    path.write_text("\n".join(TIMETABLE.splitlines()[:2]), encoding="utf-8")
    assert told(path) == []


@pytest.mark.skipif(not REAL.exists(), reason="real weeks are not here")
def test_of_a_real_week_the_mornings_after_an_evening_are_told():
    assert [one.value for one in told(REAL / "puh3_2025w43.csv")] == ["58", "44", "40"]
