"""A doctor's level at one clinic counts wherever a level does: for engine, checker, reserve and tables alike."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler.clock import Half, Week
from scheduler.errors import ScenarioError
from scheduler.outcome import Status
from scheduler.plan import make_plan
from scheduler.roster import Channel
from scheduler.rules import Strictness
from scheduler.scenario.hospital import Clinic, ClinicLevel, Doctor, Level, Room
from scheduler.scenario.rows import DemandRow, TemplateRow
from scheduler.scenario.week import Scenario
from scheduler.tables.roster.write import sessions_bytes


def week(*levels: ClinicLevel, **fields: Any) -> Scenario:
    """One attending doctor with a morning at a plain and an afternoon at a famous clinic."""
    sessions = ((Half.AM, "plain"), (Half.PM, "famous"))
    return Scenario(
        week=Week.parse("2026-W30"),
        doctors=(Doctor(doctor="ann", specialty="eye"),),
        clinics=tuple(
            Clinic(clinic=name, specialty="eye", pool="eye", **fields.pop(name, {}))
            for name in ("plain", "famous")
        ),
        levels=levels,
        rooms=(Room(room="1", pool="eye"),),
        template=tuple(
            TemplateRow(doctor="ann", day="mon", half=h, clinic=c, tickets=20) for h, c in sessions
        ),
        **fields,
    )


FAMOUS = ClinicLevel(doctor="ann", clinic="famous", level=Level.CHIEF)
ASKS = DemandRow(clinic="famous", level=Level.CHIEF, sessions=1, hard=True)


def test_demand_for_a_level_is_met_by_the_level_at_the_clinic() -> None:
    assert make_plan(week(demand=(ASKS,))).outcome.status is Status.INFEASIBLE
    planned = make_plan(week(FAMOUS, demand=(ASKS,)))
    assert planned.outcome.status is Status.OPTIMAL
    assert not [violation for violation in planned.violations if violation.hard]


def test_a_clinic_asks_for_the_level_at_it() -> None:
    strict = {"min_level": Level.CHIEF}
    elsewhere = ClinicLevel(doctor="ann", clinic="plain", level=Level.CHIEF)
    rules = {"eligible": Strictness.SOFT}
    for levels, units in (((FAMOUS,), 0), ((), 1), ((elsewhere,), 1)):
        planned = make_plan(week(*levels, famous=strict, rules=rules, tiers=("changes", "eligible")))
        assert sum(v.amount for v in planned.violations if v.rule == "eligible") == units
        assert {tier.key: tier.value for tier in planned.outcome.tiers}["eligible"] == units


def test_only_tickets_given_as_an_expert_are_in_the_reserve() -> None:
    planned = make_plan(week(FAMOUS))
    held = {holding.slot for holding in planned.plan.holdings if holding.channel is Channel.PARTNER}
    assert {slot.clinic for slot in planned.plan.slots if slot.slot in held} == {"famous"}
    assert not [violation for violation in planned.violations if violation.rule == "reserve_expert"]


def test_the_tables_tell_the_level_at_the_clinic() -> None:
    planned = make_plan(week(FAMOUS))
    lines = sessions_bytes(planned.plan.roster, planned.scenario).decode("utf-8").splitlines()
    assert sorted(line.split(",")[9:11] for line in lines[1:]) == [["ann", "attending"], ["ann", "chief"]]


def test_a_level_of_nobody_is_refused_with_its_row() -> None:
    with pytest.raises(ScenarioError) as raised:
        week(ClinicLevel(doctor="bob", clinic="nowhere", level=Level.CHIEF))
    assert [(p.where.file, p.where.row, p.where.column) for p in raised.value.problems] == [
        ("levels", 2, "doctor"),
        ("levels", 2, "clinic"),
    ]
