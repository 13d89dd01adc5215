"""`menzhen whatif`: a base week, a list of changes, and one table to decide from."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scheduler.cli import shared
from scheduler.cli.voice import console, error_console, say, say_list, table, words_for
from scheduler.errors import MOST_LINES, Problem, SettingError, Where, suggest
from scheduler.words import Message, Words, marked, message

if TYPE_CHECKING:
    from rich.table import Table

    from scheduler.report.voice import Voice
    from scheduler.study.base import Base
    from scheduler.study.run.study_run import StudyProgress, StudyProgressCallback, StudyRows
    from scheduler.study.run.variant_folder import VariantFolder
    from scheduler.study.run.variant_solver import VariantTask
    from scheduler.study.run.workers import Workers
    from scheduler.study.study import Study
    from scheduler.study.table.columns import Column
    from scheduler.study.table.rows import VariantRow
    from scheduler.study.table.wording import CellText
    from scheduler.study.uncertainty.stop_response import StopResponse

app = typer.Typer()

WIDTH = 120
"""Characters that the table may take."""

_ALWAYS = ("changed", "highest", "week")
_TITLE, _OUTCOME, _SECONDS, _GAP = 30, 12, 7, 3
_LONG, _FOLD = 8, 11

_StudyFile = Annotated[Path, typer.Argument(metavar="STUDY", help=marked("The study: a yaml file."))]
_Workers = Annotated[
    int | None,
    typer.Option("--workers", min=1, help=marked("Variants to solve at once; without it one per core.")),
]
_Cluster = Annotated[
    str | None,
    typer.Option("--cluster", help=marked("Solve on the Dask cluster at tcp://HOST:PORT instead.")),
]
_Resume = Annotated[bool, typer.Option("--resume", help=marked("Continue a study that was interrupted."))]
_Full = Annotated[
    bool,
    typer.Option(
        "--full", help=marked("Write for each variant everything that plan writes, and its scenario.")
    ),
]
_Replications = Annotated[
    int,
    typer.Option(
        "--replications", min=0, help=marked("Number of runs of each week, with absences drawn at random.")
    ),
]
_How = Annotated[
    str,
    typer.Option(
        "--how",
        metavar="as_run|repair|replan",
        help=marked("What to do about sessions that are stopped in a replication."),
    ),
]
_Yes = Annotated[bool, typer.Option("--yes", help=marked("Allow more than 10,000 variants."))]


@app.command(help=marked("Compare variants of a week: who moves, what it costs, what is possible."))
def whatif(
    study: _StudyFile,
    out: shared.OutFolder,
    workers: _Workers = None,
    cluster: _Cluster = None,
    resume: _Resume = False,
    full: _Full = False,
    replications: _Replications = 0,
    how: _How = "as_run",
    yes: _Yes = False,
    lang: shared.Lang = None,
) -> None:
    """Write the study's folder and print its table; exit 1 where a variant failed, 130 where it was interrupted."""
    options = _Options(study, out, workers, cluster, resume, yes, full, replications, _parse_how(how))
    raise typer.Exit(_run(options, words_for(lang)))


@dataclass(frozen=True)
class _Options:
    """The arguments and options of a call."""

    study: Path
    out: Path
    workers: int | None
    cluster: str | None
    resume: bool
    yes: bool
    full: bool
    replications: int
    how: StopResponse


def _parse_how(text: str) -> StopResponse:
    from scheduler.study.uncertainty.stop_response import StopResponse

    if text not in list(StopResponse):
        wrong = message("there is no such choice")
        raise SettingError([Problem(Where(field="--how"), wrong, suggest(text, list(StopResponse)), text)])
    return StopResponse(text)


def _run(options: _Options, words: Words) -> int:
    # A worker loads the solver while the study and its base are read here.
    with _open_workers(options) as workers:
        from scheduler.study.base import Base, check_study
        from scheduler.study.file.file import read_study
        from scheduler.study.run.variant_folder import VariantFolder
        from scheduler.study.run.workers import LocalWorkers

        study = read_study(options.study, options.yes)
        variants = VariantFolder(options.out)
        variants.check_free(resume=options.resume)
        task = _task(study, options, words)
        if isinstance(workers, LocalWorkers):
            workers.limit_calls(task.limit_seconds)
        base = Base.read(study.base)
        check_study(study, base)
        with variants.lock():
            study_rows = _solve(study, base, task, variants, workers, words)
    return 1 if any(row.failure is not None for row in study_rows.rows) else 0


