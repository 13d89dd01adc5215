"""Copies of the whole database, made and restored while it is being served.

A copy appears under its name only when it is whole: it is written to a hidden file beside it first.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import make_url

from api.store.database import make_private, upgrade
from scheduler.errors import OutputError, Problem, StoreError, Where
from scheduler.words import Message, message

_TOOLS = message("Install the client programs of PostgreSQL, such as the package postgresql-client.")


def back_up(url: str, file: Path) -> None:
    """Write a copy of the database at one moment to `file`, which must be new; raises OutputError and StoreError."""
    if file.exists():
        raise OutputError([_problem(file, message("this file exists already"), message("Name a new file."))])
    part = file.with_name(f".{file.name}.part")
    try:
        make_private(part)
        if url.startswith("sqlite"):
            _copy(Path(make_url(url).database or ""), part)
        else:
            _run(["pg_dump", "--format=custom", f"--file={part}"], url, file)
        part.replace(file)
    except (OSError, sqlite3.Error) as error:
        raise OutputError(
            [_problem(file, message("it cannot be written: {reason}", reason=str(error)), _ROOM)]
        ) from None
    finally:
        part.unlink(missing_ok=True)


_ROOM = message("Make room, or name a folder that you may write to.")


def restore(url: str, file: Path) -> None:
    """Put the copy in `file` in the place of the database, and bring it up to date.

    Raises StoreError; then a database in a file was not changed.
    """
    if not url.startswith("sqlite"):
        options = ["--clean", "--if-exists", "--single-transaction", "--no-owner"]
        _run(["pg_restore", *options, str(file)], url, file)
        upgrade(url)
        return
    target = Path(make_url(url).database or "")
    part = target.with_name(f".{target.name}.part")
    try:
        _refuse_damaged(file)
        target.parent.mkdir(parents=True, exist_ok=True)
        _copy(file, part)
        # Before the copy takes the place: a running server must not meet tables of another revision.
        upgrade(f"sqlite:///{part}")
        _copy(part, target)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(
            [_problem(file, message("it cannot be read: {reason}", reason=str(error)), _WHOLE)]
        ) from None
    finally:
        for name in (part.name, f"{part.name}-wal", f"{part.name}-shm"):
            part.with_name(name).unlink(missing_ok=True)


_WHOLE = message("Use a copy that menzhen db backup wrote.")


def _refuse_damaged(file: Path) -> None:
    source = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        whole = source.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        ours = source.execute("SELECT count(*) FROM sqlite_master WHERE name = 'api_schema'").fetchone()[0]
    finally:
        source.close()
    if not (whole and ours):
        raise sqlite3.DatabaseError("it is damaged, or none of ours")


def _copy(source: Path, target: Path) -> None:
    # SQLite copies in one transaction: whoever reads or writes meanwhile sees all of it or nothing.
    reader, writer = sqlite3.connect(f"file:{source}?mode=ro", uri=True), sqlite3.connect(target, timeout=30)
    try:
        reader.backup(writer)
    finally:
        writer.close()
        reader.close()


def _run(command: Sequence[str], url: str, file: Path) -> None:
    if shutil.which(command[0]) is None:
        wrong = message("the program {name} is not found", name=command[0])
        raise StoreError([_problem(file, wrong, _TOOLS)])
    parsed = make_url(url).set(drivername="postgresql")
    # The password goes by the environment: a command line can be read by everybody on the machine.
    environment = {**os.environ, "PGPASSWORD": str(parsed.password or "")}
    shown = parsed.set(password=None).render_as_string()
    done = subprocess.run(
        [*command, f"--dbname={shown}"], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines()[-1:] or [str(done.returncode)]
        raise StoreError(
            [_problem(file, message("{name} failed: {text}", name=command[0], text=lines[0]), _WHOLE)]
        )


def _problem(file: Path, wrong: Message, remedy: Message) -> Problem:
    return Problem(Where(file=str(file)), wrong, remedy)
