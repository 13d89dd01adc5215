"""The service's tables in the ledger's database: opened with it, made, and brought up to date."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import make_url

from scheduler.errors import Problem, StoreError, Where
from scheduler.tickets import store
from scheduler.tickets.schema import LEDGER, Schema
from scheduler.tickets.store import Store
from scheduler.words import message

SERVICE = Schema(
    scripts="api.store:migrations",
    # Apart from the ledger's: each set of tables has a revision of its own.
    version_table="api_schema",
    lock=5318009,
    absent=(
        message("this database holds no tables of the service"),
        message("Check its name, or make them with menzhen db upgrade."),
    ),
    upgrade=message("Save a copy of the database, then run menzhen db upgrade."),
)
"""The tables of the service."""


def open_store(url: str) -> Store:
    """Open the database at `url`, whose tables must be up to date, the ledger's too; raises StoreError."""
    return store.open_store(url, schemas=(LEDGER, SERVICE))


def upgrade(url: str) -> None:
    """Make the tables at `url`, the ledger's too, or bring them up to date; raises StoreError."""
    file = make_url(url).database
    if url.startswith("sqlite") and file:
        make_folder(Path(file).parent)
        make_private(Path(file))
    store.upgrade(url, schemas=(LEDGER, SERVICE))


def make_private(file: Path) -> None:
    """Make a file that only its owner may read, where there is none; SQLite then writes into it."""
    if not file.exists():
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))


def make_folder(folder: Path) -> None:
    """Make the folder of the database's file where it is missing; raises StoreError where it cannot be written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        writable = os.access(folder, os.W_OK)
    except OSError:
        writable = False
    if not writable:
        wrong = message("it cannot be created, or is read-only")
        remedy = message("Name another folder, or ask its owner for the right to write there.")
        raise StoreError([Problem(Where(file=str(folder)), wrong, remedy)])
