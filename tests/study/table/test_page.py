from __future__ import annotations

import json
import re
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser

import pytest

from scheduler.interval import Interval
from scheduler.outcome import Status
from scheduler.report.voice import Voice
from scheduler.study.table import chooser, page
from scheduler.study.table.headline import headline
from scheduler.study.table.page import page_html
from tests.study.table_rows import STUDY, at_point, moved, planned, row_of, rows, small

EN = Voice("en")


class _PageText(HTMLParser):
    """The page as a reader without the script sees it: its text, and where it would fetch something."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.fetched: list[str] = []
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self._inside = tag
        self.fetched += [value for name, value in attrs if name in ("src", "href", "action") and value]

    def handle_endtag(self, tag):
        self._inside = ""

    def handle_data(self, data):
        if self._inside not in ("script", "style") and data.strip():
            self.texts.append(data.strip())


def page_texts(found, language="en"):
    return _PageText(page_html(found, STUDY, language)).texts


def embedded(found):
    text = page_html(found, STUDY, "en")
    return json.loads(re.search(r'id="any-two">(.*?)</script>', text, re.DOTALL)[1])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_stands_alone_and_comes_out_the_same_twice(language):
    text = page_html(rows(), STUDY, language)
    assert text == page_html(rows(), STUDY, language)
    assert _PageText(text).fetched == []
    assert set(re.findall(r"url\([^)]*\)", text)) == {"url(#hatch)"}
    assert "http" not in text


def test_every_variant_is_in_the_table_and_one_without_a_roster_says_why():
    found = page_texts(rows())
    assert {"As it stands", "=Even <b>Monday</b>", "周五不开诊", "Broken"} <= set(found)
    assert "No <room> is open on Friday." in found
    assert "It stopped." in found
    assert "中断了。" in page_texts(rows(), "zh")


def test_titles_and_reasons_are_never_markup():
    text = page_html(rows(), STUDY, "en")
    assert "<b>Monday</b>" not in text
    assert "<room>" not in text


def test_columns_in_which_no_roster_differs_are_reported_below_the_table():
    found = [at_point("base", 12, 10, 4), at_point("other", 11, 10, 4)]
    text = page_html(found, STUDY, "en")
    head = text[text.index("<thead>") : text.index("</thead>")]
    assert "Sessions changed" in head
    assert "Doctors touched" not in head
    assert "Doctors touched 1" in page_texts(found)


def test_the_picture_shows_dots_and_lists_what_is_not_in_it():
    found = [at_point("base", 13, 10, 0), at_point("a", 12, 10, 4), *rows()[2:]]
    text = page_html(found, STUDY, "en")
    assert text.count('class="dot best"><title>') == 1
    assert text.count('class="dot best base"><title>') == 1
    beside = text[text.index('class="beside"') : text.index("</ul>", text.index('class="beside"'))]
    assert ("2 周五不开诊" in beside, "3 Broken" in beside, "1 a" in beside) == (True, True, False)


def test_a_roster_with_mornings_only_is_not_in_the_picture_and_says_so():
    found = [at_point("base", 13, 10, 0), at_point("a", 12, 10, 4), at_point("am", 5, 0, 1)]
    assert "A day has mornings and no afternoon." in page_texts(found)


def test_each_roster_has_its_small_picture_on_one_scale():
    found = [at_point("base", 20, 10, 0), rows()[2], at_point("b", 10, 10, 0)]
    text = page_html(found, STUDY, "en")
    titles = re.findall(r"<title>(Mon AM [^<]*)</title>", text)
    assert titles == ["Mon AM 20 · PM 10", "Mon AM 10 · PM 10"]
    lengths = [float(width) for width in re.findall(r'width="([0-9.]+)" class="[ap]m"/>\n', text)]
    assert lengths[0] == 2 * lengths[1]
    assert lengths[1] in lengths[2:]


def test_many_variants_are_not_all_drawn_or_shown_and_the_page_reports_so(monkeypatch):
    monkeypatch.setattr(page, "MOST_PANELS", 2)
    monkeypatch.setattr(page, "MOST_ROWS", 3)
    found = page_texts([at_point(name, 12, 10, n) for n, name in enumerate("abcde")])
    assert "Only the first variants are drawn; the table has all." in found
    assert any("2 more variants are in table.csv and table.xlsx." in text for text in found)
    assert "e" not in found


def test_without_its_script_the_page_shows_the_base_against_each():
    week = small()
    found = [
        row_of("base", planned(week, moved(week)), week, "Base"),
        row_of("one", planned(week, moved(week, ("ann", "mon-am", "mon-pm"))), week, "One"),
        row_of("same", planned(week, moved(week)), week, "Same"),
        rows()[2],
    ]
    one, same = chooser.compare_with_base(found, EN)
    assert (one.number, one.title, same.lines) == (1, "One", ())
    assert [(line.doctor, line.first, line.second) for line in one.lines] == [("ann", "Mon AM", "Mon PM")]
    assert {"Mon AM", "Mon PM", "They do not differ in any session."} <= set(page_texts(found))


def test_the_script_has_what_it_takes_to_compare_any_two():
    week = small()
    both = moved(week, ("ann", "mon-am", "mon-pm"), ("bob", "mon-am", None))
    found = [
        row_of("base", planned(week, moved(week)), week),
        row_of("both", planned(week, both), week),
        rows()[2],
        row_of("bob", planned(week, moved(week, ("bob", "mon-am", "tue-am"))), week),
    ]
    content = embedded(found)
    assert content["sessions"] == [["ann", "eye", "Mon AM"], ["bob", "eye", "Mon AM"]]
    assert content["variants"] == [
        {"name": "0 base", "at": {}},
        {"name": "1 both", "at": {"0": "Mon PM", "1": "not held"}},
        {"name": "3 bob", "at": {"1": "Tue AM"}},
    ]


def test_a_title_cannot_end_the_script_it_stands_in():
    week = small()
    name = "</script><script>alert(1)</script>"
    found = [row_of("base", planned(week, moved(week)), week, name)]
    assert "alert(1)</script>" not in page_html(found, STUDY, "en")
    assert embedded(found)["variants"][0]["name"] == f"0 {name}"


def test_a_page_holds_no_more_sessions_than_it_can(monkeypatch):
    monkeypatch.setattr(chooser, "MOST_SESSIONS", 1)
    week = small()
    one = planned(week, moved(week, ("ann", "mon-am", "mon-pm")))
    found = [row_of(name, one, week) for name in ("base", "second")]
    assert [number for number, _ in chooser.comparable_rows(found)] == [0]


def test_what_was_drawn_is_reported_with_its_interval_and_a_star_where_it_differs():
    base, even, *_ = rows()
    mean, low, high = Decimal("52.14"), Decimal("-0.04"), Decimal("1056.21")
    found = [
        replace(base, intervals={"sessions_run": Interval(mean)}),
        replace(even, intervals={"sessions_run": Interval(mean, low, high, differs=True)}),
    ]
    text = page_texts(found)
    assert {"As it then runs", "Sessions run", "52.1", "52.1 *", "0.0 –", "1,056.2"} <= set(text)
    assert "As it then runs" not in page_texts(rows())


def test_the_headline_shows_the_base_and_what_is_best():
    base = at_point("base", 13, 10, 5)
    assert headline([base, at_point("a", 12, 10, 7), at_point("b", 14, 10, 3)], EN) == (
        "2 of 2 variants with a roster. The base: sessions changed 5, highest day 1.30."
        " Fewest changes: 3 (b). Lowest highest day: 1.20 (a)."
    )
    both = headline([base, at_point("a", 11, 10, 2), at_point("b", 12, 10, 3)], EN)
    assert both.endswith("Best in both: 2 and 1.10 (a).")
    lower = headline([base, at_point("a", 12, 10, 7), at_point("b", 14, 10, 6)], EN)
    # Not of changes: the base has the fewest.
    assert lower.endswith("highest day 1.30. Lowest highest day: 1.20 (a).")
    fewer = headline([base, at_point("a", 13, 10, 3)], EN)
    assert fewer.endswith("highest day 1.30. Fewest changes: 3 (a).")
    none = headline([base, at_point("a", 14, 10, 7), rows()[2]], EN)
    assert none.startswith("1 of 2 variants with a roster.")
    assert none.endswith("No variant does better than it in either.")


def test_a_base_without_a_roster_is_reported():
    late = at_point("base", 13, 10, 5, status=Status.TIMED_OUT)
    assert "The base has none to compare with." in headline([late, at_point("a", 12, 10, 7)], EN)


def test_without_the_base_nothing_is_compared_with_it():
    """A study that was broken off may have finished some variants and not its base."""
    found = [at_point("a", 13, 10, 5), at_point("b", 12, 10, 7)]
    text = page_texts(found)
    assert "base" not in text
    assert not [one for one in text if re.fullmatch(r"[+-][0-9.]+", one)]
    assert "The base has none to compare with." in headline(found, EN)
    assert chooser.compare_with_base(found, EN) == ()


def test_the_base_alone_is_a_page_too():
    assert "There are fewer than two rosters to compare." in page_texts(rows()[:1])
