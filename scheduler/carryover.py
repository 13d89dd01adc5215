"""The ledger: what every doctor has borne so far, what partners are owed, and what is left of the change budget."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from scheduler.clock import Week
from scheduler.scenario.hospital import Credit
from scheduler.scenario.week import Scenario

BURDENS = ("afternoons", "fridays", "weekends")
"""What a ledger counts of each doctor, as the rule `fairness` does."""


@dataclass(frozen=True)
class Account:
    """One doctor: the weeks counted, and the sessions borne in them and before (all at least 0)."""

    doctor: str
    specialty: str
    weeks: int = 0
    afternoons: int = 0
    fridays: int = 0
    weekends: int = 0


@dataclass(frozen=True)
class Spending:
    """One week: the changes it could make (none: without limit), those it made, and what it leaves to later weeks.

    `budget` is what the scenario allows a week and what was carried into it; `carried` is what is left of it. A
    week without a limit leaves what was carried into it.
    """

    week: Week
    budget: int | None
    spent: int
    carried: int = 0


@dataclass(frozen=True)
class Ledger:
    """All doctors, sorted by name, all weeks, in order, and what partners are owed, sorted."""

    accounts: tuple[Account, ...] = ()
    weeks: tuple[Spending, ...] = ()
    credits: tuple[Credit, ...] = ()

    @property
    def carried(self) -> int:
        """Changes that the weeks so far were allowed and did not make."""
        return self.weeks[-1].carried if self.weeks else 0

    def with_doctors_of(self, scenario: Scenario) -> Ledger:
        """Return the ledger with every doctor of the scenario in it; new ones bring the scenario's past.

        Doctors whom the scenario does not know stay: they may come back.
        """
        known = {account.doctor: account for account in self.accounts}
        for doctor in scenario.doctor_of.values():
            before = known.get(doctor.doctor)
            past = (doctor.past_afternoons, doctor.past_fridays, doctor.past_weekends)
            if before is None:
                known[doctor.doctor] = Account(doctor.doctor, doctor.specialty, 0, *past)
            else:
                known[doctor.doctor] = replace(before, specialty=doctor.specialty)
        return replace(self, accounts=tuple(known[name] for name in sorted(known)))

    def credits_for(self, scenario: Scenario) -> tuple[Credit, ...]:
        """Return what the partners of the scenario are owed, sorted; those the ledger does not know as it says."""
        owed = {(row.partner, row.specialty): row for row in (*scenario.credits, *self.credits)}
        return tuple(
            owed[partner, specialty]
            for partner, specialty in sorted(owed)
            if partner in scenario.partner_of and specialty in scenario.specialties
        )

    def with_credits(self, owed: Iterable[Credit]) -> Ledger:
        """Return the ledger with these credits in place of those of the same partner and specialty."""
        found = {(row.partner, row.specialty): row for row in (*self.credits, *owed)}
        return replace(self, credits=tuple(found[key] for key in sorted(found)))

    def charged(self, scenario: Scenario, borne: Mapping[str, Mapping[str, int]], spent: int) -> Ledger:
        """Return the ledger after the week of `scenario`: `borne` by doctor and burden, `spent` sessions changed."""
        accounts = tuple(
            _added(account, borne.get(account.doctor, {}))
            if account.doctor in scenario.doctor_of
            else account
            for account in self.accounts
        )
        return self.passed(scenario, spent, accounts)

    def passed(
        self, scenario: Scenario, spent: int = 0, accounts: tuple[Account, ...] | None = None
    ) -> Ledger:
        """Return the ledger after a week that nobody's account counts, such as one without a roster."""
        budget = scenario.policy.changes.budget
        left = self.carried if budget is None else max(0, budget - spent)
        week = Spending(scenario.week, budget, spent, left)
        found = self.accounts if accounts is None else accounts
        return replace(self, accounts=found, weeks=(*self.weeks, week))


def _added(account: Account, borne: Mapping[str, int]) -> Account:
    more = {burden: getattr(account, burden) + borne.get(burden, 0) for burden in BURDENS}
    return replace(account, weeks=account.weeks + 1, **more)
