"""Windows that patients queue at before and after the consultation: the table `services`."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer

from scheduler.clock import Window
from scheduler.exact import Exact
from scheduler.scenario.hospital import Frozen, Name, Text


class Visit(StrEnum):
    """When patients come to a window: before the consultation or after it."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True)
class OpenWindows:
    """How many windows (1 to 500) are open in which span of a day; spans are in order and do not overlap."""

    spans: tuple[tuple[Window, int], ...]

    def __post_init__(self) -> None:
        if not self.spans or any(a.end > b.start for (a, _), (b, _) in itertools.pairwise(self.spans)):
            raise ValueError("windows are open in spans in order that do not overlap")
        if not all(1 <= count <= _MOST for _, count in self.spans):
            raise ValueError(f"1 to {_MOST} windows are open in a span")

    @classmethod
    def parse(cls, text: str) -> OpenWindows:
        """Return what `07:30-10:00:8;10:00-12:00:5` means; raises ValueError for anything else."""
        plain = re.sub(r"\s*[~—–至到]+\s*", "-", unicodedata.normalize("NFKC", text).strip())
        return cls(tuple(_span(part) for part in re.split(r"\s*[;,、+]\s*", plain.rstrip(";,、"))))

    def __str__(self) -> str:
        return ";".join(f"{span}:{count}" for span, count in self.spans)


_MOST = 500


def _span(text: str) -> tuple[Window, int]:
    hours, _, count = text.rpartition(":")
    if not re.fullmatch(r"[0-9]{1,3}", count.strip()):
        raise ValueError(f"{text!r} is not a span and a number of windows such as 07:30-10:00:8")
    return Window.parse(hours), int(count)


def _open_windows(value: Any) -> OpenWindows:
    return value if isinstance(value, OpenWindows) else OpenWindows.parse(str(value))


OpenWindowsField = Annotated[
    OpenWindows, BeforeValidator(_open_windows), PlainSerializer(str, return_type=str)
]


class Service(Frozen):
    """A kind of window at a campus (none: at every campus that has no row of its own for it).

    `share` (0 to 1) of the patients come to it, `visit` says when, and are served for `minutes` (1/60 to 120) in the mean,
    with a standard deviation of `cv` as a share of it. `windows` are those open on every day.
    """

    campus: Text = ""
    service: Name
    share: Exact = Field(default=Fraction(1), ge=0, le=1)
    minutes: Exact = Field(ge=Fraction(1, 60), le=120)
    cv: Exact = Field(default=Fraction(1, 2), ge=0, le=5)
    visit: Visit = Visit.BEFORE
    windows: OpenWindowsField


def services_at(services: Iterable[Service], campus: str) -> Iterator[Service]:
    """Yield the services of a campus in the order in which its patients come to them: by visit, then by name."""
    rows = {row.service: row for row in services if not row.campus}
    rows |= {row.service: row for row in services if row.campus == campus}
    visits = list(Visit)
    yield from sorted(rows.values(), key=lambda row: (visits.index(row.visit), row.service))
