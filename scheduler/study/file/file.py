"""The study file: a base, named patches, variants and sweeps, and everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError

from scheduler.engine.options import SOLVER_NAMES
from scheduler.errors import InputError, Problem, StudyError, Where, suggest
from scheduler.exact import exact
from scheduler.study.file.entry import (
    Entry,
    EntryError,
    FileContent,
    GroupOf,
    Many,
    Text,
    as_list,
    as_text,
    causes,
    problems_of,
)
from scheduler.study.file.names import Name
from scheduler.study.file.patches import PatchEntry
from scheduler.study.file.sweeps import SweepEntry, VariantEntry, VariantItem
from scheduler.study.file.variants import VariantLimit, spell_out
from scheduler.study.study import Study
from scheduler.study.uncertainty.distributions import DEFAULT_DISTRIBUTIONS, Distributions
from scheduler.tables.columns.values import parse_count, parse_flag
from scheduler.tables.grids.yaml_in import parse_yaml, read_text
from scheduler.words import message

MOST_UNASKED = 10_000
"""Most variants that a study may have unless its user says yes to more."""

MOST = 1_000_000
"""Most variants of all."""

_UNASKED = VariantLimit(MOST_UNASKED, message("Take values out, sweep one at a time, or say --yes."))

_MOST_SECONDS = 86_400
"""A day: no variant is waited for longer."""


def _read_seconds(written: Any) -> float:
    text = as_text(written)
    try:
        if 0 < (seconds := exact(text)) <= _MOST_SECONDS:
            return float(seconds)
    except ValueError:
        pass
    remedy = message("Write seconds above 0, at most {most}.", most=_MOST_SECONDS)
    raise EntryError(message("this is not a time"), remedy, text)


def _read_seed(written: Any) -> int:
    text = as_text(written)
    try:
        if (seed := parse_count(text)) >= 0:
            return seed
    except ValueError:
        pass
    raise EntryError(message("this is not a seed"), message("Write a whole number of at least 0."), text)


def _read_flag(written: Any) -> bool:
    text = as_text(written)
    try:
        return parse_flag(text)
    except ValueError:
        raise EntryError(message("this is neither yes nor no"), message("Write yes or no."), text) from None


def _check_solver(name: str) -> str:
    if name not in SOLVER_NAMES:
        raise EntryError(message("there is no such solver"), suggest(name, SOLVER_NAMES), name)
    return name


class StudyContent(Entry):
    """The content of a study without its base."""

    name: Name = Field(default="", description="Name of the study; without it the file's.")
    title: Text = Field(default="", description="What readers see above the table; without it the name.")
    seed: Annotated[int, BeforeValidator(_read_seed, json_schema_input_type=int | str)] = Field(
        default=0, description="Seed of the solver and of everything drawn, at least 0."
    )
    seconds: Annotated[float, BeforeValidator(_read_seconds, json_schema_input_type=float | str)] = Field(
        default=60.0, description=f"How long each variant may be solved: above 0, at most {_MOST_SECONDS}."
    )
    solver: Annotated[Text, AfterValidator(_check_solver)] = Field(
        default=SOLVER_NAMES[0], description="The solver.", json_schema_extra={"enum": list(SOLVER_NAMES)}
    )
    patches: GroupOf[PatchEntry] = Field(default={}, description="Changes of the base, by name.")
    variants: Many[VariantItem] | None = Field(
        default=None, description="What is compared with the base; without it every patch."
    )
    sweeps: Many[SweepEntry] = Field(
        default=(), description="Variants that are made of lists and ranges of values."
    )
    flow: Annotated[bool, BeforeValidator(_read_flag, json_schema_input_type=bool | str)] = Field(
        default=False,
        description="yes: simulate what patients meet too, in the columns wait, peak_crowd and over_15.",
    )
    uncertainty: Distributions = Field(
        default=DEFAULT_DISTRIBUTIONS, description="What replications are drawn from."
    )


class StudyFile(StudyContent):
    """The content of a study file."""

    base: Text = Field(description="The scenario's folder or workbook, seen from the study file.")


def read_study(path: Path, yes: bool = False) -> Study:
    """Return the study in a file; its base is not looked at. With `yes` it may have more than MOST_UNASKED variants.

    Raises StudyError with every problem, each at its line.
    """
    remedy = message("Name a study, a yaml file with a base and patches.")
    try:
        file = parse_yaml(path.name, read_text(path, remedy))
    except InputError as error:
        raise StudyError(error.problems) from None
    if file.data is None:
        wrong, remedy = message("the file is empty"), message("Write at least a base and one patch.")
        raise StudyError([Problem(Where(file=path.name), wrong, remedy)])
    limit = VariantLimit(MOST) if yes else _UNASKED
    study = read_content(file, path.stem, limit, StudyFile, file.problems)
    return replace(study, base=path.parent / as_text(file.data["base"]))


def read_content(
    content: FileContent,
    name: str,
    limit: VariantLimit,
    model: type[StudyContent] = StudyContent,
    problems: Iterable[Problem] = (),
) -> Study:
    """Return the study in some content, called `name` where the content has no name; it has no base yet.

    Raises StudyError with every problem, the `problems` that are known already among them.
    """
    wrong: list[Problem] = []
    try:
        entries = model.model_validate(content.data)
    except ValidationError as error:
        wrong = problems_of(error, content)
        entries = StudyContent.model_validate(_without_errors(content.data, error))
    variants, parts, between = spell_out(content, entries.patches, entries.variants, entries.sweeps, limit)
    found = [*problems, *between, *wrong]
    if found:
        raise StudyError(sorted(dict.fromkeys(found), key=lambda problem: problem.where.row or 0))
    return Study(
        name=entries.name or name,
        title=entries.title or entries.name or name,
        base=Path(),
        variants=variants,
        solver=entries.solver,
        seconds=entries.seconds,
        seed=entries.seed,
        parts=parts,
        uncertainty=entries.uncertainty,
        flow=entries.flow,
    )


_EMPTY: Mapping[str, Entry] = {
    "patches": PatchEntry(),
    "variants": VariantEntry.model_construct(patches=()),
    "sweeps": SweepEntry.model_construct(name="", over=()),
}
"""What changes nothing, and makes no variant."""


def _without_errors(data: Any, error: ValidationError) -> Mapping[str, Any]:
    """Return the content without the patches, variants, sweeps and other parts in which there is an error.

    What is wrong between the rest is looked for all the same, so that one reading reports everything. Empty entries stand in
    place of those left out: the others keep their numbers, and what refers to them is not unknown.
    """
    whole = dict(data) if isinstance(data, dict) else {}
    for (key, *inner), _ in ((path or ("",), cause) for path, cause in causes(error)):
        if not inner or key not in _EMPTY:
            whole.pop(str(key), None)
        elif key == "patches":
            whole[key] = {**whole[key], inner[0]: _EMPTY[str(key)]}
        else:
            items = as_list(whole[key])
            items[int(inner[0])] = _EMPTY[str(key)]
            whole[key] = items
    whole.pop("base", None)
    return whole
