"""The smallest weeks in which the rules on slots and tickets bite."""

from __future__ import annotations

from scenarios.smallest.parts import EYE, doctor, stands, week
from scheduler.scenario.hospital import Channel, Clinic, Credit, Kind, Level, Partner
from scheduler.scenario.policy import AppointmentRule, ChannelPolicy, Policy, Preset, SlotPolicy
from scheduler.scenario.week import Scenario


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


def appointments() -> Scenario:
    """One session of 20 tickets, which start two at first and then one an interval.

    Nothing in the objective tempts anyone to lose a start: without the rule the times are just not looked at.
    """
    return week(
        "appointments",
        (doctor(1),),
        policy=Policy(slots=SlotPolicy(rule=AppointmentRule.FRONT_LOADED)),
        template=(stands(1, "mon-pm"),),
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


def channel_shares() -> Scenario:
    """An expert's 20 tickets and another doctor's 25, and every way to say what a channel holds.

    Of 20 expert tickets partners have 6; of all 45 primary care has 14, 7 of them expert; of a forecast of 9 return
    visits 10 tickets serve 90 %; and 2 tickets of each session are given on site. Without the rule only partners have any.
    """
    return week(
        "channel_shares",
        (doctor(1), doctor(2, level=Level.ATTENDING)),
        clinics=(EYE.model_copy(update={"returns": 9}),),
        policy=Policy(
            presets=tuple(Preset),
            channels=(
                ChannelPolicy(name="现场号", channel=Channel.ON_SITE, number=2, falls_back_hours=None),
            ),
        ),
        template=(stands(1, "mon-pm"), stands(2, "tue-pm", tickets=25)),
        partners=(Partner(partner="P01", name="城东医院"),),
    )


def partner_shares() -> Scenario:
    """12 tickets held on two days for three partners of weights 6, 3 and 1, the last of whom sends on Tuesdays only.

    7.2, 3.6 and 1.2 tickets, and 0.4 owed to the last: it claims 1.56. Without the rule nobody in particular has any.
    """
    return week(
        "partner_shares",
        (doctor(1),),
        template=(stands(1, "mon-pm"), stands(1, "tue-pm")),
        partners=(
            Partner(partner="P01", name="城东医院", population=60_000),
            Partner(partner="P02", name="河西医院", population=30_000, minimum=2),
            Partner(partner="P03", name="南山卫生院", population=10_000, days=("tue",)),
        ),
        credits=(Credit(partner="P03", specialty="眼科", credit="2/5"),),
    )
