from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.adjust.candidates import who_could_cover
from scheduler.adjust.repair import repair
from scheduler.adjust.stops import Stop
from scheduler.check.run import find_violations
from scheduler.outcome import Status
from scheduler.plan import make_plan
from scheduler.roster import Change
from scheduler.tables.published.timetable import read_published, to_scenario

DATA = Path(__file__).parents[2] / ".." / "shared/data" / "puh3_2025w43.csv"


@pytest.mark.skipif(not DATA.exists(), reason="the real week is not here")
def test_a_stopped_doctor_of_a_real_week_is_taken_over_with_one_change():
    week = to_scenario(read_published(DATA)).scenario
    plan = make_plan(week).plan
    wednesday = week.week.dates[2]
    stopped = next(s for s in plan.roster.held if s.at.date == wednesday and s.at.half == "PM")
    done = repair(week, plan, [Stop(stopped.doctor, stopped.at)], as_of=wednesday)
    assert done.outcome.status is Status.OPTIMAL
    (changed,) = done.repaired.roster.changed
    assert (changed.session, changed.change) == (stopped.session, Change.COVERED)
    assert done.difference.worse == ()
    assert [str(v.sentence) for v in find_violations(week, done.plan) if v.hard] == []
    best = [one for one in who_could_cover(week, plan, stopped.session) if not one.forbidden_by]
    assert changed.doctor in {one.doctor for one in best}
