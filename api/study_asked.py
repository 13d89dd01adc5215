"""A study that is asked for: read from its JSON, put on a stored scenario, and everything that is wrong with it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from scheduler.errors import MenzhenError, Problem, StudyError, Where
from scheduler.scenario.week import Scenario
from scheduler.study.file.file import MOST_UNASKED, read_nodes
from scheduler.study.patching import Base, check_study
from scheduler.study.run.variant_solver import VariantTask
from scheduler.study.study import Study
from scheduler.study.uncertainty.answering import How
from scheduler.tables.scenario.files import write_scenario
from scheduler.tables.yaml_nodes import nodes_of
from scheduler.words import message

_NAME = "study"
"""Name of a study that has none, as if it stood in study.yaml."""


def study_of(content: Mapping[str, Any], most: int = MOST_UNASKED) -> Study:
    """Return the study in a request, of at most so many variants; its base is not looked at.

    Raises StudyError with every problem, each with its JSON pointer below /study.
    """
    if "base" in content:
        wrong = message("the base is the scenario that is named beside the study")
        raise StudyError([Problem(Where(field="/study/base"), wrong, message("Take it out."))])
    pointers: Mapping[int, str] = {}
    try:
        root, pointers = nodes_of(_NAME, {**content, "base": "."})
        return read_nodes(_NAME, root, most)
    except MenzhenError as error:
        raise StudyError(_pointed(error.problems, pointers)) from None


def checked(content: Mapping[str, Any], study: Study, base: Base) -> None:
    """Raise StudyError with every problem that the study has with its base; nothing is solved."""
    try:
        check_study(study, base)
    except MenzhenError as error:
        _, pointers = nodes_of(_NAME, content)
        raise StudyError(_pointed(error.problems, pointers)) from None


def _pointed(problems: Iterable[Problem], pointers: Mapping[int, str]) -> Iterator[Problem]:
    """Yield problems with pointers for their places in the study; those in the base's tables stay where they are."""
    for problem in problems:
        where = problem.where
        if where.file == _NAME:
            pointer = pointers.get(where.row or 0, where.field)
            yield replace(problem, where=Where(field=f"/study{pointer}"))
        else:
            yield problem


def base_of(scenario: Scenario) -> Base:
    """Return a stored scenario as a base; places in it are those of the folder that it would be written to."""
    with tempfile.TemporaryDirectory() as folder:
        write_scenario(scenario, Path(folder))
        return Base.read(Path(folder))


def task_of(study: Study, replications: int, how: str) -> VariantTask:
    """Return what is done with every variant, as the command line does it."""
    return VariantTask(
        solver=study.solver,
        seconds=float(study.seconds),
        seed=study.seed,
        language="",
        replications=replications,
        how=How(how),
        distributions=study.uncertainty,
    )
