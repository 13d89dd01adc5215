from __future__ import annotations

import datetime as dt
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from scheduler.clock import DayKind, Half, Hours, Week, Window
from scheduler.errors import ScenarioError
from scheduler.rules import DEFAULT_TIERS, Strictness
from scheduler.scenario.hospital import Doctor, Level, Partner, Room
from scheduler.scenario.policy import ExpertPolicy, Policy, RatioPolicy, ReservePolicy
from scheduler.scenario.rows import TABLES, AvailabilityRow, Block, CalendarRow, DemandRow, day_key
from scheduler.scenario.week import Scenario
from tests.check.small import WEEK, clinic, doctor, monday, row, scenario
from tests.random_weeks import weeks


def problems(**parts) -> list[str]:
    """Every problem as `place: what is wrong (value). remedy`."""
    with pytest.raises(ScenarioError) as caught:
        scenario(**parts)
    return [line.removeprefix("  - ") for line in str(caught.value).splitlines()[1:]]


def closed(day: str) -> CalendarRow:
    return CalendarRow(date=WEEK.cell(f"{day}-am").date, kind=DayKind.CLOSED)


# what does not fit together


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        (
            {"rules": {"ratio_dayly": "off"}},
            "rules.ratio_dayly: there is no such rule ('ratio_dayly'). Did you mean ratio_day?",
        ),
        ({"tiers": ("cover", "chnges")}, "tiers: there is no such rule ('chnges'). Did you mean changes?"),
        (
            {"tiers": (*DEFAULT_TIERS, "cover")},
            "tiers: a rule stands in the tiers twice ('cover'). Name it once.",
        ),
        (
            {"rules": {"ratio_day": "soft"}},
            "tiers: a soft rule has no place in the order of tiers ('ratio_day'). "
            "Add it to tiers, or make it hard or off.",
        ),
        (
            {"doctors": (doctor("ann"), doctor("ann"))},
            "doctors, row 3, column doctor: the same entry stands in row 2 already ('ann'). Keep one of the two.",
        ),
        (
            {"template": (row("ann", "mon-am"), row("bob", "mon-am"), row("ann", "mon-am"))},
            "template, row 4, column doctor: the same entry stands in row 2 already ('ann mon AM eye'). "
            "Keep one of the two.",
        ),
        (
            {"template": (row("anne", "mon-am"),)},
            "template, row 2, column doctor: this doctor is not in the table doctors ('anne'). "
            "Did you mean ann? Otherwise add it there.",
        ),
        (
            {"template": (row("ann", "mon-am", "x-ray"),)},
            "template, row 2, column clinic: this clinic is not in the table clinics ('x-ray'). "
            "Add it there, or correct the name.",
        ),
        (
            {"doctors": (doctor("ann", clinics=("eye", "eyes")),)},
            "doctors, row 2, column clinics: this clinic is not in the table clinics ('eyes'). "
            "Did you mean eye? Otherwise add it there.",
        ),
        (
            {"availability": (AvailabilityRow(doctor="zoe"),)},
            "availability, row 2, column doctor: this doctor is not in the table doctors ('zoe'). "
            "Add it there, or correct the name.",
        ),
        (
            {"demand": (DemandRow(clinic="eyes", sessions=1),)},
            "demand, row 2, column clinic: this clinic is not in the table clinics ('eyes'). "
            "Did you mean eye? Otherwise add it there.",
        ),
        (
            {"partners": (Partner(partner="p", specialties=("heart",)),)},
            "partners, row 2, column specialties: no doctor or clinic has this specialty ('heart'). "
            "Add it there, or correct the name.",
        ),
        (
            {"policy": Policy(reserve=ReservePolicy(specialties=("eyes",)))},
            "policy.reserve.specialties: no doctor or clinic has this specialty ('eyes'). "
            "Did you mean eye? Otherwise add it there.",
        ),
        (
            {"calendar": (CalendarRow(date="2026-08-03", kind="closed"),)},
            "calendar, row 2, column date: the date is not in the planned week ('2026-08-03'). "
            "Plan the week 2026-W32, or take the row out.",
        ),
        (
            {"halves": {"AM": "08:00-12:00", "PM": "11:30-17:00", "EVE": "17:00-19:00"}},
            "halves: the hours of two halves overlap ('08:00-12:00 11:30-17:00'). "
            "Let each half begin when the one before has ended.",
        ),
        (
            {"halves": {"AM": "08:00-12:00", "PM": "13:30-17:00"}},
            "halves.EVE: the half has no hours. Write its hours, such as 08:00-11:30.",
        ),
    ],
)
def test_parts_that_do_not_fit_are_told_with_place_value_and_remedy(parts, told):
    assert problems(**parts) == [told]


