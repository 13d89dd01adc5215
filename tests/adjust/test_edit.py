from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.adjust.edit import Add, Draft, Drop, Edit, Move
from scheduler.check.run import find_violations
from scheduler.check.standings import Effect
from scheduler.errors import SettingError
from scheduler.reserve.layout import hold_tickets
from scheduler.reserve.slots import cut_sessions
from scheduler.roster import Change, Channel, Plan, Roster, template_roster
from scheduler.scenario.hospital import Room
from scheduler.scenario.policy import ChannelPolicy, Policy, ReservePolicy
from scheduler.scenario.rows import Block
from scheduler.scenario.week import Scenario
from tests.check.small import MONDAY_ROWS, WEEK, doctor, monday, row
from tests.check.test_standings import agrees
from tests.random_weeks import CLINICS, weeks

REAL = Path(__file__).parents[2] / ".." / "shared/data" / "puh3_2025w43.csv"


def published(week: Scenario, roster: Roster | None = None) -> Plan:
    roster = template_roster(week) if roster is None else roster
    slots, holdings = hold_tickets(week, roster, cut_sessions(week, roster))
    return Plan(roster, slots, holdings)


def edited(plan: Plan, gone: Plan, come: Plan) -> Plan:
    """The plan with the rows exchanged."""

    def exchanged(rows: Sequence, left: Sequence, new: Sequence) -> tuple:
        rest = Counter(rows)
        rest.subtract(left)
        assert min(rest.values(), default=0) >= 0
        return (*rest.elements(), *new)

    return Plan(
        Roster(exchanged(plan.roster.sessions, gone.roster.sessions, come.roster.sessions)),
        exchanged(plan.slots, gone.slots, come.slots),
        exchanged(plan.holdings, gone.holdings, come.holdings),
    )


def effect_of(week: Scenario, plan: Plan, *edits: Edit) -> Effect:
    """The effect of the edits, found to be what two whole checks differ in."""
    draft = Draft(week, plan)
    effect = draft.effect(edits)
    assert agrees(week, plan, edited(plan, *draft.exchange(edits)), effect)
    return effect


def edits_of(week: Scenario, plan: Plan) -> st.SearchStrategy[Edit]:
    """Any edit of the plan's sessions, or one more."""
    keys = [session.session for session in plan.roster.sessions]
    who, cell = st.sampled_from(sorted(week.doctor_of)), st.sampled_from(week.cells or (WEEK.cell("mon-am"),))
    room = st.sampled_from([None, None, "1", "x"])
    blocks = st.sampled_from([clinic.clinic for clinic in CLINICS]).map(lambda key: (Block(key, 12),))
    edit = st.builds(Add, who, cell, blocks, room)
    if not keys:
        return edit
    key, nothing = st.sampled_from(keys), st.none()
    move = st.builds(
        Move,
        key,
        st.one_of(nothing, cell),
        room,
        st.one_of(nothing, who),
        st.one_of(nothing, nothing, blocks),
    )
    return st.one_of(move, move, st.builds(Drop, key), edit)


@st.composite
def drafts(draw: st.DrawFn) -> tuple[Scenario, Plan, tuple[Edit, ...]]:
    """A random week, as much of it published as is drawn, and edits of it."""
    week = draw(weeks())
    whole = published(week)
    plan = draw(
        st.sampled_from(
            [whole, whole, Plan(whole.roster), Plan(whole.roster, cut_sessions(week, whole.roster))]
        )
    )
    return week, plan, tuple(draw(st.lists(edits_of(week, plan), min_size=1, max_size=3)))


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=150)
@given(drafts())
def test_what_edits_change_is_what_two_whole_checks_differ_in(drawn):
    week, plan, edits = drawn
    effect_of(week, plan, *edits)


def test_an_afternoon_moved_to_another_date_is_told_by_rule():
    week = monday()
    effect = effect_of(week, published(week), Move("2026-W30.bob.mon-pm", WEEK.cell("tue-pm")))
    assert effect.units["ratio_day"] == (0, 1)
    assert effect.units["changes"] == (0, 3)
    assert {one.rule for one in effect.worse} == {"ratio_day"}


def test_a_move_that_keeps_every_rule_is_not_worse():
    week = monday()
    effect = effect_of(
        week,
        published(week),
        Move("2026-W30.bob.mon-pm", WEEK.cell("tue-pm")),
        Move("2026-W30.bob.mon-am", WEEK.cell("tue-am")),
    )
    assert effect.worse == ()
    assert effect.units["changes"] == (0, 6)


def test_its_slots_move_with_it_to_the_hours_of_the_other_half():
    week = monday()
    gone, come = Draft(week, published(week)).exchange([Move("2026-W30.bob.mon-am", WEEK.cell("mon-eve"))])
    assert {slot.session for slot in (*gone.slots, *come.slots)} == {"2026-W30.bob.mon-am"}
    assert come.slots[0].window.start == week.halves[WEEK.cell("mon-eve").half].start


def test_the_reserve_is_laid_out_anew_along_the_week():
    people = (doctor("ann", "chief"), doctor("bob", "chief"))
    week = monday(doctors=people, policy=Policy(reserve=ReservePolicy(share="1/2")))
    plan = published(week)
    effect = effect_of(week, plan, Drop("2026-W30.ann.mon-am"))
    assert "reserve_expert" not in effect.units
    gone, come = Draft(week, plan).exchange([Drop("2026-W30.ann.mon-am")])
    assert edited(plan, gone, come).holdings
    assert not any(
        violation.rule == "reserve_expert" for violation in find_violations(week, edited(plan, gone, come))
    )


