"""Edits of a roster by hand: requests, their effect on the rules, versions, and two rosters compared."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field

from api.shapes.free_text import FreeText
from api.shapes.rosters import ViolationOut
from api.web.shape import Parameters, Shape, Whole
from scheduler.adjust.edit import Add, Drop, Edit, Move
from scheduler.adjust.typed_words import parse_cell
from scheduler.check.standings import Effect
from scheduler.clock import Cell
from scheduler.errors import Problem, SettingError, Suggestions, Where, suggest
from scheduler.roster import Session
from scheduler.scenario.rows import Block
from scheduler.scenario.week import Scenario
from scheduler.words import message

AT = "A half-day, such as fri-pm or 2026-07-24-PM."
"""How a half-day is described in the document."""


class BlockBody(Shape):
    """Tickets of one clinic in a session."""

    clinic: str = Field(description="The clinic.", max_length=120)
    tickets: Whole = Field(ge=0, le=500, description="Its tickets.")


class MoveEdit(Shape):
    """A session at another half-day or room, of another doctor, or with other tickets; what is not named stays."""

    op: Literal["move"] = Field(description="move")
    session: str = Field(description="The session.", max_length=255)
    at: str | None = Field(default=None, description=AT, max_length=40)
    room: str | None = Field(default=None, description="The room.", max_length=120)
    doctor: str | None = Field(default=None, description="Who takes it over.", max_length=120)
    blocks: list[BlockBody] | None = Field(
        default=None, min_length=1, max_length=9, description="Its clinics and tickets."
    )


class DropEdit(Shape):
    """A session that is not held."""

    op: Literal["drop"] = Field(description="drop")
    session: str = Field(description="The session.", max_length=255)


class AddEdit(Shape):
    """A further session."""

    op: Literal["add"] = Field(description="add")
    doctor: str = Field(description="The doctor.", max_length=120)
    at: str = Field(description=AT, max_length=40)
    blocks: list[BlockBody] = Field(min_length=1, max_length=9, description="Its clinics and tickets.")
    room: str | None = Field(
        default=None, description="The room; default: the first free one.", max_length=120
    )


EditRequest = Annotated[MoveEdit | DropEdit | AddEdit, Field(discriminator="op")]


class CheckBody(Shape):
    """Edits that are tried and not kept."""

    edits: list[EditRequest] = Field(min_length=1, max_length=500, description="The edits, in order.")


class EditBody(Shape):
    """Edits that make a new version, and the sessions that are pinned in it."""

    edits: list[EditRequest] = Field(default_factory=list, max_length=500, description="The edits, in order.")
    pins: list[str] | None = Field(
        default=None,
        max_length=20_000,
        description="All sessions that a further solve must leave where they are; default: as before.",
    )
    reason: FreeText = Field(default="", max_length=500, description="Why.")


class VersionHeader(Parameters):
    """Which version the author has seen."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    if_match: str | None = Field(
        default=None, alias="If-Match", description='The ETag of the version that was seen, such as "v3".'
    )


class SessionOut(Shape):
    """A session as an edit leaves it."""

    session: str = Field(description="The session.")
    doctor: str = Field(description="The doctor.")
    at: str | None = Field(description="The half-day; none: not held.")
    room: str = Field(description="The room.")

    @classmethod
    def of(cls, session: Session) -> Self:
        """Return a session of a roster."""
        at = None if session.cell is None else f"{session.cell.date.isoformat()}-{session.cell.half}"
        return cls(session=session.session, doctor=session.doctor, at=at, room=session.room)


