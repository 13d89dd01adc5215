from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.clock import Half, Hours, Window
from scheduler.reserve.slots import crowded_slots, cut_sessions
from scheduler.roster import Crowded, Roster, Slot
from scheduler.scenario.pace import PaceRow
from scheduler.scenario.policy import AppointmentRule, Policy, SlotPolicy
from scheduler.scenario.rows import Block
from scheduler.scenario.week import Scenario
from tests.check.small import WEEK, clinic, doctor, row, scenario, session

MORNING = Hours.parse("08:00-11:30")
WINDOWS = st.tuples(st.integers(0, 1200), st.integers(5, 240)).map(
    lambda w: Hours((Window(w[0], w[0] + w[1]),))
)
BROKEN = st.tuples(st.integers(0, 600), st.integers(5, 240), st.integers(1, 90), st.integers(5, 240)).map(
    lambda w: Hours((Window(w[0], w[0] + w[1]), Window(sum(w[:3]), sum(w))))
)


def week(**slots) -> Scenario:
    return scenario(clinics=(clinic(), clinic("lid", "eye")), policy=Policy(slots=SlotPolicy(**slots)))


def cut(found: Scenario, *sessions) -> tuple[Slot, ...]:
    return cut_sessions(found, Roster(sessions))


def one(*blocks: tuple[str, int], at: str | None = "mon-am"):
    return session("ann", at, was="mon-am", blocks=tuple(Block(*block) for block in blocks))


def hours(slots: tuple[Slot, ...]) -> list[str]:
    return [str(slot.window) for slot in slots]


# slots


def test_a_session_is_cut_into_half_hours_from_start_to_end():
    slots = cut(week(), one(("eye", 14)))
    assert hours(slots) == [str(window) for window in MORNING.cut(30)]
    assert [slot.slot for slot in slots[:2]] == ["2026-W30.ann.mon-am.01", "2026-W30.ann.mon-am.02"]
    assert {(slot.session, slot.date, slot.clinic, slot.doctor) for slot in slots} == {
        ("2026-W30.ann.mon-am", WEEK.dates[0], "eye", "ann")
    }
    assert [slot.tickets for slot in slots] == [2] * 7


def test_the_last_slot_is_shorter_where_it_must_be():
    assert hours(cut(week(length=25), one(("eye", 5))))[-1] == "11:20-11:30"


def test_a_break_parts_the_slots_and_no_ticket_starts_in_it():
    broken = scenario(template=(row("ann", "mon-am", tickets=10, hours="08:00-09:40;10:00-11:40"),))
    slots = cut(broken, one(("eye", 10)))
    assert hours(slots) == [
        *("08:00-08:30", "08:30-09:00", "09:00-09:30", "09:30-09:40"),
        *("10:00-10:30", "10:30-11:00", "11:00-11:30", "11:30-11:40"),
    ]
    assert [start for slot in slots for start in slot.starts] == [
        *range(480, 580, 20),
        *range(600, 700, 20),
    ]


def test_slots_have_the_hours_of_their_campus_and_clinic():
    clinics = (clinic(campus="west"), clinic("lid", "eye", campus="west"), clinic("lens", "eye"))
    west = scenario(
        clinics=clinics, local_halves={"west": {Half.PM: "14:30-17:30"}, "lid": {Half.PM: "15:00-17:00"}}
    )
    for name, first in (("eye", "14:30-15:00"), ("lid", "15:00-15:30"), ("lens", "13:30-14:00")):
        assert hours(cut(west, one((name, 5), at="mon-pm")))[0] == first
    assert hours(cut(west, one(("eye", 5))))[0] == "08:00-08:30"


def test_a_sessions_own_hours_stay_with_it_in_the_same_half():
    week = scenario(template=(row("ann", "mon-pm", hours="14:00-16:00"),))
    for at, span in (("mon-pm", "14:00-16:00"), ("wed-pm", "14:00-16:00"), ("mon-am", "08:00-11:30")):
        slots = cut(week, session("ann", at, was="mon-pm"))
        assert (slots[0].window.start, slots[-1].window.end) == (
            Hours.parse(span).start,
            Hours.parse(span).end,
        )


def test_slots_have_the_room_of_their_session():
    found = session("ann", "mon-am", room="e2")
    assert {slot.room for slot in cut(week(), found)} == {"e2"}


def test_evenings_have_the_hours_of_the_evening():
    assert hours(cut(week(), one(("eye", 5), at="mon-eve")))[0] == "17:00-17:30"


def test_a_dropped_session_has_no_slots():
    assert cut(week(), one(("eye", 5), at=None)) == ()


def test_the_limit_cuts_long_slots_only_where_the_rule_is_hard():
    assert len(cut(week(length=60), one(("eye", 9)))) == 7
    for strictness in ("soft", "off"):
        loose = scenario(
            policy=Policy(slots=SlotPolicy(length=60)),
            rules={"slot_length": strictness},
            tiers=("slot_length",),
        )
        assert len(cut(loose, one(("eye", 9)))) == 4


