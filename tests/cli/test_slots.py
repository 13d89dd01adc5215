from __future__ import annotations

import re

import pytest

from scheduler.scenario.pace import PaceRow
from scheduler.tables.scenario.files import write_scenario
from tests.check.small import row, scenario


@pytest.fixture
def planned(menzhen, tmp_path):
    """A week with a pace and its roster, timed by it."""

    def plan(*pace: PaceRow, tickets: int = 18, rule: str = "learned"):
        week = scenario(template=(row("ann", "mon-am", tickets=tickets), row("bob", "tue-pm")), pace=pace)
        write_scenario(week, tmp_path / "week")
        words = (
            "plan",
            tmp_path / "week",
            "--out",
            tmp_path / "roster",
            "--set",
            f"policy.slots.rule={rule}",
        )
        _, out, _ = menzhen(*words)
        return tmp_path / "week", tmp_path / "roster", out

    return plan


ANN = PaceRow(scope="doctor", key="ann", minutes=11, cv="0.45", quality="measured")


def test_learned_times_are_told_beside_even_ones_with_what_they_rest_on(menzhen, planned):
    week, roster, plan = planned(ANN)
    assert "1 doctor has even times" in plan
    assert f"see waits, idle time and overtime by its times: menzhen slots {week} {roster}" in plan
    code, out, err = menzhen("slots", week, roster)
    assert (code, err) == (0, "")
    costs = [
        float(line.split()[-1]) for line in out.splitlines() if line.startswith((" even", " this roster"))
    ]
    assert costs == sorted(costs, reverse=True)
    assert "pace: of 1 session by the doctor's row, of 0 by the specialty's" in out
    assert "in 1 patients are taken to come at their time" in out
    assert "not judged, and timed evenly: 1 session without pace" in out


def test_times_are_certified_where_it_is_asked_for(menzhen, planned):
    week, roster, _ = planned(ANN)
    out = menzhen("slots", week, roster, "--prove")[1]
    (line,) = (line for line in out.splitlines() if line.startswith(" ann "))
    gap = float(line.split()[-3])
    assert -1 < gap < 2.5


def test_sessions_that_hold_more_than_fits_are_told_with_what_fits(menzhen, planned):
    week, roster, _ = planned(ANN, tickets=30)
    out = menzhen("slots", week, roster)[1]
    assert "1 session holds more tickets than fit, in the mean:" in out
    (line,) = (line for line in out.splitlines() if line.startswith(" ann "))
    assert line.split()[3:] == ["30", "19", "11.0"]


def test_without_a_pace_nothing_is_judged(menzhen, planned):
    week, roster, _ = planned(rule="even")
    code, out, _ = menzhen("slots", week, roster)
    assert (code, out.splitlines()[0][:27]) == (1, "No session can be judged: t")


def test_the_rule_dome_is_refused_with_the_word_that_took_its_place(menzhen, planned):
    week, _, _ = planned(ANN)
    code, _, err = menzhen("plan", week, "--out", week, "--set", "policy.slots.rule=dome")
    assert code == 2
    assert "even, front_loaded, learned" in err
    assert "in place of dome" in err


def test_half_days_are_told_in_the_readers_language(menzhen, planned):
    week, roster, _ = planned(ANN, tickets=30)
    out = menzhen("slots", week, roster, "--prove", "--lang", "zh")[1]
    assert re.search("ann +周.", out)
    assert not re.search("(mon|tue|wed|thu|fri)-(am|pm)", out)
    assert "-0.0 %" not in out


def test_a_roster_whose_patients_are_told_otherwise_is_judged_by_the_settings_and_that_is_said(
    menzhen, planned
):
    week, roster, _ = planned(ANN)
    assert "was planned with" not in menzhen("slots", week, roster)[1]
    told = f"{roster} was planned with policy.slots.told=minute policy.slots.come_early=15"
    assert told in menzhen("slots", week, roster, "--set", "policy.slots.told=slot")[1]
    flow = ("flow", week, roster, "--replications", "2", "--out", roster.parent / "flow")
    assert told in menzhen(*flow, "--set", "policy.slots.told=ten")[1]
