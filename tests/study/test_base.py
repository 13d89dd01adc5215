from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from scenarios.bundled import ROOT
from scheduler.errors import MenzhenError, ScenarioError, StudyError, Where
from scheduler.rules import Strictness
from scheduler.scenario.hospital import Level
from scheduler.scenario.patch import Patch, RowChange
from scheduler.scenario.rows import DemandRow, Presence
from scheduler.study.base import Base, check_study
from scheduler.study.file.file import read_study
from scheduler.study.study import BASE, Variant
from scheduler.tables.scenario.files import read_scenario
from tests.check.small import monday, row
from tests.study.study_files import base, patched, rows, study, told


@pytest.fixture
def week(tmp_path):
    return base(tmp_path)


def problems(found: Base, *patches: Patch) -> list[tuple[str, str | None, str]]:
    with pytest.raises(MenzhenError) as error:
        patched(found, *patches)
    return [(str(one.wrong), one.value, str(one.remedy)) for one in error.value.problems]


def test_a_base_is_the_scenario_that_is_read(tmp_path):
    found = base(tmp_path)
    assert found.scenario == read_scenario(tmp_path / "week")
    assert found.digest == found.scenario.digest
    assert found.patched(Variant(BASE, BASE)) is found.scenario


def test_a_base_that_cannot_be_read_is_told_as_a_scenario_is(tmp_path):
    with pytest.raises(MenzhenError, match="there is no such file"):
        Base.read(tmp_path / "nowhere")


def test_a_base_travels(week):
    again = pickle.loads(pickle.dumps(week))
    patch = Patch(("policy.ratio.limit=1.1",), rows("stop", "doctors", {"doctor": "ann"}).rows)
    assert patched(again, patch) == patched(week, patch)


@pytest.mark.parametrize("folder", ["typical", "rules/channel_shares", "calendar/adjusted_saturday"])
def test_settings_are_what_they_are_on_the_command_line(folder):
    words = ("policy.ratio.limit=1.1", "week=2026-W07", "halves.AM=07:30-11:30", "rules.cover=hard")
    if folder == "calendar/adjusted_saturday":
        words = (*words, "policy.channels.own.channel=on_site", "policy.channels.own.number=1")
    assert patched(Base.read(ROOT / folder), Patch(words)) == read_scenario(ROOT / folder, words)


def test_a_rule_made_soft_that_has_no_place_among_the_tiers_becomes_the_most_important(week):
    found = patched(week, Patch(("rules.ratio_day=soft", "rules.fairness=soft")))
    assert found.strictness("ratio_day") is Strictness.SOFT
    assert found.tiers == ("ratio_day", *week.scenario.tiers)
    told = patched(week, Patch(("rules.ratio_day=soft", "tiers=changes;ratio_day")))
    assert told.tiers == ("changes", "ratio_day")


def test_rows_are_added_changed_and_removed(week):
    found = patched(
        week,
        rows("add", "demand", clinic="eye", day="fri", half="下午", sessions="2"),
        rows("change", "doctors", {"doctor": "bob"}, level="chief", max_sessions="4"),
        rows("remove", "template", {"doctor": "ann", "half": "AM"}),
    )
    assert found.demand == (DemandRow(clinic="eye", day="fri", half="PM", sessions=2),)
    assert (found.doctor_of["bob"].level, found.doctor_of["bob"].max_sessions) == (Level.CHIEF, 4)
    assert sorted((row.doctor, row.half) for row in found.template) == [
        ("ann", "PM"), ("bob", "AM"), ("bob", "PM"),
    ]  # fmt: skip
    assert found.doctor_of["ann"] == week.scenario.doctor_of["ann"]


def test_a_blank_value_is_the_default_again(week):
    found = patched(
        week,
        rows("change", "doctors", {"doctor": "bob"}, max_sessions="4"),
        rows("change", "doctors", {"doctor": "bob"}, max_sessions=""),
    )
    assert found.doctor_of["bob"].max_sessions is None


def test_rows_are_named_by_several_values_by_one_of_a_list_and_by_a_blank(tmp_path):
    template = (row("ann", "mon-am", room="e1"), row("ann", "tue-am"), row("bob", "wed-pm"))
    week = base(tmp_path, monday(template=template))
    days = (("doctor", "ann"), ("day", "mon"), ("day", "tue"))
    both = Patch(rows=(RowChange("change", "template", days, (("tickets", "7"),)),))
    assert [entry.tickets for entry in patched(week, both).template] == [7, 7, 20]
    without = patched(week, rows("remove", "template", {"room": ""})).template
    assert [entry.day for entry in without] == ["mon"]


def test_what_names_no_row_is_told_with_the_nearest_that_there_is(week):
    wrong = "no row of the table {} has this"
    assert problems(week, rows("change", "doctors", {"doctor": "anne"}, level="chief")) == [
        (wrong.format("doctors"), "anne", "Did you mean ann?")
    ]
    assert problems(week, rows("remove", "template", {"doctor": "ann", "half": "EVE", "day": "tue"})) == [
        (wrong.format("template"), "EVE", "Use one of: AM, PM.")
    ]


