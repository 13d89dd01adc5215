from __future__ import annotations

import numpy as np

from scheduler.engine.columns import NOWHERE
from scheduler.engine.options import Leeway, Options, ignore_progress
from scheduler.engine.repair import list_repair_columns, repair_week
from scheduler.scenario.week import Scenario
from tests.adjust.small import DOCTORS, row, scenario
from tests.check.small import WEEK

MONDAY, TUESDAY = WEEK.dates[:2]
AM = WEEK.cell("mon-am")


def offered(week: Scenario, leeway: Leeway) -> set[tuple[str, str, str]]:
    """Every choice of a repair: the doctor whose session it is, who holds it, and where."""
    columns = list_repair_columns(week, leeway)
    index, found = columns.index, set()
    for one in columns.table[columns.array("upper") > 0].itertuples():
        cell = "" if one.cell == NOWHERE else index.cells[int(one.cell)].key
        found.add((index.doctors[int(one.owner)], index.doctors[int(one.doctor)], cell))
    return found


def test_a_stopped_session_has_every_choice_but_its_place_and_covers_only_that():
    week = scenario(row("bob", "mon-am"), doctors=DOCTORS[:2])
    leeway = Leeway(MONDAY, frozenset({("bob", AM)}), {("bob", AM, 0): ("ann",)})
    found = offered(week, leeway)
    assert ("bob", "bob", "mon-am") not in found
    assert ("bob", "ann", "mon-am") in found
    assert {cell for _, who, cell in found if who == "ann"} == {"mon-am"}
    assert {("bob", "bob", "mon-pm"), ("bob", "bob", "fri-pm"), ("bob", "bob", "")} <= found


def test_before_the_first_date_a_session_has_one_choice_and_none_leads_there():
    week = scenario(row("bob", "mon-am"), row("ann", "wed-am"), doctors=DOCTORS[:2])
    found = offered(week, Leeway(TUESDAY))
    assert {cell for owner, _, cell in found if owner == "bob"} == {"mon-am"}
    cells = {cell for owner, _, cell in found if owner == "ann"}
    assert {"mon-am", "mon-pm"} & cells == set()
    assert {"", "tue-am", "wed-am"} <= cells


def test_a_session_where_its_doctor_is_away_may_stay_until_a_stop_says_no():
    week = scenario(row("bob", "mon-am"), doctors=DOCTORS[:2])
    away = week.changed(
        availability=({"doctor": "bob", "day": "mon", "half": "AM"},), policy={"leave": {"sessions": "cover"}}
    )
    assert ("bob", "bob", "mon-am") in offered(away, Leeway(MONDAY))
    assert ("bob", "bob", "mon-am") not in offered(away, Leeway(MONDAY, frozenset({("bob", AM)})))


def test_where_a_change_is_free_the_whole_model_is_asked():
    prices = {"changes": {"same_date": 0}}
    week = scenario(row("bob", "mon-am"), row("ann", "mon-am"), doctors=DOCTORS[:2], policy=prices)
    week = week.changed(rules={**week.rules, "fairness": "off", "expert_presence": "off"})
    wish = ({"doctor": "ann", "day": "mon", "half": "PM", "state": "prefer"},)
    outcome = repair_week(
        week.changed(availability=wish),
        Options(),
        ignore_progress,
        leeway=Leeway(MONDAY, frozenset({("bob", AM)})),
    )
    assert outcome.roster is not None
    assert {s.doctor: s.at.key for s in outcome.roster.sessions} == {"ann": "mon-pm", "bob": "mon-pm"}
    assert {tier.key: tier.value for tier in outcome.tiers}["preferences"] == 0


def test_rooms_stay_where_nobody_comes_and_a_session_taken_over_keeps_its_own():
    week = scenario(
        row("bob", "mon-am", room="3"), row("cid", "tue-am", room="2"), row("cid", "tue-pm", room="1")
    )
    leeway = Leeway(MONDAY, frozenset({("bob", AM)}), {("bob", AM, 0): ("ann",)})
    outcome = repair_week(week, Options(), ignore_progress, leeway=leeway)
    assert outcome.roster is not None
    assert [(s.doctor, s.room) for s in outcome.roster.sessions] == [("ann", "3"), ("cid", "2"), ("cid", "1")]
    assert outcome.tiers[-1].value == 1  # as published: cid changes rooms on Tuesday


def test_columns_of_the_published_week_are_never_left_out():
    columns = list_repair_columns(scenario(row("bob", "mon-am")), Leeway(MONDAY))
    kept = columns.select(np.zeros(len(columns), dtype=bool))
    assert len(kept) == 1
    assert kept.array("stands").tolist() == [1]
