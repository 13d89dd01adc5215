"""Uncertainty in a study file: what replications are drawn from, each share with its place."""

from __future__ import annotations

from scheduler.errors import SettingError
from scheduler.whatif.distributions import DEFAULT_DISTRIBUTIONS, Distributions, distributions
from scheduler.whatif.nodes import Notes, Part


def read_uncertainty(notes: Notes, part: Part | None) -> Distributions:
    """Return what a study says of its uncertainty, the defaults where it says nothing or nothing that can be read."""
    if part is None:
        return DEFAULT_DISTRIBUTIONS
    parts = notes.group(part)
    written = {key: _one_or_all(notes.texts(inner)) for key, inner in parts.items()}
    try:
        return distributions(written, lambda key: notes.where(parts[key]))
    except SettingError as error:
        notes.problems += error.problems
        return DEFAULT_DISTRIBUTIONS


def _one_or_all(texts: list[str]) -> str | list[str]:
    return texts[0] if len(texts) == 1 else texts
