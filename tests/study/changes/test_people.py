from __future__ import annotations

import pytest

from scheduler.errors import StudyError
from scheduler.outcome import Status
from scheduler.plan import make_plan
from scheduler.scenario.rows import AvailabilityRow
from tests.check.small import clinic, doctor, monday, row
from tests.study.study_files import base, patched, rows, told

TEMPLATE = (
    row("ann", "mon-am"),
    row("ann", "wed-eve", pinned=True),
    row("bob", "mon-am"),
    row("bob", "mon-pm"),
)
DOCTORS = (doctor("ann", "chief", min_sessions=2, max_sessions=2), doctor("bob"))


def stop(who, at=""):
    day, _, half = at.partition("-")
    return rows("stop", "doctors", {"doctor": who} | ({"day": day, "half": half.upper()} if at else {}))


def pin(**where):
    return rows("pin", "template", where)


@pytest.fixture
def week(tmp_path):
    return base(tmp_path, monday(template=TEMPLATE, doctors=DOCTORS))


def pinned(found):
    return {(entry.doctor, f"{entry.day}-{entry.half.lower()}") for entry in found.template if entry.pinned}


def test_a_doctor_who_stops_has_no_session_and_can_have_none(week):
    found = patched(week, stop("ann"))
    assert {entry.doctor for entry in found.template} == {"bob"}
    assert found.limits("ann") == (0, 0)
    assert found.open_cells("ann") == frozenset()
    assert "ann" in found.doctor_of


def test_a_week_without_the_doctor_is_planned_and_nothing_of_theirs_counts_as_changed(week):
    planned = make_plan(patched(week, stop("ann")))
    assert planned.outcome.status is Status.OPTIMAL
    assert {session.doctor for session in planned.outcome.roster.sessions} == {"bob"}


def test_a_doctor_who_stops_at_a_half_day_is_away_then_owes_one_less_and_is_not_pinned(week):
    found = patched(week, stop("ann", "wed-eve"))
    assert found.availability == (AvailabilityRow(doctor="ann", day="wed", half="EVE"),)
    assert found.limits("ann")[0] == 1
    assert not any(s.pinned for s in found.on_leave)
    assert len(found.template) == len(TEMPLATE)


def test_a_stopped_half_day_can_be_planned_though_its_session_was_pinned(week):
    planned = make_plan(patched(week, stop("ann", "wed-eve")))
    assert planned.outcome.status is Status.OPTIMAL
    assert not any(s.cell and s.cell.key == "wed-eve" for s in planned.outcome.roster.sessions)


def test_a_session_that_was_stopped_already_is_owed_no_less(week):
    once, twice = stop("ann", "wed-eve"), (stop("ann", "wed-eve"), stop("ann", "wed-eve"))
    assert patched(week, *twice).limits("ann") == patched(week, once).limits("ann")
    assert patched(week, once, stop("ann", "mon-am")).limits("ann")[0] == 0


def test_a_doctor_without_any_session_in_the_template_is_just_away_then(tmp_path):
    found = patched(base(tmp_path, monday(template=())), stop("ann", "fri-pm"))
    assert [(entry.doctor, entry.day) for entry in found.availability] == [("ann", "fri")]


def test_a_stop_that_is_none_is_told(week):
    with pytest.raises(StudyError) as error:
        patched(week, stop("anna"), stop("ann", "fri-am"))
    assert [(wrong, value) for _, wrong, value in told(error.value)] == [
        ("the scenario does not know this doctor", "anna"),
        ("the doctor has no session then", None),
    ]
    assert str(error.value.problems[1].remedy) == "Their sessions are: mon-am, wed-eve."


def test_sessions_of_a_doctor_are_pinned(week):
    assert pinned(patched(week, pin(doctor="bob"))) == {
        ("bob", "mon-am"), ("bob", "mon-pm"), ("ann", "wed-eve"),
    }  # fmt: skip


def test_a_doctor_is_named_by_a_name_that_only_one_bears(tmp_path):
    named = (DOCTORS[0], DOCTORS[1].model_copy(update={"name": "李明"}))
    week = base(tmp_path, monday(template=TEMPLATE, doctors=named))
    assert pinned(patched(week, pin(doctor="李明"))) == pinned(patched(week, pin(doctor="bob")))
    assert patched(week, stop("李明", "mon-am")) == patched(week, stop("bob", "mon-am"))


def test_sessions_of_a_specialty_are_those_of_its_clinics(tmp_path):
    clinics = (clinic(), clinic("ear", "ear", pool="eye"))
    template = (row("ann", "mon-am"), row("bob", "mon-pm", "ear"))
    week = base(tmp_path, monday(template=template, clinics=clinics))
    assert pinned(patched(week, pin(specialty="ear"))) == {("bob", "mon-pm")}


def test_a_session_whose_doctor_is_away_is_not_pinned_as_it_cannot_stay(tmp_path):
    away = (AvailabilityRow(doctor="bob", day="2026-07-20", half="PM"),)
    week = base(tmp_path, monday(template=TEMPLATE, doctors=DOCTORS, availability=away))
    assert ("bob", "mon-pm") not in pinned(patched(week, pin(specialty="eye")))
    assert ("bob", "mon-am") in pinned(patched(week, pin(specialty="eye")))


def test_a_pin_after_a_stop_leaves_the_stopped_session_free(week):
    assert ("bob", "mon-am") not in pinned(patched(week, stop("bob", "mon-am"), pin(doctor="bob")))


def test_a_pin_of_nobody_is_told_with_the_nearest_name(week):
    with pytest.raises(StudyError) as error:
        patched(week, pin(specialty="eyes"))
    assert [(one.value, str(one.remedy)) for one in error.value.problems] == [("eyes", "Did you mean eye?")]
