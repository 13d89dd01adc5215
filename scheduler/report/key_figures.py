"""The few numbers a meeting asks for first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scheduler.balance import RatioTable, highest_day
from scheduler.report.facts import ReportFacts
from scheduler.report.voice import Voice
from scheduler.roster import Roster
from scheduler.words import Message, message


@dataclass(frozen=True)
class KeyFigure:
    """A number with its label and what it was before or what it is measured against; all text as shown."""

    label: str
    value: str
    note: str


def key_figures(facts: ReportFacts, voice: Voice) -> tuple[KeyFigure, ...]:
    """Return the figures of the plan, or of the template where there is no roster."""
    return tuple(
        KeyFigure(voice.say(label), value, voice.say(note) if note else "")
        for label, value, note in _figures(facts, voice)
    )


Figure = tuple[Message, str, Message | None]


def _figures(facts: ReportFacts, voice: Voice) -> Iterator[Figure]:
    yield _sessions(facts, voice)
    if facts.solved and facts.scenario.template:
        yield _changed(facts, voice)
    yield _week(facts, voice)
    highest = _highest(facts, voice)
    if highest is not None:
        yield highest
    yield _specialties(facts, voice)
    yield _tickets(facts, voice)
    if facts.reserves:
        yield _reserve(facts, voice)
    if facts.solved:
        yield _rules(facts)


def _sessions(facts: ReportFacts, voice: Voice) -> Figure:
    before = message("before {n}", n=voice.number(len(facts.before.held)))
    return message("Sessions"), voice.number(len(facts.after.held)), before if facts.solved else None


def _changed(facts: ReportFacts, voice: Voice) -> Figure:
    changed, whole = len(facts.after.changed), len(facts.before.held)
    share = message("{share} of {whole}", share=voice.share(changed, whole), whole=voice.number(whole))
    return message("Sessions changed"), voice.number(changed), share


def _week(facts: ReportFacts, voice: Voice) -> Figure:
    policy = facts.scenario.policy.ratio
    before = voice.ratio(facts.ratio_before.sessions, policy)
    label = message("AM : PM over the week")
    if facts.ratio_after is None:
        return label, before, None
    return label, voice.ratio(facts.ratio_after.sessions, policy), message("before {n}", n=before)


def _highest(facts: ReportFacts, voice: Voice) -> Figure | None:
    shown = facts.ratio_before if facts.ratio_after is None else facts.ratio_after
    if not shown.days:
        return None
    day, value = _worst(facts, shown, voice)
    label = message("Highest day, {day}", day=day)
    if facts.ratio_after is None:
        return label, value, None
    day, before = _worst(facts, facts.ratio_before, voice)
    return label, value, message("before {n} ({day})", n=before, day=day)


def _worst(facts: ReportFacts, table: RatioTable, voice: Voice) -> tuple[str, str]:
    highest = highest_day(table)
    assert highest is not None, "the week has working days"
    return voice.weekday(highest[0]), voice.ratio(highest[1], facts.scenario.policy.ratio)


def _specialties(facts: ReportFacts, voice: Voice) -> Figure:
    limit = facts.scenario.policy.ratio.limit
    looked_at = [week for week in facts.specialties if week.looked_at]
    keeping = sum(week.balance_after.settles(limit) for week in looked_at)
    before = sum(week.balance_before.settles(limit) for week in looked_at)
    value = f"{voice.number(keeping)} / {voice.number(len(looked_at))}"
    needed = voice.number(facts.specialties_needed)
    if not facts.solved:
        return message("Specialties within the limit"), value, message("{needed} needed", needed=needed)
    note = message("{needed} needed, {before} before", needed=needed, before=voice.number(before))
    return message("Specialties within the limit"), value, note


def _tickets(facts: ReportFacts, voice: Voice) -> Figure:
    before = message("before {n}", n=voice.number(_sum(facts.before)))
    return message("Tickets"), voice.number(_sum(facts.after)), before if facts.solved else None


def _sum(roster: Roster) -> int:
    return sum(session.tickets for session in roster.held)


def _reserve(facts: ReportFacts, voice: Voice) -> Figure:
    base = sum(row.base for row in facts.reserves)
    reserved = sum(row.reserved for row in facts.reserves)
    note = message(
        "{share} of {base:expert ticket|expert tickets}",
        share=voice.share(reserved, base),
        base=voice.number(base),
    )
    return message("Held for partners"), voice.number(reserved), note


def _rules(facts: ReportFacts) -> Figure:
    hard = [result for result in facts.rules if result.strictness == "hard"]
    met = sum(not result.broken for result in hard)
    return message("Rules that must hold"), f"{met} / {len(hard)}", message("met")
