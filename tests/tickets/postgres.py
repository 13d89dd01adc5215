"""A PostgreSQL server of our own for tests: in a folder that goes away, on a socket that nobody else knows."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MISSING = (
    "The ticket ledger is tested on a real PostgreSQL server, and its programs are not here. "
    "Install them, on Debian and Ubuntu with: apt-get install postgresql"
)
_USER = "postgres"


def programs() -> Path | None:
    """Return the folder of PostgreSQL's programs: on the path, or where Debian puts them; the newest of several."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).resolve().parent
    usual = Path(os.sep, "usr", "lib", "postgresql").glob("*/bin/initdb")
    newest = sorted(usual, key=lambda path: int(path.parts[-3]) if path.parts[-3].isdigit() else 0)
    return newest[-1].parent if newest else None


@contextmanager
def running(*, durable: bool = False) -> Iterator[str]:
    """Run a server and yield the URL of an empty database, up to `?`; `durable` waits for the disk at every commit."""
    where = programs()
    if where is None:
        raise RuntimeError(MISSING)
    folder = Path(tempfile.mkdtemp(prefix="menzhen-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, _USER)
    try:
        _run(
            [
                where / "initdb",
                "-D",
                folder / "data",
                "-U",
                "menzhen",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
            ]
        )
        options = f"-k {folder} -h '' -c max_connections=200 -c fsync={'on' if durable else 'off'}"
        control = [where / "pg_ctl", "-D", folder / "data", "-w"]
        _run([*control, "-o", options, "-l", folder / "log", "start"])
        try:
            yield f"postgresql+psycopg://menzhen@/postgres?host={folder}"
        finally:
            _run([*control, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: list[str | Path]) -> None:
    # The server refuses to be root's.
    become = (
        ["setpriv", f"--reuid={_USER}", f"--regid={_USER}", "--clear-groups"] if os.geteuid() == 0 else []
    )
    done = subprocess.run([*become, *map(str, command)], cwd="/", capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")
