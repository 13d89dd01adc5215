"""whatif.html: the variants to decide from, one self-contained page that prints well and works without its script."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from scheduler.report.html import pages
from scheduler.report.ratio_bars import SMALL, BarWeek, WeekFigure, week_figure
from scheduler.report.versions import versions
from scheduler.report.voice import Voice
from scheduler.scenario.policy import RatioPolicy
from scheduler.study.study import Study
from scheduler.study.table.chooser import comparable_rows, compare_with_base, comparison_json
from scheduler.study.table.columns import Column, fixed_columns
from scheduler.study.table.headline import headline
from scheduler.study.table.interval_columns import interval_heading, interval_keys, interval_text
from scheduler.study.table.rows import VariantRow, base_of, numbered
from scheduler.study.table.trade_off import place_of, trade_off
from scheduler.study.table.wording import CellText, cell_text, cell_texts, heading, outcome_text, title_text
from scheduler.words import message

MOST_ROWS = 500
"""Beyond so many variants a page is no longer read; table.csv and table.xlsx have them all."""

MOST_PANELS = 60
"""Beyond so many variants nobody compares pictures; the table has them all."""

_ALWAYS = ("changed", "highest", "days_above", "week")


@dataclass(frozen=True)
class PageRow:
    """A line of the table, worded; `why` and `way` (the first remedy) are those of a variant without a roster."""

    number: int
    title: str
    outcome: str
    usable: bool
    words: tuple[CellText, ...]
    why: tuple[str, ...]
    way: str


def page_html(rows: Sequence[VariantRow], study: Study, language: str) -> str:
    """Return the page in `language` (one of LANGUAGES) of the rows, the base's first; same rows, same bytes."""
    voice = Voice(language)
    shown = rows[:MOST_ROWS]
    columns, same = _columns(shown, voice)
    page_rows = [_page_row(number, row, base_of(rows), columns, voice) for number, row in numbered(shown)]
    text: str = (
        pages()
        .get_template("whatif.html")
        .render(
            _=voice.translate,
            lang="zh-CN" if language == "zh" else "en",
            title=study.title or study.name,
            headline=headline(rows, voice),
            headings=[heading(column, voice) for column in columns],
            same=same,
            rows=page_rows,
            left_out=_left_out(len(rows) - len(shown), voice),
            plot=trade_off(shown, voice),
            unplotted=[row for row, one in zip(page_rows, shown, strict=True) if place_of(one) is None],
            bars=_bars(shown, voice),
            bars_left_out=len(_weeks(shown, voice)) > MOST_PANELS,
            runs=_runs(shown, voice),
            against=compare_with_base(shown, voice),
            chooser=comparison_json(shown, voice),
            uncompared=_left_out(
                sum(row.roster is not None for row in shown) - len(comparable_rows(shown)), voice
            ),
            versions=[(name, version or "–") for name, version in versions().items()],
        )
    )
    return text


def _columns(rows: Sequence[VariantRow], voice: Voice) -> tuple[list[Column], list[str]]:
    """Return the columns of the table, and in words those that it does without: they are the same in every roster."""
    columns: list[Column] = []
    same: list[str] = []
    for column in (column for column in fixed_columns(rows) if column.main):
        texts = {cell_text(row, column, None, voice).text for row in rows if row.roster is not None}
        if column.key in _ALWAYS or len(texts) > 1 or len(rows) == 1:
            columns.append(column)
        else:
            same += [f"{heading(column, voice)} {text}" for text in texts]
    return columns, same


def _page_row(
    number: int, row: VariantRow, base: VariantRow | None, columns: Sequence[Column], voice: Voice
) -> PageRow:
    ways = () if row.figures is None else row.figures.ways
    return PageRow(
        number,
        title_text(row, voice),
        outcome_text(row, voice),
        row.usable,
        tuple(cell_texts(row, columns, base, voice)) if row.roster is not None else (),
        (*(voice.say(reason) for reason in row.reasons), *_why_no_dot(row, voice)),
        voice.say(ways[0]) if ways else "",
    )


def _why_no_dot(row: VariantRow, voice: Voice) -> Iterator[str]:
    """Yield why a roster that can be chosen is not in the picture."""
    if row.usable and row.roster is not None and place_of(row) is None:
        no_day = row.roster.highest_day is None
        yield voice.say(
            message("The week has no working day.")
            if no_day
            else message("A day has mornings and no afternoon.")
        )


def _left_out(count: int, voice: Voice) -> str:
    if not count:
        return ""
    return voice.say(
        message("{n:more variant is|more variants are} in table.csv and table.xlsx.", n=voice.number(count))
    )


def _bars(rows: Sequence[VariantRow], voice: Voice) -> WeekFigure | None:
    return week_figure(_weeks(rows, voice)[:MOST_PANELS], SMALL, voice)


def _weeks(rows: Sequence[VariantRow], voice: Voice) -> list[BarWeek]:
    return [
        BarWeek(
            title_text(row, voice),
            [(day.date, day.sessions) for day in row.roster.days],
            RatioPolicy(limit=row.roster.limit, target=row.roster.target),
            str(number),
        )
        for number, row in numbered(rows)
        if row.roster is not None and row.roster.days
    ]


def _runs(rows: Sequence[VariantRow], voice: Voice) -> dict[str, Any] | None:
    """Return the table of the week as it then runs; None where nothing was drawn."""
    keys, same = _interval_columns(rows, voice)
    if not keys:
        return None
    return {
        "same": same,
        "headings": [interval_heading(key, voice) for key in keys],
        "rows": [
            (number, title_text(row, voice), list(_intervals(row, keys)))
            for number, row in numbered(rows)
            if row.intervals
        ],
    }


def _interval_columns(rows: Sequence[VariantRow], voice: Voice) -> tuple[list[str], list[str]]:
    """Return the figures that have a column, and in words those that are the same in every variant."""
    keys: list[str] = []
    same: list[str] = []
    for key in interval_keys(rows):
        texts = {interval_text(key, row.intervals[key]) for row in rows if key in row.intervals}
        if len(texts) > 1 or len(rows) == 1:
            keys.append(key)
        else:
            same += [f"{interval_heading(key, voice)} {mean}" for mean, _, _ in texts]
    return keys, same


def _intervals(row: VariantRow, keys: Sequence[str]) -> Iterator[tuple[str, str, str, bool]]:
    for key in keys:
        interval = row.intervals.get(key)
        if interval is None:
            yield "–", "", "", False
        else:
            yield *interval_text(key, interval), bool(interval.differs)
