"""The figures that replications draw: which of them a table has, what they are called, and how they are written."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from scheduler.interval import Interval
from scheduler.report.voice import Voice
from scheduler.study.table.rows import VariantRow
from scheduler.study.uncertainty.replication import MEASURES

_LABELS = {measure.key: measure.label for measure in MEASURES}


def interval_keys(rows: Sequence[VariantRow]) -> tuple[str, ...]:
    """Return the figures that any row has an interval of, in the order in which they are measured."""
    keys = {key for row in rows for key in row.intervals}
    return tuple(measure.key for measure in MEASURES if measure.key in keys)


def interval_heading(key: str, voice: Voice) -> str:
    """Return what the figure is called; raises KeyError for a key that is none's."""
    return voice.say(_LABELS[key])


def interval_text(key: str, interval: Interval) -> tuple[str, str, str]:
    """Return the mean of a figure, as `52.1`, and the ends of the interval around it; no text for what is not known."""
    # Nought is added so that -0.0 is written as 0.0.
    digits = Decimal("0.001" if key.startswith("ratio") else "0.1")
    mean, low, high = (
        "" if number is None else format(number.quantize(digits) + 0, ",f")
        for number in (interval.mean, interval.low, interval.high)
    )
    return mean, low, high
