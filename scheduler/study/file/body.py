"""A study that comes as JSON: its places are JSON pointers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scheduler.errors import Problem, StudyError, Where
from scheduler.study.file.file import MOST_UNASKED, read_content
from scheduler.study.file.variants import VariantLimit
from scheduler.study.study import Study
from scheduler.tables.grids.yaml_in import DataPath, existing
from scheduler.words import message


@dataclass(frozen=True)
class JsonContent:
    """The content of a study below the JSON pointer `root` of a request's body."""

    data: Any
    root: str

    def where(self, path: DataPath) -> Where:
        """Return the place of a part: its pointer, or that of the innermost part on the way to it that there is.

        The pointer stands in place of the file, so that problems of its rows and columns keep it.
        """
        steps = (str(step).replace("~", "~0").replace("/", "~1") for step in existing(self.data, path))
        return Where(file="/".join((self.root, *steps)))


def read_body(content: Mapping[str, Any], root: str, most: int = MOST_UNASKED) -> Study:
    """Return the study in a body, of at most so many variants; it has no base.

    Raises StudyError with every problem; the file of its place is the JSON pointer.
    """
    if "base" in content:
        wrong = message("the base is the scenario that is named beside the study")
        raise StudyError([Problem(Where(file=f"{root}/base"), wrong, message("Take it out."))])
    return read_content(JsonContent(content, root), "study", VariantLimit(most))
