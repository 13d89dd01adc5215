"""Rosters: requests, the state of their jobs, their tables and what the checker finds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field
from sqlalchemy import Row

from api.shapes.free_text import FreeText
from api.store.jobs import is_active
from api.store.models import ROSTERS, JobState
from api.web.declare import PREFIX
from api.web.language import words
from api.web.shape import LARGEST, Date, PageQuery, Parameters, Shape, Whole
from scheduler.check.run import totals
from scheduler.check.violation import Violation
from scheduler.scenario.patch import Patch
from scheduler.words import Message


class RosterPath(Parameters):
    """Which roster."""

    roster: str = Field(description="The roster's identity.", max_length=40)


class Solving(Shape):
    """How to solve."""

    solver: Literal["highs", "scip", "cp_sat"] = Field(
        default="highs", description="Solver of the weekly model."
    )
    seconds: Whole = Field(default=60, ge=1, le=86_400, description="Most seconds the engine may take.")
    seed: Whole = Field(default=0, ge=0, lt=2**31, description="Seed of the solver.")


class RosterBody(Solving):
    """A request for a roster."""

    scenario: str = Field(description="The scenario's identity.", max_length=40)
    set: list[str] = Field(
        default_factory=list,
        max_length=200,
        description="Changes to the scenario, such as policy.ratio.limit=1.1.",
    )
    pins: str | None = Field(
        default=None,
        description="A roster of the same scenario whose pinned sessions must stay.",
        max_length=40,
    )


_Text = Annotated[str, Field(max_length=200)]


class LeaveEntry(Shape):
    """A row of a leave list, each cell as its text: names, 7月22日, 周三下午, 7月20日-7月24日, 本周."""

    doctor: _Text = Field(default="", description="The doctor, by key or name.")
    number: _Text = Field(default="", description="The doctor's staff number.")
    specialty: _Text = Field(default="", description="The doctor's specialty, where several bear the name.")
    start: _Text = Field(description="First day or half-day, or the whole time.")
    end: _Text = Field(default="", description="Last day or half-day.")
    half: _Text = Field(default="", description="AM, PM or EVE (上午, 下午, 夜诊); empty: the whole day.")
    reason: FreeText = Field(default="", max_length=200, description="Why.")
    cover: _Text = Field(
        default="", description="yes, no (the session is stopped), or the doctor who covers."
    )


class RepairBody(Solving):
    """A request for a repair: doctors who cannot come, as texts or as the rows of a leave list."""

    stops: list[str] = Field(
        default_factory=list, max_length=500, description="DOCTOR@wed-pm or DOCTOR@2026-07-22-PM."
    )
    leave: list[LeaveEntry] = Field(
        default_factory=list, max_length=500, description="The rows of a leave list."
    )
    as_of: Date | None = Field(default=None, description="First date that may change; default: today.")
    cover_level: Literal["same-or-higher", "same"] = Field(
        default="same-or-higher",
        description="Level of a doctor who takes over, compared with the stopped one's.",
    )
    budget: Whole | None = Field(default=None, ge=0, le=100_000, description="Most sessions that may change.")


class RosterQuery(PageQuery):
    """Which rosters."""

    scenario: str | None = Field(default=None, description="Only rosters of this scenario.", max_length=40)
    state: JobState | None = Field(default=None, description="Only rosters in this state.")


class TierOut(Shape):
    """One soft rule as it was optimised."""

    key: str = Field(description="The rule.")
    value: int = Field(description="What was reached, in the rule's units.")
    bound: int = Field(description="What is proved to be the least.")
    gap: int = Field(description="Units between the two; 0: proved optimal.")

    @classmethod
    def all_of(cls, tiers: Iterable[Mapping[str, Any]]) -> list[Self]:
        """Return the tiers of a stored outcome."""
        return [cls(**tier, gap=tier["value"] - tier["bound"]) for tier in tiers]


class ProposalOut(Shape):
    """A remedy of an infeasible week that was solved."""

    rules: list[str] = Field(description="The rules that give way.")
    steps: list[str] = Field(description="What to do.")
    status: str = Field(description="How its solve ended.")
    tiers: list[TierOut] = Field(description="What it then costs.")
    patch: dict[str, Any] = Field(
        description="The steps as a patch of a study; empty in jobs of earlier versions."
    )

    @classmethod
    def of(cls, proposal: Mapping[str, Any]) -> Self:
        """Return a proposal of a stored outcome, in the reader's language."""
        return cls(
            rules=proposal["rules"],
            steps=sentences(proposal["steps"]),
            status=proposal["status"],
            tiers=TierOut.all_of(proposal["tiers"]),
            patch=Patch.from_json(proposal["patch"]).entry() if "patch" in proposal else {},
        )