def test_a_doctor_cannot_be_on_two_campuses_in_one_half_day():
    clinics = (clinic(campus="north"), clinic("lid", "eye", campus="south"))
    (told,) = problems(clinics=clinics, template=(row("ann", "mon-am"), row("ann", "mon-am", "lid")))
    assert told == (
        "template, row 3, column clinic: the doctor is at north in the same half-day (row 2) "
        "('ann mon-am south'). Give one of the two another half-day or doctor, or both hours that do not overlap."
    )


def test_all_problems_are_told_at_once():
    found = problems(
        rules={"nothing": "off"},
        template=(row("zoe", "mon-am"), row("ann", "tue-am", "ear")),
        demand=(DemandRow(clinic="lung", sessions=1),),
    )
    assert len(found) == 4


@pytest.mark.parametrize(
    "build",
    [
        lambda: doctor("ann", min_sessions=3, max_sessions=2),
        lambda: doctor("ann", max_sessions=22),
        lambda: doctor(""),
        lambda: doctor("ann", minutes=0),
        lambda: row("ann", "mon-am", tickets=-3),
        lambda: row("ann", "mon-am", tickets=999),
        lambda: row("ann", "day-am"),
        lambda: row("ann", "mon-noon"),
        lambda: AvailabilityRow(doctor="ann", day="2026-13-01"),
        lambda: AvailabilityRow(doctor="ann", weight=0),
        lambda: DemandRow(clinic="eye", sessions=501),
        lambda: Room(room="1", pool="eye", closed=("fri-noon",)),
        lambda: CalendarRow(date="2026-07-20", kind="half-day"),
        lambda: Scenario(week="2026-W99"),
        lambda: Scenario(week="2026-W30", weather="fine"),
    ],
)
def test_a_value_out_of_its_range_cannot_be_built(build):
    with pytest.raises(ValidationError):
        build()


def test_a_scenario_cannot_be_changed():
    with pytest.raises(ValidationError):
        scenario().name = "other"


def test_a_changed_copy_is_cross_checked_again():
    with pytest.raises(ScenarioError):
        scenario().changed(tiers=("nothing",))
    assert scenario().changed(name="other").name == "other"


# days


@pytest.mark.parametrize(
    ("text", "key"), [("", ""), (" Mon ", "mon"), ("2026-07-20", "2026-07-20"), ("20260720", "2026-07-20")]
)
def test_a_day_is_kept_in_one_form(text, key):
    assert day_key(text) == key


def test_a_row_covers_its_day_and_half():
    cells = {
        "": 21,
        "mon": 3,
        "2026-07-20": 3,
        "2026-07-27": 0,
    }
    for day, count in cells.items():
        found = AvailabilityRow(doctor="ann", day=day)
        assert sum(found.covers(cell) for cell in scenario().cells) == count
    assert sum(DemandRow(clinic="eye", half="PM", sessions=1).covers(c) for c in scenario().cells) == 7


def test_the_calendar_table_closes_and_opens_days():
    week = scenario(calendar=(closed("mon"), CalendarRow(date="2026-07-25", kind="working", follows="mon")))
    assert [d.isoformat()[-2:] for d in week.working_dates] == ["21", "22", "23", "24", "25"]
    assert len(week.cells) == 6 * 3


