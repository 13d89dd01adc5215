"""Mornings against afternoons: by day, by specialty over the week, and of experts."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction

from scheduler.check.facts import Facts, Held
from scheduler.check.places import day_name, place
from scheduler.check.violation import Violation
from scheduler.policy import exact_text
from scheduler.words import Message, message

_Says = Callable[[Message, int, int, int, str], Message]


def ratio_day(facts: Facts) -> Iterator[Violation]:
    """Yield the morning sessions of each working day above the limit."""
    return _days_above(facts, "ratio_day", facts.held, facts.scenario.policy.ratio.limit, _say_limit)


def ratio_target(facts: Facts) -> Iterator[Violation]:
    """Yield the morning sessions of each working day above the target."""
    return _days_above(facts, "ratio_target", facts.held, facts.scenario.policy.ratio.target, _say_target)


def ratio_experts(facts: Facts) -> Iterator[Violation]:
    """Yield the expert morning sessions of each working day above the limit."""
    experts = tuple(held for held in facts.held if held.expert)
    return _days_above(facts, "ratio_experts", experts, facts.scenario.policy.ratio.limit, _say_experts)


def _days_above(
    facts: Facts, rule: str, sessions: tuple[Held, ...], ratio: Fraction, say: _Says
) -> Iterator[Violation]:
    mornings = Counter(held.cell.date for held in sessions if held.morning)
    afternoons = Counter(held.cell.date for held in sessions if held.afternoon)
    for date in facts.scenario.working_dates:
        found = _day_above(facts, rule, date, (mornings[date], afternoons[date]), ratio, say)
        if found is not None:
            yield found


def _day_above(
    facts: Facts, rule: str, date: dt.date, sides: tuple[int, int], ratio: Fraction, say: _Says
) -> Violation | None:
    am, pm = sides
    most = most_mornings(ratio, pm)
    if am <= most:
        return None
    said = say(day_name(date), am, pm, most, exact_text(ratio))
    return facts.violation(rule, place(date.isoformat()), am - most, said)


def most_mornings(ratio: Fraction, afternoons: int) -> int:
    """Return how many morning sessions fit `ratio` beside so many afternoon ones: rounded down."""
    return ratio.numerator * afternoons // ratio.denominator


def _say_limit(day: Message, am: int, pm: int, most: int, ratio: str) -> Message:
    return message(
        "{day}: {am} morning sessions, {pm} afternoon ones; at most {most} mornings fit the limit {ratio}",
        day=day,
        am=am,
        pm=pm,
        most=most,
        ratio=ratio,
    )


def _say_target(day: Message, am: int, pm: int, most: int, ratio: str) -> Message:
    return message(
        "{day}: {am} morning sessions, {pm} afternoon ones; at most {most} mornings fit the target {ratio}",
        day=day,
        am=am,
        pm=pm,
        most=most,
        ratio=ratio,
    )


def _say_experts(day: Message, am: int, pm: int, most: int, ratio: str) -> Message:
    return message(
        "{day}: {am} expert morning sessions, {pm} afternoon ones; at most {most} mornings fit {ratio}",
        day=day,
        am=am,
        pm=pm,
        most=most,
        ratio=ratio,
    )


def ratio_specialties(facts: Facts) -> Iterator[Violation]:
    """Yield how many specialties that keep the limit over the week are missing from the share that must."""
    limit, share = facts.scenario.policy.ratio.limit, facts.scenario.policy.ratio.specialties_share
    mornings = Counter(held.specialty for held in facts.held if held.morning)
    afternoons = Counter(held.specialty for held in facts.held if held.afternoon)
    looked_at = specialties_looked_at(facts)
    above = [name for name in looked_at if not meets(limit, mornings[name], afternoons[name])]
    needed = -(-share.numerator * len(looked_at) // share.denominator)
    missing = needed - (len(looked_at) - len(above))
    if missing > 0:
        said = message(
            "{met} of {all} specialties keep the week's limit {limit}; {needed} must. Above it: {above}",
            met=len(looked_at) - len(above),
            all=len(looked_at),
            limit=exact_text(limit),
            needed=needed,
            above=above,
        )
        yield facts.violation("ratio_specialties", place("week"), missing, said)


def specialties_looked_at(facts: Facts) -> tuple[str, ...]:
    """Return the specialties with standing sessions or demand rows, sorted."""
    clinics = facts.scenario.clinic_of
    standing = {clinics[session.blocks[0].clinic].specialty for session in facts.scenario.standing}
    asked = {clinics[row.clinic].specialty for row in facts.scenario.demand}
    return tuple(sorted(standing | asked))


def meets(limit: Fraction, mornings: int, afternoons: int) -> bool:
    """Tell whether a specialty with these sessions a week keeps the limit, or is within one session."""
    return mornings <= most_mornings(limit, afternoons) or abs(mornings - afternoons) <= 1
