from __future__ import annotations

import re
from dataclasses import replace

import pytest

from scheduler.errors import InputError
from scheduler.report.exports.notices import Campuses, Notices
from scheduler.report.exports.ticket_platform import platform_headings, platform_lines, safe_cell
from scheduler.report.voice import Voice
from scheduler.scenario.hospital import Room
from scheduler.scenario.policy import Policy, SlotPolicy
from tests.check.small import as_it_stands, clinic, monday


@pytest.fixture(scope="module")
def week():
    scenario = monday(
        rooms=(Room(room="e1", pool="eye", campus="East"), Room(room="e2", pool="eye")),
        clinics=(clinic(campus="West"),),
    )
    return scenario, as_it_stands(scenario)


def lines(week, templates=None, language="en"):
    made = platform_lines(*week, Notices(templates or {}), Voice(language))
    return [dict(zip(platform_headings(language), line, strict=True)) for line in made]


def test_every_ticket_of_the_week_is_in_one_line(week):
    assert sum(int(line["tickets"]) for line in lines(week)) == sum(slot.tickets for slot in week[1].slots)


def test_patients_are_expected_a_quarter_of_an_hour_early(week):
    first = lines(week)[0]
    assert first["start"] == "08:00"
    assert "please come at 07:45 for 08:00 to East e1" in first["notice"]
    assert "public transport" in first["notice"]


def timed(week, **policy):
    """The week with one slot, of three tickets that start at 08:30, 08:38 and 08:46; the partners hold one."""
    scenario, plan = week
    slot = replace(plan.slots[1], starts=(510, 518, 526))
    holdings = tuple(holding for holding in plan.holdings if holding.slot == slot.slot)
    told = scenario.changed(policy=Policy(slots=SlotPolicy(**policy)))
    return told, replace(plan, slots=(slot,), holdings=holdings)


def told_lines(week):
    return [(line["channel"], line["numbers"], line["told"], line["come"]) for line in lines(week)]


def test_each_ticket_has_a_line_with_its_number_its_minute_and_when_to_come(week):
    assert told_lines(timed(week)) == [
        ("partner", "2", "08:38", "08:23"),
        ("public", "1", "08:30", "08:15"),
        ("public", "3", "08:46", "08:31"),
    ]
    assert "come at 08:23 for 08:38" in lines(timed(week))[0]["notice"]


def test_tickets_that_are_told_the_same_time_share_a_line(week):
    assert told_lines(timed(week, told="slot")) == [
        ("partner", "2", "08:30", "08:15"),
        ("public", "1 3", "08:30", "08:15"),
    ]
    assert [line[2] for line in told_lines(timed(week, told="ten"))] == ["08:30", "08:30", "08:40"]


def test_claimed_tickets_keep_their_numbers_and_others_have_the_rest(week):
    scenario, plan = timed(week)
    public = replace(plan.holdings[1], tickets=3, claimed=1, numbers=(2, 1, 3))
    found = lines((scenario, replace(plan, holdings=(public,))))
    assert [(line["claimed"], line["numbers"]) for line in found] == [("no", "1"), ("no", "3"), ("yes", "2")]


def test_tickets_without_numbers_are_told_the_slot(week):
    scenario, plan = timed(week)
    unknown = tuple(replace(holding, numbers=()) for holding in plan.holdings)
    assert told_lines((scenario, replace(plan, holdings=unknown))) == [
        ("partner", "", "08:30", "08:15"),
        ("public", "", "08:30", "08:15"),
    ]


def test_a_campus_has_its_own_notice_and_others_the_one_for_any(week):
    found = lines(week, {"East": "Gate 3, {room}, {come}", "": "{campus}: metro"})
    assert {line["notice"] for line in found if line["room"] == "e1"} >= {"Gate 3, e1, 07:45"}
    assert {line["notice"] for line in found if line["room"] == "e2"} == {"West: metro"}


def test_the_campus_is_the_rooms_and_else_the_clinics(week):
    of = Campuses(week[0]).of
    assert {slot.room: of(slot) for slot in week[1].slots} == {"e1": "East", "e2": "West"}


def test_a_chinese_file_has_no_english_key(week):
    first = lines(week, language="zh")[0]
    assert not re.search("[a-z_]{3,}", "".join(first))
    assert (first["类别"], first["级别"], first["渠道"]) == ("普通", "主任医师", "公开预约")


def test_a_notice_names_the_doctor_as_patients_know_him(week):
    scenario, plan = week
    named = scenario.changed(doctors=tuple(d.model_copy(update={"name": "王安"}) for d in scenario.doctors))
    assert {line["notice"] for line in lines((named, plan), {"": "{doctor}"})} == {"王安"}


def test_unknown_fields_of_all_templates_are_reported_at_once():
    with pytest.raises(InputError) as raised:
        Notices({"East": "{rom}", "West": "{name} {"})
    assert len(raised.value.problems) == 3


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@x", "\tx"])
def test_no_cell_can_be_taken_for_a_formula(text):
    assert safe_cell(text).startswith("'")
    assert safe_cell("x" + text) == "x" + text
