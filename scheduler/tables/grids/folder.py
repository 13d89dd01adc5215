"""Results that appear all at once: written to a hidden folder beside their place, moved there at the end."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scheduler.errors import OutputError, Problem, Where
from scheduler.words import Message, message


@contextmanager
def new_folder(out: Path, known: frozenset[str]) -> Iterator[Path]:
    """Give a staging folder that takes the place of `out` when the block ends without an exception.

    Where the block raises, `out` is as it was before. An `out` that exists is replaced only if every entry in
    it is one of `known`, the names we write ourselves. Raises OutputError where something is in the way, or
    for any OSError in the block. What a killed run left behind is put right first.
    """
    out = Path(os.path.realpath(out))
    with _refuse_os_errors(out):
        _refuse_the_place(out)
        out.parent.mkdir(parents=True, exist_ok=True)
        _recover(out)
        _refuse_what_is_in_the_way(out, known)
        staging = _beside(out, "new")
        staging.mkdir()
        try:
            with _locked(staging):
                yield staging
                _refuse_what_is_in_the_way(out, known)
                _swap(staging, out)
        finally:
            shutil.rmtree(staging, ignore_errors=True)


def write_file(path: Path, content: bytes) -> None:
    """Write the file as a whole, in place of an older one, making its folder where it is missing.

    Raises OutputError where that cannot be done; an older file is then as it was before.
    """
    with _refuse_os_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        staging = _beside(path, "new")
        try:
            staging.write_bytes(content)
            staging.replace(path)
        finally:
            staging.unlink(missing_ok=True)


def _swap(staging: Path, out: Path) -> None:
    if not out.exists():
        staging.rename(out)
        return
    aside = _beside(out, "old")
    try:
        out.rename(aside)
        staging.rename(out)
    except BaseException:
        if aside.exists() and not out.exists():
            aside.rename(out)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _recover(out: Path) -> None:
    leftovers = sorted(path for path in out.parent.iterdir() if path.name.startswith(_prefix(out)))
    for old in leftovers:
        # Killed between the two renames: the results of before are whole, and only these are.
        if old.name.startswith(f"{_prefix(out)}old-") and not out.exists():
            old.rename(out)
    for folder in leftovers:
        if folder.exists() and _abandoned(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _prefix(out: Path) -> str:
    return f".{out.name}.menzhen-"


def _beside(out: Path, what: str) -> Path:
    return out.parent / f"{_prefix(out)}{what}-{secrets.token_hex(4)}"


if sys.platform == "win32":  # no locks on folders there: what lies about is taken for abandoned

    @contextmanager
    def _locked(folder: Path) -> Iterator[None]:
        yield

    def _abandoned(folder: Path) -> bool:
        return True

    @contextmanager
    def alone(folder: Path) -> Iterator[bool]:
        """Give whether nobody else is in the folder; a system without locks on folders cannot know."""
        yield True

else:
    import fcntl

    @contextmanager
    def _locked(folder: Path) -> Iterator[None]:
        # The system lets go of the lock when the process ends, however it ends.
        handle = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    @contextmanager
    def alone(folder: Path) -> Iterator[bool]:
        """Give whether nobody else is in the folder, and keep everybody else out of it inside the block."""
        handle = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            yield False
            return
        try:
            yield True
        finally:
            os.close(handle)

    def _abandoned(folder: Path) -> bool:
        handle = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        finally:
            os.close(handle)
        return True


def _refuse_the_place(out: Path) -> None:
    if Path.cwd().is_relative_to(out):
        raise _refused(
            out,
            message("this is the folder you work in, or one above it"),
            message("Name a folder inside it."),
        )


def _refuse_what_is_in_the_way(out: Path, known: frozenset[str]) -> None:
    if not out.exists():
        return
    if not out.is_dir():
        raise _refused(out, message("this is a file and not a folder"), message("Name another folder."))
    strange = sorted(entry.name for entry in out.iterdir() if entry.name not in known)
    if strange:
        raise OutputError(
            Problem(
                Where(file=str(out), field=name),
                message("this is none of the files that are written here, and would be lost"),
                message("Move it away, or name another folder."),
            )
            for name in strange
        )


@contextmanager
def _refuse_os_errors(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        wrong, remedy = _reason(error)
        raise _refused(out, wrong, remedy) from error


def _reason(error: OSError) -> tuple[Message, Message]:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return message("the disk is full"), message("Make room, or name a folder on another disk.")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return message("nothing may be written here"), message("Name a folder that you may write to.")
    if error.errno in (errno.EBUSY, errno.EXDEV):
        return message("this folder cannot be replaced as a whole"), message("Name a folder inside it.")
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return message("a file stands where a folder is needed"), message("Name another folder.")
    reason = error.strerror or str(error)
    return message("it cannot be written: {reason}", reason=reason), message("Name another folder.")


def _refused(out: Path, wrong: Message, remedy: Message) -> OutputError:
    return OutputError([Problem(Where(file=str(out)), wrong, remedy)])
