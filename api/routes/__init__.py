"""The routes, a file each resource; every one declares who may call it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from api.web.declare import Routes


def every() -> tuple[Routes, ...]:
    """Return the routes of all resources."""
    from api.routes import (
        answers,
        approvals,
        edits,
        events,
        exports,
        operation,
        partners,
        roster_tables,
        rosters,
        scenarios,
        studies,
        variants,
    )

    modules = (
        scenarios,
        rosters,
        events,
        roster_tables,
        edits,
        answers,
        approvals,
        exports,
        partners,
        operation,
        studies,
        variants,
    )
    return tuple(module.routes for module in modules)
