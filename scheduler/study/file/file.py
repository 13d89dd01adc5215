"""The study file: a base, named patches, variants and sweeps, and everything that is wrong with it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from scheduler.engine.options import SOLVER_NAMES
from scheduler.errors import InputError, StudyError, Where, suggest
from scheduler.exact import exact
from scheduler.study.file.nodes import Notes, Part, check_name
from scheduler.study.file.patches import read_patches
from scheduler.study.study import Study
from scheduler.tables.columns.values import parse_count
from scheduler.tables.grids.yaml_in import compose, read_text
from scheduler.words import message

if TYPE_CHECKING:
    from yaml import Node
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from scheduler.errors import SettingError
from scheduler.study.file.nodes import name_key
from scheduler.study.file.patches import Named, known_patches
from scheduler.study.file.sweeps import parts_of, read_sweep, swept
from scheduler.study.study import BASE, Variant
from scheduler.study.uncertainty.distributions import DEFAULT_DISTRIBUTIONS, Distributions, distributions
from scheduler.words import Message


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


VARIANT_KEYS = ("name", "title", "patches")
"""What a variant that is written out as a group may hold."""

Variants = tuple[Variant, ...]

_FEWER = message("Take values out, or sweep one at a time.")


@dataclass(frozen=True)
class Most:
    """How many variants a study may have beside the base, and what to do about more."""

    variants: int
    remedy: Message = _FEWER


def read_variants(
    notes: Notes, root: Part, parts: Mapping[str, Part], named: Named, most: Most
) -> tuple[Variants, Variants]:
    """Return the variants, the base first, and their parts: the patches and the values swept, each by itself.

    `root` is the whole file and `parts` are its keys. More variants than `most` are told and not made.
    """
    variants, sweeps = parts.get("variants"), parts.get("sweeps")
    told = tuple(_patches(named) if variants is None else _told(notes, variants, named))
    found = (
        [] if sweeps is None else [s for item in notes.items(sweeps) for s in read_sweep(notes, item, named)]
    )
    count = len(told) + sum(sweep.count for sweep in found)
    if count > most.variants:
        wrong = message("the study has {count} variants, more than {most}", count=count, most=most.variants)
        notes.tell(sweeps or root, wrong, most.remedy)
        return (), ()
    made = (*told, *(variant for sweep in found for variant in swept(sweep, named)))
    _tell_repeated(notes, made)
    return (Variant(BASE, BASE), *made), (
        *_patches(named),
        *(part for sweep in found for part in parts_of(sweep, named)),
    )


def _patches(named: Named) -> Iterator[Variant]:
    for patch in named.own.values():
        yield Variant(patch.name, patch.title, named.together([patch.name]), at=patch.at)


def _told(notes: Notes, part: Part, named: Named) -> Iterator[Variant]:
    for item in notes.items(part):
        group = notes.is_group(item)
        parts = notes.known(item, VARIANT_KEYS, needed=("patches",)) if group else {"patches": item}
        if "patches" in parts:
            yield from _variant(notes, item, parts, named)


def _variant(notes: Notes, item: Part, parts: Mapping[str, Part], named: Named) -> Iterator[Variant]:
    at = parts.get("name", item)
    count = len(notes.problems)
    names = known_patches(notes, notes.where(parts["patches"]), notes.texts(parts["patches"]), named.own)
    if not names and len(notes.problems) == count:
        notes.tell(item, message("a variant without a patch"), message("Name at least one patch."))
    if not names:
        return
    name = (notes.text(parts["name"]) or "") if "name" in parts else "+".join(names)
    title = notes.text(parts["title"]) if "title" in parts else None
    check_name(notes, at, name, (BASE,))
    said = title or "; ".join(named.own[patch].title for patch in names)
    yield Variant(name, said, named.together(names), at=notes.where(at))


def _tell_repeated(notes: Notes, variants: Iterable[Variant]) -> None:
    seen: set[str] = set()
    for variant in variants:
        key = name_key(variant.name)
        if key in seen:
            remedy = message("Give one of them another name.")
            notes.tell_at(variant.at, message("two variants have this name"), remedy, variant.name)
        seen.add(key)


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
