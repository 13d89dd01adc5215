"""The tables of docs/formats.md, made from the code: `python -m tests.docs.made` writes them anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from scheduler.tables.carryover import CARRYOVER_TABLES
from scheduler.tables.columns.headings import Table
from scheduler.tables.leave import LEAVE
from scheduler.tables.partner_channels import PARTNER_CHANNELS
from scheduler.tables.published.columns import SAME_AS
from scheduler.tables.roster.headings import ROSTER_TABLES
from scheduler.tables.scenario.headings import SCENARIO_TABLES
from scheduler.tables.scenario.setting_fields import Setting, channel_settings
from scheduler.tables.scenario.settings import known_settings
from scheduler.tables.shares import SHARES

FORMATS = Path(__file__).parents[2] / "docs" / "formats.md"

TABLES = (*SCENARIO_TABLES, *ROSTER_TABLES, LEAVE, SHARES, PARTNER_CHANNELS, *CARRYOVER_TABLES)
Lines = Callable[[], Iterable[str]]


NEEDED = {
    "date": "yes, or `day`, or `when`",
    "half": "yes, or `when`, or hours",
    "clinic": "yes, or `specialty`",
    "doctor": "yes, or `number`",
}


def _published() -> Iterator[str]:
    yield from ("| column | needed | also called |", "|---|---|---|")
    for column, others in SAME_AS.items():
        yield f"| `{column}` | {NEEDED.get(column, '')} | {', '.join(others)} |"


def _columns(table: Table) -> Lines:
    def lines() -> Iterator[str]:
        yield from ("| column | 中文 | needed | meaning |", "|---|---|---|---|")
        for column in table.columns:
            needed = "yes" if column.required else ""
            yield f"| `{column.key}` | {column.chinese} | {needed} | {column.explanation} |"

    return lines


def _settings() -> Iterable[str]:
    return _told(known_settings())


def _channel_rules() -> Iterable[str]:
    return _told(channel_settings("NAME"))


def _told(settings: Iterable[Setting]) -> Iterator[str]:
    yield from ("| key | default | meaning |", "|---|---|---|")
    for setting in settings:
        default = f"`{setting.default}`" if setting.default else ""
        yield f"| `{setting.key}` | {default} | {setting.description} |"


MADE: Mapping[str, Lines] = {
    "## Published timetable": _published,
    **{f"### {table.key}.csv": _columns(table) for table in TABLES},
    "### Settings": _settings,
    "### Channel rules": _channel_rules,
}
"""What makes the first table below each heading."""


def renewed(text: str) -> str:
    """Return `text` with the first table below each heading of MADE made anew; ValueError if one is missing."""
    lines = text.splitlines()
    for heading, make in MADE.items():
        start = next(n for n in range(lines.index(heading), len(lines)) if lines[n].startswith("|"))
        end = next((n for n in range(start, len(lines)) if not lines[n].startswith("|")), len(lines))
        lines[start:end] = make()
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    FORMATS.write_text(renewed(FORMATS.read_text(encoding="utf-8")), encoding="utf-8")