def test_no_row_of_an_empty_table_can_be_named(week):
    wrong = "no row of the table demand has this"
    remedy = "There is none that could be meant."
    assert problems(week, rows("remove", "demand", {"clinic": "eye"})) == [(wrong, "eye", remedy)]


def test_a_row_that_is_there_already_cannot_be_added(week):
    found = problems(week, rows("add", "doctors", doctor="ann", specialty="eye"))
    assert [(wrong, value) for wrong, value, _ in found] == [("this row is there already", "ann")]


def test_values_out_of_range_are_told(week):
    assert [
        (wrong, value)
        for wrong, value, _ in problems(
            week,
            rows("change", "doctors", {"doctor": "ann"}, max_sessions="40"),
            rows("change", "doctors", {"doctor": "bob"}, min_sessions="5", max_sessions="4"),
            rows("change", "template", {"day": "mon"}, tickets="501"),
            rows("add", "doctors", doctor="eve"),
            rows("change", "doctors", {"doctor": "bob"}, specialty=""),
            Patch(("policy.ratio.limit=0",)),
        )
    ] == [
        ("must be at least 0.5", "0"),
        ("must be at most 21", "40"),
        ("the fewest sessions, 5, are more than the most, 4", None),
        ("must be at most 500", "501"),
        ("a value is missing", None),
        ("a value is missing", None),
    ]


def test_a_problem_tells_file_line_table_key_and_column(week):
    at = Where(file="friday.yaml", row=14)
    change = RowChange("change", "doctors", (("doctor", "bob"),), (("max_sessions", "40"),), at)
    with pytest.raises(StudyError) as error:
        week.patched(Variant("it", "It", Patch(rows=(change,))))
    assert error.value.problems[0].where == Where("friday.yaml", "", 14, "max_sessions", "doctors bob")


def test_what_no_longer_fits_is_told_at_the_row_of_the_base_with_the_variant_that_brought_it_up(tmp_path):
    week, found = base(tmp_path), study(tmp_path, "patches:\n  gone: {remove: {doctors: {doctor: bob}}}\n")
    with pytest.raises(ScenarioError) as error:
        week.patched(found.variants[1])
    first = error.value.problems[0]
    assert first.where == Where("template.csv", "", 4, "doctor")
    assert "once gone (study.yaml, row 3) has changed the base" in str(first.wrong)


def test_what_does_not_fit_of_the_study_is_told_at_its_line(tmp_path):
    text = "patches:\n  new: {add: {template: {doctor: eve, day: mon, half: AM, clinic: eye, tickets: 9}}}\n"
    week, found = base(tmp_path), study(tmp_path, text)
    with pytest.raises(ScenarioError) as error:
        week.patched(found.variants[1])
    assert [(one.where.file, one.where.row, one.value) for one in error.value.problems] == [
        ("study.yaml", 3, "eve")
    ]


def test_rows_alike_by_a_change_are_told_with_the_row_they_are_like(tmp_path):
    text = "patches:\n  one: {change: {doctors: {where: {doctor: bob}, set: {doctor: ann}}}}\n"
    week, found = base(tmp_path), study(tmp_path, text)
    with pytest.raises(ScenarioError) as error:
        week.patched(found.variants[1])
    first = error.value.problems[0]
    assert (first.where.file, first.where.row) == ("study.yaml", 3)
    assert str(first.wrong) == "the same entry stands in row 2 (doctors.csv) already"


def test_a_study_is_checked_as_a_whole_all_problems_at_once(tmp_path):
    text = """patches:
  one: {stop: anne}
  two: {set: {halves.AM: 08:00-14:00}}
  gone: {remove: {template: {doctor: ann}}}
  late: {change: {template: {where: {doctor: ann}, set: {tickets: 9}}}}
variants: [[gone, late]]
"""
    week = base(tmp_path)
    with pytest.raises(StudyError) as error:
        check_study(study(tmp_path, text), week)
    assert told(error.value) == [
        (3, "the scenario does not know this doctor", "anne"),
        (4, "the hours of two halves overlap", "08:00-14:00 13:30-17:00"),
        (6, "no row of the table template has this", "ann"),
    ]


def test_a_study_that_fits_is_not_complained_of(tmp_path):
    week = base(tmp_path)
    check_study(study(tmp_path, "patches:\n  one: {stop: ann, rooms: {pool: eye, count: -1}}\n"), week)


def test_no_patch_changes_the_base(week):
    before = week.scenario.model_copy(deep=True)
    patched(week, rows("stop", "doctors", {"doctor": "ann"}), Patch(("policy.ratio.limit=1.1",)))
    assert week.scenario == before
    assert Presence.AWAY not in {entry.state for entry in week.scenario.availability}


def test_the_bundled_study_fits_its_base():
    for path in sorted(Path(ROOT / "studies").glob("*.yaml")):
        found = read_study(path)
        check_study(found, Base.read(found.base))
        assert 8 <= len(found.variants) <= 12