def test_sessions_of_closed_days_fall_out_and_an_opened_day_has_those_of_the_day_it_follows():
    week = scenario(
        template=(row("ann", "mon-am"), row("bob", "tue-pm")),
        calendar=(closed("mon"), CalendarRow(date="2026-07-25", kind="working", follows="tue")),
    )
    assert [(s.doctor, s.cell.key) for s in week.standing] == [("bob", "tue-pm"), ("bob", "sat-pm")]
    assert [(s.doctor, s.cell.key) for s in week.closed_out] == [("ann", "mon-am")]


def test_rows_of_one_doctor_and_half_day_are_one_session():
    week = scenario(
        clinics=(clinic(), clinic("lid", "eye")),
        template=(
            row("ann", "mon-am", "lid", 5, room="e2", stopped=True),
            row("ann", "mon-am", "eye", 20, pinned=True),
        ),
    )
    (standing,) = week.standing
    assert standing.blocks == (Block("eye", 20), Block("lid", 5))
    assert (standing.room, standing.pinned, standing.stopped) == ("e2", True, False)


# who can come


def open_keys(week: Scenario, who: str) -> set[str]:
    return {cell.key for cell in week.open_cells(who)}


USUAL = {f"{day}-{half}" for day in ("mon", "tue", "wed", "thu", "fri") for half in ("am", "pm")}


def test_a_doctor_can_come_on_weekday_mornings_and_afternoons_and_to_the_own_sessions():
    week = scenario(template=(row("ann", "mon-eve"), row("ann", "sat-am")))
    assert open_keys(week, "ann") == USUAL | {"mon-eve", "sat-am"}
    assert open_keys(week, "bob") == USUAL


def test_rows_open_and_close_half_days_and_away_wins():
    rows = (
        AvailabilityRow(doctor="ann", day="sat", state="open"),
        AvailabilityRow(doctor="ann", day="sat", half="PM"),
        AvailabilityRow(doctor="ann", day="2026-07-20"),
        AvailabilityRow(doctor="ann", half="EVE", state="open"),
        AvailabilityRow(doctor="ann", half="EVE"),
        AvailabilityRow(doctor="ann", day="tue", state="avoid"),
    )
    assert open_keys(scenario(availability=rows), "ann") == USUAL - {"mon-am", "mon-pm"} | {"sat-am"}


def test_nobody_comes_on_a_closed_day():
    week = scenario(calendar=(closed("mon"),), availability=(AvailabilityRow(doctor="ann", state="open"),))
    assert not {"mon-am", "mon-pm", "mon-eve"} & open_keys(week, "ann")


def test_wishes_are_the_avoid_and_prefer_rows_in_a_fixed_order():
    rows = [
        AvailabilityRow(doctor="ann", day="mon", half="PM", state="avoid"),
        AvailabilityRow(doctor="ann", day="mon", state="avoid", weight=3),
        AvailabilityRow(doctor="ann", day="mon", half="AM", state="prefer"),
        AvailabilityRow(doctor="ann", day="fri", half="AM"),
        AvailabilityRow(doctor="bob", state="avoid"),
    ]
    expected = (rows[1], rows[2], rows[0])
    assert scenario(availability=tuple(rows)).wishes("ann") == expected
    assert scenario(availability=tuple(reversed(rows))).wishes("ann") == expected


def test_an_expert_is_of_the_policys_level_or_above():
    week = scenario(policy=Policy(experts=ExpertPolicy(from_level="chief")))
    assert [level for level in Level if week.is_expert(level)] == [Level.CHIEF, Level.KNOWN_EXPERT]


def test_all_specialties_are_the_consortiums_until_some_are_named():
    people = (doctor("ann"), doctor("bob", specialty="ear"))
    assert scenario(doctors=people).consortium_specialties == {"eye", "ear"}
    named = Policy(reserve=ReservePolicy(specialties=("ear",)))
    assert scenario(doctors=people, policy=named).consortium_specialties == {"ear"}


# limits


