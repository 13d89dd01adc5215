"""The page's tables, worded: balance, reserve, tiers, crowded slots, calendar, leave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scheduler.balance import Balance, RatioTable
from scheduler.clock import DayKind
from scheduler.report.facts import ReportFacts
from scheduler.report.voice import Voice
from scheduler.report.words import CHANNEL_WORDS, DAY_KIND_WORDS
from scheduler.rules import rule
from scheduler.scenario.policy import PRESET_NAMES, exact_text
from scheduler.words import Message, message

_CROWDED_SHOWN = 10


@dataclass(frozen=True)
class BalanceCells:
    """Mornings, afternoons and their ratio as shown; `within` the limit or not."""

    am: str
    pm: str
    ratio: str
    within: bool


@dataclass(frozen=True)
class BalanceRow:
    """A day, or the week counted in one way, in each of `week_columns`."""

    label: str
    is_day: bool
    columns: tuple[BalanceCells, ...]


def week_columns(facts: ReportFacts) -> list[tuple[Message, RatioTable]]:
    """Return what weeks are called and their balance: before, as run where sessions were stopped, and the plan."""
    columns = [(facts.name_before, facts.ratio_before)]
    if facts.ratio_as_run != facts.ratio_before:
        columns.append((message("Before, as run"), facts.ratio_as_run))
    if facts.ratio_after is not None:
        columns.append((facts.name_after, facts.ratio_after))
    return columns


def balance_rows(facts: ReportFacts, voice: Voice) -> tuple[BalanceRow, ...]:
    """Return a row per working day and rows for the week's sessions, expert sessions and tickets."""
    tables = [table for _, table in week_columns(facts)]
    days = [
        (voice.date(date), True, [table.days[index][1] for table in tables])
        for index, date in enumerate(facts.scenario.working_dates)
    ]
    weeks = [
        (voice.say(message("Week, sessions")), False, [table.sessions for table in tables]),
        (voice.say(message("Week, expert sessions")), False, [table.experts for table in tables]),
        (voice.say(message("Week, tickets")), False, [table.tickets for table in tables]),
    ]
    return tuple(
        BalanceRow(label, is_day, tuple(_balance(facts, balance, voice) for balance in row))
        for label, is_day, row in days + weeks
    )


def _balance(facts: ReportFacts, balance: Balance, voice: Voice) -> BalanceCells:
    policy = facts.scenario.policy.ratio
    return BalanceCells(
        voice.number(balance.am),
        voice.number(balance.pm),
        voice.ratio(balance, policy),
        balance.within(policy.limit),
    )


@dataclass(frozen=True)
class TierRow:
    """One soft rule as it was optimised, worded."""

    sentence: str
    unit: str
    value: str
    bound: str
    gap: str
    proved: bool


def tier_rows(facts: ReportFacts, voice: Voice) -> tuple[TierRow, ...]:
    """Return the tiers in the order they were solved."""
    return tuple(
        TierRow(
            voice.say(rule(tier.key).sentence),
            voice.say(rule(tier.key).unit),
            voice.number(tier.value),
            voice.number(tier.bound),
            voice.number(tier.gap),
            tier.gap == 0,
        )
        for tier in facts.outcome.tiers
    )


def crowded_rows(facts: ReportFacts, voice: Voice) -> list[tuple[str, str, str, str, str]]:
    """Return the worst slots: doctor, half-day's date, hours, tickets, most tickets the minutes allow."""
    return [
        (
            _name(facts, slot.doctor),
            voice.date(slot.date),
            str(slot.window),
            voice.number(slot.tickets),
            voice.number(slot.most),
        )
        for slot in facts.crowded[:_CROWDED_SHOWN]
    ]


def _name(facts: ReportFacts, doctor: str) -> str:
    return facts.scenario.doctor_name(doctor)


def reserve_rows(facts: ReportFacts, voice: Voice) -> list[tuple[str, str, str, str, str, bool]]:
    """Return each specialty's reserve: name, base, needed, reserved, share, and whether it is enough."""
    return [
        (
            row.specialty,
            voice.number(row.base),
            voice.number(row.needed),
            voice.number(row.reserved),
            voice.share(row.reserved, row.base),
            row.reserved >= row.needed,
        )
        for row in facts.reserves
    ]


def channel_rows(facts: ReportFacts, voice: Voice) -> list[tuple[str, str, str, str, str, bool]]:
    """Return each rule on who may book: name, channel, base, needed, held, and whether it is enough."""
    return [
        (
            voice.say(PRESET_NAMES.get(rule.name, rule.name)),
            voice.say(CHANNEL_WORDS[rule.channel]),
            voice.number(rule.base),
            voice.number(rule.needed),
            voice.number(rule.held),
            rule.enough,
        )
        for rule in facts.channel_rules
    ]


def calendar_notes(facts: ReportFacts, voice: Voice) -> Iterator[str]:
    """Yield a sentence for every day unlike its weekday, and for the sessions that closed days take."""
    for day in facts.scenario.days:
        usual = DayKind.WORKING if day.date.weekday() < 5 else DayKind.WEEKEND
        if day.kind is not usual or day.follows != day.date.weekday():
            date, kind = voice.date(day.date), DAY_KIND_WORDS[day.kind]
            if day.reason:
                yield voice.say(
                    message("{date}: {kind} ({reason}).", date=date, kind=kind, reason=day.reason)
                )
            else:
                yield voice.say(message("{date}: {kind}.", date=date, kind=kind))
    closed = len(facts.scenario.closed_out)
    if closed:
        yield voice.say(message("Sessions that closed days take out: {n}.", n=voice.number(closed)))


def leave_rows(facts: ReportFacts, voice: Voice) -> list[tuple[str, str, str]]:
    """Return each session that leave stops: its doctor, its half-day and its clinics."""
    return [
        (
            _name(facts, session.doctor),
            voice.cell(session.cell),
            " + ".join(block.clinic for block in session.blocks),
        )
        for session in facts.stopped_by_leave
    ]


def limits_text(facts: ReportFacts) -> tuple[str, str]:
    """Return limit and target as they are written."""
    ratio = facts.scenario.policy.ratio
    return exact_text(ratio.limit), exact_text(ratio.target)
