from __future__ import annotations

import json
from dataclasses import replace

from scheduler.outcome import SESSIONS, Costs, Price, RuleCost, Status, Tier
from scheduler.report.html import html_text
from scheduler.report.json import json_text
from scheduler.report.rule_rows import cost_parts, rule_rows
from scheduler.report.voice import Voice

ENGLISH = Voice("en")


def price(points: int, sessions: int, bound: int | None = None) -> Price:
    least = points if bound is None else bound
    return Price(Status.OPTIMAL, (Tier("changes", points, least), Tier(SESSIONS, sessions, sessions)))


COSTS = Costs(
    price(48, 24),
    (
        RuleCost("availability", price(48, 24)),
        RuleCost("rooms", price(30, 24, bound=20)),
        RuleCost("pinned", Price(Status.TIMED_OUT)),
        RuleCost("ratio_day", price(12, 6)),
    ),
)


def cost_texts(key: str) -> list[str]:
    return [str(part) for part in cost_parts(COSTS, key)]


def test_a_cost_shows_what_the_week_would_come_to_without_the_rule():
    assert cost_texts("ratio_day") == ["changes 12 instead of 48", "changed sessions 6 instead of 24"]
    assert cost_texts("availability") == ["the same"]


def test_a_cost_that_is_not_proved_is_reported_between_its_bounds():
    assert cost_texts("rooms") == ["changes 20 to 30 instead of 48"]
    assert cost_texts("pinned") == ["not known in the time given"]


def test_a_rule_that_nobody_priced_has_no_cost():
    assert cost_texts("slot_length") == []


def test_the_rules_of_a_plan_show_their_slack_and_where_nothing_is_left(moved):
    rows = {row.name: row for row in rule_rows(moved, ENGLISH)}
    assert rows["ratio_day"].slack.lstrip("-").isdigit()
    assert rows["ratio_day"].unit == "morning sessions that still fit a day"
    assert rows["pinned"].slack == rows["pinned"].unit == rows["pinned"].binding == ""
    assert {row.cost for row in rows.values()} == {""}


def test_five_places_are_named_and_the_others_counted(week, facts_of):
    row = next(row for row in rule_rows(facts_of(week), ENGLISH) if row.name == "rooms")
    slack = facts_of(week).slacks["rooms"]
    named = row.binding.count(";") + 1 if row.binding else 0
    assert named == min(5, len(slack.binding))
    assert ("more" in row.binding) == (len(slack.binding) > 5)


def test_without_a_roster_there_is_no_slack(impossible):
    assert impossible.slacks == {}
    assert {row.slack for row in rule_rows(impossible, ENGLISH)} == {""}


def test_the_report_shows_costs_only_where_they_were_computed(moved):
    asked = replace(moved, outcome=replace(moved.outcome, costs=COSTS))
    assert "Without it" not in html_text(moved, "en")
    page = html_text(asked, "en")
    assert "Without it" in page
    assert "changes 12 instead of 48" in page


def test_the_report_for_machines_has_slack_and_costs(moved):
    plain = json.loads(json_text(moved, {}))
    assert plain["price"] is None
    rules = {rule["key"]: rule for rule in plain["rules"]}
    assert rules["pinned"]["slack"] is None
    assert set(rules["ratio_day"]["slack"]) == {"least", "places", "binding"}
    asked = json.loads(json_text(replace(moved, outcome=replace(moved.outcome, costs=COSTS)), {}))
    assert asked["price"]["tiers"]["changes"] == {"value": 48, "bound": 48, "gap": 0}
    without = {rule["key"]: rule["without"] for rule in asked["rules"]}
    assert without["ratio_day"]["tiers"]["changes"]["value"] == 12
    assert without["pinned"] == {"status": "timed_out", "tiers": {}}
    assert without["slot_length"] is None
