"""A PostgreSQL server of our own for tests: in a folder that goes away, on a socket that nobody else knows."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Server:
    """A server that runs: the URL of its empty database, up to `?`, and what starts and stops it."""

    url: str
    control: Sequence[str | Path]
    options: Sequence[str | Path]

    def start(self) -> None:
        """Start it, and wait until it answers."""
        _run([*self.control, *self.options, "start"])

    def crash(self) -> None:
        """End it as a crash does: nothing is written that is not yet."""
        _run([*self.control, "-m", "immediate", "stop"])


@contextmanager
def running(*, durable: bool = False) -> Iterator[str]:
    """Run a server and yield the URL of an empty database, up to `?`; `durable` waits for the disk at every commit."""
    with serving(durable=durable) as server:
        yield server.url


@contextmanager
def serving(*, durable: bool = False) -> Iterator[Server]:
    """Run a server that can be ended and started; `durable` waits for the disk at every commit."""
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
        url = f"postgresql+psycopg://menzhen@/postgres?host={folder}"
        control = [where / "pg_ctl", "-D", folder / "data", "-w"]
        server = Server(url, control, ["-o", options, "-l", folder / "log"])
        server.start()
        try:
            yield server
        finally:
            server.crash()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: Sequence[str | Path]) -> None:
    # The server refuses to be root's.
    become = (
        ["setpriv", f"--reuid={_USER}", f"--regid={_USER}", "--clear-groups"] if os.geteuid() == 0 else []
    )
    done = subprocess.run([*become, *map(str, command)], cwd="/", capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")