def _solve(
    study: Study, base: Base, task: VariantTask, variants: VariantFolder, workers: Workers, words: Words
) -> StudyRows:
    """Solve the study and print its table; what is finished is printed too where this is broken off."""
    from scheduler.errors import MenzhenError
    from scheduler.study.run.study_run import run_study, stored_rows

    try:
        with _show_progress(words) as on_progress:
            study_rows = run_study(study, base, task, variants, workers, on_progress)
    except KeyboardInterrupt:
        _write_and_print(stored_rows(study, base, task, variants), study, variants, words)
        say(message("Stopped. Continue with --resume: finished variants are stored."), words)
        # Typer's own way out would add that nothing was written.
        raise SystemExit(130) from None
    except MenzhenError:
        _write_and_print(stored_rows(study, base, task, variants), study, variants, words)
        raise
    _write_and_print(study_rows, study, variants, words)
    return study_rows


def _task(study: Study, options: _Options, words: Words) -> VariantTask:
    from scheduler.study.run.variant_solver import VariantTask

    return VariantTask(
        solver=study.solver,
        seconds=float(study.seconds),
        seed=study.seed,
        full=options.full,
        language=words.language if options.full else "",
        replications=options.replications,
        how=options.how,
        distributions=study.uncertainty,
        flow=study.flow,
    )


@contextmanager
def _open_workers(options: _Options) -> Iterator[Workers]:
    workers: Workers
    if options.cluster is not None:
        from scheduler.study.run.cluster import DaskWorkers

        workers = DaskWorkers(options.cluster)
    else:
        from scheduler.study.run.workers import LocalWorkers

        workers = LocalWorkers(options.workers or os.cpu_count() or 1)
    try:
        yield workers
    finally:
        workers.close()


@contextmanager
def _show_progress(words: Words) -> Iterator[StudyProgressCallback]:
    """Draw a bar with what is done, what failed and the time that remains; nothing where nobody watches."""
    screen = error_console()
    if not screen.is_terminal:
        yield lambda _: None
        return
    from rich import progress as rich

    columns = (rich.TextColumn("{task.description}"), rich.BarColumn(), rich.MofNCompleteColumn())
    with rich.Progress(*columns, rich.TimeRemainingColumn(), console=screen, transient=True) as bar:
        line = bar.add_task("", total=None)

        def on_progress(progress: StudyProgress) -> None:
            failed = message("{failed} failed", failed=progress.failed)
            description = words.say(
                message("Variants, {failed}", failed=failed) if progress.failed else message("Variants")
            )
            bar.update(line, total=progress.total, completed=progress.done, description=description)

        yield on_progress


def _write_and_print(study_rows: StudyRows, study: Study, variants: VariantFolder, words: Words) -> None:
    """Write the table of what is finished, and print it."""
    if not study_rows.rows:
        return
    from scheduler.study.table.write import write_table

    with variants.stage_table() as folder:
        write_table(study_rows.rows, study, folder, words.language)
    console().print(rich_table(study_rows.rows[:MOST_LINES], words))
    hidden = len(study_rows.rows) - MOST_LINES
    if hidden > 0:
        more = message("{n:more variant is|more variants are} in table.csv and table.xlsx.", n=hidden)
        say(more, words)
    failures = list(describe_failures(study_rows.rows, words))
    say_list(failures, words, message("table.xlsx has them all."), mark="")
    if not study_rows.is_complete:
        done, total = len(study_rows.rows), len(study.variants)
        say(message("{done} of {all:variant|variants} {done:=is|are} finished.", done=done, all=total), words)
    say(message("Results are in {folder}: open whatif.html first.", folder=str(variants.out)), words)


