"""Errors of a database as StoreErrors: what is wrong, that nothing was written, and what to do."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from scheduler.errors import Problem, StoreError, Where
from scheduler.words import Message, message

_AGAIN = message("Try again: nothing of this step was written.")
_LOCKED = (
    message("another program has been writing to it for too long"),
    message("Try again when it is done: nothing of this step was written."),
)
_FULL = (
    message("the disk is full"),
    message("Make room and try again: nothing of this step was written."),
)
_READ_ONLY = (
    message("it is read-only"),
    message("Ask its owner for the right to write to the file and its folder."),
)
_ABSENT = (
    message("it cannot be opened"),
    message("Check that its folder is there and may be written to."),
)
_NO_LEDGER = (
    message("the file is not a ledger"),
    message("Name the file of a ledger, or one that is not there yet."),
)
_LOST = (
    message("the server cannot be reached, or closed the connection"),
    message("Check the server and try again. If the claim was written after all, the next try says so."),
)
_TEXTS: tuple[tuple[tuple[str, ...], tuple[Message, Message]], ...] = (
    (("database is locked", "database table is locked"), _LOCKED),
    (("disk is full",), _FULL),
    (("readonly database",), _READ_ONLY),
    (("unable to open database",), _ABSENT),
    (("file is not a database",), _NO_LEDGER),
)
_STATES: tuple[tuple[tuple[str, ...], tuple[Message, Message]], ...] = (
    (("55P03", "57014"), _LOCKED),
    (("53100",), _FULL),
    (("25006", "42501"), _READ_ONLY),
    (("08", "57P"), _LOST),
)
_RETRIED = ("40001", "40P01", "23505")
"""Transactions that could not be put in an order, deadlocks, and rows that another transaction was quicker to insert."""


def store_error(where: str, error: SQLAlchemyError) -> StoreError:
    """Return what went wrong with the database named `where`; values that were to be written are not in it."""
    wrong, remedy = _explain(error)
    return StoreError([Problem(Where(file=where), wrong, remedy)])


def is_retryable(error: DBAPIError) -> bool:
    """Return whether two writers only stood in each other's way, so that the loser can try again at once."""
    return getattr(error.orig, "sqlstate", None) in _RETRIED


def _explain(error: SQLAlchemyError) -> tuple[Message, Message]:
    if isinstance(error, PoolTimeout):
        return _LOCKED
    if not isinstance(error, DBAPIError):
        return message("it cannot be used ({kind})", kind=type(error).__name__), _AGAIN
    text = str(error.orig).partition("\n")[0]
    state = getattr(error.orig, "sqlstate", None)
    for parts, explanation in _TEXTS:
        if any(part in text for part in parts):
            return explanation
    for states, explanation in _STATES:
        if state is not None and state.startswith(states):
            return explanation
    # A connection that was never made, or broke down on the way, has no state.
    if state is None and type(error.orig).__module__.startswith("psycopg"):
        return _LOST
    return message("the database refuses: {text}", text=_without_values(text, state)), _AGAIN


def _without_values(text: str, state: str | None) -> str:
    # PostgreSQL repeats values in its sentence, which may be patient data; the state alone is enough to look it up.
    return text if state is None else f"SQLSTATE {state}"
