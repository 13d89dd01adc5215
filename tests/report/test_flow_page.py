"""The patient flow of a week on its page and in its tables."""

from __future__ import annotations

import csv
import json
from html import escape as escape_html

import pytest

from scheduler.flow.run import simulate_flow
from scheduler.report.flow_page import flow_headline, flow_html, measure_rows
from scheduler.report.flow_tables import CROWD, WAITS, WINDOWS, crowd_rows, flow_json, wait_rows, window_rows
from scheduler.report.voice import Voice
from scheduler.results import FLOW_FILES, write_flow
from scheduler.roster import Plan, Roster, template_roster
from tests.flow.small_week import check_in, pace, plan_of, week


def escape(text: str) -> str:
    return escape_html(text).replace("&#x27;", "&#39;").replace("&quot;", "&#34;")


WEEK = week(
    pace=(pace("9", early_mean=15, early_sd=20),),
    services=(
        check_in("07:00-12:00:1;13:00-17:00:1", share="0.5"),
        check_in("08:00-17:00:1", service="pay<ment>", visit="after", minutes="30"),
    ),
)
PLAN = plan_of(WEEK)
HALF = plan_of(WEEK, Roster(template_roster(WEEK).sessions[:2]))
ALONE = simulate_flow(WEEK, PLAN, replications=3)
BESIDE = simulate_flow(WEEK, HALF, PLAN, replications=3)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("flow", [ALONE, BESIDE])
def test_the_page_has_every_figure_and_what_it_rests_on_and_no_foreign_signs(flow, language: str):
    page, voice = flow_html(flow, language), Voice(language)
    for row in measure_rows(flow, voice):
        assert escape(row.name) in page
        assert f">{row.value}<" in page
    assert all(escape(voice.say(sentence)) in page for sentence in flow.assumptions)
    assert "pay<ment>" not in page
    assert "pay&lt;ment&gt;" in page
    assert page.count("<rect") > 20
    assert page == flow_html(flow, language)


def test_differences_are_worded_by_their_intervals():
    verdicts = {row.key: row.verdict for row in measure_rows(BESIDE, Voice("en"))}
    assert verdicts["peak_crowd"] == "less"
    assert {row.verdict for row in measure_rows(ALONE, Voice("en"))} == {""}
    assert "Against the other roster its peak changes by -" in flow_headline(BESIDE, Voice("en"))


def test_each_table_has_the_cells_of_its_columns():
    for columns, rows in (
        (CROWD, crowd_rows(BESIDE)),
        (WINDOWS, window_rows(BESIDE.figures)),
        (WAITS, wait_rows(BESIDE)),
    ):
        lines = list(rows)
        assert lines
        assert {len(line) for line in lines} == {len(columns)}
    assert all(line[-1] == "" for line in crowd_rows(ALONE))


def test_a_half_hour_that_only_the_other_roster_fills_is_empty_in_this_one():
    lines = {line[2]: line for line in crowd_rows(BESIDE)}
    full = {line[2] for line in crowd_rows(ALONE)}
    assert full <= set(lines)
    assert any(line[3] == "0.0000" and float(line[-1]) > 0 for line in lines.values())


def test_a_flow_is_written_the_same_each_time(tmp_path):
    for name in ("one", "two"):
        write_flow(simulate_flow(WEEK, HALF, PLAN, replications=3), tmp_path / name, "en")
    names = {path.name for path in (tmp_path / "one").iterdir()}
    assert names == FLOW_FILES
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    with (tmp_path / "one" / "crowd.csv").open(encoding="utf-8-sig", newline="") as file:
        assert next(csv.reader(file))[:10] == [
            "campus", "date", "half_hour", "arrivals", "crowd", "crowd_p95",
            "queue_a_window", "queue_p95", "over_15", "windows_needed",
        ]  # fmt: skip


def test_the_json_has_everything():
    content = json.loads(flow_json(BESIDE))
    assert content["figures"]["replications"] == 3
    assert content["differences"]["wait"]["differs"] in (True, False)
    assert content["before"]["measures"]["wait"]["mean"]
    assert len(content["assumptions"]) == len(BESIDE.assumptions)


def test_a_week_without_tickets_has_a_page():
    flow = simulate_flow(WEEK, Plan(Roster(())), replications=1)
    assert "Nobody comes in this week: no ticket is given, or everybody stays away." in flow_html(flow, "en")
