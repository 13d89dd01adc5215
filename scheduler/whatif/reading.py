"""The study file: a base, named patches, variants and sweeps, and everything that is wrong with it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from scheduler.engine.options import SOLVER_NAMES
from scheduler.errors import InputError, StudyError, Where, suggest
from scheduler.exact import exact
from scheduler.tables.values import parse_count
from scheduler.tables.yaml_file import compose, read_text
from scheduler.whatif.named_patches import read_patches
from scheduler.whatif.names import check_name
from scheduler.whatif.nodes import Notes, Part
from scheduler.whatif.study import Study
from scheduler.whatif.uncertainty_reading import read_uncertainty
from scheduler.whatif.variant_reading import Most, read_variants
from scheduler.words import message

if TYPE_CHECKING:
    from yaml import Node

MOST_UNASKED = 10_000
"""Most variants that a study may have unless its user says yes to more."""

MOST = 1_000_000
"""Most variants of all."""

_UNASKED = Most(MOST_UNASKED, message("Take values out, sweep one at a time, or say --yes."))

KEYS = ("name", "title", "base", "seed", "seconds", "solver", "patches", "variants", "sweeps", "uncertainty")
"""What a study file may hold."""

_MOST_SECONDS = 86_400
"""A day: no variant is waited for longer."""


def read_study(path: Path, yes: bool = False) -> Study:
    """Return the study in a file; its base is not looked at. With `yes` it may have more than MOST_UNASKED variants.

    Raises StudyError with every problem, each at its line.
    """
    notes = Notes(path.name)
    remedy = message("Name a study, a yaml file with a base and patches.")
    try:
        root = compose(path.name, read_text(path, remedy))
    except InputError as error:
        raise StudyError(error.problems) from None
    study = None
    if root is None:
        wrong, remedy = message("the file is empty"), message("Write at least a base and one patch.")
        notes.tell_at(Where(file=path.name), wrong, remedy)
    else:
        study = _read(notes, Part("", 1, root), path, Most(MOST) if yes else _UNASKED)
    if study is None or notes.problems:
        raise StudyError(sorted(dict.fromkeys(notes.problems), key=lambda problem: problem.where.row or 0))
    return study


def _read(notes: Notes, root: Part, path: Path, most: Most) -> Study:
    parts = notes.known(root, KEYS, needed=("base",))
    name = notes.text(parts["name"]) if "name" in parts else path.stem
    if "name" in parts:
        check_name(notes, parts["name"], name or "")
    title = notes.text(parts["title"]) if "title" in parts else None
    base = notes.text(parts["base"]) if "base" in parts else None
    named = read_patches(notes, parts.get("patches"))
    variants, pieces = read_variants(notes, root, parts, named, most)
    return Study(
        name=name or path.stem,
        title=title or name or path.stem,
        base=path.parent / (base or ""),
        variants=variants,
        solver=_solver(notes, parts.get("solver")),
        seconds=float(_seconds(notes, parts.get("seconds"))),
        seed=_seed(notes, parts.get("seed")),
        parts=pieces,
        uncertainty=read_uncertainty(notes, parts.get("uncertainty")),
    )


def _solver(notes: Notes, part: Part | None) -> str:
    name = SOLVER_NAMES[0] if part is None else notes.text(part) or ""
    if part is not None and name not in SOLVER_NAMES:
        notes.tell(part, message("there is no such solver"), suggest(name, SOLVER_NAMES), name)
    return name


def _seconds(notes: Notes, part: Part | None) -> Fraction:
    text = "60" if part is None else notes.text(part) or ""
    try:
        if 0 < (seconds := exact(text)) <= _MOST_SECONDS:
            return seconds
    except ValueError:
        pass
    if part is not None:
        remedy = message("Write seconds above 0, at most {most}.", most=_MOST_SECONDS)
        notes.tell(part, message("this is no time"), remedy, text)
    return Fraction(60)


def _seed(notes: Notes, part: Part | None) -> int:
    text = "0" if part is None else notes.text(part) or ""
    try:
        if (seed := parse_count(text)) >= 0:
            return seed
    except ValueError:
        pass
    if part is not None:
        notes.tell(part, message("this is no seed"), message("Write a whole number of at least 0."), text)
    return 0


def read_nodes(file: str, root: Node, most: int) -> Study:
    """Return the study of at most `most` variants under a node, as if it stood in `file`; its base is not looked at.

    Raises StudyError with every problem, each at its line.
    """
    notes = Notes(file)
    study = _read(notes, Part("", 1, root), Path(file), Most(most))
    if notes.problems:
        raise StudyError(sorted(dict.fromkeys(notes.problems), key=lambda problem: problem.where.row or 0))
    return study
