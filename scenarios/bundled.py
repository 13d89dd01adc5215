"""All bundled scenarios by folder. `python -m scenarios.bundled` writes them anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from scenarios import smallest
from scenarios.generator import Size, generate
from scheduler.scenario.week import Scenario
from scheduler.tables.scenario.files import write_scenario

ROOT = Path(__file__).parent
"""The folder that the scenarios lie in."""


def typical() -> Scenario:
    """Return a hospital of 60 doctors whose timetable is out of balance on Thursday and Friday."""
    return generate(Size.parse("typical"), seed=25)


def large() -> Scenario:
    """Return a hospital of 900 doctors that plans from demand."""
    return generate(Size.parse("large"), seed=1)


BUNDLED: Mapping[str, Callable[[], Scenario]] = {
    **{f"rules/{key}": build for key, build in smallest.RULES.items()},
    **{f"calendar/{key}": build for key, build in smallest.CALENDAR.items()},
    **{f"choices/{key}": build for key, build in smallest.CHOICES.items()},
    **{f"infeasible/{key}": build for key, build in smallest.INFEASIBLE.items()},
    "typical": typical,
    "large": large,
}
"""Builders by folder, in the order of the README's table."""


def write_bundled(root: Path) -> None:
    """Write every scenario into its folder under `root`. Raises OSError."""
    for folder, build in BUNDLED.items():
        write_scenario(build(), root / folder)


if __name__ == "__main__":
    write_bundled(ROOT)
