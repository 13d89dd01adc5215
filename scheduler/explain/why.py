"""Answering: the week is solved again otherwise, and every tier compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from scheduler.check.run import find_violations, totals
from scheduler.engine.entry import solve_week
from scheduler.engine.options import Options, ProgressCallback, ignore_progress
from scheduler.engine.run import Runner, run_here
from scheduler.errors import Problem, SettingError, Where, suggest
from scheduler.explain import question as sentences
from scheduler.explain.question import Question, Reply, TierChange, Verdict
from scheduler.infeasible.reasons import bent, reasons
from scheduler.outcome import Outcome, Status
from scheduler.roster import Plan, Session
from scheduler.rules import RULES, Stage, rule
from scheduler.scenario.changes import let_work
from scheduler.scenario.week import Scenario
from scheduler.tables.typed_names import parse_clinic, parse_doctor, unknown_doctor
from scheduler.words import Message, message

Solve = Callable[[Scenario], Outcome]
"""Returns the best week of a scenario that is as demanded."""


def why(
    scenario: Scenario,
    plan: Plan,
    question: Question,
    options: Options,
    on_progress: ProgressCallback = ignore_progress,
    *,
    runner: Runner = run_here,
) -> Reply:
    """Answer `question`, whose doctor and clinic may be typed by name, about `plan`, a roster of `scenario`.

    Where the doctor cannot work at the half-day the reason comes first, then what it would cost if they could. Takes
    at most twice the options' seconds. Raises SettingError for an unknown doctor or clinic, or a half-day of another
    week, and EngineError where another process breaks down.
    """
    question = _resolved(scenario, question)
    sessions = [s for s in plan.roster.held if s.doctor == question.doctor and s.at == question.cell]
    there = any(_serves(session, question.clinic) for session in sessions)
    if there == (not question.absent):
        return Reply(Verdict.SO_ALREADY, (sentences.so_already(question),))
    if question.cell not in scenario.cells and not question.absent:
        return Reply(Verdict.IMPOSSIBLE, (sentences.closed(scenario, question.cell),))
    week, closed = scenario, tuple(sentences.not_open(scenario, question))
    if closed:
        week = let_work(scenario, [(question.doctor, question.cell)]).scenario

    def solve(tried: Scenario) -> Outcome:
        return runner(solve_week, tried, options, on_progress, demands=question.demands)

    outcome = solve(week)
    if outcome.status is Status.INFEASIBLE:
        return Reply(Verdict.IMPOSSIBLE, (*closed, sentences.impossible(question), *_clashes(week, solve)))
    if outcome.roster is None or outcome.status is Status.TIMED_OUT:
        sentence = message("No answer was found in the time given: more --seconds would tell.")
        return Reply(Verdict.UNDECIDED, (*closed, sentence))
    return _compared(scenario, plan, question, outcome, closed)


def _resolved(scenario: Scenario, typed: Question) -> Question:
    """Return the question with keys of doctor and clinic; raises SettingError for what is unknown."""
    doctor, clinic = parse_doctor(scenario, typed.doctor), parse_clinic(scenario, typed.clinic)
    question, problems = replace(typed, doctor=doctor, clinic=clinic), []
    if question.doctor not in scenario.doctor_of:
        problems.append(unknown_doctor(scenario, question.doctor, Where(field="doctor")))
    if question.clinic and question.clinic not in scenario.clinic_of:
        wrong, remedy = message("there is no such clinic"), suggest(question.clinic, list(scenario.clinic_of))
        problems.append(Problem(Where(field="clinic"), wrong, remedy, question.clinic))
    if question.cell.date not in scenario.week.dates:
        remedy = message("Name a half-day of the week {week}.", week=str(scenario.week))
        wrong = message("the date is not in the planned week")
        problems.append(Problem(Where(field="at"), wrong, remedy, question.cell.date.isoformat()))
    if problems:
        raise SettingError(problems)
    return question


def _serves(session: Session, clinic: str) -> bool:
    return not clinic or any(block.clinic == clinic for block in session.blocks)


def _clashes(scenario: Scenario, solve: Solve) -> tuple[Message, ...]:
    """Return the clashes of the roster that bends the hard rules least for the question."""
    least = solve(bent(scenario))
    if least.status is Status.INFEASIBLE:
        return (message("The template has no session that could be put there, and demand asks for none."),)
    if least.roster is None or least.status is Status.TIMED_OUT:
        return (message("No time was left to find out which rules forbid it."),)
    return reasons(scenario, least.roster)


def _compared(
    scenario: Scenario, plan: Plan, question: Question, outcome: Outcome, closed: tuple[Message, ...]
) -> Reply:
    assert outcome.roster is not None, "a roster is what is compared"
    keys = [tier.key for tier in outcome.tiers]
    units = totals(find_violations(scenario, Plan(plan.roster), rules=keys))
    tiers = tuple(TierChange(tier.key, units[tier.key], tier.value, tier.bound) for tier in outcome.tiers)
    # Rooms are given out after the week is fixed: their tier is that of this one roster.
    weekly = tuple(tier for tier in tiers if rule(tier.key).stage is Stage.WEEK)
    first = next((tier for tier in weekly if tier.after != tier.before), None)
    changed = tuple(sentences.became(plan.roster, outcome.roster, question))
    if first is None:
        return Reply(Verdict.FREE, (*closed, sentences.free(question), *changed), tiers)
    if first.after > first.before:
        verdict, sentence = Verdict.WORSE, sentences.worse(question, first)
    else:
        verdict, sentence = Verdict.BETTER, sentences.better(question, first, opened=bool(closed))
    return Reply(verdict, (*closed, sentence, *changed, *_doubts(scenario, plan, weekly)), tiers)


def _doubts(scenario: Scenario, plan: Plan, weekly: tuple[TierChange, ...]) -> tuple[Message, ...]:
    """Return what takes from the comparison: bounds not reached in time, a roster that breaks hard rules."""
    doubts: list[Message] = []
    if any(tier.after != tier.bound for tier in weekly):
        doubts.append(message("Whether it could be better is not proved: more --seconds would tell."))
    keys = [one.key for one in RULES if one.stage is Stage.WEEK and scenario.is_on(one.key)]
    if any(violation.hard for violation in find_violations(scenario, Plan(plan.roster), rules=keys)):
        doubts.append(message("This roster itself breaks hard rules, which the other one keeps."))
    return tuple(doubts)
