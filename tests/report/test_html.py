from dataclasses import replace
from html.parser import HTMLParser

import pytest

from scheduler.check.violation import Violation
from scheduler.clock import Window
from scheduler.outcome import Outcome, Status, Tier
from scheduler.report.facts import ReportFacts
from scheduler.report.html import html_text
from scheduler.roster import Crowded, Plan, Roster, template_roster
from scheduler.scenario.hospital import Doctor
from scheduler.scenario.rows import CalendarRow
from scheduler.words import message

VOID = {"meta", "rect", "line", "col", "br"}


class Page(HTMLParser):
    """Collects the text and the tags, and notes tags that do not close as they were opened."""

    def __init__(self, text):
        super().__init__()
        self.open, self.wrong, self.tags, self.texts = [], [], set(), []
        self.feed(text)
        self.close()
        self.wrong += self.open

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.add(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data):
        if data.strip() and (not self.open or self.open[-1] != "style"):
            self.texts.append(" ".join(data.split()))


@pytest.fixture
def full(week, facts_of):
    """A page on which every section has something to show."""
    violations = (Violation("rooms", "p, fri-am", 1, message("No room for {n}.", n=1), True),)
    facts = facts_of(
        week,
        ("zhao", "fri-am", "fri-pm"),
        ("li", "thu-am", None),
        violations=violations,
        tiers=(Tier("changes", 6, 4),),
        status=Status.FEASIBLE,
        notes=(message("One row told no level."),),
    )
    crowded = (Crowded("s", week.week.dates[4], "AM", Window(480, 510), "li", 9, 6),)
    return replace(facts, plan=replace(facts.plan, crowded=crowded))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_is_well_formed(full, impossible, language):
    for facts in (full, impossible):
        page = Page(html_text(facts, language))
        assert page.wrong == []
        assert {"html", "svg", "table", "h1"} <= page.tags


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_needs_nothing_but_itself(full, language):
    text = html_text(full, language)
    assert "http://" not in text
    assert "https://" not in text
    assert "src=" not in text
    assert "href=" not in text
    assert "<script" not in text
    assert "url(http" not in text


def test_the_first_sentence_shows_changes_days_and_proof(moved):
    assert (
        "1 session moves; every working day keeps 1.2; proved that less change would not do."
        in Page(html_text(moved, "en")).texts
    )


def test_a_gap_is_not_called_proved(week, facts_of):
    text = html_text(facts_of(week, ("zhao", "fri-am", "fri-pm"), tiers=(Tier("changes", 2, 1),)), "en")
    assert "at least 1 of its 2 change points is proved necessary" in text
    assert "proved that" not in text.split("<h1>")[1].split("</h1>")[0]


def test_days_above_the_limit_are_counted_in_the_first_sentence(week, facts_of):
    assert "no session changes; 1 of 5 working days above 1.2" in html_text(facts_of(week), "en").lower()


def test_a_broken_rule_comes_first_and_is_reported_in_full(full):
    texts = Page(html_text(full, "en")).texts
    assert texts[texts.index("2026-W30 · 20 July 2026 – 26 July 2026") + 1].startswith(
        "1 rule that must hold is broken"
    )
    assert "No room for 1." in texts


def test_every_move_is_reported_with_doctor_days_tickets_and_kind_of_move(full):
    texts = Page(html_text(full, "en")).texts
    row = texts.index("zhao")
    assert texts[row : row + 7] == [
        "zhao",
        "chief",
        "eye",
        "Fri 24 Jul AM",
        "→ Fri 24 Jul PM",
        "moved on its date",
        "24",
    ]
    assert "dropped" in texts


def test_what_changes_stands_by_department_before_the_figures_of_the_week(week, facts_of):
    facts = facts_of(week, ("zhao", "fri-am", "fri-pm"), ("wang", "thu-pm", "thu-am"))
    page = html_text(facts, "en")
    assert page.count('<section class="department">') == 2
    texts = Page(page).texts
    summary = texts.index("Department")
    assert texts[summary + 3 : summary + 11] == [
        "eye",
        "1",
        "3.00 →",
        "1.00",
        "heart",
        "1",
        "0.00 →",
        "no PM",
    ]
    assert summary < texts.index("Mornings and afternoons by day")


