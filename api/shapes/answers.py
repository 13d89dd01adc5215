"""Questions about a roster or scenario, and their answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Self

from pydantic import Field
from sqlalchemy import Row

from api.shapes.edits import AT
from api.shapes.rosters import JobOut, Solving, TierOut, ViolationOut, sentences
from api.web.shape import Parameters, Shape, Whole
from scheduler.adjust.candidates import Candidate
from scheduler.scenario.week import Scenario


class WhyBody(Solving):
    """Why a doctor has no session at a half-day, or has."""

    doctor: str = Field(description="The doctor.", max_length=120)
    at: str = Field(description=AT, max_length=40)
    clinic: str = Field(default="", description="Only sessions of this clinic count.", max_length=120)
    absent: bool = Field(default=False, description="Ask instead why the doctor does have a session there.")


class PriceBody(Solving):
    """The price of the afternoon."""

    solver: Literal["highs", "scip", "cp_sat"] = Field(
        default="scip", description="Solver of the weekly model."
    )
    steps: Whole = Field(default=15, ge=1, le=200, description="How many points.")
    start: str | None = Field(default=None, max_length=40, description="Ratio to begin at; default: today's.")
    end: str = Field(default="1.0", max_length=40, description="Ratio to end at.")


class OptionsQuery(Parameters):
    """Which session somebody could take."""

    session: str | None = Field(
        default=None, max_length=255, description="A session that another doctor takes over."
    )
    at: str | None = Field(
        default=None, max_length=40, description="Or the half-day of a further session ..."
    )
    clinic: str | None = Field(default=None, max_length=120, description="... and its clinic.")
    all: bool = Field(default=False, description="Return also who could not, and why.")


class CandidateOut(Shape):
    """A doctor tried for a session."""

    doctor: str = Field(description="The doctor.")
    level: str = Field(description="Their level.")
    units: dict[str, int] = Field(description="Units that each rule gains or loses.")
    forbidden_by: list[ViolationOut] = Field(description="Why they could not.")
    over_limit: bool = Field(description="Whether it is one session more than the doctor's most.")

    @classmethod
    def of(cls, scenario: Scenario, candidate: Candidate) -> Self:
        """Return a candidate."""
        return cls(
            doctor=candidate.doctor,
            level=scenario.doctor_of[candidate.doctor].level,
            units=candidate.more_units,
            forbidden_by=ViolationOut.all_of(candidate.forbidden_by),
            over_limit=candidate.over_limit is not None,
        )


class CandidateList(Shape):
    """Doctors who could take a session, the best first, then those who could not."""

    able: int = Field(description="How many could.")
    unable: int = Field(description="How many could not.")
    entries: list[CandidateOut] = Field(description="The doctors.")

    @classmethod
    def of(cls, scenario: Scenario, candidates: Sequence[Candidate], *, with_unable: bool) -> Self:
        """Return the candidates in their order; those who could not only `with_unable`."""
        able = [one for one in candidates if not one.forbidden_by]
        unable = [one for one in candidates if one.forbidden_by]
        shown = [*able, *unable] if with_unable else able
        entries = [CandidateOut.of(scenario, one) for one in shown]
        return cls(able=len(able), unable=len(unable), entries=entries)


class AnswerPath(Parameters):
    """Which answer."""

    answer: str = Field(description="The answer's identity.", max_length=40)


class TierChangeOut(Shape):
    """A soft rule before, in the best other roster, and its proved bound."""

    key: str = Field(description="The rule.")
    before: int = Field(description="Units in the roster of the question.")
    after: int = Field(description="Units in the best other one.")
    bound: int = Field(description="Proved least units of that.")


class PointOut(Shape):
    """A point of the price of the afternoon."""

    limit: str = Field(description="Mornings per afternoon.")
    status: str = Field(description="How its solve ended.")
    tiers: list[TierOut] = Field(description="What it costs.")

    @classmethod
    def of(cls, point: Mapping[str, Any]) -> Self:
        """Return a point of a stored outcome."""
        return cls(limit=point["limit"], status=point["status"], tiers=TierOut.all_of(point["tiers"]))


class AnswerOut(Shape):
    """An answer that took a solve."""

    job: JobOut = Field(description="The solve.")
    verdict: str | None = Field(
        default=None, description="so_already, free, worse, better, impossible or undecided"
    )
    sentences: list[str] = Field(default_factory=list, description="The answer in words.")
    proved: bool | None = Field(
        default=None, description="Whether it is proved that no such roster is better."
    )
    tiers: list[TierChangeOut] = Field(default_factory=list, description="The soft rules compared.")
    points: list[PointOut] = Field(default_factory=list, description="The points of a price.")

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        """Return the answer in a job's row, in the reader's language."""
        outcome = row.outcome
        return cls(
            job=JobOut.of(row),
            verdict=outcome.get("verdict"),
            sentences=sentences(outcome.get("sentences", [])),
            proved=outcome.get("proved"),
            tiers=[TierChangeOut(**tier) for tier in outcome.get("tiers", [])],
            points=[PointOut.of(point) for point in outcome.get("points", [])],
        )
