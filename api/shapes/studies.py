"""Studies: requests, progress, and the results of their variants."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field
from sqlalchemy import Row

from api.shapes.rosters import sentences
from api.store.jobs import is_active
from api.store.models import JobState
from api.web.declare import PREFIX
from api.web.shape import PageQuery, Parameters, Shape, Whole
from scheduler.study.file.file import StudyContent


class StudyPath(Parameters):
    """Which study."""

    study: str = Field(description="The study's identity.", max_length=40)


class VariantPath(StudyPath):
    """Which variant of it."""

    variant: str = Field(description="The variant's name; `base` is the scenario as it is.", max_length=120)


class StudyBody(Shape):
    """A study to run."""

    scenario: str = Field(description="Identity of the scenario that is the base.", max_length=40)
    study: Annotated[
        dict[str, Any], BeforeValidator(lambda content: content, json_schema_input_type=StudyContent)
    ] = Field(description="The content of a study file without its base.")
    replications: Whole = Field(
        default=0, ge=0, le=1_000, description="How often each week is run, with drawn absences."
    )
    how: Literal["as_run", "repair", "replan"] = Field(
        default="as_run", description="What is done about the sessions that are stopped in a replication."
    )


class StudyQuery(PageQuery):
    """Which studies."""

    scenario: str | None = Field(default=None, description="Only studies of this scenario.", max_length=40)
    state: JobState | None = Field(default=None, description="Only studies in this state.")


class StudyOut(Shape):
    """A study: where it stands."""

    id: str = Field(description="Its identity.")
    number: int = Field(description="Its place in the list.")
    name: str = Field(description="Its name.")
    title: str = Field(description="What readers call it.")
    scenario: str = Field(description="Identity of the scenario that is the base.")
    state: JobState = Field(description="Where it stands; `done` also where variants failed.")
    attempt: int = Field(description="How often it was started since it was requested or resumed.")
    all: int = Field(description="Its variants, the base among them.")
    done: int = Field(description="Variants that are finished.")
    failed: int = Field(description="How many of these have no figures.")
    reasons: list[str] = Field(default_factory=list, description="Why it ended before its end.")
    created_at: dt.datetime = Field(description="When it was requested.")
    created_by: str = Field(description="The key that requested it.")
    started_at: dt.datetime | None = Field(default=None, description="When it was last started.")
    ended_at: dt.datetime | None = Field(default=None, description="When it ended.")
    links: dict[str, str] = Field(
        default_factory=dict, description="Addresses of what can be read or done next."
    )

    @classmethod
    def of(cls, row: Row[Any], progress: Mapping[str, Any]) -> Self:
        """Return a study's row with the progress of its variants."""
        address = study_address(row.id)
        names = ["events", "table"]
        done, total = progress.get("done", 0), row.request["variants"]
        if is_active(row):
            names.append("cancel")
        elif done < total or row.outcome.get("failures"):
            names.append("resume")
        return cls.of_row(
            row,
            name=row.request["name"],
            title=row.request["title"],
            all=total,
            done=done,
            failed=progress.get("failed", 0),
            reasons=sentences([row.reason] if row.reason else []),
            links={"self": address} | {name: f"{address}/{name}" for name in names},
        )


def study_address(study: str) -> str:
    """Return the address of a study's resource."""
    return f"{PREFIX}/studies/{study}"


class StudyList(Shape):
    """A page of studies, the newest first."""

    entries: list[StudyOut] = Field(description="The studies.")
    next: int | None = Field(description="`before` of the next page; none at the end.")


class TableQuery(Parameters):
    """In which form."""

    format: Literal["json", "csv", "xlsx", "html"] = Field(
        default="json", description="json, csv, xlsx, or html: a page to decide from."
    )


class TableRowOut(Shape):
    """A line of the table."""

    cells: dict[str, str | None] = Field(description="The cells as the csv has them, by column.")
    links: dict[str, str] = Field(description="The variant, and its roster's sessions where there are any.")


class TableOut(Shape):
    """The table of what is finished, the base's line first."""

    all: int = Field(description="The study's variants.")
    columns: list[str] = Field(description="The columns in order.")
    rows: list[TableRowOut] = Field(description="A row a variant, in the study's order.")


class VariantOut(Shape):
    """What came of a variant."""

    name: str = Field(description="Its name.")
    title: str = Field(description="What readers call it.")
    swept: dict[str, str] = Field(description="The values that a sweep gave it, by what was swept.")
    figures: dict[str, Any] | None = Field(description="Its figures, exact; none where it failed.")
    reasons: list[str] = Field(description="Why there is no roster.")
    changed: list[dict[str, Any]] = Field(description="The sessions that are not as in the base's timetable.")
    replicated: list[dict[str, Any]] = Field(description="The week as it ran, once each replication.")
    seconds: float = Field(description="Seconds that the engine took.")
    links: dict[str, str] = Field(description="Its study, and its roster's sessions where there are any.")


class PartQuery(Parameters):
    """Which rows, and in which form."""

    offset: int = Field(default=0, ge=0, le=10_000_000, description="Rows to pass over.")
    limit: int | None = Field(
        default=None, ge=1, le=100_000, description="Most rows to return; else 1,000 as json, all as csv."
    )
    format: Literal["json", "csv"] = Field(default="json", description="json, or csv for spreadsheets.")