class JobOut(Shape):
    """A solve: where it stands, and what came of it."""

    id: str = Field(description="Its identity.")
    number: int = Field(description="Its place in the list.")
    kind: str = Field(description="plan, repair, why, price or flow")
    scenario: str = Field(description="The scenario's identity.")
    base: str | None = Field(default=None, description="The roster that it is about, or repairs.")
    state: JobState = Field(description="Where it stands.")
    attempt: int = Field(description="How often it was started.")
    stage: str = Field(default="", description="What is being worked on.")
    best: int | None = Field(default=None, description="Best value so far, in the stage's units.")
    bound: int | None = Field(default=None, description="Proved bound so far.")
    gap: int | None = Field(default=None, description="Units between the two.")
    status: str | None = Field(default=None, description="optimal, feasible, infeasible or timed_out")
    tiers: list[TierOut] = Field(
        default_factory=list, description="The soft rules, in the order they were solved."
    )
    reasons: list[str] = Field(default_factory=list, description="Why there is no roster, or no better one.")
    proposals: list[ProposalOut] = Field(default_factory=list, description="Remedies, cheapest first.")
    notes: list[str] = Field(
        default_factory=list,
        description="What to know besides: leave that stops no session, doctors who cannot cover.",
    )
    changes: list[str] = Field(default_factory=list, description="What a repair changes.")
    seconds: dict[str, float] = Field(default_factory=dict, description="Seconds by stage.")
    version: int = Field(description="The roster's version, from 1; each edit makes another.")
    approval: str | None = Field(default=None, description="proposed, approved, rejected or published")
    created_at: dt.datetime = Field(description="When it was requested.")
    created_by: str = Field(description="The key that requested it.")
    started_at: dt.datetime | None = Field(default=None, description="When it was last started.")
    ended_at: dt.datetime | None = Field(default=None, description="When it ended.")
    links: dict[str, str] = Field(
        default_factory=dict, description="Addresses of what can be read or done next."
    )

    @classmethod
    def of(cls, row: Row[Any], approval: str | None = None) -> Self:
        """Return a job's row; `approval` is the last step of a roster on its way to publication."""
        outcome: Mapping[str, Any] = row.outcome
        return cls.of_row(
            row,
            gap=None if row.best is None or row.bound is None else row.best - row.bound,
            status=outcome.get("status"),
            tiers=TierOut.all_of(outcome.get("tiers", [])) if row.kind in ROSTERS else [],
            reasons=sentences([row.reason] if row.reason else []) + sentences(outcome.get("reasons", [])),
            proposals=[ProposalOut.of(one) for one in outcome.get("proposals", [])],
            notes=sentences(outcome.get("notes", [])),
            changes=sentences(outcome.get("changes", [])),
            seconds=outcome.get("seconds", {}),
            approval=approval,
            links=_links(row),
        )


def job_address(row: Row[Any]) -> str:
    """Return the address of a job's resource."""
    return f"{PREFIX}/{'rosters' if row.kind in ROSTERS else 'answers'}/{row.id}"


def _links(row: Row[Any]) -> dict[str, str]:
    address = job_address(row)
    if row.kind not in ROSTERS:
        names = ["cancel"] if is_active(row) else []
    elif is_active(row):
        names = ["events", "cancel"]
    elif row.state == JobState.DONE:
        names = ["events", "sessions", "slots", "channels", "appointments", "report", "check"]
    else:
        names = ["events"]
    return {"self": address} | {name: f"{address}/{name}" for name in names}


class RosterList(Shape):
    """A page of rosters, the newest first."""

    entries: list[JobOut] = Field(description="The rosters.")
    next: int | None = Field(description="`before` of the next page; none at the end.")


