"""report.html: the facts for a meeting, one self-contained page that prints well."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from scheduler.outcome import Proposal
from scheduler.report.department_changes import department_changes
from scheduler.report.facts import ReportFacts
from scheduler.report.headline import headline
from scheduler.report.heat import heat_map
from scheduler.report.key_figures import key_figures
from scheduler.report.partner_rows import partner_table
from scheduler.report.ratio_bars import LARGE, BarWeek, WeekFigure, week_figure
from scheduler.report.readings import readings
from scheduler.report.reserves import channel_tickets
from scheduler.report.rule_rows import rule_rows
from scheduler.report.tables import (
    balance_rows,
    calendar_notes,
    channel_rows,
    crowded_rows,
    limits_text,
    reserve_rows,
    tier_rows,
    week_columns,
)
from scheduler.report.versions import versions
from scheduler.report.voice import Voice
from scheduler.report.words import CHANNEL_WORDS, tier_name
from scheduler.tables.scenario.patch_text import patches_text, remedy_patches
from scheduler.words import Message, message

_TEMPLATES = Path(__file__).parent / "templates"


def html_text(facts: ReportFacts, language: str) -> str:
    """Return the page in `language` (one of LANGUAGES; ValueError otherwise); same facts, same bytes."""
    voice = Voice(language)
    page = pages().get_template("report.html")
    text: str = page.render(
        _=voice.translate,
        lang="zh-CN" if language == "zh" else "en",
        solved=facts.solved,
        **_top(facts, voice),
        **_figures(facts, voice),
        **_changes(facts, voice),
        **_proof(facts, voice),
        **_base(facts, voice),
    )
    return text


@cache
def pages() -> Any:
    """Return the templates of all pages."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _top(facts: ReportFacts, voice: Voice) -> dict[str, Any]:
    dates = facts.scenario.week.dates
    return {
        "name": facts.scenario.name,
        "week": str(facts.scenario.week),
        "from_date": voice.long_date(dates[0]),
        "to_date": voice.long_date(dates[6]),
        "status": facts.outcome.status.value,
        "status_text": voice.say(facts.status_name),
        "headline": headline(facts, voice),
        "reasons": [voice.say(reason) for reason in facts.outcome.reasons],
        "remedies": [
            {"steps": voice.join(remedy.steps), "cost": voice.say(_cost(remedy))}
            for remedy in facts.outcome.proposals
        ],
        "patches": patches_text(remedy_patches(facts.outcome.proposals)),
        "key_figures": key_figures(facts, voice),
    }


def _cost(remedy: Proposal) -> Message:
    """Return what a remedy costs: the units of every tier that is above 0."""
    units = [
        message("{name} {n}", name=tier_name(tier.key), n=tier.value) for tier in remedy.tiers if tier.value
    ]
    return message("it then costs: {units}", units=units) if units else message("it then costs nothing")


def _figures(facts: ReportFacts, voice: Voice) -> dict[str, Any]:
    limit, target = limits_text(facts)
    return {
        "limit": limit,
        "target": target,
        "figure": _week_figure(facts, voice),
        "columns": [voice.say(name) for name, _ in week_columns(facts)],
        "as_run": facts.ratio_as_run != facts.ratio_before,
        "balance": balance_rows(facts, voice),
        "heat": heat_map(facts, voice),
    }


def _week_figure(facts: ReportFacts, voice: Voice) -> WeekFigure | None:
    policy = facts.scenario.policy.ratio
    weeks = [BarWeek(voice.say(facts.name_before), facts.ratio_before.days, policy)]
    if facts.ratio_after is not None:
        weeks.append(BarWeek(voice.say(facts.name_after), facts.ratio_after.days, policy))
    return week_figure(weeks, LARGE, voice)


def _changes(facts: ReportFacts, voice: Voice) -> dict[str, Any]:
    return {
        "has_template": bool(facts.scenario.template),
        "repaired": facts.repaired,
        "departments": department_changes(facts, voice),
    }


def _proof(facts: ReportFacts, voice: Voice) -> dict[str, Any]:
    channels = channel_tickets(facts.plan) if facts.solved and facts.plan.holdings else {}
    return {
        "reserve": reserve_rows(facts, voice),
        "channel_rules": channel_rows(facts, voice),
        "channels": [(voice.say(CHANNEL_WORDS[key]), voice.number(n)) for key, n in channels.items()],
        "partners": partner_table(facts, voice),
        "rules": rule_rows(facts, voice),
        "broken": any(result.broken for result in facts.rules),
        "costs_known": facts.outcome.costs is not None,
        "tiers": tier_rows(facts, voice),
        "crowded": crowded_rows(facts, voice),
        "crowded_count": voice.number(len(facts.crowded)),
    }


def _base(facts: ReportFacts, voice: Voice) -> dict[str, Any]:
    return {
        "readings": [(reading.key, voice.say(reading.sentence)) for reading in readings(facts.scenario)],
        "calendar": list(calendar_notes(facts, voice)),
        "notes": [voice.say(note) for note in facts.outcome.notes],
        "digest": facts.scenario.digest,
        "versions": [(name, version or "–") for name, version in versions().items()],
    }
