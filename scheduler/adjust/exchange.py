"""Rows of a plan exchanged for others, and a part of a week laid out as planning it would."""

from __future__ import annotations

from collections.abc import Collection
from operator import attrgetter

from scheduler.reserve.layout import Bases, hold_tickets
from scheduler.reserve.partners import give_to_partners
from scheduler.roster import Plan, Roster
from scheduler.scenario.week import Scenario

_by_holder = attrgetter("slot", "channel", "holder")


def exchange_rows(plan: Plan, gone: Plan, come: Plan) -> Plan:
    """Return the plan without the rows of `gone` and with those of `come`, each table in its order."""
    sessions = set(plan.roster.sessions).difference(gone.roster.sessions).union(come.roster.sessions)
    slots = set(plan.slots).difference(gone.slots).union(come.slots)
    holdings = set(plan.holdings).difference(gone.holdings).union(come.holdings)
    return Plan(
        Roster(tuple(sorted(sessions, key=attrgetter("session")))),
        tuple(sorted(slots, key=attrgetter("slot"))),
        tuple(sorted(holdings, key=_by_holder)),
    )


def differing_rows(first: Plan, second: Plan) -> tuple[Plan, Plan]:
    """Return the rows that only the first plan has, and those that only the second has."""
    return _without(first, second), _without(second, first)


def same_rows(first: Plan, second: Plan) -> bool:
    """Return whether two plans have the same rows, whatever their order."""
    only = differing_rows(first, second)
    return not any(side.roster.sessions or side.slots or side.holdings for side in only)


def _without(plan: Plan, other: Plan) -> Plan:
    sessions, slots, holdings = set(other.roster.sessions), set(other.slots), set(other.holdings)
    return Plan(
        Roster(tuple(session for session in plan.roster.sessions if session not in sessions)),
        tuple(slot for slot in plan.slots if slot not in slots),
        tuple(holding for holding in plan.holdings if holding not in holdings),
    )


def as_planned(scenario: Scenario, plan: Plan, specialties: Collection[str], bases: Bases) -> Plan:
    """Return the plan with channels and partners of the `specialties` laid out as planning the week would."""
    clinics = scenario.clinic_of
    line = tuple(
        slot for slot in plan.slots if clinics[slot.clinic].specialty in specialties and bases.any_of(slot)
    )
    keys = {slot.slot for slot in line}
    slots, holdings = hold_tickets(scenario, plan.roster, line)
    given = give_to_partners(scenario, plan.roster, slots, holdings).holdings
    return Plan(
        plan.roster,
        tuple(sorted((*(s for s in plan.slots if s.slot not in keys), *slots), key=attrgetter("slot"))),
        tuple(sorted((*(h for h in plan.holdings if h.slot not in keys), *given), key=_by_holder)),
    )
