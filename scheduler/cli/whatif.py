"""`menzhen whatif`: a base week, a list of changes, and one table to decide from."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from scheduler.cli import shared
from scheduler.cli.voice import console, error_console, say, words_for
from scheduler.errors import Problem, SettingError, Where, suggest
from scheduler.words import Words, message

if TYPE_CHECKING:
    from scheduler.study.patching import Base
    from scheduler.study.run.study_run import StudyProgress, StudyProgressCallback, StudyRows
    from scheduler.study.run.variant_folder import VariantFolder
    from scheduler.study.run.variant_solver import VariantTask
    from scheduler.study.run.workers import Workers
    from scheduler.study.study import Study
    from scheduler.study.uncertainty.answering import How


def add_to(app: typer.Typer, words: Words) -> None:
    """Add the command to the app."""

    @app.command(
        "whatif",
        help=words.say(message("Compare variants of a week: who moves, what it costs, what is possible.")),
    )
    def whatif(
        study: Path = typer.Argument(
            ..., help=words.say(message("The study: a yaml file.")), metavar="STUDY"
        ),
        out: Path = shared.out(words),
        workers: int | None = typer.Option(
            None, "--workers", min=1, help=words.say(message("Variants solved at once; else one a core."))
        ),
        cluster: str | None = typer.Option(
            None,
            "--cluster",
            help=words.say(message("Solve on the Dask cluster at tcp://HOST:PORT instead.")),
        ),
        resume: bool = typer.Option(
            False, "--resume", help=words.say(message("Go on with a study that was broken off."))
        ),
        full: bool = typer.Option(
            False,
            "--full",
            help=words.say(message("Write of each variant all that plan writes, and its scenario.")),
        ),
        replications: int = typer.Option(
            0,
            "--replications",
            min=0,
            help=words.say(message("Run each week so many times, with drawn absences.")),
        ),
        how: str = typer.Option(
            "as_run",
            "--how",
            metavar="as_run|repair|replan",
            help=words.say(message("What is done about the sessions that are stopped in a replication.")),
        ),
        yes: bool = typer.Option(
            False, "--yes", help=words.say(message("Do solve more than 10,000 variants."))
        ),
        lang: str = shared.lang(words),
    ) -> None:
        asked = _Asked(study, out, workers, cluster, resume, yes, full, replications, _how(how))
        raise typer.Exit(_whatif(asked, words_for(lang)))


@dataclass(frozen=True)
class _Asked:
    """The call."""

    study: Path
    out: Path
    workers: int | None
    cluster: str | None
    resume: bool
    yes: bool
    full: bool
    replications: int
    how: How


def _how(written: str) -> How:
    from scheduler.study.uncertainty.answering import How

    if written not in list(How):
        wrong = message("nothing is done that way")
        raise SettingError([Problem(Where(field="--how"), wrong, suggest(written, list(How)), written)])
    return How(written)


def _whatif(asked: _Asked, words: Words) -> int:
    # A worker loads the solver while the study and its base are read here.
    with _open_workers(asked) as workers:
        from scheduler.study.file.file import read_study
        from scheduler.study.patching import Base, check_study
        from scheduler.study.run.variant_folder import VariantFolder
        from scheduler.study.run.workers import LocalWorkers

        study = read_study(asked.study, asked.yes)
        variants = VariantFolder(asked.out)
        variants.check_free(resume=asked.resume)
        task = _task(study, asked, words)
        if isinstance(workers, LocalWorkers):
            workers.limit_calls(task.limit_seconds)
        base = Base.read(study.base)
        check_study(study, base)
        with variants.lock():
            study_rows = _run(study, base, task, variants, workers, words)
    return 1 if any(row.failure is not None for row in study_rows.rows) else 0


def _run(
    study: Study, base: Base, task: VariantTask, variants: VariantFolder, workers: Workers, words: Words
) -> StudyRows:
    from scheduler.errors import MenzhenError
    from scheduler.study.run.study_run import run_study, stored_rows

    try:
        with _progress_bar(words) as on_progress:
            study_rows = run_study(study, base, task, variants, workers, on_progress)
    except KeyboardInterrupt:
        _tell(stored_rows(study, base, task, variants), study, variants, words)
        say(message("Stopped. Go on with --resume: what is finished is kept."), words)
        # Typer's own way out would have it said too that nothing was written.
        raise SystemExit(130) from None
    except MenzhenError:
        _tell(stored_rows(study, base, task, variants), study, variants, words)
        raise
    _tell(study_rows, study, variants, words)
    return study_rows


def _task(study: Study, asked: _Asked, words: Words) -> VariantTask:
    from scheduler.study.run.variant_solver import VariantTask

    return VariantTask(
        solver=study.solver,
        seconds=float(study.seconds),
        seed=study.seed,
        full=asked.full,
        language=words.language if asked.full else "",
        replications=asked.replications,
        how=asked.how,
        distributions=study.uncertainty,
    )


@contextmanager
def _open_workers(asked: _Asked) -> Iterator[Workers]:
    workers: Workers
    if asked.cluster is not None:
        from scheduler.study.run.cluster import DaskWorkers

        workers = DaskWorkers(asked.cluster)
    else:
        from scheduler.study.run.workers import LocalWorkers

        workers = LocalWorkers(asked.workers or os.cpu_count() or 1)
    try:
        yield workers
    finally:
        workers.close()


@contextmanager
def _progress_bar(words: Words) -> Iterator[StudyProgressCallback]:
    """Draw a bar with what is done, what failed and the time that remains; nothing where nobody watches."""
    screen = error_console()
    if not screen.is_terminal:
        yield lambda _: None
        return
    from rich import progress as rich

    columns = (rich.TextColumn("{task.description}"), rich.BarColumn(), rich.MofNCompleteColumn())
    with rich.Progress(*columns, rich.TimeRemainingColumn(), console=screen, transient=True) as bar:
        line = bar.add_task("", total=None)

        def on_progress(now: StudyProgress) -> None:
            failed = message("{failed} failed", failed=now.failed)
            said = words.say(
                message("Variants, {failed}", failed=failed) if now.failed else message("Variants")
            )
            bar.update(line, total=now.total, completed=now.done, description=said)

        yield on_progress


def _tell(study_rows: StudyRows, study: Study, variants: VariantFolder, words: Words) -> None:
    """Write the table of what is finished, and print it."""
    if not study_rows.rows:
        return
    from scheduler.cli.variants import rich_table, why_not
    from scheduler.study.table.write import write_table

    with variants.stage_table() as folder:
        write_table(study_rows.rows, study, folder, words.language)
    console().print(rich_table(study_rows.rows, words))
    for line in why_not(study_rows.rows, words):
        say(line, words)
    if not study_rows.is_complete:
        done = message(
            "{done} of {all} variants are finished.", done=len(study_rows.rows), all=len(study.variants)
        )
        say(done, words)
    say(message("Results are in {folder}: open whatif.html first.", folder=str(variants.out)), words)
