"""The smallest weeks in which the rules on slots and tickets bite."""

from __future__ import annotations

from scenarios.smallest.parts import EYE, doctor, stands, week
from scheduler.hospital import Clinic, Kind, Partner
from scheduler.policy import Policy, SlotPolicy
from scheduler.scenario import Scenario


def slot_length() -> Scenario:
    """A hospital that would cut hours: the rule cuts half-hours; without it three slots are too long."""
    return week(
        "slot_length",
        (doctor(1),),
        policy=Policy(slots=SlotPolicy(length=60)),
        template=(stands(1, "mon-pm"),),
    )


def tickets_add_up() -> Scenario:
    """One session of two clinics, whose 20 and 5 tickets do not divide by seven slots.

    Nothing in the objective tempts anyone to lose a ticket: without the rule the sums are just not looked at.
    """
    special = Clinic(
        clinic="眼科特需门诊",
        specialty="眼科",
        campus="本部",
        kind=Kind.SPECIAL_NEED,
        pool=EYE.pool,
        tickets=5,
    )
    return week(
        "tickets_add_up",
        (doctor(1),),
        clinics=(EYE, special),
        template=(stands(1, "mon-pm"), stands(1, "mon-pm", special, 5)),
    )


def reserve_expert() -> Scenario:
    """45 expert tickets on two days: 14 are held for the partners, 8 and 6; without the rule, none."""
    return week(
        "reserve_expert",
        (doctor(1),),
        template=(stands(1, "mon-pm", tickets=25), stands(1, "tue-pm")),
        partners=(
            Partner(partner="P01", name="城东医院"),
            Partner(partner="P02", name="河西医院", specialties=("眼科",)),
        ),
    )