def test_a_repair_is_compared_with_the_published_week(moved):
    texts = Page(html_text(replace(moved, repaired=True), "en")).texts
    assert "What changes in the published week" in texts
    assert {"Published week", "Repaired week"} <= set(texts)
    assert "This plan" not in texts


def test_the_week_as_run_is_left_out_where_nothing_was_stopped(moved, scenario_of, facts_of):
    assert "Before, as run" in Page(html_text(moved, "en")).texts
    assert "Before, as run" not in Page(html_text(facts_of(scenario_of("li fri-am eye 20")), "en")).texts


def test_rules_and_proof_are_folded_unless_a_hard_rule_is_broken(full, moved):
    assert html_text(full, "en").count("<details open>") == 1
    assert "<details open>" not in html_text(moved, "en")
    assert html_text(moved, "en").count("<details>") == 2


def test_ratios_stand_at_the_bars(moved):
    texts = Page(html_text(moved, "en")).texts
    assert "2.00" in texts
    assert "0.50" in texts
    assert "1 too many" in texts


def test_a_ratio_is_never_rounded_onto_the_limit(scenario_of, facts_of):
    mornings = "\n".join(f"a{n} fri-am eye 1" for n in range(241))
    afternoons = "\n".join(f"p{n} fri-pm eye 1" for n in range(200))
    page = Page(html_text(facts_of(scenario_of(f"{mornings}\n{afternoons}")), "en"))
    assert "1.205" in page.texts
    assert "1.20" not in page.texts


def test_dates_follow_the_language(moved):
    assert "Fri 24 Jul" in html_text(moved, "en")
    assert "周五 7月24日" in html_text(moved, "zh")
    assert '<html lang="zh-CN">' in html_text(moved, "zh")


def test_names_from_tables_cannot_become_markup(scenario_of, facts_of):
    evil = "<b>&\"'</b>"
    scenario = scenario_of(
        "li fri-am eye 20",
        name="<script>alert(1)</script>",
        doctors=[Doctor(doctor="li", name=evil, specialty="eye")],
    )
    text = html_text(facts_of(scenario, ("li", "fri-am", "fri-pm")), "en")
    assert evil not in text
    assert evil in Page(text).texts
    assert "<script" not in text


def test_an_impossible_week_says_so_with_reasons(impossible):
    texts = Page(html_text(impossible, "en")).texts
    assert "No roster keeps all the rules that must hold." in texts
    assert "No <room> is open on Friday." in texts
    assert "This plan" not in texts
    assert "Rules" not in texts


def test_a_week_out_of_time_says_so(week):
    facts = ReportFacts(week, Outcome(Status.TIMED_OUT, None), Plan(Roster(())))
    assert "No roster was found in the time given." in Page(html_text(facts, "en")).texts


def test_a_week_without_template_does_not_list_every_session(scenario_of, facts_of, week):
    scenario = scenario_of("li fri-am eye 20", template=())
    sessions = template_roster(week).sessions[:1]
    roster = Roster(tuple(replace(session, was=None) for session in sessions))
    texts = Page(html_text(facts_of(scenario, roster=roster), "en")).texts
    assert "The scenario has no template: every session is new, and the roster lists them." in texts
    assert "Added" not in texts


def test_a_closed_week_has_no_bars_and_says_why(scenario_of, facts_of):
    dates = scenario_of("li fri-am eye 20").week.dates
    calendar = [CalendarRow(date=date, kind="closed", reason="flood") for date in dates]
    texts = Page(html_text(facts_of(scenario_of("li fri-am eye 20", calendar=calendar)), "en")).texts
    assert "The week has no working day." in texts
    assert "Fri 24 Jul: closed (flood)." in texts
    assert "Sessions that closed days take out: 1." in texts


def test_the_kinds_that_the_reserve_leaves_out_stand_below_its_table(full):
    _, _, rest = html_text(full, "zh").partition("医联体预留号源</h2>")
    assert "预留基数不含以下门诊类别：特需、国际。" in rest.partition("</section>")[0]


def test_the_same_facts_give_the_same_page(full):
    assert html_text(full, "zh") == html_text(replace(full), "zh")


def test_a_language_nobody_speaks_is_refused(moved):
    with pytest.raises(ValueError, match="unknown language"):
        html_text(moved, "fr")
