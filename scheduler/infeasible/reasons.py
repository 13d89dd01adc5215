"""Why a week has no roster: the rules that cannot hold together, and by how much they miss."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any

from scheduler.balance import balance, sessions_by_date
from scheduler.check.run import find_violations
from scheduler.check.violation import Violation
from scheduler.clock import Cell, Half
from scheduler.names import cell_name
from scheduler.roster import Plan, Roster
from scheduler.rules import BENDING_ORDER, Strictness
from scheduler.scenario.changes import with_settings
from scheduler.scenario.week import Scenario
from scheduler.words import Message, message


def bent(scenario: Scenario, keys: Collection[str] | None = None) -> Scenario:
    """Return the scenario with these hard weekly rules soft (none named: all), the least important first to give way.

    Soft rules are off: the question is only which hard rules fit together. Only `cover` stays, as the last tier,
    since its rows are what sessions may be added for. A change counts 1 whatever it is, as it does towards a budget.
    """
    hard = held_hard(scenario)
    softened = hard if keys is None else hard & set(keys)
    rules = {key: Strictness.HARD if key in hard else Strictness.OFF for key in BENDING_ORDER}
    rules |= {**dict.fromkeys(softened, Strictness.SOFT), "same_room": Strictness.OFF}
    if scenario.is_on("cover"):
        must_cover = "cover" not in softened and scenario.strictness("cover") is Strictness.HARD
        rules["cover"] = Strictness.HARD if must_cover else Strictness.SOFT
    tiers = sorted(softened, key=BENDING_ORDER.index)
    if rules["cover"] is Strictness.SOFT and "cover" not in tiers:
        tiers.append("cover")
    settings: dict[str, Any] = {f"rules.{key}": strictness for key, strictness in rules.items()}
    if "changes" in softened:
        each = dict.fromkeys(("same_date", "other_date", "drop", "add", "cover"), 1)
        settings |= {f"policy.changes.{name}": value for name, value in {**each, "booked": 0}.items()}
        settings["policy.changes.budget"] = None
    changed = with_settings(scenario, {**settings, "tiers": tuple(tiers)}).scenario
    if "cover" not in softened:
        return changed
    demand = tuple(row.model_copy(update={"hard": False}) for row in scenario.demand)
    return changed.changed(demand=demand)


def held_hard(scenario: Scenario) -> set[str]:
    """Return the weekly rules that the scenario insists on, in part or as a whole."""
    hard = {key for key in BENDING_ORDER if scenario.strictness(key) is Strictness.HARD}
    if scenario.is_on("cover") and any(row.hard for row in scenario.demand):
        hard.add("cover")
    if scenario.is_on("changes") and scenario.policy.changes.budget is not None:
        hard.add("changes")
    return hard


def clashes(scenario: Scenario, roster: Roster) -> tuple[Violation, ...]:
    """Return the hard violations of `scenario` in the roster that bends it least."""
    violations = find_violations(scenario, Plan(roster), rules=BENDING_ORDER)
    return tuple(violation for violation in violations if violation.hard)


def reasons(scenario: Scenario, roster: Roster) -> tuple[Message, ...]:
    """Return why the week cannot be: each clash of the least bent roster, and what there is too little of."""
    found = clashes(scenario, roster)
    sentences = (violation.sentence for violation in found)
    limits = {violation.place for violation in found if violation.rule == "session_limits"}
    return (*sentences, *_without_demand(scenario, roster, limits), *_short_afternoons(scenario, roster))


def _without_demand(scenario: Scenario, roster: Roster, doctors: Collection[str]) -> Iterator[Message]:
    """Yield those of these doctors who have too few sessions, where no clinic of theirs asks for any."""
    counts = Counter(session.doctor for session in roster.held)
    asked = {row.clinic for row in scenario.demand}
    for key in sorted(doctors):
        doctor = scenario.doctor_of[key]
        clinics = doctor.clinics or [
            clinic.clinic for clinic in scenario.clinics if clinic.specialty == doctor.specialty
        ]
        if counts[key] < scenario.limits(key)[0] and asked.isdisjoint(clinics):
            yield message("No clinic asks for a further session of {doctor}", doctor=key)


def _short_afternoons(scenario: Scenario, roster: Roster) -> Iterator[Message]:
    """Yield for each working date above the limit the afternoon sessions it needs and the doctors who can come."""
    if scenario.strictness("ratio_day") is not Strictness.HARD:
        return
    limit = scenario.policy.ratio.limit
    for date, sessions in sessions_by_date(scenario, roster):
        counted = balance(scenario, sessions)
        if not counted.within(limit):
            evenings = counted.pm - sum(session.at.half is Half.PM for session in sessions)
            yield message(
                "{at}: {needed:session|sessions} needed for {mornings:morning|mornings}; doctors who can come: {can}",
                at=cell_name(Cell(date, Half.PM)),
                needed=math.ceil(counted.am / limit) - evenings,
                mornings=counted.am,
                can=_count_available(scenario, Cell(date, Half.PM)),
            )


def _count_available(scenario: Scenario, cell: Cell) -> int:
    """Count the doctors who can work at the cell and are not bound elsewhere by pinned sessions."""
    bound = Counter(s.doctor for s in scenario.standing if s.pinned and s.cell != cell)
    return sum(
        cell in scenario.open_cells(doctor) and scenario.limits(doctor)[1] > bound[doctor]
        for doctor in scenario.doctor_of
    )
