"""Where the ticket ledger is, and what time it is for it: options that all its commands share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from scheduler.cli.voice import say_error
from scheduler.errors import CallError, Problem, Where
from scheduler.words import Words, marked, message

if TYPE_CHECKING:
    from scheduler.tickets.store import Store

DEFAULT_URL = "sqlite:///menzhen.db"
"""The ledger where no other is named: a file in the folder where the command is called."""

DatabaseUrl = Annotated[
    str,
    typer.Option(
        "--database",
        envvar="MENZHEN_DATABASE",
        help=marked("The ticket ledger: FILE.db or postgresql+psycopg://...; also MENZHEN_DATABASE."),
        metavar="URL",
        show_envvar=False,
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        help=marked("Act as if it were this time, such as 2026-07-20T08:00; for rehearsals."),
        metavar="TIME",
    ),
]


def parse_time(text: str | None) -> dt.datetime:
    """Return the time written `2026-07-20` or `2026-07-20T08:00` (Beijing time unless it has a zone), or now."""
    from scheduler.clock import BEIJING

    if text is None:
        return dt.datetime.now(BEIJING).replace(microsecond=0)
    try:
        time = dt.datetime.fromisoformat(text)
    except ValueError:
        wrong, remedy = message("this is not a date and time"), message("Write it as 2026-07-20T08:00.")
        raise CallError([Problem(Where(field="--as-of"), wrong, remedy, text)]) from None
    return time if time.tzinfo else time.replace(tzinfo=BEIJING)


def warn_of_rehearsal(as_of: str | None, words: Words) -> None:
    """Print, after something was written as of a pretended time, that the ledger now records that time for good."""
    if as_of is not None:
        warning = message("The ledger records this as of {time}; rehearse on a copy of it.", time=as_of)
        say_error(warning, words)


@contextmanager
def open_ledger(url: str, *, new: bool = False) -> Iterator[Store]:
    """Open the ledger, with `new` made where there is none yet; it is closed at the end."""
    from scheduler.tickets.store import open_or_make_store, open_store

    store = open_or_make_store(url) if new else open_store(url)
    try:
        yield store
    finally:
        store.close()
