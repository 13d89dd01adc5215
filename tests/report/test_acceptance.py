from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.report.acceptance import add_acceptance, write_acceptance
from scheduler.report.html import html_text
from scheduler.tickets.results import Acceptance

ACCEPTED = Acceptance("the <b>wing</b> is closed", {"rooms": 2})


@pytest.mark.parametrize(("language", "title"), [("en", "Published although hard"), ("zh", "仍予发布")])
def test_a_report_tells_in_its_language_what_was_accepted_and_why(moved, language, title):
    page = add_acceptance(html_text(moved, language), ACCEPTED)
    assert title in page
    assert "the &lt;b&gt;wing&lt;/b&gt; is closed" in page


def test_an_acceptance_takes_the_place_of_the_one_before_and_none_leaves_the_report_as_it_was(moved):
    page = html_text(moved, "en")
    again = add_acceptance(add_acceptance(page, ACCEPTED), Acceptance("agreed", {}))
    assert "wing" not in again
    assert "The rules were not checked." in again
    assert add_acceptance(again, None) == page


def test_a_report_that_is_missing_or_older_is_left_alone(tmp_path: Path):
    assert not write_acceptance(tmp_path, ACCEPTED)
    (tmp_path / "report.html").write_text("<html></html>", encoding="utf-8")
    assert not write_acceptance(tmp_path, ACCEPTED)
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == "<html></html>"