@pytest.mark.parametrize(
    ("told", "sessions", "limits"),
    [
        ({}, 0, (0, 10)),
        ({}, 3, (0, 3)),
        ({"min_sessions": 4}, 3, (4, 4)),
        ({"max_sessions": 5}, 3, (0, 5)),
        ({"min_sessions": 2, "max_sessions": 5}, 0, (2, 5)),
        ({"max_sessions": 0}, 3, (0, 0)),
    ],
)
def test_limits_are_the_doctors_or_what_the_template_gives(told, sessions, limits):
    template = tuple(row("ann", f"{day}-am") for day in ("mon", "tue", "wed")[:sessions])
    assert scenario(doctors=(doctor("ann", **told),), template=template).limits("ann") == limits


def test_limits_fall_with_closed_sessions_and_rise_with_added_ones():
    people = (doctor("ann", min_sessions=2, max_sessions=3),)
    template = (row("ann", "mon-am"), row("ann", "tue-am"))
    assert scenario(doctors=people, template=template, calendar=(closed("mon"),)).limits("ann") == (1, 2)
    works = CalendarRow(date="2026-07-25", kind="working", follows="mon")
    assert scenario(doctors=people, template=template, calendar=(works,)).limits("ann") == (3, 4)


def test_nobody_owes_more_sessions_than_half_days_they_can_come():
    away = tuple(AvailabilityRow(doctor="ann", day=day) for day in ("mon", "tue", "wed", "thu"))
    week = scenario(doctors=(doctor("ann", min_sessions=5),), availability=away)
    assert week.limits("ann") == (2, 10)


def test_a_session_of_two_clinics_is_one_towards_the_limits():
    clinics = (clinic(), clinic("lid", "eye"))
    week = scenario(clinics=clinics, template=(row("ann", "mon-am"), row("ann", "mon-am", "lid")))
    assert week.limits("ann") == (0, 1)


@settings(max_examples=40, derandomize=True, deadline=None)
@given(weeks())
def test_the_fewest_never_exceed_the_most(week: Scenario):
    for name in week.doctor_of:
        least, most = week.limits(name)
        assert 0 <= least <= most


# weeks


def test_a_row_of_other_weeks_gives_no_session():
    rows = (row("ann", "mon-am", weeks="odd"), row("ann", "mon-pm", weeks="even"), row("bob", "mon-am"))
    week = scenario(template=rows)
    assert str(week.week) == "2026-W30"
    assert [(s.doctor, s.cell.key) for s in week.standing] == [("ann", "mon-pm"), ("bob", "mon-am")]
    assert week.in_other_weeks == 1
    after = week.changed(week=week.week.next())
    assert [(s.doctor, s.cell.key) for s in after.standing] == [("ann", "mon-am"), ("bob", "mon-am")]


def test_limits_follow_the_weeks_of_the_template():
    people = (doctor("ann", min_sessions=2, max_sessions=2), doctor("bob", min_sessions=1, max_sessions=1))
    rows = (
        *(row("ann", at, weeks="odd") for at in ("mon-am", "tue-am")),
        row("bob", "mon-am", weeks="odd"),
        row("bob", "tue-am", weeks="even"),
    )
    even = scenario(doctors=people, template=rows)
    assert [even.limits(who) for who in ("ann", "bob")] == [(0, 0), (1, 1)]
    odd = even.changed(week=even.week.next())
    assert [odd.limits(who) for who in ("ann", "bob")] == [(2, 2), (1, 1)]


def test_rows_that_begin_later_count_once_they_have_begun():
    people = (doctor("ann", min_sessions=1, max_sessions=1),)
    week = scenario(doctors=people, template=(row("ann", "mon-am", weeks="2/2028-01-03"),))
    assert week.limits("ann") == (0, 0)


# hours


