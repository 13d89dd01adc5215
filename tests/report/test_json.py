import json
from dataclasses import replace

from scheduler.outcome import Status, Tier
from scheduler.report.json import json_text


def _read(facts):
    return json.loads(json_text(facts, {"week": 1.23456}))


def test_a_day_is_reported_with_four_exact_digits(moved):
    report = _read(moved)
    assert report["ratio"]["2026-07-24"] == {
        "am": 1,
        "pm": 2,
        "ratio": "0.5000",
        "meets_limit": True,
        "meets_target": True,
    }
    assert report["ratio_before"]["2026-07-24"]["ratio"] == "2.0000"
    assert report["ratio_before"]["2026-07-24"]["meets_limit"] is False
    assert report["ratio_as_run"]["2026-07-24"]["ratio"] == "1.0000"


def test_a_day_without_afternoons_has_no_ratio(scenario_of, facts_of):
    day = _read(facts_of(scenario_of("li fri-am eye 20")))["ratio"]["2026-07-24"]
    assert (day["ratio"], day["meets_limit"]) == (None, False)


def test_the_week_is_reported_by_sessions_and_by_tickets(moved):
    week = _read(moved)["ratio_week"]
    assert week["before"]["sessions"]["ratio"] == "1.5000"
    assert week["before"]["tickets"]["ratio"] == "2.5600"
    assert week["after"]["sessions"]["ratio"] == "0.6667"


def test_a_change_shows_where_the_session_was_and_is(moved):
    assert _read(moved)["changes"] == [
        {
            "session": "2026-W30.zhao.fri-am",
            "doctor": "zhao",
            "was": {"date": "2026-07-24", "half": "AM"},
            "now": {"date": "2026-07-24", "half": "PM"},
            "change": "moved",
            "was_doctor": "",
        }
    ]


def test_a_dropped_session_is_nowhere_now(week, facts_of):
    (change,) = _read(facts_of(week, ("zhao", "fri-am", None)))["changes"]
    assert (change["now"], change["change"]) == (None, "dropped")


def test_tiers_carry_their_gap(week, facts_of):
    facts = facts_of(week, tiers=(Tier("changes", 5, 3),), status=Status.FEASIBLE)
    report = _read(facts)
    assert report["status"] == "feasible"
    assert report["tiers"] == [{"key": "changes", "value": 5, "bound": 3, "gap": 2}]


def test_the_report_says_which_readings_it_used(moved):
    settings = _read(moved)["settings"]
    assert settings["ratio.direction"] == "ceiling"
    assert settings["ratio.unit"] == "sessions"
    assert settings["ratio.evening"] == settings["ratio.weekend"] == "leave_out"


def test_the_report_names_its_scenario_and_versions(moved):
    report = _read(moved)
    assert report["scenario"]["digest"] == moved.scenario.digest
    assert set(report["versions"]) == {"menzhen", "python", "ortools", "holidays"}


def test_only_the_seconds_vary(moved):
    slow, fast = json.loads(json_text(moved, {"week": 9.0})), json.loads(json_text(moved, {"week": 0.1}))
    assert slow.pop("seconds") == {"week": 9.0}
    fast.pop("seconds")
    assert slow == fast
    assert json_text(moved, {}) == json_text(replace(moved), {})


def test_without_a_roster_the_template_and_the_reasons_remain(impossible):
    report = _read(impossible)
    assert report["status"] == "infeasible"
    assert report["reasons"] == ["No <room> is open on Friday."]
    assert report["ratio"] == {}
    assert report["ratio_week"]["after"] is None
    assert report["ratio_before"]["2026-07-24"]["am"] == 2
    assert report["changes"] == []
