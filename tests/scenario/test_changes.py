"""One vocabulary of changes: each gives a scenario, and a patch with which a study gives the same one."""

from __future__ import annotations

from fractions import Fraction

import pytest

from scenarios.smallest.parts import BONE, EYE, asks, away, doctor, rooms, stands, week
from scheduler.clock import Half
from scheduler.rules import Strictness
from scheduler.scenario import changes
from scheduler.scenario.hospital import Level, Room
from scheduler.scenario.rows import CalendarRow
from scheduler.study.base import Base
from scheduler.study.file.file import read_study
from scheduler.tables.scenario.files import write_scenario
from scheduler.tables.scenario.patch_text import patches_text

SHUT = Room(room="109", pool=EYE.pool, campus=EYE.campus, closed=("mon-pm", "tue-pm"))
WEEK = week(
    "w",
    (doctor(1, min_sessions=1, max_sessions=4), doctor(2), doctor(3, "骨科")),
    clinics=(EYE, BONE.model_copy(update={"min_level": Level.CHIEF})),
    rooms=(*rooms(2), SHUT),
    template=(stands(1, "mon-am", pinned=True), stands(1, "tue-am"), stands(2, "wed-am", pinned=True)),
    availability=(away(1, "thu"), away(2, "-pm")),
    demand=(asks("mon-pm", 2), asks("", 3, hard=True)),
)
MONDAY, THURSDAY = WEEK.week.cell("mon-am"), WEEK.week.cell("thu-am")

CHANGES = {
    "open_rooms": lambda w: changes.open_rooms(w, EYE.pool, 2, ("fri-pm", "mon-am")),
    "open_rooms_always": lambda w: changes.open_rooms(w, BONE.pool, 1),
    "reopen_rooms": lambda w: changes.reopen_rooms(w, [SHUT], "tue-pm"),
    "let_work": lambda w: changes.let_work(w, [("D001", THURSDAY), ("D002", w.week.cell("sun-eve"))]),
    "stop": lambda w: changes.stop(w, "D001"),
    "stop_once": lambda w: changes.stop(w, "D001", "mon-am"),
    "pin": lambda w: changes.pin(w, doctor="D001"),
    "pin_specialty": lambda w: changes.pin(w, specialty="眼科"),
    "unpin": lambda w: changes.unpin(w, [("D001", MONDAY)]),
    "soften": lambda w: changes.soften(w, ["rooms", "availability", "cover"]),
    "set_limit": lambda w: changes.set_limit(w, Fraction(11, 10)),
    "with_settings": lambda w: changes.with_settings(
        w,
        {
            "policy.changes.budget": None,
            "policy.reserve.share": Fraction(1, 3),
            "rules.rooms": Strictness.OFF,
        },
    ),
    "limit_sessions": lambda w: changes.limit_sessions(w, {"D001": 0}, {"D001": 6, "D002": 3}),
    "approve": lambda w: changes.approve(w, {"D001": [BONE.clinic], "D003": [EYE.clinic]}),
    "lower_levels": lambda w: changes.lower_levels(w, {BONE.clinic: Level.ATTENDING}),
    "lower_demand": lambda w: changes.lower_demand(w, [(w.demand[0], 1), (w.demand[1], 0)]),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_study_with_the_patch_gives_the_changed_scenario(name, tmp_path):
    changed, patch = CHANGES[name](WEEK)
    assert changed.digest != WEEK.digest
    write_scenario(WEEK, tmp_path / "week")
    path = tmp_path / "study.yaml"
    path.write_text(f"base: week\n{patches_text({'it': patch})}", encoding="utf-8")
    (variant,) = [one for one in read_study(path).variants if one.name == "it"]
    assert Base.read(tmp_path / "week").patched(variant).digest == changed.digest


def test_a_change_leaves_the_scenario_as_it_is():
    before = WEEK.digest
    for change in CHANGES.values():
        change(WEEK)
    assert WEEK.changed().digest == before


def test_a_change_of_nothing_is_the_same_scenario_and_an_empty_patch():
    assert changes.let_work(WEEK, []) == (WEEK, changes.Patch())
    assert changes.soften(WEEK, []) == changes.with_settings(WEEK, {}) == (WEEK, changes.Patch())


def test_an_absence_is_cut_into_the_half_days_that_remain():
    changed, _ = changes.let_work(WEEK, [("D001", THURSDAY)])
    assert {cell.half for cell in changed.open_cells("D001") if cell.date == THURSDAY.date} == {Half.AM}


def test_limits_are_those_of_the_week_that_a_holiday_shortens():
    holiday = WEEK.changed(calendar=(CalendarRow(date=MONDAY.date, kind="closed"),))
    assert holiday.limits("D001") == (0, 3)
    assert changes.limit_sessions(holiday, most={"D001": 5}).scenario.limits("D001") == (0, 5)