class EventQuery(Parameters):
    """Which events."""

    after: int = Field(default=0, ge=0, le=LARGEST, description="Only events after this one.")


class EventHeader(Parameters):
    """Where a stream broke off."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    last_event_id: str | None = Field(
        default=None,
        alias="Last-Event-ID",
        description="The last event that a stream brought: only those after it; one that is no number counts as none.",
    )


class EventOut(Shape):
    """Something that happened, to a solve or in the feed of changes."""

    id: int = Field(description="Counts up.")
    event: str = Field(
        description="Of a solve state or progress; of the feed published, claimed, returned, fell_back, hurt or retimed."
    )
    data: dict[str, Any] = Field(description="What there is to tell of it.")
    at: dt.datetime = Field(description="When.")


class EventList(Shape):
    """Events in order."""

    entries: list[EventOut] = Field(description="The events.")
    next: int = Field(description="`after` of the next question.")
    ended: bool = Field(description="Whether no more will come, as after the end of a solve.")


class RowsQuery(Parameters):
    """Which rows of a table, and in which form."""

    doctor: str | None = Field(default=None, description="Only this doctor's.", max_length=120)
    specialty: str | None = Field(default=None, description="Only this specialty's.", max_length=120)
    date: Date | None = Field(default=None, description="Only of this date.")
    clinic: str | None = Field(default=None, description="Only this clinic's.", max_length=120)
    campus: str | None = Field(default=None, description="Only clinics of this campus.", max_length=120)
    first: Date | None = Field(default=None, alias="from", description="Only from this date on.")
    last: Date | None = Field(default=None, alias="to", description="Only up to this date.")
    offset: int = Field(default=0, ge=0, le=10_000_000, description="Rows to pass over.")
    limit: int | None = Field(
        default=None,
        ge=1,
        le=100_000,
        description="Most rows to return; default: 1000 as json, all of them as csv.",
    )
    format: Literal["json", "csv"] = Field(default="json", description="json, or csv for spreadsheets.")


class AsOfQuery(Parameters):
    """When."""

    as_of: dt.datetime | None = Field(
        default=None,
        description="Tickets as the ledger has them then, with its zone; from now on. Default: now.",
    )


class PresentRowsQuery(RowsQuery, AsOfQuery):
    """Which rows of channels or appointments, in which form and when."""


class RowsOut(Shape):
    """A page of a table."""

    table: str = Field(description="sessions, slots, channels or appointments")
    total: int = Field(description="Rows that fit.")
    offset: int = Field(description="Rows passed over.")
    next: int | None = Field(description="`offset` of the next page; none at the end.")
    rows: list[dict[str, str | int | None]] = Field(description="The rows, by column.")


class ReportQuery(Parameters):
    """In which form."""

    format: Literal["json", "html", "xlsx"] = Field(default="json", description="Form of the report.")


class ViolationOut(Shape):
    """A rule that does not hold at a place."""

    rule: str = Field(description="The rule.")
    place: str = Field(description="Where.")
    units: int = Field(description="What is missing or too many, in the rule's units.")
    hard: bool = Field(description="Whether the scenario insists on it.")
    sentence: str = Field(description="What is wrong, with its numbers.")

    @classmethod
    def all_of(cls, violations: Iterable[Violation]) -> list[Self]:
        """Return the checker's violations, in the reader's language."""
        voice = words()
        return [
            cls(
                rule=one.rule,
                place=one.place,
                units=one.amount,
                hard=one.hard,
                sentence=voice.say(one.sentence),
            )
            for one in violations
        ]


class CheckOut(Shape):
    """What the independent checker finds in a roster."""

    hard: int = Field(description="Violations of rules that must hold.")
    units: dict[str, int] = Field(description="Units of every rule.")
    violations: list[ViolationOut] = Field(description="All of them.")

    @classmethod
    def of(cls, violations: Sequence[Violation]) -> Self:
        """Return what the checker found."""
        return cls(
            hard=sum(violation.hard for violation in violations),
            units=totals(violations),
            violations=ViolationOut.all_of(violations),
        )


def sentences(messages: Iterable[Any]) -> list[str]:
    """Return stored messages in the reader's language."""
    voice = words()
    return [voice.say(Message.from_json(one)) for one in messages]
