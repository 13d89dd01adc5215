from __future__ import annotations

import pytest

from scheduler.errors import ScenarioError
from scheduler.scenario.policy import ChannelPolicy, Policy
from tests.check.small import clinic, row, scenario

TWO = (clinic(), clinic("vip", kind="special_need"))


def rule(name: str = "desk", channel: str = "on_site", **more) -> ChannelPolicy:
    return ChannelPolicy(name=name, channel=channel, **more)


def told(*rules: ChannelPolicy, **policy) -> list[tuple[str, str, str | None]]:
    """The problems of a scenario with these rules: field, what is wrong, value."""
    try:
        scenario(clinics=TWO, policy=Policy(channels=rules, **policy))
    except ScenarioError as error:
        return [(p.where.field.removeprefix("policy."), str(p.wrong), p.value) for p in error.problems]
    return []


def test_rules_that_fit_together_are_taken():
    assert told(rule(number=2), rule("nurse", "return_visit", share="7/10")) == []


@pytest.mark.parametrize(
    ("more", "field", "wrong"),
    [
        ({}, "channels.desk", "nothing tells how many"),
        ({"share": "1/2", "number": 2}, "channels.desk.number", "share, number contradict"),
        ({"number": 2, "channel": "public"}, "channels.desk.channel", "needs no rule"),
        ({"number": 2, "falls_back_to": "on_site"}, "channels.desk.falls_back_to", "back to where they are"),
        ({"number": 2, "counts": ("on_site",)}, "channels.desk.counts", "its own tickets"),
        ({"number": 2, "counts": ("public",)}, "channels.desk.counts", "the public's never"),
        ({"number": 2, "specialties": ("eyes",)}, "channels.desk.specialties", "no clinic has"),
        ({"number": 2, "clinics": ("eyes",)}, "channels.desk.clinics", "not in the table"),
        ({"number": 2, "opens_days": 0}, "channels.desk.falls_back_hours", "before anybody may claim"),
        ({"number": 2, "name": "beijing-general"}, "channels.beijing-general", "has this name"),
    ],
)
def test_a_rule_that_contradicts_itself_is_refused(more, field, wrong):
    (problem,) = told(rule(**more))
    assert problem[0] == field
    assert wrong in problem[1]


def test_tickets_may_open_on_the_day_itself_where_they_fall_back_later_or_never():
    # Sessions begin at 08:00, when these open: at the same moment is too late, an hour before it is not.
    assert told(rule(number=2, opens_days=0, falls_back_hours=None)) == []
    assert told(rule(number=2, opens_days=1, falls_back_hours=23)) == []
    assert len(told(rule(number=2, opens_days=1, falls_back_hours=24))) == 1


def test_shares_of_more_than_all_tickets_are_refused_with_the_numbers():
    ((field, wrong, value),) = told(
        rule(share="1/2"), rule("nurse", "return_visit", share="0.4"), presets=("beijing-general",)
    )
    assert field == "channels.nurse.share"
    assert wrong == (
        "the rules hold 120 % of the tickets of eye: beijing-general 30 %, desk 50 %, nurse 40 %"
    )
    assert value == "120 %"


def test_all_tickets_and_no_more_are_not_too_many():
    assert told(rule(share="7/10"), presets=("beijing-general",)) == []


def test_what_one_rule_counts_of_anothers_is_not_held_twice():
    counting = rule(share="4/5", counts=("partner",))
    assert told(counting) == []
    assert len(told(rule(share="4/5"))) == 1
    # The one that is laid out first knows nothing of what comes later.
    late = rule("nurse", "return_visit", share="4/5")
    assert len(told(rule(share="4/5", counts=("return_visit",)), late, presets=())) == 1


def test_a_share_of_other_clinics_does_not_add_up():
    assert told(rule(share="9/10", kinds=("special_need",))) == []


def test_presets_alone_can_contradict_each_other():
    policy = {"presets": ("beijing-2019-specialty", "beijing-general"), "reserve": {"share": "0.9"}}
    ((field, wrong, _),) = told(**policy)
    assert field == "presets"
    assert "120 %" in wrong