class EffectOut(Shape):
    """What edits change in the rules."""

    version: int = Field(description="The version that they were applied to, or have made.")
    sessions: list[SessionOut] = Field(description="The edited sessions as they become.")
    units: dict[str, list[int]] = Field(description="Units of each changed rule, before and after.")
    appeared: list[ViolationOut] = Field(description="What is wrong then that was not, or less.")
    vanished: list[ViolationOut] = Field(description="What is no longer wrong, or less.")
    worse: int = Field(description="Violations of hard rules that are new or larger.")

    @classmethod
    def of(cls, version: int, sessions: Iterable[Session], effect: Effect) -> Self:
        """Return the `effect` of edits that leave `sessions` behind."""
        return cls(
            version=version,
            sessions=[SessionOut.of(session) for session in sessions],
            units={key: [was, now] for key, (was, now) in effect.units.items()},
            appeared=ViolationOut.all_of(effect.appeared),
            vanished=ViolationOut.all_of(effect.vanished),
            worse=len(effect.worse),
        )


class VersionOut(Shape):
    """A version of a roster."""

    version: int = Field(description="Its number, from 1.")
    edits: list[dict[str, Any]] = Field(description="The edits that made it.")
    pins: list[dict[str, str]] = Field(description="The sessions that are pinned, with their half-days.")
    made_at: dt.datetime = Field(description="When.")
    made_by: str = Field(description="The key that made it.")
    reason: str = Field(description="Why.")


class VersionList(Shape):
    """All versions of a roster, the oldest first."""

    entries: list[VersionOut] = Field(description="The versions.")


class CompareQuery(Parameters):
    """Which other roster."""

    other: str = Field(max_length=40, description="The roster to compare with.")


class DifferenceOut(Shape):
    """A session that is not the same in two rosters."""

    session: str = Field(description="The session.")
    first: SessionOut | None = Field(description="As it is in the first; none: not there.")
    second: SessionOut | None = Field(description="As it is in the second; none: not there.")


class ComparisonOut(Shape):
    """Two rosters side by side."""

    sessions: list[DifferenceOut] = Field(description="Sessions that differ.")
    units: dict[str, list[int]] = Field(
        description="Units of every rule in which they differ, first and second."
    )


def parse_edits(scenario: Scenario, requests: Sequence[EditRequest]) -> list[Edit]:
    """Return the edits of a request; raises SettingError with every half-day and clinic that is unknown."""
    problems: list[Problem] = []
    edits: list[Edit] = []
    clinics = Suggestions(scenario.clinic_of)
    for number, edit in enumerate(requests):
        place = f"/edits/{number}"
        match edit:
            case DropEdit():
                edits.append(Drop(edit.session))
            case MoveEdit():
                cell = None if edit.at is None else half_day(scenario, edit.at, f"{place}/at", problems)
                problems += _unknown_clinics(clinics, edit.blocks or (), place)
                blocks = None if edit.blocks is None else _blocks(edit.blocks)
                edits.append(Move(edit.session, cell, edit.room, edit.doctor, blocks))
            case AddEdit():
                cell = half_day(scenario, edit.at, f"{place}/at", problems)
                problems += _unknown_clinics(clinics, edit.blocks, place)
                edits.append(Add(edit.doctor, cell or scenario.cells[0], _blocks(edit.blocks), edit.room))
    if problems:
        raise SettingError(problems)
    return edits


def half_day(scenario: Scenario, text: str, place: str, problems: list[Problem]) -> Cell | None:
    """Return the half-day of the scenario's week that is written so; what is wrong is added to `problems`."""
    try:
        cell = parse_cell(scenario.week, text)
    except ValueError:
        cell = None
    if cell is not None and cell in scenario.cells:
        return cell
    wrong, remedy = message("this is not a half-day"), suggest(text.lower(), [c.key for c in scenario.cells])
    problems.append(Problem(Where(field=place), wrong, remedy, text))
    return None


def _blocks(bodies: Iterable[BlockBody]) -> tuple[Block, ...]:
    return tuple(Block(body.clinic, body.tickets) for body in bodies)


def _unknown_clinics(clinics: Suggestions, blocks: Iterable[BlockBody], place: str) -> Iterable[Problem]:
    for number, block in enumerate(blocks):
        if block.clinic not in clinics.known:
            where = Where(field=f"{place}/blocks/{number}/clinic")
            wrong = message("the scenario does not know this clinic")
            yield Problem(where, wrong, clinics.remedy(block.clinic), block.clinic)
