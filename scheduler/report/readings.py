"""Where the rules' text leaves a point open: which reading this plan uses, as a setting and as a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scheduler.names import LEVEL_WORDS
from scheduler.report.words import KIND_WORDS
from scheduler.scenario.policy import Preset, exact_text
from scheduler.scenario.week import Scenario
from scheduler.words import Message, message


@dataclass(frozen=True)
class Reading:
    """A setting by its dotted name, the value used, and what it means."""

    key: str
    value: str
    sentence: Message


def readings(scenario: Scenario) -> tuple[Reading, ...]:
    """Return every reading used, in a fixed order."""
    parts = (_ratio, _counted, _specialties, _changes, _reserve, _reserve_places)
    return tuple(reading for part in parts for reading in part(scenario))


def _ratio(scenario: Scenario) -> Iterator[Reading]:
    ratio = scenario.policy.ratio
    limit, target = exact_text(ratio.limit), exact_text(ratio.target)
    yield Reading(
        "ratio.direction",
        "ceiling",
        message(
            "The ratio is a ceiling: fewer mornings than it allows is good. A day with mornings"
            " and no afternoon breaks it."
        ),
    )
    yield Reading(
        "ratio.limit", limit, message("The limit is {limit:morning|mornings} per afternoon.", limit=limit)
    )
    yield Reading("ratio.target", target, message("The target is {target}.", target=target))
    yield Reading(
        "ratio.unit",
        "sessions",
        message("Sessions are counted, not tickets; the balance in tickets is reported beside it."),
    )
    yield Reading(
        "ratio.period",
        "day",
        message("The limit holds for the whole hospital on each working day; the week's ratio is reported."),
    )


def _counted(scenario: Scenario) -> Iterator[Reading]:
    evening = scenario.policy.ratio.evening
    yield Reading(
        "ratio.evening",
        evening,
        message("Evening sessions count as afternoons.")
        if evening == "as_afternoon"
        else message("Evening sessions are left out of the ratio."),
    )
    yield Reading(
        "ratio.weekend", "leave_out", message("Weekends and closed days are left out of the ratio.")
    )
    yield Reading(
        "ratio.stopped",
        "as_planned",
        message("Stopped sessions belong to the timetable as planned; the figures as run leave them out."),
    )


def _specialties(scenario: Scenario) -> Iterator[Reading]:
    policy = scenario.policy
    share = exact_text(policy.ratio.specialties_share * 100)
    yield Reading(
        "ratio.specialties_share",
        exact_text(policy.ratio.specialties_share),
        message(
            "At least {share} percent of the specialties keep the limit over the week; one whose mornings and"
            " afternoons differ by at most 1 keeps it.",
            share=share,
        ),
    )
    level = policy.experts.from_level
    yield Reading(
        "experts.from_level",
        level,
        message("Experts are doctors of the level {level} and above.", level=LEVEL_WORDS[level]),
    )


def _changes(scenario: Scenario) -> Iterator[Reading]:
    prices = scenario.policy.changes
    yield Reading(
        "changes.points",
        f"{prices.same_date},{prices.other_date},{prices.drop},{prices.add}",
        message(
            "A move to another half of its date costs {same:point|points}, to another date {other}, a dropped"
            " session {drop}, an added one {add}.",
            same=prices.same_date,
            other=prices.other_date,
            drop=prices.drop,
            add=prices.add,
        ),
    )
    if prices.budget is not None:
        yield Reading(
            "changes.budget",
            str(prices.budget),
            message("At most {budget:session|sessions} may change.", budget=prices.budget),
        )


def _reserve(scenario: Scenario) -> Iterator[Reading]:
    if Preset.BEIJING_2019_SPECIALTY not in scenario.policy.presets:
        yield Reading("reserve.share", "0", message("The policy reserves no tickets for partners."))
        return
    reserve = scenario.policy.reserve
    kinds = [KIND_WORDS[kind] for kind in reserve.leave_out]
    yield Reading(
        "reserve.share",
        exact_text(reserve.share),
        message(
            "{share} percent of a consortium specialty's expert tickets are held for partners, counted per"
            " specialty and week and rounded up once.",
            share=exact_text(reserve.share * 100),
        ),
    )
    yield Reading(
        "reserve.leave_out",
        ",".join(reserve.leave_out),
        message("Clinics of these kinds are not in the base: {kinds}.", kinds=kinds)
        if kinds
        else message("Clinics of every kind are in the base."),
    )


def _reserve_places(scenario: Scenario) -> Iterator[Reading]:
    if Preset.BEIJING_2019_SPECIALTY not in scenario.policy.presets:
        return
    hours = scenario.policy.reserve.falls_back_hours
    yield Reading(
        "reserve.spread",
        "sessions,days,slots",
        message(
            "The reserve is spread over sessions, days and slots, each within one ticket of its even part."
        ),
    )
    yield Reading(
        "reserve.falls_back_hours",
        str(hours),
        message(
            "Tickets that partners do not claim become public {hours:hour|hours} before the session.",
            hours=hours,
        ),
    )
