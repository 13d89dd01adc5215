"""Two part sessions of a doctor in one half-day at two campuses, from the import to the repaired week."""

from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.adjust.repair import repair
from scheduler.adjust.stops import Stop
from scheduler.check.run import find_violations
from scheduler.clock import Week
from scheduler.engine.options import Options
from scheduler.plan import make_plan
from scheduler.roster import Plan, Roster
from scheduler.scenario.hospital import Room
from scheduler.scenario.week import Scenario
from scheduler.tables.published.read import ReadOptions, read_published
from scheduler.tables.published.timetable import Imported, to_scenario
from scheduler.tables.roster.read import read_plan
from scheduler.tables.roster.write import write_plan
from tests.check.small import clinic, found_in, row, scenario, session

CLINICS = (clinic(campus="east", pool="e"), clinic("lid", "eye", campus="west", pool="w"))
ROOMS = (Room(room="e1", pool="e"), Room(room="w1", pool="w"))
ROWS = (
    row("ann", "mon-am", hours="08:00-09:45", room="e1", pinned=True),
    row("ann", "mon-am", "lid", hours="10:15-11:30", room="w1"),
    row("ann", "mon-pm", room="e1"),
)


def week(**parts) -> Scenario:
    parts.setdefault("template", ROWS)
    ratios = ("ratio_day", "ratio_specialties", "ratio_target", "ratio_experts")
    parts.setdefault("rules", dict.fromkeys(ratios, "off"))
    return scenario(clinics=CLINICS, rooms=ROOMS, **parts)


def imported(tmp_path: Path, *rows: str) -> Imported:
    path = tmp_path / "week.csv"
    path.write_text("\n".join(["星期,时段,门诊,医生,院区", *rows]), encoding="utf-8")
    return to_scenario(read_published(path, ReadOptions(week=Week(2026, 48))), week=Week(2026, 48))


def spans(plan: Plan) -> dict[str, tuple[int, int]]:
    keys = {slot.session for slot in plan.slots}
    windows = {key: [slot.window for slot in plan.slots if slot.session == key] for key in keys}
    return {key: (min(w.start for w in own), max(w.end for w in own)) for key, own in windows.items()}


@pytest.mark.parametrize("engine", ["aggregate", "single"])
def test_both_are_planned_each_with_its_own_slots_and_room(engine):
    planned = make_plan(week(), Options(engine=engine))
    assert spans(planned.plan) == {
        "2026-W30.ann.mon-am": (480, 585),
        "2026-W30.ann.mon-am.2": (615, 690),
        "2026-W30.ann.mon-pm": (810, 1020),
    }
    assert [s.room for s in planned.plan.roster.held] == ["e1", "w1", "e1"]
    assert [v for v in planned.violations if v.hard or v.rule == "changes"] == []


def test_a_roster_reads_back_and_keeps_its_rules(tmp_path):
    planned = make_plan(week())
    write_plan(planned.plan, week(), tmp_path)
    read = read_plan(week(), tmp_path)
    assert read.roster == planned.plan.roster
    assert [v.rule for v in find_violations(week(), read) if v.hard] == []


def test_a_check_compares_the_hours_of_sessions():
    def held(**parts) -> list[tuple[str, int]]:
        rows = (session("ann", "mon-am", "mon-am"), session("ann", "mon-am", "tue-am"))
        return found_in("one_place", week(**parts), Plan(Roster(rows)))

    template = (row("ann", "mon-am", hours="08:00-09:45"), row("ann", "tue-am", hours="10:15-11:30"))
    assert held(template=template) == []
    assert held(template=template[:1]) == [("ann, mon-am", 1)]


def test_a_repair_leaves_the_other_part_as_it_is():
    planned = make_plan(week())
    stops = [Stop("ann", week().week.cell("mon-pm"))]
    repaired = repair(week(), planned.plan, stops, as_of=week().week.dates[0])
    assert repaired.plan is not None
    kept = [s for s in repaired.plan.roster.held if s.was is not None and s.was.half == "AM"]
    assert [(s.session, s.part) for s in kept] == [
        ("2026-W30.ann.mon-am", 0),
        ("2026-W30.ann.mon-am.2", 1),
    ]


def test_an_import_keeps_both_where_their_hours_do_not_overlap(tmp_path):
    both = imported(tmp_path, "周一,08:00-09:45,眼科,甲,东院", "周一,10:15-11:30,眼科,甲,西院")
    assert both.left_out == ()
    assert [
        str(s.hours or both.scenario.session_hours(s.key, s.cell, [s.blocks[0].clinic]))
        for s in both.scenario.standing
    ] == [
        "08:00-09:45",
        "10:15-11:30",
    ]
    assert [(d.min_sessions, d.max_sessions) for d in both.scenario.doctors] == [(2, 2)]
    one = imported(tmp_path, "周一,08:00-10:30,眼科,甲,东院", "周一,10:15-11:30,眼科,甲,西院")
    assert len(one.left_out) == 1
    assert len(one.scenario.standing) == 1
