"""The folder of a study's finished variants: each appears whole, and an interrupted study goes on from them."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scheduler.errors import OutputError, Problem, Where
from scheduler.study.run.variant_solver import VariantResult
from scheduler.study.table.figures import Figures
from scheduler.study.table.session_changes import PlaceChange
from scheduler.study.table.write import TABLE_FILES
from scheduler.study.uncertainty.replication import Replication
from scheduler.tables.grids.folder import alone, new_folder
from scheduler.words import Message, message

VARIANTS = "variants"
_RESULT, _TIMING = "variant.json", "timing.json"
_STAGING = ".table-"


class VariantFolder:
    """The folder `variants` of a study: one folder a variant, named as it is, with its files and its figures."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self._folder = out / VARIANTS

    def check_free(self, *, resume: bool) -> None:
        """Raise OutputError where a study that begins here, or is resumed, would overwrite other files."""
        if not self.out.exists():
            return
        if not self.out.is_dir():
            wrong = message("this is a file and not a folder")
            raise OutputError([Problem(Where(file=str(self.out)), wrong, message("Name another folder."))])
        known = {*TABLE_FILES, VARIANTS}
        foreign = [e.name for e in self.out.iterdir() if e.name not in known and not e.name.startswith(".")]
        problems = [
            Problem(
                Where(file=str(self.out), field=name),
                message("this is not a file of a study"),
                message("Move it away, or name another folder."),
            )
            for name in sorted(foreign)
        ]
        problems += self._foreign_entries()
        count = len(list(self._folder.glob(f"*/{_RESULT}")))
        if count and not resume:
            wrong = message(
                "{there:finished variant of a study is|finished variants of a study are} there already",
                there=count,
            )
            remedy = message("Go on from them with --resume, or name another folder.")
            problems.append(Problem(Where(file=str(self.out)), wrong, remedy))
        if problems:
            raise OutputError(problems)

    def _foreign_entries(self) -> Iterator[Problem]:
        """Yield a problem for each entry that is not a variant: a variant of its name would replace it."""
        if self._folder.is_dir():
            for entry in sorted(self._folder.iterdir()):
                if not entry.name.startswith(".") and not (entry / _RESULT).is_file():
                    wrong = message("this is not a file of a study")
                    remedy = message("Move it away, or name another folder.")
                    yield Problem(Where(file=str(self._folder), field=entry.name), wrong, remedy)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep others from writing to the folder, which is made where missing; raises OutputError where one does."""
        with _output_errors(self.out):
            self.out.mkdir(parents=True, exist_ok=True)
            for leftover in self.out.glob(f"{_STAGING}*"):
                shutil.rmtree(leftover, ignore_errors=True)
        with alone(self.out) as is_ours:
            if not is_ours:
                wrong, remedy = (
                    message("another study is being written here"),
                    message("Name another folder."),
                )
                raise OutputError([Problem(Where(file=str(self.out)), wrong, remedy)])
            yield

    @contextmanager
    def stage_table(self) -> Iterator[Path]:
        """Yield a folder whose files are moved into the study's folder, one by one, when the block succeeds."""
        with _output_errors(self.out):
            self.out.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=_STAGING, dir=self.out) as staging:
                yield Path(staging)
                for path in sorted(Path(staging).iterdir()):
                    path.replace(self.out / path.name)

    def find(self, name: str, digest: str) -> VariantResult | None:
        """Return a variant's stored result without its files; None where there is none with this digest."""
        try:
            content = json.loads((self._folder / name / _RESULT).read_text("utf-8"))
            seconds = json.loads((self._folder / name / _TIMING).read_text("utf-8"))["seconds"]
            return result_from_json(content, seconds) if content["digest"] == digest else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def save(self, name: str, digest: str, result: VariantResult) -> None:
        """Write a variant's result; raises OutputError, and then nothing of it is written."""
        # What stands here is of an earlier run of this study, and is replaced.
        where = self._folder / name
        known = frozenset(entry.name for entry in where.iterdir()) if where.is_dir() else frozenset()
        with new_folder(where, known) as folder:
            for path, content in result.files.items():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(content)
            _write_json(folder / _RESULT, {"digest": digest, **result_to_json(result)})
            seconds = 0.0 if result.figures is None else result.figures.seconds
            _write_json(folder / _TIMING, {"seconds": round(seconds, 3)})

    def remove_others(self, names: Iterable[str]) -> None:
        """Remove the results of variants that are not in the study; raises OutputError."""
        if not self._folder.is_dir():
            return
        wanted = set(names)
        with _output_errors(self._folder):
            for entry in sorted(self._folder.iterdir()):
                if entry.name not in wanted and (entry / _RESULT).is_file():
                    shutil.rmtree(entry)


@contextmanager
def _output_errors(where: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        wrong = message("it cannot be written: {reason}", reason=error.strerror or str(error))
        raise OutputError(
            [Problem(Where(file=str(where)), wrong, message("Name another folder."))]
        ) from error


def result_to_json(result: VariantResult) -> dict[str, Any]:
    """Return a result as plain data, without its files and its seconds."""
    return {
        "figures": None if result.figures is None else result.figures.to_json(),
        "failure": None if result.failure is None else result.failure.in_every_language(),
        "changed": [change.to_json() for change in result.changes],
        "replicated": [replication.to_json() for replication in result.replications],
    }


def result_from_json(content: Mapping[str, Any], seconds: float) -> VariantResult:
    """Return the result that `result_to_json` wrote; raises ValueError, KeyError or TypeError where it is not one."""
    failure: dict[str, Any] | None = content["failure"]
    figures: dict[str, Any] | None = content["figures"]
    changed: Sequence[dict[str, Any]] = content["changed"]
    return VariantResult(
        None if figures is None else Figures.from_json(figures, seconds),
        None if failure is None else Message.from_json(failure),
        tuple(map(PlaceChange.from_json, changed)),
        tuple(map(Replication.from_json, content["replicated"])),
    )


def _write_json(path: Path, content: dict[str, Any]) -> None:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")
