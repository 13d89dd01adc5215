"""Each session that changed, told with everything a reader asks about it."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.clock import Cell
from scheduler.report.specialties import specialty_of
from scheduler.roster import Change, Session
from scheduler.scenario.hospital import Doctor
from scheduler.scenario.week import Scenario


@dataclass(frozen=True)
class ChangedSession:
    """A session that is moved, covered, added or dropped, with its doctor, specialty and clinics.

    `covers` is the template's doctor of a session that another one has taken over.
    """

    session: Session
    doctor: Doctor
    specialty: str
    clinics: tuple[str, ...]
    covers: Doctor | None = None

    @property
    def doctor_text(self) -> str:
        """The doctor's name, and after an arrow that of the doctor who is covered."""
        names = [who.name or who.doctor for who in (self.doctor, self.covers) if who is not None]
        return " ← ".join(names)

    @property
    def first_day(self) -> Cell:
        """The half-day that the change is found under: where the session was, or where it was added."""
        return self.session.was or self.session.at

    @property
    def same_date(self) -> bool:
        """Tell whether a moved session stays on its date."""
        was, now = self.session.was, self.session.cell
        return was is not None and now is not None and was.date == now.date


def changed_sessions(
    scenario: Scenario, sessions: tuple[Session, ...], change: Change
) -> tuple[ChangedSession, ...]:
    """Return the sessions with this change, sorted by their first half-day, specialty and doctor."""
    found = [
        ChangedSession(
            session,
            scenario.doctor_of[session.doctor],
            specialty_of(scenario, session),
            tuple(block.clinic for block in sorted(session.blocks)),
            scenario.doctor_of[session.was_doctor] if session.was_doctor else None,
        )
        for session in sessions
        if session.change is change
    ]
    return tuple(sorted(found, key=lambda c: (c.first_day, c.specialty, c.session.session)))
