from __future__ import annotations

import datetime as dt

import pytest

from scheduler.engine.options import Options
from scheduler.exams.answer import answer_exams
from scheduler.exams.demand import exam_demand, with_demand
from scheduler.plan import make_plan
from scheduler.scenario.forecasts import Exam
from scheduler.scenario.hospital import Room
from scheduler.scenario.rows import DemandRow
from scheduler.scenario.week import Scenario
from tests.check.small import clinic, doctor, row, scenario

PEOPLE = (doctor("ann", "chief", max_sessions=6), doctor("bob", max_sessions=6))


def week(name: str = "scan", **parts) -> Scenario:
    """Two sessions a week of 20 places, of which a third one is needed in the planned week; two of three are standing."""
    told = {"slots": 20, "sessions": 2, "requests": 36, "waiting": 120, "target_days": 14}
    exam = Exam(exam=name, by=dt.date(2026, 9, 13), campus=parts.pop("at", ""), **told)
    parts.setdefault("clinics", (clinic(), clinic("scan")))
    parts.setdefault("template", (row("ann", "mon-am", "scan"), row("bob", "tue-pm", "scan")))
    parts.setdefault("doctors", PEOPLE)
    return scenario(exams=(exam,), **parts)


def demand(one: Scenario):
    (found,) = exam_demand(one, answer_exams(one))
    return found


def test_an_examination_that_is_a_clinic_asks_for_its_sessions_of_the_planned_week():
    one = week()
    found = demand(one)
    assert (found.clinic, found.sessions, found.doubts) == ("scan", 3, ())
    assert with_demand(one, [found]).demand == (DemandRow(clinic="scan", sessions=3),)
    assert one.demand == ()


def test_plan_places_the_sessions():
    one = week()
    planned = make_plan(with_demand(one, [demand(one)]), Options(seconds=60))
    assert planned.outcome.roster is not None
    assert sum(s.blocks[0].clinic == "scan" for s in planned.outcome.roster.held) == 3
    assert {tier.key: tier.value for tier in planned.outcome.tiers}["cover"] == 0


@pytest.mark.parametrize(("asked", "kept"), [(2, 3), (7, 7)])
def test_a_clinic_that_asks_for_more_already_keeps_that(asked, kept):
    one = week(demand=(DemandRow(clinic="scan", sessions=asked),))
    assert [r.sessions for r in with_demand(one, [demand(one)]).demand] == [kept]


def test_demand_of_a_day_or_a_level_stays_beside_it():
    rows = (
        DemandRow(clinic="scan", day="mon", sessions=5),
        DemandRow(clinic="scan", level="chief", sessions=2),
    )
    one = week(demand=rows)
    assert set(with_demand(one, [demand(one)]).demand) == {*rows, DemandRow(clinic="scan", sessions=3)}


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ({"name": "scans"}, "no clinic of the scenario is called scans; did you mean scan?"),
        ({"name": "MRI"}, "no clinic of the scenario is called MRI"),
        ({"at": "west"}, "the clinic scan is at another campus"),
    ],
)
def test_an_examination_that_is_no_clinic_here_has_the_reason(parts, why):
    found = demand(week(**parts))
    assert (found.clinic, [str(doubt) for doubt in found.doubts]) == ("", [why])
    one = week(**parts)
    assert with_demand(one, [found]).demand == ()


def test_doctors_without_sessions_left_are_the_reason():
    one = week(doctors=(doctor("ann", "chief", max_sessions=1), doctor("bob", max_sessions=1)))
    doubt = "1 more session is needed, and the doctors who may hold them can come 0 more times"
    assert [str(found) for found in demand(one).doubts] == [doubt]


def test_rooms_that_are_never_free_are_the_reason():
    closed = tuple(f"{day}-{half}" for day in ("mon", "tue", "wed", "thu", "fri") for half in ("am", "pm"))
    one = week(rooms=(Room(room="e1", pool="eye", closed=closed),))
    doubt = "1 more session is needed, and the rooms of eye are free 0 times when these doctors can come"
    assert [str(found) for found in demand(one).doubts] == [doubt]


def test_an_examination_that_meets_its_target_asks_for_nothing():
    one = week()
    met = one.changed(exams=(one.exams[0].model_copy(update={"waiting": 10}),))
    assert exam_demand(met, answer_exams(met)) == ()