def test_every_channel_is_laid_out_anew_along_the_week():
    desk = ChannelPolicy(name="desk", channel=Channel.ON_SITE, number=2)
    week = monday(policy=Policy(presets=("beijing-2019-specialty", "beijing-general"), channels=(desk,)))
    plan = published(week)
    for edit in (Drop("2026-W30.ann.mon-am"), Move("2026-W30.ann.mon-am", WEEK.cell("tue-eve"))):
        assert "channel_shares" not in effect_of(week, plan, edit).units
        gone, come = Draft(week, plan).exchange([edit])
        after = edited(plan, gone, come)
        found = find_violations(week, after, rules=["channel_shares", "reserve_expert", "tickets_add_up"])
        assert found == ()
        anew = published(week, Roster(tuple(sorted(after.roster.sessions, key=lambda s: s.session))))
        assert sorted(after.holdings, key=str) == sorted(anew.holdings, key=str)


def test_a_plan_without_slots_gets_none():
    week = monday()
    gone, come = Draft(week, Plan(template_roster(week))).exchange([Drop("2026-W30.ann.mon-am")])
    assert (gone.slots, come.slots, come.holdings) == ((), (), ())


def test_slots_without_channels_get_none():
    week = monday()
    plan = Plan(template_roster(week), cut_sessions(week, template_roster(week)))
    _, come = Draft(week, plan).exchange([Move("2026-W30.ann.mon-am", WEEK.cell("tue-am"))])
    assert come.slots
    assert come.holdings == ()


def rooms_taken(week: Scenario, *edits: Edit) -> dict[str, str]:
    return {session.session: session.room for session in Draft(week, published(week)).sessions(edits)}


def test_a_moved_session_keeps_its_room_where_it_is_free():
    assert rooms_taken(monday(), Move("2026-W30.bob.mon-am", WEEK.cell("tue-am"))) == {
        "2026-W30.bob.mon-am": "e2"
    }


def test_a_moved_session_takes_a_free_room_where_its_own_is_taken_or_closed():
    rooms = (Room(room="e0", pool="eye", closed=("tue-am",)), *monday().rooms, Room(room="e9", pool="eye"))
    week = monday(template=(*MONDAY_ROWS, row("ann", "tue-am", room="e2")), rooms=rooms)
    moves = [Move(f"2026-W30.bob.mon-{half}", WEEK.cell("tue-am")) for half in ("am", "pm")]
    assert rooms_taken(week, *moves) == {"2026-W30.bob.mon-am": "e1", "2026-W30.bob.mon-pm": "e9"}


def test_a_moved_session_keeps_its_room_where_none_is_free():
    week = monday(
        template=(row("ann", "mon-am", room="e1"), row("bob", "tue-am", room="e1")), rooms=monday().rooms[:1]
    )
    assert rooms_taken(week, Move("2026-W30.ann.mon-am", WEEK.cell("tue-am"))) == {
        "2026-W30.ann.mon-am": "e1"
    }


def test_a_named_room_is_taken_whatever_else_is_there():
    assert rooms_taken(monday(), Move("2026-W30.bob.mon-am", room="e1")) == {"2026-W30.bob.mon-am": "e1"}


def test_a_session_given_to_another_doctor_tells_whose_it_was():
    draft = Draft(monday(), published(monday()))
    (given,) = draft.sessions([Move("2026-W30.bob.mon-am", doctor="ann")])
    assert (given.doctor, given.owner, given.change) == ("ann", "bob", Change.COVERED)
    (back,) = draft.sessions(
        [Move("2026-W30.bob.mon-am", doctor="ann"), Move("2026-W30.bob.mon-am", doctor="bob")]
    )
    assert back.change is Change.KEPT


def test_added_sessions_have_identities_of_their_own():
    add = Add("bob", WEEK.cell("tue-am"), (Block("eye", 5),))
    first, second = Draft(monday(), published(monday())).sessions([add, add])
    assert (first.session, second.session) == ("2026-W30.bob.tue-am.new", "2026-W30.bob.tue-am.new2")
    assert (first.room, second.room) == ("e1", "e2")


def test_everything_unknown_is_named_at_once():
    draft = Draft(monday(), published(monday()))
    with pytest.raises(SettingError) as error:
        draft.effect([Drop("2026-W30.bob.mon-an"), Move("2026-W30.bob.mon-am", doctor="bib")])
    wrong, remedy = zip(*((str(p.value), str(p.remedy)) for p in error.value.problems), strict=True)
    assert wrong == ("2026-W30.bob.mon-an", "bib")
    assert remedy == ("Did you mean 2026-W30.bob.mon-am?", "Did you mean bob?")


@pytest.mark.skipif(not REAL.exists(), reason="the real week is not here")
def test_edits_of_a_real_week_are_told_as_two_whole_checks_would():
    from scheduler.tables.published.timetable import read_published, to_scenario

    week = to_scenario(read_published(REAL)).scenario
    plan = published(week)
    assert len(plan.roster.held) > 2400
    draft, chance, cells = Draft(week, plan), random.Random(1), sorted(week.cells)
    for number in range(4):
        held = chance.choice(plan.roster.held)
        moved = Move(held.session, chance.choice(cells))
        edits = [moved, Drop(chance.choice(plan.roster.held).session)] if number else [moved]
        assert agrees(week, plan, edited(plan, *draft.exchange(edits)), draft.effect(edits))
