"""Finished variants in the study's folder: each appears whole, and a study that was broken off goes on from them."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scheduler.errors import OutputError, Problem, Where
from scheduler.study.run.solving import Solved
from scheduler.study.table.figures import Figures
from scheduler.study.table.session_changes import PlaceChange
from scheduler.study.table.write import TABLE_FILES
from scheduler.study.uncertainty.replicated import Replicated
from scheduler.tables.grids.folder import alone, new_folder
from scheduler.words import Message, message

VARIANTS = "variants"
_RESULT, _TIMING = "variant.json", "timing.json"
_STAGING = ".table-"


class Kept:
    """The folder `variants` of a study: one folder a variant, named as it is, with its files and its figures."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self._folder = out / VARIANTS

    def refuse_what_is_in_the_way(self, *, resume: bool) -> None:
        """Raise OutputError where a study that is to begin, or to be resumed, would lose what is there."""
        if not self.out.exists():
            return
        if not self.out.is_dir():
            wrong = message("this is a file and not a folder")
            raise OutputError([Problem(Where(file=str(self.out)), wrong, message("Name another folder."))])
        known = {*TABLE_FILES, VARIANTS}
        strange = [e.name for e in self.out.iterdir() if e.name not in known and not e.name.startswith(".")]
        problems = [
            Problem(
                Where(file=str(self.out), field=name),
                message("this is none of the files that are written here"),
                message("Move it away, or name another folder."),
            )
            for name in sorted(strange)
        ]
        problems += self._strangers()
        there = len(list(self._folder.glob(f"*/{_RESULT}")))
        if there and not resume:
            wrong = message("{there} finished variants of a study are there already", there=there)
            remedy = message("Go on from them with --resume, or name another folder.")
            problems.append(Problem(Where(file=str(self.out)), wrong, remedy))
        if problems:
            raise OutputError(problems)

    def _strangers(self) -> Iterator[Problem]:
        """Yield what stands among the variants and is none: a variant of its name would take its place."""
        if self._folder.is_dir():
            for entry in sorted(self._folder.iterdir()):
                if not entry.name.startswith(".") and not (entry / _RESULT).is_file():
                    wrong = message("this is none of the files that are written here")
                    remedy = message("Move it away, or name another folder.")
                    yield Problem(Where(file=str(self._folder), field=entry.name), wrong, remedy)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep others from writing to the folder, which is made where missing; raises OutputError where one does."""
        with _told(self.out):
            self.out.mkdir(parents=True, exist_ok=True)
            for left in self.out.glob(f"{_STAGING}*"):
                shutil.rmtree(left, ignore_errors=True)
        with alone(self.out) as ours:
            if not ours:
                wrong, remedy = (
                    message("another study is being written here"),
                    message("Name another folder."),
                )
                raise OutputError([Problem(Where(file=str(self.out)), wrong, remedy)])
            yield

    @contextmanager
    def staging(self) -> Iterator[Path]:
        """Give a folder whose files are moved into the study's folder, one by one, when the block ends well."""
        with _told(self.out):
            self.out.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=_STAGING, dir=self.out) as staging:
                yield Path(staging)
                for path in sorted(Path(staging).iterdir()):
                    path.replace(self.out / path.name)

    def find(self, name: str, digest: str) -> Solved | None:
        """Return what is kept of a variant, without its files; None where there is nothing, or something else."""
        try:
            content = json.loads((self._folder / name / _RESULT).read_text("utf-8"))
            seconds = json.loads((self._folder / name / _TIMING).read_text("utf-8"))["seconds"]
            return solved_of(content, seconds) if content["digest"] == digest else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def keep(self, name: str, digest: str, solved: Solved) -> None:
        """Write what came of a variant; raises OutputError, and then nothing of it is there."""
        # Whatever is in the way is of an earlier study, and its place was given to this one.
        where = self._folder / name
        known = frozenset(entry.name for entry in where.iterdir()) if where.is_dir() else frozenset()
        with new_folder(where, known) as folder:
            for path, content in solved.files.items():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(content)
            _write(folder / _RESULT, {"digest": digest, **content_of(solved)})
            seconds = 0.0 if solved.figures is None else solved.figures.seconds
            _write(folder / _TIMING, {"seconds": round(seconds, 3)})

    def remove_others(self, names: Iterable[str]) -> None:
        """Remove what is kept of variants that the study does not have; raises OutputError."""
        if not self._folder.is_dir():
            return
        wanted = set(names)
        with _told(self._folder):
            for entry in sorted(self._folder.iterdir()):
                if entry.name not in wanted and (entry / _RESULT).is_file():
                    shutil.rmtree(entry)


@contextmanager
def _told(where: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        wrong = message("it cannot be written: {reason}", reason=error.strerror or str(error))
        raise OutputError(
            [Problem(Where(file=str(where)), wrong, message("Name another folder."))]
        ) from error


def content_of(solved: Solved) -> dict[str, Any]:
    """Return what came of a variant as plain data, without its files and its seconds."""
    return {
        "figures": None if solved.figures is None else solved.figures.to_json(),
        "failure": None if solved.failure is None else solved.failure.in_every_language(),
        "changed": [one.to_json() for one in solved.changed],
        "replicated": [one.to_json() for one in solved.replicated],
    }


def solved_of(content: Mapping[str, Any], seconds: float) -> Solved:
    """Return what `content_of` gave; raises ValueError, KeyError or TypeError where that is something else."""
    failure: dict[str, Any] | None = content["failure"]
    figures: dict[str, Any] | None = content["figures"]
    changed: Sequence[dict[str, Any]] = content["changed"]
    return Solved(
        None if figures is None else Figures.from_json(figures, seconds),
        None if failure is None else Message.from_json(failure),
        tuple(map(PlaceChange.from_json, changed)),
        tuple(map(Replicated.from_json, content["replicated"])),
    )


def _write(path: Path, content: dict[str, Any]) -> None:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")
