"""A roster edited by hand beside the best roster that has the same edits: what the same wish costs at best."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from scheduler.adjust.published import PublishedWeek
from scheduler.check.run import find_violations, totals
from scheduler.clock import Cell
from scheduler.engine.entry import solve_week
from scheduler.engine.options import Options, ProgressCallback, ignore_progress
from scheduler.engine.run import Runner, run_here
from scheduler.explain.question import TierChange
from scheduler.outcome import Outcome, Status
from scheduler.roster import Plan, Roster, Session
from scheduler.rules import RULES, Stage, Strictness, rule
from scheduler.scenario.changes import let_work
from scheduler.scenario.week import Scenario
from scheduler.words import Message, message

_WEEK_RULES = frozenset(one.key for one in RULES if one.stage is Stage.WEEK)


@dataclass(frozen=True)
class BestWithEdits:
    """The best roster that has the edits of `edited`; none where no roster with them keeps every hard rule.

    Where the edited roster breaks hard rules (`breaks_hard_rules`), it is the one nearest to the edited roster that
    keeps them. `tiers` compare it with the edited roster, in order, the edits themselves counted in neither. `moved`
    are the sessions that stand elsewhere in it, as they are in it; `proved` says that no other is better.
    """

    status: Status
    tiers: tuple[TierChange, ...] = ()
    moved: tuple[Session, ...] = ()
    breaks_hard_rules: bool = False

    @property
    def proved(self) -> bool:
        """Return whether no other roster with the edits has better tiers."""
        return all(tier.after == tier.bound for tier in self.tiers)

    @property
    def _differing(self) -> TierChange | None:
        """The first tier that differs, where it is the better one."""
        first = next((tier for tier in self.tiers if tier.before != tier.after), None)
        return first if first is not None and first.after < first.before else None

    @property
    def is_worth_the_moves(self) -> bool:
        """Return whether to move the sessions `moved` makes the edited roster better."""
        return self.breaks_hard_rules or self._differing is not None

    @property
    def sentence(self) -> Message:
        """What came of it."""
        if self.status is Status.INFEASIBLE:
            return message("With these edits no roster keeps every hard rule.")
        if self.status is Status.TIMED_OUT:
            return message("No better roster with these edits was found in the time given.")
        differing = self._differing
        moved = len(self.moved)
        if self.breaks_hard_rules:
            return message(
                "A roster with these edits keeps every hard rule where {moved:more session is|more sessions are} "
                "put elsewhere.",
                moved=moved,
            )
        if differing is None:
            if self.proved:
                return message("No roster with these edits is better.")
            return message("No better roster with these edits was found in the time given.")
        return message(
            "A better roster with these edits is possible where {moved:more session is|more sessions are} put "
            "elsewhere: {rule} {after} instead of {before}.",
            moved=moved,
            rule=rule(differing.key).name,
            after=differing.after,
            before=differing.before,
        )


def best_with_edits(
    scenario: Scenario,
    roster: Roster,
    edited: Collection[str],
    options: Options,
    on_progress: ProgressCallback = ignore_progress,
    *,
    runner: Runner = run_here,
) -> BestWithEdits | None:
    """Solve the week again with the sessions `edited` where they are in `roster`.

    Where a hard rule is broken the other sessions stay where they are in `roster`, so that as few as can be follow; a
    budget counts from the template, and has them start there. None where two sessions of a doctor fall into one
    half-day, or one onto a closed day: no roster is like that.
    """
    fixed = {s.session for s in roster.sessions if s.session in edited}
    weeks = [_EditedWeek.of(scenario, roster, fixed, _places(roster, fixed))]
    if weeks[0] is not None and weeks[0].broken and scenario.policy.changes.budget is None:
        now = {s.session: (s.doctor, s.cell) for s in roster.sessions if s.cell is not None}
        weeks.append(_EditedWeek.of(scenario, roster, fixed, now, changes_first=True))
    week = weeks[-1]
    return None if week is None else _compared(week, runner(solve_week, week.scenario, options, on_progress))


@dataclass(frozen=True)
class _EditedWeek:
    """The week to be solved, whose template has the edits in it, and the edited roster as a roster of that week."""

    scenario: Scenario
    roster: Roster

    @classmethod
    def of(
        cls,
        scenario: Scenario,
        roster: Roster,
        fixed: Collection[str],
        places: Mapping[str, tuple[str, Cell]],
        *,
        changes_first: bool = False,
    ) -> _EditedWeek | None:
        """Return the week whose sessions stand at `places`; None where no roster is like that."""
        open_cells = set(scenario.cells)
        if len(set(places.values())) < len(places) or any(
            cell not in open_cells for _, cell in places.values()
        ):
            return None
        week = _week(scenario, roster, fixed, places)
        if changes_first:
            others = (key for key in week.tiers if key != "changes")
            rules = {**week.rules, "changes": Strictness.SOFT}
            week = week.changed(rules=rules, tiers=("changes", *others))
        now = (_of_the_week(s, places) for s in roster.sessions if s.cell or s.session in places)
        return cls(week, Roster(tuple(now)))

    @property
    def broken(self) -> bool:
        """Return whether the edited roster breaks a hard rule of the week."""
        hard = [key for key in _WEEK_RULES if self.scenario.strictness(key) is Strictness.HARD]
        return bool(find_violations(self.scenario, Plan(self.roster), rules=hard))


def _places(roster: Roster, fixed: Collection[str]) -> dict[str, tuple[str, Cell]]:
    """Return where the week to be solved has each session standing, by doctor and half-day.

    Edited sessions stand where they are now, all others where the template has them: but for those whose place an
    edited one takes, and those that another doctor holds, which stand where they are now too. What is dropped or was
    added stands nowhere: nobody who is away is put back.
    """
    now = {s.session: (s.doctor, s.cell) for s in roster.sessions if s.cell is not None}
    stay = {s.session for s in roster.sessions if s.session in fixed or s.doctor != s.owner}
    places = {key: now[key] for key in sorted(stay) if key in now}
    taken = set(places.values())
    for session in roster.sessions:
        if session.session in stay or session.was is None or session.cell is None:
            continue
        place = (session.owner, session.was)
        places[session.session] = now[session.session] if place in taken else place
    return places


def _week(
    scenario: Scenario, roster: Roster, fixed: Collection[str], places: Mapping[str, tuple[str, Cell]]
) -> Scenario:
    """Return the scenario whose template has the sessions at their places, the edited ones pinned.

    Where the scenario only strives for `pinned`, edits alone are.
    """
    standing = Roster(
        tuple(
            replace(s, doctor=places[s.session][0], cell=places[s.session][1])
            for s in roster.sessions
            if s.session in places
        )
    )
    if scenario.strictness("pinned") is not Strictness.HARD:
        scenario = scenario.changed(
            template=tuple(r.model_copy(update={"pinned": False}) for r in scenario.template)
        )
    pinned = frozenset(place for key, place in places.items() if key in fixed)
    week = PublishedWeek(scenario, standing, frozenset(), scenario.week.dates[0], None, pinned)
    changed = scenario.changed(
        **week.as_template,
        rules={**scenario.rules, "pinned": Strictness.HARD},
        tiers=tuple(key for key in scenario.tiers if key != "pinned"),
    )
    away = [(doctor, cell) for doctor, cell in sorted(pinned) if cell not in changed.open_cells(doctor)]
    return let_work(changed, away).scenario if away else changed


def _of_the_week(session: Session, places: Mapping[str, tuple[str, Cell]]) -> Session:
    doctor, was = places.get(session.session, (session.doctor, None))
    return replace(session, was=was, was_doctor="" if doctor == session.doctor else doctor)


def _compared(week: _EditedWeek, outcome: Outcome) -> BestWithEdits:
    if outcome.roster is None or outcome.status is Status.TIMED_OUT:
        return BestWithEdits(outcome.status)
    keys = [tier.key for tier in outcome.tiers if tier.key in _WEEK_RULES]
    units = totals(find_violations(week.scenario, Plan(week.roster), rules=keys))
    tiers = tuple(
        TierChange(tier.key, units[tier.key], tier.value, tier.bound)
        for tier in outcome.tiers
        if tier.key in _WEEK_RULES
    )
    best = {(s.owner, s.was): s for s in outcome.roster.sessions if s.was is not None}
    standing = ((s, best.get((s.owner, s.was))) for s in week.roster.sessions if s.was is not None)
    moved = tuple(
        replace(other, session=session.session)
        for session, other in standing
        if other is not None and (other.doctor, other.cell) != (session.doctor, session.cell)
    )
    return BestWithEdits(outcome.status, tiers, moved, week.broken)
