"""Repairs of random small weeks: the narrow model, the full one and the checker know the same weeks."""

from __future__ import annotations

import datetime as dt

from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from scheduler.adjust.published import CoverLevel, PublishedWeek, covers
from scheduler.adjust.repair import repair
from scheduler.adjust.stops import Stop, all_stops
from scheduler.check.run import totals
from scheduler.engine.options import Leeway, Options
from scheduler.engine.repair import list_repair_columns
from scheduler.engine.rooms import assign_rooms
from scheduler.engine.run import Run
from scheduler.engine.week import solve_single
from scheduler.outcome import Status
from scheduler.roster import Plan, template_roster
from scheduler.rules import Stage, rule
from scheduler.scenario.week import Scenario
from tests.random_weeks import weeks


def examples(count: int) -> settings:
    return settings(
        max_examples=count,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )


@st.composite
def published(draw: st.DrawFn) -> tuple[Scenario, Plan, list[Stop], dt.date]:
    """A random week published as its template stands, whatever it breaks; the first date that may change; stops."""
    week = draw(weeks())
    roster = assign_rooms(week, template_roster(week), Run(Options(seconds=10.0)))[0]
    since = draw(st.sampled_from(week.week.dates[:5]))
    held = [Stop(s.doctor, s.at) for s in roster.held if s.at.date >= since]
    assume(held)
    stops = draw(st.lists(st.sampled_from(held), min_size=1, max_size=2, unique=True))
    return week, Plan(roster), stops, since


@examples(60)
@given(published())
def test_a_repair_is_the_full_models_and_the_checker_counts_what_it_says(found) -> None:
    week, plan, stops, since = found
    done = repair(week, plan, stops, as_of=since)
    base = PublishedWeek(week, plan.roster, all_stops(week, plan.roster, stops, since), since, None)
    leeway = Leeway(
        since, frozenset((s.doctor, s.cell) for s in base.stops), covers(base, CoverLevel.SAME_OR_HIGHER)
    )
    columns = list_repair_columns(base.scenario, leeway)
    single = solve_single(columns, Run(Options(seconds=30.0)))
    if done.outcome.status is Status.INFEASIBLE:
        assert single.roster is None
        return
    assert done.outcome.status is Status.OPTIMAL
    tiers = [(t.key, t.value, t.bound) for t in done.outcome.tiers if t.key != "same_room"]
    assert tiers == [(t.key, t.value, t.bound) for t in single.tiers]
    units = totals(done.planned.violations)
    assert {t.key: t.value for t in done.outcome.tiers} == {t.key: units[t.key] for t in done.outcome.tiers}
    # Untouched slots keep their channels, so a stopped session may leave a share of the whole week a little short.
    weekly = [v for v in done.difference.worse if rule(v.rule).stage is not Stage.RESERVE]
    assert [str(v.sentence) for v in weekly] == []
