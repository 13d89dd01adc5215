"""Mornings against afternoons: by day, by specialty over the week, and of experts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from fractions import Fraction

from scheduler.check.facts import Facts
from scheduler.check.frame import Frame
from scheduler.check.held_sessions import side_date_of, specialty_of
from scheduler.check.violation import Violation
from scheduler.names import day_name, place
from scheduler.scenario.policy import exact_text
from scheduler.words import Message, message

_Says = Callable[[Message, int, int, int, str], Message]


def ratio_day(facts: Facts, date: dt.date) -> Iterator[Violation]:
    """Yield the morning sessions of a working day above the limit."""
    ratio = facts.scenario.policy.ratio.limit
    yield from _above(facts, "ratio_day", date, _sides(facts, date), ratio, _say_limit)


def ratio_target(facts: Facts, date: dt.date) -> Iterator[Violation]:
    """Yield the morning sessions of a working day above the target."""
    ratio = facts.scenario.policy.ratio.target
    yield from _above(facts, "ratio_target", date, _sides(facts, date), ratio, _say_target)


def ratio_experts(facts: Facts, date: dt.date) -> Iterator[Violation]:
    """Yield the expert morning sessions of a working day above the limit."""
    ratio = facts.scenario.policy.ratio.limit
    sides = _sides(facts, date, experts_only=True)
    yield from _above(facts, "ratio_experts", date, sides, ratio, _say_experts)


def _sides(facts: Facts, date: dt.date, *, experts_only: bool = False) -> tuple[int, int]:
    sessions = facts.held.by(side_date_of).get(date, ())
    counted = [held for held in sessions if held.expert or not experts_only]
    return sum(held.morning for held in counted), sum(held.afternoon for held in counted)


def _above(
    facts: Facts, rule: str, date: dt.date, sides: tuple[int, int], ratio: Fraction, say: _Says
) -> Iterator[Violation]:
    am, pm = sides
    most = most_mornings(ratio, pm)
    if am > most:
        sentence = say(day_name(date), am, pm, most, exact_text(ratio))
        yield facts.violation(rule, place(date.isoformat()), am - most, sentence)


def most_mornings(ratio: Fraction, afternoons: int) -> int:
    """Return how many morning sessions fit `ratio` beside so many afternoon ones: rounded down."""
    return ratio.numerator * afternoons // ratio.denominator


def _say_limit(day: Message, am: int, pm: int, most: int, ratio: str) -> Message:
    return message(
        "{day}: {am:morning session|morning sessions}, {pm:afternoon one|afternoon ones};"
        " at most {most:morning fits|mornings fit} the limit {ratio}",
        day=day,
        am=am,
        pm=pm,
        most=most,
        ratio=ratio,
    )


def _say_target(day: Message, am: int, pm: int, most: int, ratio: str) -> Message:
    return message(
        "{day}: {am:morning session|morning sessions}, {pm:afternoon one|afternoon ones};"
        " at most {most:morning fits|mornings fit} the target {ratio}",
        day=day,
        am=am,
        pm=pm,
        most=most,
        ratio=ratio,
    )


def _say_experts(day: Message, am: int, pm: int, most: int, ratio: str) -> Message:
    return message(
        "{day}: {am:expert morning session|expert morning sessions}, {pm:afternoon one|afternoon ones};"
        " at most {most:morning fits|mornings fit} {ratio}",
        day=day,
        am=am,
        pm=pm,
        most=most,
        ratio=ratio,
    )


def ratio_specialties(facts: Facts, week: str) -> Iterator[Violation]:
    """Yield how many specialties that keep the limit over the week are missing from the share that must."""
    limit, share = facts.scenario.policy.ratio.limit, facts.scenario.policy.ratio.specialties_share
    looked_at = facts.frame.once(specialties_looked_at)
    above = [name for name in looked_at if not meets(limit, *_week_sides(facts, name))]
    needed = -(-share.numerator * len(looked_at) // share.denominator)
    missing = needed - (len(looked_at) - len(above))
    if missing > 0:
        sentence = message(
            "{met} of {all:specialty|specialties} {met:=keeps|keep} the week's limit {limit};"
            " {needed} must. Above it: {above}",
            met=len(looked_at) - len(above),
            all=len(looked_at),
            limit=exact_text(limit),
            needed=needed,
            above=above,
        )
        yield facts.violation("ratio_specialties", place(week), missing, sentence)


def _week_sides(facts: Facts, specialty: str) -> tuple[int, int]:
    sessions = facts.held.by(specialty_of).get(specialty, ())
    return sum(held.morning for held in sessions), sum(held.afternoon for held in sessions)


def specialties_looked_at(frame: Frame) -> tuple[str, ...]:
    """Return the specialties with standing sessions or demand rows, sorted."""
    clinics = frame.scenario.clinic_of
    standing = {clinics[session.blocks[0].clinic].specialty for session in frame.scenario.standing}
    demanded = {clinics[row.clinic].specialty for row in frame.scenario.demand}
    return tuple(sorted(standing | demanded))


def meets(limit: Fraction, mornings: int, afternoons: int) -> bool:
    """Return whether a specialty with these sessions a week keeps the limit, or is within one session."""
    return mornings <= most_mornings(limit, afternoons) or abs(mornings - afternoons) <= 1
