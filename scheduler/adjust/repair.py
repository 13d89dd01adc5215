"""The repair of a published week from end to end: stops in, the week put right and what that changes out."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from scheduler.adjust.cover_wishes import possible_wishes, why_not
from scheduler.adjust.published import CoverLevel, PublishedWeek, covers
from scheduler.adjust.repaired_week import Exchange, as_published, to_publish
from scheduler.adjust.stops import Stop, all_stops
from scheduler.check.run import find_violations
from scheduler.check.standings import Difference, Standings
from scheduler.clock import Cell
from scheduler.engine.entry import repair_week
from scheduler.engine.options import DEFAULT_OPTIONS, Leeway, Options, ProgressCallback, ignore_progress
from scheduler.engine.run import Runner, StageClock, run_here
from scheduler.infeasible.reasons import bent, clashes
from scheduler.names import cell_name
from scheduler.outcome import Outcome, Status
from scheduler.plan import Planned
from scheduler.reserve.slots import crowded_slots
from scheduler.roster import Plan, Roster
from scheduler.scenario.rows import Origin
from scheduler.scenario.week import Scenario
from scheduler.words import Message, message


@dataclass(frozen=True)
class Repair:
    """What came of a repair, in terms of the published week: its changes are those against what is published.

    `scenario` is the one whose template the published week is, and `published` that week. `plan` is what to publish, in
    terms of the hospital's own scenario. `difference` is what the repair changes in every rule, as the checker counts.
    Without a roster in the outcome, `plan` is empty. `stops` are all it was made for, those that follow from the
    scenario with them.
    """

    scenario: Scenario
    outcome: Outcome
    plan: Plan
    difference: Difference
    seconds: Mapping[str, float]
    published: Plan
    repaired: Plan
    stops: frozenset[Stop] = frozenset()

    @property
    def reasons(self) -> dict[tuple[str, Cell], str]:
        """Why doctors cannot come, by doctor and half-day."""
        return {(stop.doctor, stop.cell): stop.reason for stop in self.stops}

    @cached_property
    def planned(self) -> Planned:
        """The repaired week as any planned one, checked as a whole: what reports are made from."""
        if self.outcome.roster is None:
            return Planned(self.scenario, self.outcome, self.repaired, (), self.seconds)
        crowded = crowded_slots(self.scenario, self.repaired.roster, self.repaired.slots)
        plan = replace(self.repaired, crowded=crowded)
        return Planned(self.scenario, self.outcome, plan, find_violations(self.scenario, plan), self.seconds)


def repair(
    scenario: Scenario,
    published: Plan,
    stops: Sequence[Stop],
    *,
    as_of: dt.date,
    cover_level: CoverLevel = CoverLevel.SAME_OR_HIGHER,
    budget: int | None = None,
    options: Options = DEFAULT_OPTIONS,
    on_progress: ProgressCallback = ignore_progress,
    runner: Runner = run_here,
) -> Repair:
    """Repair the `published` plan of `scenario` for the stopped doctors, with as few changes to it as can be.

    Nothing before `as_of` is touched. At most `budget` sessions change (none: any number). `runner` runs the engine
    in this process or in one of its own. Raises InputError for stops that are none and for a roster that cannot be a
    template.
    """
    roster = published.roster
    week = PublishedWeek(scenario, roster, all_stops(scenario, roster, stops, as_of), as_of, budget)
    before = as_published(week, published)

    def engine(target: Scenario, leeway: Leeway) -> Outcome:
        return runner(repair_week, target, options, on_progress, leeway=leeway)

    outcome = _solve_repair(week, before, cover_level, engine)
    if outcome.roster is None or outcome.status is Status.TIMED_OUT:
        # Out of time the engine hands back the published week, which is known and not repaired.
        nothing = Plan(Roster(()))
        failed = replace(outcome, roster=None)
        return Repair(week.scenario, failed, nothing, Difference((), ()), outcome.seconds, before, nothing)
    return _publishable(week, published, before, outcome, outcome.roster)


def _publishable(
    week: PublishedWeek, published: Plan, before: Plan, outcome: Outcome, roster: Roster
) -> Repair:
    """Return the repair whose `roster` was found, cut into slots and checked where it differs."""
    stages = StageClock(outcome.seconds)
    with stages.time("slots"):
        exchange = Exchange(week, before, roster)
        after, plan = exchange.after, to_publish(week, published, exchange.after)
    with stages.time("check"):
        difference = Standings(week.scenario, exchange.part).difference(exchange.gone, exchange.come)
    note = message("This week was repaired: changes count against the published week.")
    outcome = replace(outcome, roster=after.roster, notes=(*outcome.notes, note))
    return Repair(week.scenario, outcome, plan, difference, stages.seconds, before, after, week.stops)


def _solve_repair(
    week: PublishedWeek, before: Plan, level: CoverLevel, engine: Callable[[Scenario, Leeway], Outcome]
) -> Outcome:
    keys = {(stop.doctor, stop.cell): stop for stop in week.stops}
    dropped = frozenset(key for key, stop in keys.items() if not stop.wish.is_wanted)
    anyone = covers(week, level)
    named = possible_wishes(week, anyone)
    leeway = Leeway(week.since, frozenset(keys), anyone | named, week.budget, dropped)
    # The engine solves `changes` last where the policy has a budget; in a repair it comes first all the same.
    outcome = engine(week.without_budget, leeway)
    missed = {key for key in named if _holder(outcome, key) != named[key][0] and anyone[key] != named[key]}
    if missed and outcome.status is not Status.TIMED_OUT:
        leeway = replace(leeway, covers=anyone | {key: named[key] for key in named.keys() - missed})
        outcome = engine(week.without_budget, leeway)
    if outcome.status is Status.INFEASIBLE:
        least = engine(bent(week.scenario), replace(leeway, budget=None))
        return replace(outcome, reasons=tuple(_reasons(week.scenario, before, least)))
    return replace(outcome, notes=(*outcome.notes, *_unmet_wishes(week, level, anyone, outcome)))


def _holder(outcome: Outcome, key: Origin) -> str:
    """Return who holds a published session after the repair; nobody where it moved or is dropped."""
    sessions = () if outcome.roster is None else outcome.roster.held
    return next((s.doctor for s in sessions if s.origin == key and s.was == s.cell), "")


def _unmet_wishes(
    week: PublishedWeek, level: CoverLevel, anyone: Mapping[Origin, Sequence[str]], outcome: Outcome
) -> Iterator[Message]:
    """Yield a sentence for every doctor who was to cover a session and does not."""
    stops = {(stop.doctor, stop.cell): stop for stop in week.stops}
    for key, session in sorted(week.session_at.items(), key=lambda item: item[1].session):
        stop = stops.get((session.doctor, session.at))
        wished = "" if stop is None else stop.wish.doctor
        if stop is not None and wished and _holder(outcome, key) != wished:
            able = wished in anyone[key]
            yield message(
                "{other} does not cover {doctor} on {cell}: {reason}.",
                other=_label(week, wished),
                doctor=_label(week, stop.doctor),
                cell=cell_name(stop.cell),
                reason=why_not(week, stop, session, level, is_able=able),
            )


def _label(week: PublishedWeek, doctor: str) -> str:
    return week.base.doctor_name(doctor)


def _reasons(scenario: Scenario, before: Plan, least: Outcome) -> Iterator[Message]:
    """Yield what the repair that bends the hard rules least breaks beyond what the published week breaks."""
    if least.roster is None:
        yield message("No time was left to find out which rules cannot hold together.")
        return
    was: Counter[tuple[str, str]] = Counter()
    for violation in clashes(scenario, before.roster):
        was[violation.rule, violation.place] += violation.amount
    for violation in clashes(scenario, least.roster):
        if violation.amount > was[violation.rule, violation.place]:
            yield violation.sentence
