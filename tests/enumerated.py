"""Every roster that a tiny week allows, scored by the checker alone: what the engine's best is measured against."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from math import prod

from scheduler.check.run import find_violations, totals
from scheduler.roster import Plan, Roster, Session, session_key
from scheduler.rules import RULES, Stage, Strictness
from scheduler.scenario.rows import Block, StandingSession
from scheduler.scenario.substitutes import find_substitutes
from scheduler.scenario.week import Scenario


def size(scenario: Scenario) -> int:
    """How many rosters there are."""
    return prod(map(len, _choices(scenario)))


def best(scenario: Scenario) -> tuple[int, ...] | None:
    """The least tier values of the week, in tier order, of a roster without hard violations; None without one."""
    rules = [rule.key for rule in RULES if rule.stage is Stage.WEEK and scenario.is_on(rule.key)]
    tiers = soft_tiers(scenario)
    found = []
    for chosen in itertools.product(*_choices(scenario)):
        sessions = [session for session in chosen if session is not None]
        violations = find_violations(scenario, Plan(_seated(scenario, sessions)), rules=rules)
        if not any(violation.hard for violation in violations):
            units = totals(violations)
            found.append(tuple(units[key] for key in tiers))
    return min(found, default=None)


def soft_tiers(scenario: Scenario) -> list[str]:
    """The week's soft rules in the order the documents give: changes last where there is a budget."""
    weekly = {rule.key for rule in RULES if rule.stage is Stage.WEEK}
    soft = [k for k in scenario.tiers if k in weekly and scenario.strictness(k) is Strictness.SOFT]
    if scenario.policy.changes.budget is not None and "changes" in soft:
        soft = [*(key for key in soft if key != "changes"), "changes"]
    return soft


def _choices(scenario: Scenario) -> list[list[Session | None]]:
    return [*_of_template(scenario), *([None, added] for added in _additions(scenario))]


def _of_template(scenario: Scenario) -> Iterator[list[Session | None]]:
    for standing in scenario.standing:
        key = session_key(scenario.week, standing.doctor, standing.cell, added=False)
        cells = [None, *sorted(scenario.open_cells(standing.doctor))]
        own = [Session(key, standing.doctor, cell, standing.blocks, standing.cell) for cell in cells]
        covered = [
            replace(own[0], doctor=d, cell=standing.cell, was_doctor=standing.doctor)
            for d in _covers(scenario, standing)
        ]
        yield [*own, *covered]


def _covers(scenario: Scenario, standing: StandingSession) -> tuple[str, ...]:
    """Who may take over a session whose doctor is on leave, where the policy is to cover it."""
    if scenario.policy.leave.sessions == "stop" or standing.cell in scenario.open_cells(standing.doctor):
        return ()
    return find_substitutes(scenario, standing.doctor, standing.cell, standing.blocks)


def _additions(scenario: Scenario) -> Iterator[Session]:
    """Sessions that a row of demand asks for, wherever a doctor may serve them."""
    for doctor, clinic, cell in itertools.product(
        scenario.doctor_of, sorted({row.clinic for row in scenario.demand}), scenario.cells
    ):
        asked = [row for row in scenario.demand if row.clinic == clinic and row.sessions]
        key = f"{session_key(scenario.week, doctor, cell, added=True)}.{clinic}"
        session = Session(key, doctor, cell, (Block(clinic, 20),), None)
        alone = Plan(Roster((session,)))
        if any(row.covers(cell) for row in asked) and not find_violations(
            scenario, alone, rules=["availability", "eligible"]
        ):
            yield session


def _seated(scenario: Scenario, sessions: list[Session]) -> Roster:
    taken: dict[object, int] = defaultdict(int)
    rooms = {}
    for session in sessions:
        if session.cell is not None:
            pool = scenario.clinic_of[session.blocks[0].clinic].pool
            open_rooms = [r.room for r in scenario.rooms_of.get(pool, ()) if r.open_at(session.cell.key)]
            place = taken[pool, session.cell]
            taken[pool, session.cell] += 1
            if place < len(open_rooms):
                rooms[session.session] = open_rooms[place]
    return Roster(tuple(sessions)).with_rooms(rooms)
