"""What the tables of the ledger and of the service have in common: names of constraints, and types of columns."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, MetaData
from sqlalchemy.orm import DeclarativeBase

from scheduler.tickets.timestamps import Timestamp

# Constraints are named by us and not by the database, so that a migration can drop one on SQLite and PostgreSQL alike.
_CONSTRAINT_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


def new_metadata() -> MetaData:
    """Return an empty set of tables, whose constraints get our names."""
    return MetaData(naming_convention=_CONSTRAINT_NAMES)


class TableBase(DeclarativeBase):
    """Base of the base of each set of tables, which has a metadata of its own."""

    __abstract__ = True
    type_annotation_map = {dict[str, Any]: JSON, list[Any]: JSON, dt.datetime: Timestamp}  # noqa: RUF012