def test_hours_are_the_rows_then_the_clinics_then_the_campuss_then_the_halfs():
    clinics = (clinic(campus="west"), clinic("lid", "eye", campus="west"), clinic("lens", "eye"))
    week = scenario(
        clinics=clinics, local_halves={"west": {"PM": "14:30-17:30"}, "lid": {"PM": "15:00-17:00"}}
    )
    own = Hours.parse("14:00-16:00")
    assert str(week.hours_at(Half.PM, "lid", own)) == "14:00-16:00"
    assert str(week.hours_at(Half.PM, "lid")) == "15:00-17:00"
    assert str(week.hours_at(Half.PM, "eye")) == "14:30-17:30"
    assert str(week.hours_at(Half.PM, "lens")) == "13:30-17:00"
    assert str(week.hours_at(Half.AM, "lid")) == "08:00-11:30"


# rules and digest


def test_rules_are_the_catalogues_unless_told():
    week = scenario(rules={"ratio_day": "off"})
    assert week.strictness("ratio_day") is Strictness.OFF
    assert week.strictness("rooms") is Strictness.HARD
    assert (week.is_on("ratio_day"), week.is_on("cover")) == (False, True)


def test_rooms_and_pools_are_sorted_and_a_pool_may_be_without_rooms():
    rooms = (Room(room="2", pool="eye"), Room(room="1", pool="eye"), Room(room="9", pool="spare"))
    week = scenario(rooms=rooms, clinics=(clinic(), clinic("ear", "ear")))
    assert week.pools == ("ear", "eye", "spare")
    assert [room.room for room in week.rooms_of["eye"]] == ["1", "2"]


@settings(max_examples=25, derandomize=True, deadline=None)
@given(weeks(), st.integers(0, 99))
def test_the_digest_does_not_mind_the_order_of_rows(week: Scenario, seed: int):
    chance = random.Random(seed)
    shuffled = {name: tuple(chance.sample(rows := getattr(week, name), len(rows))) for name in TABLES}
    assert week.changed(**shuffled).digest == week.digest


@pytest.mark.parametrize(
    "change",
    [
        {"name": "other"},
        {"week": Week.parse("2026-W31")},
        {"policy": Policy(ratio=RatioPolicy(limit="1.1"))},
        {"rules": {"ratio_day": "off"}},
        {"tiers": tuple(reversed(DEFAULT_TIERS))},
        {"template": ()},
        {"halves": {Half.AM: Window(480, 700), Half.PM: Window(800, 900), Half.EVE: Window(1000, 1100)}},
        {"calendar": (CalendarRow(date=dt.date(2026, 7, 20), kind="working"),)},
    ],
)
def test_any_other_content_has_another_digest(change):
    assert monday().changed(**change).digest != monday().digest


def test_telling_a_default_changes_nothing():
    assert monday(rules={"ratio_day": "hard"}).digest == monday().digest


def test_a_scenario_reads_back_from_its_json():
    week = monday(demand=(DemandRow(clinic="eye", half="PM", sessions=2),), calendar=(closed("fri"),))
    assert Scenario.model_validate_json(week.model_dump_json()) == week


def test_a_doctor_of_the_table_needs_a_key_and_a_specialty():
    with pytest.raises(ValidationError):
        Doctor(doctor="ann")


def test_a_session_gives_out_more_tickets_where_patients_stay_away():
    week = scenario(
        template=(row("ann", "mon-am", tickets=20), row("bob", "mon-pm", "glaucoma", tickets=20)),
        clinics=(clinic(), clinic("glaucoma", tickets=9, no_show="1/4")),
        policy={"slots": {"no_show": "0.15"}},
    )
    # Of 23 tickets 19.55 patients come, of 24 tickets 20.4; of 26 at a quarter 19.5.
    assert [block.tickets for session in week.standing for block in session.blocks] == [23, 26]
    assert week.usual_tickets("glaucoma") == 12
    assert week.tickets_for_no_shows == 9


def test_tickets_are_visits_where_everybody_comes():
    week = scenario(template=(row("ann", "mon-am", tickets=20),))
    assert [block.tickets for session in week.standing for block in session.blocks] == [20]
    assert week.tickets_for_no_shows == 0
