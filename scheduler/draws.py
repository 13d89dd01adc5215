"""Random numbers that are made of names: the same name has the same number on every machine, in every process."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Keys: TypeAlias = npt.NDArray[np.uint64]
Floats: TypeAlias = npt.NDArray[np.float64]

STEP = np.uint64(0x9E3779B97F4A7C15)
_MIXING = (
    (np.uint64(30), np.uint64(0xBF58476D1CE4E5B9)),
    (np.uint64(27), np.uint64(0x94D049BB133111EB)),
)


def keys_of(names: Iterable[str]) -> Keys:
    """Return a number of 64 bits for each name, the same on every machine."""
    digests = (hashlib.blake2b(name.encode(), digest_size=8).digest() for name in names)
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)


def mix(keys: Keys) -> Keys:
    """Return numbers in which every bit depends on every bit (the finaliser of SplitMix64, Steele and others 2014)."""
    mixed = keys + STEP
    for shift, factor in _MIXING:
        mixed ^= mixed >> shift
        mixed *= factor
    mixed ^= mixed >> np.uint64(31)
    return mixed


def stream(seed: int, *about: int) -> np.uint64:
    """Return the number of 64 bits that keys are mixed with: one for each seed and use, all at least 0."""
    sequence = np.random.SeedSequence(seed, spawn_key=about)
    return np.uint64(sequence.generate_state(1, np.uint64)[0])


def uniforms(keys: Keys) -> Floats:
    """Return a number above 0 and below 1 for each mixed key: its first 53 bits."""
    numbers: Floats = ((keys >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53
    return numbers


def normals(first: Floats, second: Floats) -> tuple[Floats, Floats]:
    """Return two independent standard normal numbers for each two uniform ones (Box and Muller 1958)."""
    radius, angle = np.sqrt(-2.0 * np.log(first)), 2.0 * np.pi * second
    return radius * np.cos(angle), radius * np.sin(angle)
