from __future__ import annotations

from dataclasses import replace

import pytest

from scheduler.roster import Change, Roster, session_key, template_roster
from scheduler.scenario.rows import Block
from tests.check.small import WEEK, clinic, row, scenario, session


@pytest.mark.parametrize(
    ("at", "was", "change"),
    [
        ("mon-am", "mon-am", Change.KEPT),
        ("mon-pm", "mon-am", Change.MOVED),
        ("tue-am", "mon-am", Change.MOVED),
        ("mon-am", None, Change.ADDED),
        (None, "mon-am", Change.DROPPED),
    ],
)
def test_what_became_of_a_session_is_told_by_its_cells(at, was, change):
    found = session("ann", was or at, was=was)
    assert replace(found, cell=None if at is None else WEEK.cell(at)).change is change


def test_a_dropped_session_is_nowhere():
    found = session("ann", None, was="mon-am")
    with pytest.raises(ValueError, match=r"2026-W30\.ann\.mon-am is dropped"):
        _ = found.at
    assert session("ann", "mon-pm").at == WEEK.cell("mon-pm")


def test_a_sessions_tickets_are_those_of_all_its_blocks():
    assert session("ann", "mon-am", blocks=(Block("eye", 20), Block("lid", 5))).tickets == 25


def test_an_identity_tells_the_doctor_and_the_cell_and_whether_it_is_new():
    assert session_key(WEEK, "ann", WEEK.cell("fri-eve"), added=False) == "2026-W30.ann.fri-eve"
    assert session_key(WEEK, "ann", WEEK.cell("fri-eve"), added=True) == "2026-W30.ann.fri-eve.new"


def test_a_roster_tells_held_and_changed_sessions():
    kept, moved = session("ann", "mon-am", was="mon-am"), session("bob", "mon-pm", was="mon-am")
    dropped, added = session("cid", None, was="mon-am"), session("dan", "mon-am")
    roster = Roster((kept, moved, dropped, added))
    assert roster.held == (kept, moved, added)
    assert roster.changed == (moved, dropped, added)


def test_rooms_are_given_by_identity_and_taken_where_none_is_named():
    roster = Roster((session("ann", "mon-am", room="e1"), session("bob", "mon-am", room="e2")))
    seated = roster.with_rooms({"2026-W30.bob.mon-am.new": "e9"})
    assert [s.room for s in seated.sessions] == ["", "e9"]
    assert [s.room for s in roster.sessions] == ["e1", "e2"]


def test_the_template_is_a_roster_in_which_nothing_has_changed():
    week = scenario(
        clinics=(clinic(), clinic("lid", "eye")),
        template=(row("bob", "mon-am"), row("ann", "mon-am", "lid", 5, room="e1"), row("ann", "mon-am")),
    )
    first, second = template_roster(week).sessions
    assert (first.session, first.room, first.change) == ("2026-W30.ann.mon-am", "e1", Change.KEPT)
    assert first.blocks == (Block("eye", 20), Block("lid", 5))
    assert second.doctor == "bob"


def test_stopped_sessions_are_in_the_template_but_were_not_run():
    week = scenario(template=(row("ann", "mon-am", stopped=True), row("bob", "mon-am")))
    assert [s.doctor for s in template_roster(week).sessions] == ["ann", "bob"]
    assert [s.doctor for s in template_roster(week, stopped=False).sessions] == ["bob"]
