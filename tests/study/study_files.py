"""Study files and bases to put them on, written where a test wants them."""

from __future__ import annotations

from pathlib import Path

from scheduler.errors import MenzhenError
from scheduler.scenario.patch import Patch, RowChange
from scheduler.scenario.week import Scenario
from scheduler.study.base import Base
from scheduler.study.file.file import read_study
from scheduler.study.study import Study, Variant
from scheduler.tables.scenario.files import write_scenario
from tests.check.small import monday


def study(folder: Path, text: str, yes: bool = False) -> Study:
    """Return the study of this text, with a base named before it."""
    path = folder / "study.yaml"
    path.write_text(f"base: week\n{text}", encoding="utf-8")
    return read_study(path, yes)


def base(folder: Path, scenario: Scenario | None = None) -> Base:
    """Return a base read from `folder`: by default two eye doctors with a Monday each."""
    write_scenario(scenario or monday(), folder / "week")
    return Base.read(folder / "week")


def rows(action: str, table: str, where: dict[str, str] | None = None, **values: str) -> Patch:
    """Return the patch of one change of rows."""
    return Patch(rows=(RowChange(action, table, tuple((where or {}).items()), tuple(values.items())),))


def patched(found: Base, *patches: Patch) -> Scenario:
    """Return the base with the patches, one after the other."""
    settings = tuple(word for patch in patches for word in patch.settings)
    return found.patched(
        Variant("it", "It", Patch(settings, tuple(row for patch in patches for row in patch.rows)))
    )


def told(error: MenzhenError) -> list[tuple[int | None, str, str | None]]:
    """Return the row, wrong and value of every problem."""
    return [(one.where.row, str(one.wrong), one.value) for one in error.problems]
