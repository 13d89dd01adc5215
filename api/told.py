"""Jobs and findings as they are told, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Row

from api.language import words
from api.routes.declare import PREFIX
from api.shapes.rosters import JobTold, ProposalTold, TierTold, ViolationTold
from api.store.jobs import is_active, unpacked
from api.store.models import ROSTERS, JobKind, JobState
from scheduler.check.violation import Violation


def address(row: Row[Any]) -> str:
    """Return where a job is found."""
    return f"{PREFIX}/{'rosters' if JobKind(row.kind) in ROSTERS else 'answers'}/{row.id}"


_PLAIN = (
    *("id", "number", "kind", "scenario", "base", "state", "attempt", "stage", "best", "bound"),
    *("version", "created_at", "created_by", "started_at", "ended_at"),
)


def job_told(row: Row[Any], approval: str | None = None) -> JobTold:
    """Return a job as it is told."""
    kept: Mapping[str, Any] = row.outcome
    return JobTold(
        **{name: getattr(row, name) for name in _PLAIN},
        gap=None if row.best is None or row.bound is None else row.best - row.bound,
        status=kept.get("status"),
        tiers=tiers_told(kept.get("tiers", [])) if JobKind(row.kind) in ROSTERS else [],
        reasons=sentences([row.reason] if row.reason else []) + sentences(kept.get("reasons", [])),
        proposals=[
            ProposalTold(
                rules=way["rules"],
                steps=sentences(way["steps"]),
                status=way["status"],
                tiers=tiers_told(way["tiers"]),
            )
            for way in kept.get("proposals", [])
        ],
        changes=sentences(kept.get("changes", [])),
        seconds=kept.get("seconds", {}),
        approval=approval,
        links=_links(row),
    )


def _links(row: Row[Any]) -> dict[str, str]:
    here = address(row)
    found = {"self": here, "events": f"{here}/events"} if JobKind(row.kind) in ROSTERS else {"self": here}
    if is_active(row):
        return {**found, "cancel": f"{here}/cancel"}
    if JobState(row.state) is JobState.DONE and JobKind(row.kind) in ROSTERS:
        for name in ("sessions", "slots", "channels", "report", "check"):
            found[name] = f"{here}/{name}"
    return found


def tiers_told(kept: Iterable[Mapping[str, Any]]) -> list[TierTold]:
    """Return tiers as they are told."""
    return [TierTold(**tier, gap=tier["value"] - tier["bound"]) for tier in kept]


def sentences(kept: Iterable[Any]) -> list[str]:
    """Return packed messages in the reader's language."""
    voice = words()
    return [voice.say(unpacked(one)) for one in kept]


def violations_told(found: Iterable[Violation]) -> list[ViolationTold]:
    """Return violations as they are told."""
    voice = words()
    return [
        ViolationTold(
            rule=one.rule, place=one.place, units=one.amount, hard=one.hard, sentence=voice.say(one.sentence)
        )
        for one in found
    ]
