"""Means over replications, the intervals they lie in, and which variants differ from the base by more than chance.

A figure's interval is Student's, at 95 %. Variants are compared pair by pair, replication by replication; a variant is
called different in a figure where its mean difference to the base is, by a paired t-test at 5 % that Holm's method (1979)
corrects for all the variants that are compared with the base in this figure. Such a difference's interval excludes 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TypeAlias

from scheduler.interval import LEVEL, Interval, interval_of, mean_and_error, within
from scheduler.study.uncertainty.replication import MEASURES, Measure, Replication

Told: TypeAlias = Mapping[str, Mapping[str, Interval]]
"""Intervals by variant and figure."""

ByVariant: TypeAlias = Mapping[str, Sequence[Replication]]


def summary(by_variant: ByVariant, base: str) -> Told:
    """Return each figure of each variant: its mean, its interval, and whether it differs from the variant `base`.

    A figure that has no value in every replication is left out, such as a ratio on a day without afternoons.
    A variant without replications has no figure. Nothing depends on the order of variants or replications.
    """
    intervals = {
        variant: {
            measure.key: interval_of(values)
            for measure in MEASURES
            if (values := list(map(float, _values(measure, weeks).values())))
        }
        for variant, weeks in by_variant.items()
    }
    for variant, figures in differences(by_variant, base).items():
        for key, difference in figures.items():
            intervals[variant][key] = replace(intervals[variant][key], differs=difference.differs)
    return intervals


def differences(by_variant: ByVariant, base: str) -> Told:
    """Return the paired difference of each figure to that of the variant `base`, for every other variant.

    Only replications count that both have. None where there is nothing to pair, and for a single replication, `differs`
    is left out.
    """
    intervals: dict[str, dict[str, Interval]] = {variant: {} for variant in by_variant if variant != base}
    for measure in MEASURES:
        pairs = {variant: _paired(measure, by_variant, variant, base) for variant in intervals}
        differs = _holm({variant: _chance(gaps) for variant, gaps in pairs.items() if len(gaps) > 1})
        for variant, gaps in pairs.items():
            if gaps:
                intervals[variant][measure.key] = replace(interval_of(gaps), differs=differs.get(variant))
    return intervals


def _values(measure: Measure, weeks: Sequence[Replication]) -> dict[int, int | Fraction]:
    read = {week.number: measure.read(week) for week in weeks}
    if any(value is None for value in read.values()):
        return {}
    return {number: value for number, value in sorted(read.items()) if value is not None}


def _paired(measure: Measure, by_variant: ByVariant, variant: str, base: str) -> list[float]:
    own, other = (_values(measure, by_variant.get(name, ())) for name in (variant, base))
    # Exact until here: differences that are all the same must not differ by what floats round off.
    return [float(own[number] - other[number]) for number in own if number in other]


def _chance(gaps: Sequence[float]) -> float:
    """Return the chance of differences as far from 0 as these, two or more, where there is none.

    Differences that are all the same leave t without a spread; the sign test then says how many of them it takes.
    """
    mean, error = mean_and_error(gaps)
    if not error:
        return 2.0 ** (1 - len(gaps)) if mean else 1.0
    return 1 - within(abs(mean) / error, len(gaps) - 1)


def _holm(chances: Mapping[str, float]) -> dict[str, bool]:
    """Return for each variant whether it differs, by Holm's method: the least chance first, until one is too large."""
    differs = dict.fromkeys(chances, False)
    ordered = sorted(chances, key=lambda variant: chances[variant])
    for place, variant in enumerate(ordered):
        if chances[variant] > (1 - LEVEL) / (len(ordered) - place):
            break
        differs[variant] = True
    return differs
