from __future__ import annotations

import pytest

from scheduler.cli.voice import IN_THE_REPORT, say_list
from scheduler.errors import MOST_LINES
from scheduler.words import Words, message


def printed(capsys: pytest.CaptureFixture[str], count: int, language: str = "en") -> list[str]:
    say_list([message("row {row}", row=n) for n in range(count)], Words(language), IN_THE_REPORT)
    return capsys.readouterr().out.splitlines()


def test_a_list_of_twenty_is_shown_whole(capsys):
    assert printed(capsys, MOST_LINES) == [f"  - row {n}" for n in range(MOST_LINES)]


def test_of_thousands_twenty_are_shown_and_the_rest_is_counted(capsys):
    lines = printed(capsys, 5000)
    assert len(lines) == MOST_LINES + 1
    assert lines[-1] == "4980 more are not shown. report.html has them all."


def test_one_that_is_left_is_one_in_both_languages(capsys):
    assert printed(capsys, MOST_LINES + 1)[-1] == "1 more is not shown. report.html has them all."
    assert printed(capsys, MOST_LINES + 1, "zh")[-1] == "另有 1 条未显示。全部见 report.html。"