def rich_table(rows: Sequence[VariantRow], words: Words, width: int = WIDTH) -> Table:
    """Return the rows, the base's first, as a printable table of at most `width` characters.

    It has the main columns as far as there is room, those first in which variants differ, and the engine's seconds.
    """
    from scheduler.report.voice import Voice
    from scheduler.study.table.rows import base_of
    from scheduler.study.table.wording import cell_texts, heading, outcome_text, title_text

    voice = Voice(words.language)
    columns = _fitting_columns(rows, voice, width)
    headings: list[Message | str] = [message("variant"), message("ended")]
    headings += [_fold_heading(heading(column, voice).lower(), _FOLD) for column in columns]
    lines = [
        [
            title_text(row, voice),
            outcome_text(row, voice),
            *map(_fold_cell, cell_texts(row, columns, base_of(rows), voice)),
            _seconds_text(row),
        ]
        for row in rows
    ]
    right = range(2, len(headings) + 1)
    return table(words, [*headings, message("seconds")], lines, right=right)


def describe_failures(rows: Sequence[VariantRow], words: Words) -> Iterator[str]:
    """Yield a line for every row without a roster: the reason, and the cheapest remedy."""
    for row in rows:
        if row.reasons:
            why = " ".join(words.say(reason) for reason in row.reasons)
            yield words.say(message("{variant}: {why}", variant=row.title, why=why))
        for way in row.figures.ways[:1] if row.figures is not None else ():
            yield "  " + words.say(message("A remedy: {steps}", steps=way))


def _fold_cell(cell: CellText) -> str:
    # A long value and its difference take two lines, so that there is room for more columns.
    one_line = str(cell)
    return one_line if len(one_line) <= _LONG or not cell.difference else f"{cell.text}\n({cell.difference})"


def _seconds_text(row: VariantRow) -> str:
    return "" if row.figures is None else f"{row.figures.seconds:.1f}"


def _fitting_columns(rows: Sequence[VariantRow], voice: Voice, width: int) -> list[Column]:
    from scheduler.study.table.columns import fixed_columns
    from scheduler.study.table.rows import base_of
    from scheduler.study.table.wording import cell_text, outcome_text

    main = [column for column in fixed_columns(rows) if column.main]
    solved = [row for row in rows if row.roster is not None]
    texts = {
        column.key: [_fold_cell(cell_text(row, column, base_of(rows), voice)) for row in solved]
        for column in main
    }
    titles = _widest_text([row.title for row in rows], _TITLE)
    outcomes = _widest_text([outcome_text(row, voice) for row in rows], _OUTCOME)
    free = width - titles - outcomes - _SECONDS - 4 * _GAP
    chosen = set()
    for column in sorted(main, key=lambda column: _column_rank(column, texts[column.key])):
        needed = _needed_width(column, texts[column.key], voice)
        if needed <= free and (column.key in _ALWAYS or len(set(texts[column.key])) > 1):
            chosen.add(column.key)
            free -= needed
    return [column for column in main if column.key in chosen]


def _column_rank(column: Column, texts: Sequence[str]) -> tuple[bool, bool]:
    """Order what is always shown first, then what differs; a sort keeps the order of columns in each."""
    return column.key not in _ALWAYS, len(set(texts)) == 1


def _needed_width(column: Column, texts: Sequence[str], voice: Voice) -> int:
    from rich.cells import cell_len

    from scheduler.study.table.wording import heading

    lines = [
        line for text in (*texts, _fold_heading(heading(column, voice), _FOLD)) for line in text.split("\n")
    ]
    return max(map(cell_len, lines)) + _GAP


def _fold_heading(text: str, width: int) -> str:
    """Return a heading in lines of about `width` characters; a Chinese one may be folded anywhere."""
    from rich.cells import chop_cells

    if " " not in text:
        return "\n".join(chop_cells(text, width))
    lines = [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}".strip()
        lines[-1:] = [joined] if len(joined) <= width else [lines[-1], word]
    return "\n".join(line for line in lines if line)


def _widest_text(texts: Sequence[str], most: int) -> int:
    from rich.cells import cell_len

    return min(most, max(map(cell_len, texts)))
