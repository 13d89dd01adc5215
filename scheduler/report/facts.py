"""What the reports of a plan show, worked out once from scenario, outcome, plan and violations."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from scheduler.balance import RatioTable, ratio_table
from scheduler.check.slack import Slack, slacks
from scheduler.check.violation import Violation
from scheduler.clock import Cell, Half
from scheduler.compare import SessionChange, plan_changes
from scheduler.outcome import Outcome
from scheduler.report.reserves import ChannelRule, Reserve, channel_rules_of, reserves
from scheduler.report.rule_results import RuleResult, rule_results
from scheduler.report.specialties import SpecialtyWeek, specialty_of, specialty_weeks
from scheduler.report.words import STATUS_WORDS
from scheduler.reserve.shares import Share, partner_shares
from scheduler.roster import Change, Crowded, Plan, Roster, template_roster
from scheduler.scenario.rows import StandingSession
from scheduler.scenario.week import Scenario
from scheduler.words import Message, message


@dataclass(frozen=True)
class ReportFacts:
    """What a report is made from. Where the outcome has no roster, the plan is not looked at.

    `repaired` is whether the scenario's template is a published week that was repaired.
    """

    scenario: Scenario
    outcome: Outcome
    plan: Plan
    violations: tuple[Violation, ...] = ()
    repaired: bool = False

    @property
    def solved(self) -> bool:
        """Whether there is a roster to report on."""
        return self.outcome.roster is not None

    @property
    def has_nothing_to_plan(self) -> bool:
        """Whether nothing was asked for: neither a timetable nor demand, and so no session."""
        scenario = self.scenario
        return self.solved and not (scenario.template or scenario.demand or self.after.held)

    @property
    def status_name(self) -> Message:
        """What people call the outcome."""
        return message("Nothing to plan") if self.has_nothing_to_plan else STATUS_WORDS[self.outcome.status]

    @property
    def name_before(self) -> Message:
        """What people call the week before."""
        return message("Published week") if self.repaired else message("Before, as planned")

    @property
    def name_after(self) -> Message:
        """What people call the week that this is the report of."""
        return message("Repaired week") if self.repaired else message("This plan")

    @cached_property
    def before(self) -> Roster:
        """The template's week as planned, stopped sessions in it."""
        return template_roster(self.scenario)

    @cached_property
    def after(self) -> Roster:
        """The plan's roster, or the template where there is none."""
        return self.plan.roster if self.solved else self.before

    @cached_property
    def ratio_before(self) -> RatioTable:
        """The template's balance, as planned."""
        return ratio_table(self.scenario, self.before)

    @cached_property
    def ratio_as_run(self) -> RatioTable:
        """The template's balance without the sessions that were stopped."""
        return ratio_table(self.scenario, template_roster(self.scenario, stopped=False))

    @cached_property
    def ratio_after(self) -> RatioTable | None:
        """The plan's balance; None without a roster."""
        return ratio_table(self.scenario, self.after) if self.solved else None

    @cached_property
    def half_days(self) -> tuple[Cell, ...]:
        """Mornings and afternoons of working days, and other half-days with a session before or after."""
        used = {session.at for roster in (self.before, self.after) for session in roster.held}
        usual = {Cell(date, half) for date in self.scenario.working_dates for half in (Half.AM, Half.PM)}
        return tuple(sorted(used | usual))

    @cached_property
    def specialties(self) -> tuple[SpecialtyWeek, ...]:
        """Sessions by specialty and half-day, before and after."""
        return specialty_weeks(self.scenario, self.before, self.after)

    @cached_property
    def session_changes(self) -> tuple[SessionChange, ...]:
        """The sessions that change, by half-day, specialty and identity; none without a roster."""
        changes = plan_changes(self.after)
        return tuple(sorted(changes, key=lambda c: (c.session.at, self.specialty(c), c.session.session)))

    def changes(self, change: Change) -> tuple[SessionChange, ...]:
        """Return the sessions moved, covered, added or dropped, in the order of `session_changes`."""
        return tuple(one for one in self.session_changes if one.change is change)

    @cached_property
    def stopped_by_leave(self) -> tuple[StandingSession, ...]:
        """The template's sessions that nobody holds because their doctor is on leave, by half-day and doctor."""
        held = {session.origin for session in self.after.held} if self.solved else set()
        stopped = (s for s in self.scenario.on_leave if s.key not in held)
        return tuple(sorted(stopped, key=lambda session: (session.cell, session.doctor)))

    def specialty(self, change: SessionChange) -> str:
        """Return the specialty of a session that changes."""
        return specialty_of(self.scenario, change.latest)

    def doctors_text(self, change: SessionChange) -> str:
        """Return the name of the doctor who holds the session, and after an arrow that of the one who is covered."""
        doctors = dict.fromkeys(side.doctor for side in (change.latest, change.session))
        return " ← ".join(self.scenario.doctor_name(doctor) for doctor in doctors)

    @cached_property
    def reserves(self) -> tuple[Reserve, ...]:
        """The partners' share by specialty; none where the rule is off or there is no roster."""
        if not self.solved or not self.scenario.is_on("reserve_expert"):
            return ()
        return reserves(self.scenario, self.plan)

    @cached_property
    def channel_rules(self) -> tuple[ChannelRule, ...]:
        """Every rule on who may book; none where nobody looks at them, or there is no roster."""
        if not self.solved or not self.scenario.is_on("channel_shares"):
            return ()
        return channel_rules_of(self.scenario, self.plan)

    @cached_property
    def partner_shares(self) -> tuple[Share, ...]:
        """What each partner gets, by partner and specialty; none without a roster, partners or the rule."""
        return partner_shares(self.scenario, self.plan) if self.solved else ()

    @cached_property
    def rules(self) -> tuple[RuleResult, ...]:
        """Every rule with its result, in catalogue order."""
        return rule_results(self.scenario, self.violations, solved=self.solved)

    @cached_property
    def slacks(self) -> dict[str, Slack]:
        """Slack by rule; none without a roster."""
        return slacks(self.scenario, self.plan) if self.solved else {}

    @cached_property
    def crowded(self) -> tuple[Crowded, ...]:
        """Slots that ask too much of the doctor, the worst first; none without a roster."""
        slots = self.plan.crowded if self.solved else ()
        return tuple(sorted(slots, key=lambda c: (c.most - c.tickets, c.date, c.window, c.doctor, c.session)))

    @cached_property
    def specialties_needed(self) -> int:
        """How many specialties must keep the limit over the week."""
        looked_at = sum(week.looked_at for week in self.specialties)
        return math.ceil(self.scenario.policy.ratio.specialties_share * looked_at)
