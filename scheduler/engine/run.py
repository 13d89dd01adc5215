"""The engine's one entry: a scenario in, an outcome out."""

from __future__ import annotations

from scheduler.engine.demands import asked
from scheduler.engine.options import NO_DEMANDS, Demands, Event, Options, Tell
from scheduler.engine.rooms import give_rooms
from scheduler.engine.shared_columns import columns_of
from scheduler.engine.solve import Answer, Clock
from scheduler.engine.week import Stages, Weekly, solve_single, solve_week
from scheduler.outcome import Outcome, Status
from scheduler.scenario.week import Scenario

_STATUS = {
    Answer.OPTIMAL: Status.OPTIMAL,
    Answer.FEASIBLE: Status.FEASIBLE,
    Answer.INFEASIBLE: Status.INFEASIBLE,
    Answer.NOTHING: Status.TIMED_OUT,
}


def answer(
    scenario: Scenario,
    options: Options,
    tell: Tell,
    *,
    engine: str = "aggregate",
    demands: Demands = NO_DEMANDS,
) -> Outcome:
    """Plan the week and give rooms, within the options' seconds; the tiers are in the order they were solved.

    Out of time before a roster was found, the template as it stands is the answer, whatever is demanded.
    """
    stages, clock = Stages(), Clock(options.seconds)
    tell(Event("build"))
    with stages.time("build"):
        columns = asked(columns_of(scenario), demands)
    if columns is None:
        return Outcome(Status.INFEASIBLE, None, (), stages.seconds)
    solve = solve_single if engine == "single" else solve_week
    weekly: Weekly = solve(columns, options, clock, stages, tell)
    if weekly.roster is None:
        return Outcome(_STATUS[weekly.answer], None, (), stages.seconds)
    tell(Event("rooms"))
    with stages.time("rooms"):
        roster, tiers = give_rooms(scenario, weekly.roster, options, clock)
    solved = weekly.tiers + tiers
    proved = weekly.answer is Answer.OPTIMAL and all(tier.gap == 0 for tier in solved)
    status = Status.FEASIBLE if weekly.answer is Answer.OPTIMAL and not proved else _STATUS[weekly.answer]
    return Outcome(status, roster, solved, stages.seconds)
