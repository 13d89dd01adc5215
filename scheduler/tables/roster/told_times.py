"""Whether the patients of a roster are told what the settings say: the folder alone knows how it was planned."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from scheduler.appointment_times import ticket_time
from scheduler.errors import InputError, Problem, Where
from scheduler.scenario.policy import SlotPolicy, ToldTime
from scheduler.scenario.week import Scenario
from scheduler.tables.roster.headings import APPOINTMENTS, SLOTS
from scheduler.tables.roster.tables import RosterTables
from scheduler.words import message

Told = tuple[int, int, int, int]
"""Start of the slot, and of the ticket, the time told, and when to come: minutes after midnight."""


def require_told_times(scenario: Scenario, folder: Path) -> None:
    """Raise InputError where the roster in `folder` was planned with another `policy.slots.told` or `come_early`.

    Else one output would tell patients 08:30 and another 08:36. Times changed by hand fit no setting, and pass.
    """
    settings = other_settings(scenario, folder)
    if settings:
        wrong = message(
            "the roster was planned with {settings}, which its patients are told", settings=" ".join(settings)
        )
        options = " ".join(f"--set {setting}" for setting in settings)
        remedy = message("Add {options}, or write both in scenario.yaml.", options=options)
        raise InputError([Problem(Where(f"{APPOINTMENTS.key}.csv"), wrong, remedy)])


def other_settings(scenario: Scenario, folder: Path) -> tuple[str, ...]:
    """Return the settings that the roster's told times fit, where the scenario's are others; none where they fit these."""
    tables = RosterTables(folder, (), (SLOTS, APPOINTMENTS))
    policy = scenario.policy.slots
    told = list(_told(tables)) if tables.get(APPOINTMENTS) is not None else []
    if _tells(policy, told):
        return ()
    planned = next((other for other in _others(policy, told) if _tells(other, told)), None)
    if planned is None:
        return ()
    return f"policy.slots.told={planned.told}", f"policy.slots.come_early={planned.come_early}"


def _told(tables: RosterTables) -> Iterator[Told]:
    begin = {values["slot"]: values["start"] for _, values in tables.values(SLOTS)}
    for _, values in tables.values(APPOINTMENTS):
        told, come = values.get("told"), values.get("come")
        if told is not None and come is not None and values["slot"] in begin:
            yield begin[values["slot"]], values["start"], told, come


def _others(policy: SlotPolicy, told: list[Told]) -> Iterator[SlotPolicy]:
    early = max(time - come for _, _, time, come in told)
    for kind in ToldTime:
        yield policy.model_copy(update={"told": kind, "come_early": early})


def _tells(policy: SlotPolicy, told: list[Told]) -> bool:
    for begin, start, time, come in told:
        ticket = ticket_time(policy, begin, start)
        if (ticket.told, ticket.come) != (time, come):
            return False
    return True
