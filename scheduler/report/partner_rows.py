"""Partners' shares in words: a row a partner, all its specialties together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Any

from scheduler.exact import exact_text
from scheduler.names import LEVEL_WORDS
from scheduler.report.facts import ReportFacts
from scheduler.report.voice import Voice, decimal_text
from scheduler.reserve.shares import Share
from scheduler.scenario.hospital import Level


@dataclass(frozen=True)
class PartnerRow:
    """A partner's week: tickets entitled to, given and carried, its part of all, mean position, tickets by level."""

    name: str
    entitled: Fraction
    part: tuple[int, int]
    given: int
    carried: Fraction
    mean_position: Fraction | None
    levels: tuple[int, ...]


def levels_shown(facts: ReportFacts) -> tuple[Level, ...]:
    """Return the levels of which any partner has tickets, lowest first."""
    used = {level for share in facts.partner_shares for level in share.levels}
    return tuple(level for level in Level if level in used)


def partner_rows(facts: ReportFacts) -> tuple[PartnerRow, ...]:
    """Return a row for every partner that takes part, sorted by key."""
    levels = levels_shown(facts)
    every = sum(share.given for share in facts.partner_shares)
    grouped = groupby(facts.partner_shares, key=lambda share: share.partner)
    return tuple(_row(facts, key, tuple(shares), every, levels) for key, shares in grouped)


def _row(
    facts: ReportFacts, key: str, shares: tuple[Share, ...], every: int, levels: Iterable[Level]
) -> PartnerRow:
    given = sum(share.given for share in shares)
    positions = sum((share.positions for share in shares), Fraction(0))
    return PartnerRow(
        facts.scenario.partner_of[key].name or key,
        sum((share.entitled for share in shares), Fraction(0)),
        (given, every),
        given,
        sum((share.carried for share in shares), Fraction(0)),
        positions / given if given else None,
        tuple(sum(share.levels.get(level, 0) for share in shares) for level in levels),
    )


def partner_table(facts: ReportFacts, voice: Voice) -> dict[str, Any]:
    """Return the page's table: names of levels, and the cells of every partner as text."""
    return {
        "levels": [voice.say(LEVEL_WORDS[level]) for level in levels_shown(facts)],
        "rows": [
            (
                row.name,
                decimal_text(row.entitled, 2),
                voice.number(row.given),
                voice.share(*row.part),
                signed_text(row.carried),
                "–" if row.mean_position is None else decimal_text(row.mean_position, 2),
                [voice.number(count) for count in row.levels],
            )
            for row in partner_rows(facts)
        ],
    }


def signed_text(value: Fraction) -> str:
    """Return `value` with two digits after the point, and its sign where it is below 0."""
    text = decimal_text(abs(value), 2)
    return f"-{text}" if value < 0 and text != "0.00" else text


def share_cells(share: Share) -> tuple[object, ...]:
    """Return a share as the cells of a row of shares.csv."""
    return (
        share.partner,
        share.specialty,
        exact_text(share.entitled),
        exact_text(share.credit),
        share.given,
        exact_text(share.carried),
        "" if share.mean_position is None else decimal_text(share.mean_position, 4),
        *(share.levels.get(level, 0) for level in Level),
    )


def share_json(share: Share) -> dict[str, Any]:
    """Return a share for report.json; parts of tickets are exact texts such as 2/5."""
    mean = share.mean_position
    return {
        "partner": share.partner,
        "specialty": share.specialty,
        "entitled": exact_text(share.entitled),
        "credit": exact_text(share.credit),
        "given": share.given,
        "carried": exact_text(share.carried),
        "mean_position": None if mean is None else decimal_text(mean, 4),
        "levels": {str(level): count for level, count in share.levels.items()},
    }
