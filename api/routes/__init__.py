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
        calendars,
        changes,
        edits,
        events,
        exports,
        fhir,
        operation,
        partners,
        roster_tables,
        rosters,
        scenarios,
        studies,
        tickets,
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
        calendars,
        fhir,
        tickets,
        changes,
        partners,
        operation,
        studies,
        variants,
    )
    return tuple(module.routes for module in modules)
