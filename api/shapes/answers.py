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


class FlowBody(Shape):
    """Patient flow of a roster's week."""

    against: str | None = Field(
        default=None, max_length=40, description="Another roster of the same scenario to compare it with."
    )
    replications: Whole | None = Field(
        default=None,
        ge=1,
        le=1000,
        description="Runs of the week; without it until the mean wait is known to 2 %.",
    )
    seconds: Whole = Field(default=120, ge=1, le=86_400, description="Most seconds it may take.")
    seed: Whole = Field(default=0, ge=0, lt=2**31, description="Seed of everything drawn.")


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


class IntervalOut(Shape):
    """A mean over replications with the interval that holds it with 95 %, decimals as text."""

    mean: str = Field(description="The mean.")
    low: str | None = Field(description="The interval's lower end; none of a single replication.")
    high: str | None = Field(description="Its upper end.")
    differs: bool | None = Field(description="Of a difference: whether the interval excludes 0.")


class WindowLoadOut(Shape):
    """A service's windows in a half-hour."""

    service: str = Field(description="What the windows are for.")
    windows: int = Field(description="Windows open.")
    queue_a_window: float = Field(description="Patients waiting a window, in the mean.")
    queue_p95: float = Field(description="What that is not above with 95 %.")
    over_15: float = Field(description="Chance that it is above 15.")
    windows_needed: int | None = Field(description="Fewest windows for a chance of at most 5 %.")


class HalfHourOut(Shape):
    """A campus in a half-hour of a day."""

    campus: str = Field(description="The campus.")
    date: str = Field(description="The date.")
    half_hour: str = Field(description="When it begins.")
    arrivals: float = Field(description="Patients who arrive, in the mean.")
    crowd: float = Field(description="Patients in the hall, in the mean.")
    crowd_p95: int = Field(description="What that is not above with 95 %.")
    services: list[WindowLoadOut] = Field(description="The campus's windows.")


class WaitOut(Shape):
    """The waits of a group of sessions, in minutes."""

    scope: str = Field(description="hospital, campus, specialty, half_day or doctor")
    key: str = Field(description="Which of them.")
    patients: float = Field(description="Patients seen, in the mean.")
    wait: IntervalOut = Field(description="From the time told, or a later arrival, to the doctor's door.")
    wait_p90: float = Field(description="What nine of ten patients do not wait longer than.")
    in_hall: IntervalOut = Field(description="From the arrival to the door.")


class FlowFiguresOut(Shape):
    """What the replications of a week come to."""

    seed: int = Field(description="Seed of everything drawn.")
    replications: int = Field(description="Runs of the week.")
    measures: dict[str, IntervalOut] = Field(
        description="wait, in_hall, peak_crowd, over_15 (a share) and overtime."
    )
    half_hours: list[HalfHourOut] = Field(description="Halls by half-hour.")
    waits: list[WaitOut] = Field(description="Waits by group.")


class FlowOut(Shape):
    """The patient flow of a week, and of another roster of it with the same random numbers."""

    figures: FlowFiguresOut = Field(description="This roster's.")
    before: FlowFiguresOut | None = Field(description="The other roster's.")
    differences: dict[str, IntervalOut] | None = Field(description="This one less the other, by measure.")
    assumptions: list[str] = Field(description="What all of it rests on.")

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Self:
        """Return the flow in a stored outcome, in the reader's language."""
        return cls.model_validate({**content, "assumptions": sentences(content["assumptions"])})


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
    flow: FlowOut | None = Field(default=None, description="What patients meet.")

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
            flow=FlowOut.of(outcome["flow"]) if "flow" in outcome else None,
        )
