"""table.csv: a row a variant for machines; timings.csv: what each took, which is never the same twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

from scheduler.balance import Balance
from scheduler.exact import exact_text
from scheduler.report.exports.ticket_platform import safe_cell
from scheduler.report.voice import decimal_text
from scheduler.study.table.columns import Column, PlacedValue, Value, ValueKind, columns_of
from scheduler.study.table.interval_columns import interval_keys
from scheduler.study.table.roster_figures import RoomUse
from scheduler.study.table.rows import VariantRow
from scheduler.tables.grids.csv_out import write_csv
from scheduler.words import Words

FIRST = ("variant", "title", "status", "proved")
"""The first columns; what was swept follows, then the figures, then the intervals, then `reasons`."""

_PARTS = {
    ValueKind.RATIO: ("_am", "_pm", "_ratio"),
    ValueKind.SHARE: ("_used", "_open", "_share"),
}


def write_csvs(rows: Sequence[VariantRow], folder: Path, language: str) -> None:
    """Write table.csv and timings.csv into `folder`; only the reasons are in `language`. Raises OSError."""
    columns = columns_of(rows)
    swept = list(dict.fromkeys(name for row in rows for name, _ in row.variant.swept))
    replicated = interval_keys(rows)
    headings = [
        *FIRST,
        *(f"swept {name}" for name in swept),
        *(name for column in columns for name in names(column)),
        *(f"run_{key}_{part}" for key in replicated for part in ("mean", "low", "high", "differs")),
        "reasons",
    ]
    lines = (tuple(_cells(row, swept, columns, replicated, language)) for row in rows)
    write_csv(folder / "table.csv", headings, lines)
    write_csv(folder / "timings.csv", ("variant", "seconds"), map(_timing, rows))


def names(column: Column) -> tuple[str, ...]:
    """Return what machines call the cells of a column: one, or its parts and where it lies."""
    parts = tuple(f"{column.key}{part}" for part in _PARTS.get(column.kind, ("",)))
    return (f"{column.key}_at", *parts) if column.placed else parts


def _cells(
    row: VariantRow, swept: Sequence[str], columns: Sequence[Column], replicated: Sequence[str], language: str
) -> Iterator[str]:
    figures, values, words = row.figures, dict(row.variant.swept), Words(language)
    yield from (row.variant.name, safe_cell(row.title))
    yield from ("failed", "") if figures is None else (figures.status.value, _yes(figures.proved))
    yield from (safe_cell(values.get(name, "")) for name in swept)
    for column in columns:
        value = None if figures is None else column.read(figures)
        yield from [""] * len(names(column)) if value is None else _parts(value)
    for key in replicated:
        yield from _interval(row, key)
    yield safe_cell(" ".join(words.say(reason) for reason in row.reasons))


def _parts(value: Value) -> Iterator[str]:
    match value:
        case PlacedValue():
            yield value.at
            yield from _parts(value.value)
        case Balance():
            yield from (str(value.am), str(value.pm), _decimal(value.ratio))
        case RoomUse():
            yield from (str(value.used), str(value.open), _decimal(value.share))
        case Fraction():
            yield exact_text(value)
        case tuple():
            yield safe_cell("; ".join(value))
        case _:
            yield str(value)


def _decimal(value: Fraction | None) -> str:
    return "" if value is None else decimal_text(value, 4)


def _yes(answer: bool | None) -> str:
    return "" if answer is None else "yes" if answer else "no"


def _interval(row: VariantRow, key: str) -> tuple[str, str, str, str]:
    interval = row.intervals.get(key)
    if interval is None:
        return "", "", "", ""
    mean, low, high = (
        "" if n is None else format(n, "f") for n in (interval.mean, interval.low, interval.high)
    )
    return mean, low, high, _yes(interval.differs)


def _timing(row: VariantRow) -> tuple[str, str]:
    return row.variant.name, "" if row.figures is None else f"{row.figures.seconds:.3f}"