def test_two_rules_may_not_hold_tickets_of_one_clinic_for_one_channel():
    ((field, wrong, _),) = told(rule(number=1), rule("gate", number=1, clinics=("vip",)))
    assert field == "channels.gate.channel"
    assert wrong == "desk and gate both hold tickets of vip for one channel"
    assert told(rule(number=1, clinics=("eye",)), rule("gate", number=1, clinics=("vip",))) == []
    ((field, wrong, _),) = told(rule("more", "partner", share="1/10"))
    assert (field, wrong.split()[0]) == ("channels.more.channel", "beijing-2019-specialty")


def test_a_preset_or_a_name_is_used_once():
    assert told(presets=("return-visits-90", "return-visits-90"))[0][0] == "presets"
    fields = [
        field for field, _, _ in told(rule(number=1, clinics=("eye",)), rule(share=0, clinics=("vip",)))
    ]
    assert fields == ["channels.desk"]


def test_all_that_is_wrong_is_told_at_once():
    found = told(rule(), rule("gate", "public", number=1, clinics=("x",)), rule("nurse", "partner", share=1))
    assert len(found) == 5


def test_more_rules_than_can_be_held_against_each_other_are_refused_at_once():
    rules = (rule(f"desk{number}") for number in range(101))
    assert told(*rules) == [("channels", "there are more than 100 rules on who may book", "101")]


def problems_of(**parts) -> list[tuple[str, str]]:
    """The problems of a scenario: its field or row and column, and the value."""
    try:
        scenario(clinics=(clinic(campus="west"), clinic("lid", "eye", campus="west")), **parts)
    except ScenarioError as error:
        return [
            (p.where.field or f"{p.where.file} {p.where.row} {p.where.column}", str(p.wrong))
            for p in error.problems
        ]
    return []


def test_hours_of_a_campus_may_run_into_the_next_half_of_another():
    assert problems_of(local_halves={"west": {"PM": "14:30-17:30"}}) == []


def test_hours_are_told_of_campuses_and_clinics_only():
    assert problems_of(local_halves={"wset": {"PM": "14:30-17:30"}}) == [
        ("halves.wset", "no campus or clinic has this name")
    ]


def test_hours_of_another_half_are_refused():
    assert problems_of(local_halves={"west": {"PM": "07:00-08:00"}}) == [
        ("halves.west.PM", "these are the hours of another half")
    ]
    assert problems_of(template=(row("ann", "mon-am", hours="14:00-16:00"),)) == [
        ("template 2 hours", "these are the hours of another half")
    ]


def test_rows_of_one_session_do_not_contradict_each_other_in_their_hours():
    rows = (row("ann", "mon-pm", hours="14:00-16:00"), row("ann", "mon-pm", "lid"))
    assert problems_of(template=rows) == []
    rows = (rows[0], row("ann", "mon-pm", "lid", hours="14:00-17:00"))
    assert problems_of(template=rows) == [
        ("template 3 hours", "these hours overlap those of row 2, of the same doctor and half-day")
    ]


def test_a_doctor_may_be_at_two_campuses_in_a_half_where_the_hours_allow():
    clinics = (clinic(campus="west"), clinic("lid", "eye", campus="east"))

    def told(first: str | None, second: str | None) -> list[str]:
        rows = (row("ann", "mon-am", hours=first), row("ann", "mon-am", "lid", hours=second))
        try:
            scenario(clinics=clinics, template=rows)
        except ScenarioError as error:
            return [str(problem.wrong) for problem in error.problems]
        return []

    assert told("08:00-09:45", "10:15-11:30") == []
    for hours in (("08:00-10:30", "10:15-11:30"), ("08:00-09:45", None), (None, None)):
        assert told(*hours) == ["the doctor is at west in the same half-day (row 2)"]
    halves = {"west": {"AM": "08:00-09:45"}, "east": {"AM": "10:15-11:30"}}
    rows = (row("ann", "mon-am"), row("ann", "mon-am", "lid"))
    week = scenario(clinics=clinics, template=rows, local_halves=halves)
    assert [(s.key[2], s.blocks[0].clinic) for s in week.standing] == [(0, "eye"), (1, "lid")]
    assert week.limits("ann") == (0, 2)


def test_a_clinic_may_have_a_row_for_odd_and_one_for_even_weeks_but_none_for_the_same():
    rows = (row("ann", "mon-pm", tickets=10, weeks="odd"), row("ann", "mon-pm", weeks="even"))
    assert problems_of(template=rows) == []
    assert problems_of(template=(*rows[:1], row("ann", "mon-pm", weeks="1st"))) == [
        ("template 3 weeks", "the clinic's row 2 takes place in some of these weeks too")
    ]
