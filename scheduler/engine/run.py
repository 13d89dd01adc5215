"""The engine's one entry: a scenario in, an outcome out."""

from __future__ import annotations

from scheduler.engine.columns import all_columns
from scheduler.engine.options import Event, Options, Tell
from scheduler.engine.rooms import give_rooms
from scheduler.engine.solve import Answer, Clock
from scheduler.engine.week import Stages, Weekly, solve_single, solve_week
from scheduler.outcome import Outcome, Status
from scheduler.scenario import Scenario

_STATUS = {
    Answer.OPTIMAL: Status.OPTIMAL,
    Answer.FEASIBLE: Status.FEASIBLE,
    Answer.INFEASIBLE: Status.INFEASIBLE,
    Answer.NOTHING: Status.TIMED_OUT,
}


def answer(scenario: Scenario, options: Options, tell: Tell, *, engine: str = "aggregate") -> Outcome:
    """Plan the week and give rooms, within the options' seconds; the tiers are in the order they were solved."""
    stages, clock = Stages(), Clock(options.seconds)
    tell(Event("build"))
    with stages.time("build"):
        columns = all_columns(scenario)
    solve = solve_single if engine == "single" else solve_week
    weekly: Weekly = solve(columns, options, clock, stages, tell)
    if weekly.roster is None:
        return Outcome(_STATUS[weekly.answer], None, (), stages.seconds)
    tell(Event("rooms"))
    with stages.time("rooms"):
        roster, tiers = give_rooms(scenario, weekly.roster, options, clock)
    solved = weekly.tiers + tiers
    proved = all(tier.gap == 0 for tier in solved)
    return Outcome(Status.OPTIMAL if proved else Status.FEASIBLE, roster, solved, stages.seconds)
