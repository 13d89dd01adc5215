from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.adjust.candidates import who_could_cover
from scheduler.adjust.leave import leave_stops
from scheduler.adjust.repair import repair
from scheduler.adjust.stops import Stop
from scheduler.check.run import find_violations
from scheduler.outcome import Status
from scheduler.plan import make_plan
from scheduler.roster import Change, Plan
from scheduler.scenario.week import Scenario
from scheduler.tables.leave_list import read_leave_list
from scheduler.tables.published.timetable import read_published, to_scenario

DATA = Path(__file__).parents[2] / ".." / "shared/data" / "puh3_2025w43.csv"


pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the real week is not here")


@pytest.fixture(scope="module")
def published() -> tuple[Scenario, Plan]:
    week = to_scenario(read_published(DATA)).scenario
    return week, make_plan(week).plan


def test_twenty_doctors_on_leave_are_repaired_with_proof_and_none_of_them_works(published, tmp_path):
    week, plan = published
    doctors = sorted({session.doctor for session in plan.roster.held})[::28][:20]
    lines = [
        f"{n},{who},{('本周', '周一至周三', '周五下午')[n % 3]},{'是否'[n % 2]}"
        for n, who in enumerate(doctors)
    ]
    text = "\n".join(["门诊停诊表,,,", "序号,姓名,请假时间,是否替诊", *lines, "注：请提前告知患者,,,"])
    (tmp_path / "leave.csv").write_bytes(text.encode("gb18030"))
    rows = read_leave_list(tmp_path / "leave.csv").rows
    stops = leave_stops(week, plan.roster, rows, week.week.dates[0]).stops
    done = repair(week, plan, stops, as_of=week.week.dates[0])
    assert done.outcome.status is Status.OPTIMAL
    assert done.difference.worse == ()
    away = {(stop.doctor, stop.cell): stop.wish.is_wanted for stop in stops}
    assert not away.keys() & {(session.doctor, session.at) for session in done.plan.roster.held}
    became = {(s.owner, s.was): s.change for s in done.repaired.roster.sessions if s.was}
    unwanted = {became[key] for key, is_wanted in away.items() if not is_wanted and key in became}
    assert unwanted == {Change.DROPPED}


def test_a_stopped_doctor_of_a_real_week_is_taken_over_with_one_change(published):
    week, plan = published
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