def test_a_session_of_two_clinics_has_a_slot_of_each_in_every_piece():
    slots = cut(week(), one(("eye", 7), ("lid", 7)))
    assert [slot.slot[-3:] for slot in slots[:4]] == ["01a", "01b", "02a", "02b"]
    assert [slot.clinic for slot in slots[:4]] == ["eye", "lid", "eye", "lid"]
    assert {slot.tickets for slot in slots} == {1}


def test_slots_come_sorted_by_identity():
    slots = cut(week(), session("bob", "tue-pm"), session("ann", "mon-am"))
    assert [slot.slot for slot in slots] == sorted(slot.slot for slot in slots)


BLOCKS = st.lists(st.integers(0, 90), min_size=1, max_size=3)


@settings(derandomize=True, deadline=None)
@given(
    st.sampled_from(AppointmentRule),
    BLOCKS,
    st.integers(5, 90),
    st.sampled_from(["mon-am", "mon-pm", "mon-eve"]),
)
def test_no_ticket_is_lost_and_the_windows_tile_the_session(rule, tickets, length, at):
    found = week(rule=rule, length=length)
    blocks = [(name, count) for name, count in zip(("eye", "lens", "lid"), tickets, strict=False)]
    clinics = tuple(clinic(name, "eye") for name, _ in blocks)
    found = scenario(clinics=clinics, policy=found.policy)
    (held,) = (one(*blocks, at=at),)
    slots = cut(found, held)
    assert len({slot.slot for slot in slots}) == len(slots)
    for name, count in blocks:
        mine = sorted((slot for slot in slots if slot.clinic == name), key=lambda slot: slot.window)
        assert sum(slot.tickets for slot in mine) == count
        assert tuple(slot.window for slot in mine) == found.halves[held.at.half].cut(min(length, 30))
    for slot in slots:
        assert len(slot.starts) == slot.tickets
        assert all(slot.window.start <= start < slot.window.end for start in slot.starts)


@settings(derandomize=True, deadline=None)
@given(st.integers(0, 60), st.integers(0, 60))
def test_the_clinics_of_a_session_share_its_line_evenly(eye, lid):
    slots = cut(week(), one(("eye", eye), ("lid", lid)))
    line = sorted((start, slot.clinic) for slot in slots for start in slot.starts)
    assert [start for start, _ in line] == [480 + n * 210 // (eye + lid) for n in range(eye + lid)]
    seen = 0
    for place, (_, name) in enumerate(line, start=1):
        seen += name == "eye"
        assert abs(seen * (eye + lid) - place * eye) <= 2 * (eye + lid)


# crowded


def five_minutes() -> Scenario:
    return scenario(clinics=(clinic(minutes=5), clinic("lid", "eye", minutes=5)))


def crowd(found: Scenario, *blocks: tuple[str, int]) -> list[tuple[str, int, int]]:
    roster = Roster((one(*blocks),))
    return [
        (str(c.window), c.tickets, c.most) for c in crowded_slots(found, roster, cut_sessions(found, roster))
    ]


def test_a_slot_with_as_many_patients_as_fit_is_not_crowded():
    assert crowd(five_minutes(), ("eye", 42)) == []


def test_a_slot_with_one_patient_too_many_is_told():
    assert crowd(five_minutes(), ("eye", 43)) == [("08:00-08:30", 7, 6)]


def test_of_minutes_that_nobody_told_nothing_is_said():
    assert crowd(week(), ("eye", 500)) == []
    half_known = scenario(clinics=(clinic(minutes=5), clinic("lid", "eye")))
    assert crowd(half_known, ("eye", 100), ("lid", 100)) == []


def test_the_pace_comes_before_the_doctors_minutes_and_these_before_the_clinics_and_the_hospitals():
    slow, slower = clinic(minutes=10), (doctor("ann", "chief", minutes=15), doctor("bob"))
    assert crowd(week(minutes=20), ("eye", 11))[0] == ("08:00-08:30", 2, 1)
    assert crowd(scenario(clinics=(slow,)), ("eye", 22)) == [("08:00-08:30", 4, 3)]
    assert crowd(scenario(clinics=(slow,), doctors=slower), ("eye", 15)) == [("08:00-08:30", 3, 2)]
    pace = PaceRow(scope="doctor", key="ann", minutes="7.5")
    assert crowd(scenario(clinics=(slow,), doctors=slower, pace=(pace,)), ("eye", 28)) == []
    assert crowd(scenario(clinics=(slow,), doctors=slower, pace=(pace,)), ("eye", 29)) == [
        ("08:00-08:30", 5, 4)
    ]


def test_tickets_of_a_sessions_clinics_are_one_crowd():
    assert crowd(five_minutes(), ("eye", 42), ("lid", 1)) != []
    assert crowd(five_minutes(), ("eye", 21), ("lid", 21)) == []


def test_a_crowd_is_told_with_its_place():
    found = scenario(clinics=(clinic(minutes=30),))
    roster = Roster((one(("eye", 8)),))
    assert crowded_slots(found, roster, cut_sessions(found, roster)) == (
        Crowded(
            "2026-W30.ann.mon-am", WEEK.dates[0], roster.sessions[0].at.half, Window(480, 510), "ann", 2, 1
        ),
    )
