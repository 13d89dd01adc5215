"""Where the ticket ledger is, and what time it is for it: options that all its commands share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from scheduler.cli.voice import error_console
from scheduler.errors import CallError, Problem, Where
from scheduler.words import Words, message

if TYPE_CHECKING:
    from scheduler.tickets.store import Store

HERE = "sqlite:///menzhen.db"
"""The ledger where nothing else is told: a file in the folder where the command is called."""


def database(words: Words) -> Any:
    """Return the option --database."""
    return typer.Option(
        HERE,
        "--database",
        envvar="MENZHEN_DATABASE",
        help=words.say(
            message("The ticket ledger: sqlite:///FILE or postgresql+psycopg://...; also MENZHEN_DATABASE.")
        ),
        metavar="URL",
        show_envvar=False,
    )


def as_of(words: Words) -> Any:
    """Return the option --as-of."""
    return typer.Option(
        None,
        "--as-of",
        help=words.say(message("Act as if it were this moment, such as 2026-07-20T08:00; for rehearsals.")),
        metavar="MOMENT",
    )


def moment_of(text: str | None) -> dt.datetime:
    """Return the moment written `2026-07-20` or `2026-07-20T08:00` (Beijing time unless it tells), or now."""
    from scheduler.clock import BEIJING

    if text is None:
        return dt.datetime.now(BEIJING).replace(microsecond=0)
    try:
        told = dt.datetime.fromisoformat(text)
    except ValueError:
        wrong, remedy = message("this is no moment"), message("Write it as 2026-07-20T08:00.")
        raise CallError([Problem(Where(field="--as-of"), wrong, remedy, text)]) from None
    return told if told.tzinfo else told.replace(tzinfo=BEIJING)


def tell_pretended(as_of: str | None, words: Words) -> None:
    """Say, where a moment was pretended for something that is written, that the ledger now says so for good."""
    if as_of is not None:
        said = message("The ledger keeps this as of {moment}: rehearse on a copy of it.", moment=as_of)
        error_console().print(words.say(said), markup=False, soft_wrap=True)


@contextmanager
def opened(url: str, *, new: bool = False) -> Iterator[Store]:
    """Open the ledger, with `new` made where there is none yet; it is closed at the end."""
    from scheduler.tickets.store import open_or_make_store, open_store

    store = open_or_make_store(url) if new else open_store(url)
    try:
        yield store
    finally:
        store.close()
