"""The carry-over: what every doctor has borne so far, what partners are owed, and what is left of the change budget."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from scheduler.clock import Week
from scheduler.scenario.hospital import Credit
from scheduler.scenario.week import Scenario

BURDENS = ("afternoons", "fridays", "weekends")
"""What a carry-over counts of each doctor, as the rule `fairness` does."""


@dataclass(frozen=True)
class DoctorRecord:
    """One doctor: the weeks counted, and the sessions borne in them and before (all at least 0)."""

    doctor: str
    specialty: str
    weeks: int = 0
    afternoons: int = 0
    fridays: int = 0
    weekends: int = 0

    def after_week(self, borne: Mapping[str, int]) -> DoctorRecord:
        """Return the record with one week more and the sessions `borne` in it, by burden."""
        sums = {burden: getattr(self, burden) + borne.get(burden, 0) for burden in BURDENS}
        return replace(self, weeks=self.weeks + 1, **sums)


@dataclass(frozen=True)
class WeekBudget:
    """One week: the changes it could make (none: without limit), those it made, and what it leaves to later weeks.

    `budget` is what the scenario allows a week and what was carried into it; `carried` is what is left of it. A
    week without a limit leaves what was carried into it.
    """

    week: Week
    budget: int | None
    spent: int
    carried: int = 0


@dataclass(frozen=True)
class CarryOver:
    """All doctors, sorted by name, all weeks, in order, and what partners are owed, sorted."""

    doctors: tuple[DoctorRecord, ...] = ()
    weeks: tuple[WeekBudget, ...] = ()
    credits: tuple[Credit, ...] = ()

    @property
    def carried(self) -> int:
        """Changes that the weeks so far were allowed and did not make."""
        return self.weeks[-1].carried if self.weeks else 0

    def with_doctors_of(self, scenario: Scenario) -> CarryOver:
        """Return the carry-over with every doctor of the scenario in it; new ones bring the scenario's past.

        Doctors whom the scenario does not know stay: they may come back.
        """
        records = {record.doctor: record for record in self.doctors}
        for doctor in scenario.doctor_of.values():
            record = records.get(doctor.doctor)
            past = (doctor.past_afternoons, doctor.past_fridays, doctor.past_weekends)
            if record is None:
                records[doctor.doctor] = DoctorRecord(doctor.doctor, doctor.specialty, 0, *past)
            else:
                records[doctor.doctor] = replace(record, specialty=doctor.specialty)
        return replace(self, doctors=tuple(records[name] for name in sorted(records)))

    def credits_for(self, scenario: Scenario) -> tuple[Credit, ...]:
        """Return what the scenario's partners are owed, sorted; its own credits stand for partners unknown here."""
        rows = {(row.partner, row.specialty): row for row in (*scenario.credits, *self.credits)}
        return tuple(
            rows[partner, specialty]
            for partner, specialty in sorted(rows)
            if partner in scenario.partner_of and specialty in scenario.specialties
        )

    def with_credits(self, owed: Iterable[Credit]) -> CarryOver:
        """Return the carry-over with these credits in place of those of the same partner and specialty."""
        rows = {(row.partner, row.specialty): row for row in (*self.credits, *owed)}
        return replace(self, credits=tuple(rows[key] for key in sorted(rows)))

    def after_week(self, scenario: Scenario, borne: Mapping[str, Mapping[str, int]], spent: int) -> CarryOver:
        """Return the carry-over after the week of `scenario`: `borne` by doctor and burden, `spent` sessions changed."""
        doctors = tuple(
            record.after_week(borne.get(record.doctor, {})) if record.doctor in scenario.doctor_of else record
            for record in self.doctors
        )
        return replace(self.without_week(scenario, spent), doctors=doctors)

    def without_week(self, scenario: Scenario, spent: int = 0) -> CarryOver:
        """Return the carry-over after a week that counts for no doctor, such as one without a roster."""
        budget = scenario.policy.changes.budget
        carried = self.carried if budget is None else max(0, budget - spent)
        week = WeekBudget(scenario.week, budget, spent, carried)
        return replace(self, weeks=(*self.weeks, week))
