"""What the command line does, as functions: scenarios, rosters and folders in, results with data frames out.

Solves run in this process. `seconds` is how long the engine may take (above 0), `seed` its seed (from 0), `solver`
is `highs`, `scip` or `cp_sat`. Whatever is wrong with what is passed in is raised as a MenzhenError, which holds every
problem with its place and remedy.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypedDict, TypeVar, Unpack

from scheduler.engine.options import make_options
from scheduler.errors import InputError, Problem, Where, suggest
from scheduler.interface.frames import make_frame, violations_frame
from scheduler.interface.results import (
    Answer,
    Edit,
    Exams,
    Plan,
    Price,
    Repair,
    Study,
    Timetable,
    reader_words,
)
from scheduler.words import message

if TYPE_CHECKING:
    from fractions import Fraction

    import pandas as pd

    from scheduler.clock import Cell
    from scheduler.roster import Roster
    from scheduler.scenario.week import Scenario


_T = TypeVar("_T")


class SolveOptions(TypedDict, total=False):
    """How to solve; what is left out is as in Options."""

    solver: str
    seconds: float
    seed: int
    engine: str


def read_scenario(source: str | Path, *settings: str) -> Scenario:
    """Return the scenario in a folder or workbook, changed by settings such as `policy.ratio.limit=1.1`."""
    from scheduler.tables.scenario.files import read_scenario as read

    return read(Path(source), settings)


def with_settings(scenario: Scenario, *settings: str) -> Scenario:
    """Return the scenario changed by settings such as `policy.ratio.limit=1.1`, checked again."""
    _require_scenario(scenario)
    from scheduler.tables.scenario.document import with_words

    return with_words(scenario, settings)


def write_scenario(scenario: Scenario, folder: str | Path) -> None:
    """Write the scenario's settings and tables, replacing the folder as a whole."""
    _require_scenario(scenario)
    from scheduler.tables.grids.folder import new_folder
    from scheduler.tables.scenario.files import SCENARIO_FILES
    from scheduler.tables.scenario.files import write_scenario as write

    with new_folder(Path(folder), SCENARIO_FILES) as fresh:
        write(scenario, fresh)


def import_timetable(
    source: str | Path,
    week: str | None = None,
    stopped: Literal["keep", "drop"] = "keep",
    sheet: str = "",
    conflicts: Literal["one", "split", "refuse"] = "one",
    words: Mapping[str, str] | None = None,
) -> Timetable:
    """Return a published timetable, of any layout, as a scenario with what was found, assumed and repaired.

    `week` is the ISO week to plan, by default the one after the timetable's; `stopped` says whether sessions that
    were stopped in the published week stay in the timetable; `sheet` is the only sheet to read; `conflicts` says what
    becomes of a doctor at two campuses at once; `words` explain words of the file, such as `{"0": "停诊"}`.
    """
    from scheduler.clock import Week
    from scheduler.report.import_findings import with_working_time
    from scheduler.tables.published.timetable import ReadOptions, read_published, to_scenario

    planned = None if week is None else _parse("week", week, Week.parse, "2026-W30")
    _known("stopped", stopped, ["keep", "drop"])
    _known("conflicts", conflicts, ["one", "split", "refuse"])
    options = ReadOptions(week=planned, sheet=sheet, conflicts=conflicts, words=words or {})
    published = read_published(Path(source), options)
    return Timetable(with_working_time(to_scenario(published, week=planned, stopped=stopped)))


def plan(scenario: Scenario, **options: Unpack[SolveOptions]) -> Plan:
    """Plan the week: roster, rooms, slots, channels and the independent check. An infeasible week is a result too."""
    _require_scenario(scenario)
    from scheduler.plan import make_plan

    return Plan.of(make_plan(scenario, make_options(**options)))


def plan_weeks(scenario: Scenario, count: int, **options: Unpack[SolveOptions]) -> list[Plan]:
    """Plan `count` weeks (1 to 53) from the scenario's on; burdens and unused changes are carried from each to the next."""
    _require_scenario(scenario)
    from scheduler.carryover import CarryOver
    from scheduler.plan import make_plan
    from scheduler.weeks import MOST_WEEKS
    from scheduler.weeks import plan_weeks as plan_all

    if not 1 <= count <= MOST_WEEKS:
        remedy = message("Give a whole number from 1 to {most}.", most=MOST_WEEKS)
        wrong = message("the number of weeks is out of range")
        raise InputError([Problem(Where(field="count"), wrong, remedy, str(count))])
    chosen = make_options(**options)
    weeks = plan_all(scenario, count, CarryOver(), lambda week: make_plan(week, chosen))
    return [Plan.of(week.planned) for week in weeks]


def read_plan(scenario: Scenario, folder: str | Path) -> Plan:
    """Return the plan whose tables stand in `folder`, also after they were edited by hand."""
    _require_scenario(scenario)
    from scheduler.tables.roster.read import read_plan as read

    return Plan(scenario, read(scenario, Path(folder)))


def check(scenario: Scenario, roster: Plan | str | Path) -> pd.DataFrame:
    """Return what the independent checker finds in a plan or a roster's folder: a row a rule and place."""
    _require_scenario(scenario)
    from scheduler.check.run import find_violations

    plan = roster if isinstance(roster, Plan) else read_plan(scenario, roster)
    return violations_frame(find_violations(scenario, plan.plan), reader_words())


def compare(first: Plan | str | Path, second: Plan | str | Path) -> pd.DataFrame:
    """Return the sessions in which two rosters of one week differ: a row a session, both sides in it."""
    from scheduler.compare import COLUMNS, compare_rosters, difference_cells
    from scheduler.roster import Plan as RosterPlan
    from scheduler.roster import with_named_rooms
    from scheduler.tables.roster.standalone import read_standalone_roster

    rosters: list[Roster] = []
    specialties: dict[str, str] = {}
    for side in (second, first):
        if isinstance(side, Plan):
            week, plan = side.scenario, side.plan
        else:
            read = read_standalone_roster(Path(side))
            week, plan = read.as_week(), RosterPlan(read.roster)
        rosters.append(with_named_rooms(week, plan).roster)
        specialties |= {key: clinic.specialty for key, clinic in week.clinic_of.items()}
    changes = compare_rosters(rosters[1], rosters[0])
    return make_frame(COLUMNS, (difference_cells(change, specialties) for change in changes))


def repair(
    published: Plan,
    stops: Sequence[str] = (),
    *,
    leave: str | Path | None = None,
    as_of: dt.date | str | None = None,
    cover_level: Literal["same-or-higher", "same"] = "same-or-higher",
    budget: int | None = None,
    **options: Unpack[SolveOptions],
) -> Repair:
    """Repair a published plan for doctors who cannot come, with the fewest changes to it.

    `stops` are texts such as `D021@wed-pm`, `leave` is the file of a leave list. Nothing before `as_of` is touched, by
    default today; at most `budget` sessions change.
    """
    _require_plan(published, "published")
    from scheduler.adjust.leave import NO_LEAVE, leave_stops
    from scheduler.adjust.published import CoverLevel
    from scheduler.adjust.repair import repair as repair_week
    from scheduler.adjust.stops import parse_stops
    from scheduler.tables.leave_list import read_leave_list

    scenario = published.scenario
    if isinstance(as_of, str):
        as_of = _parse("as_of", as_of, dt.date.fromisoformat, "2026-07-22")
    since = as_of or dt.date.today()
    listed = NO_LEAVE
    if leave is not None:
        listed = leave_stops(scenario, published.plan.roster, read_leave_list(Path(leave)).rows, since)
    repaired = repair_week(
        scenario,
        published.plan,
        (*listed.stops, *parse_stops(scenario, stops)),
        as_of=since,
        cover_level=CoverLevel(_known("cover_level", cover_level, [level.value for level in CoverLevel])),
        budget=budget,
        options=make_options(**options),
    )
    return Repair(scenario, repaired, listed.warnings)


def edit(
    plan: Plan,
    *,
    move: Sequence[str] = (),
    swap: Sequence[tuple[str, str]] = (),
    cover: Sequence[str] = (),
    add: Sequence[str] = (),
    drop: Sequence[str] = (),
    room: Sequence[str] = (),
    tickets: Sequence[str] = (),
) -> Edit:
    """Edit a plan by hand, all edits or none; texts are those of the command's options, such as `D001@mon-am@fri-pm`.

    What they change in the rules is priced, and nothing is written.
    """
    _require_plan(plan)
    from scheduler.adjust.edit import Draft
    from scheduler.adjust.typed_edits import EditTexts, parse_edits

    texts = EditTexts(move, swap, cover, add, drop, room, tickets)
    edited = Draft(plan.scenario, plan.plan).apply(parse_edits(plan.scenario, plan.plan, texts))
    return Edit(plan, edited)


def candidates(
    plan: Plan, *, session: str | None = None, at: str | None = None, clinic: str | None = None
) -> pd.DataFrame:
    """Rank the doctors who could take over `session`, or hold one more of `clinic` at the half-day `at`, best first.

    A row a doctor: whether a hard rule forbids it (and which sentences say so), whether it is one session more than
    the doctor's most, and the units that rules gain or lose.
    """
    _require_plan(plan)
    from scheduler.adjust.candidates import who_could_cover, who_could_sit

    scenario, words = plan.scenario, reader_words()
    if session is not None:
        ranked = who_could_cover(scenario, plan.plan, session)
    elif at is not None and clinic is not None:
        ranked = who_could_sit(scenario, plan.plan, _parse_half_day(scenario, at), clinic)
    else:
        raise ValueError("name a session, or a half-day and a clinic")
    rows = [
        (
            one.doctor,
            scenario.doctor_of[one.doctor].level,
            not one.forbidden_by,
            one.over_limit is not None,
            " ".join(words.say(violation.sentence) for violation in one.forbidden_by),
            dict(one.more_units),
        )
        for one in ranked
    ]
    return make_frame(("doctor", "level", "possible", "over_limit", "forbidden_by", "units"), rows)


def why(
    plan: Plan,
    doctor: str,
    at: str,
    *,
    clinic: str = "",
    absent: bool = False,
    **options: Unpack[SolveOptions],
) -> Answer:
    """Answer why `doctor` has no session at the half-day `at`, such as `fri-pm`; with `absent` why the doctor has one."""
    _require_plan(plan)
    from scheduler.explain.question import Question
    from scheduler.explain.why import why as answer_question

    question = Question(doctor, _parse_half_day(plan.scenario, at), clinic, absent)
    return Answer(answer_question(plan.scenario, plan.plan, question, make_options(**options)))


def price(
    scenario: Scenario,
    *,
    steps: int = 15,
    start: str | float | Fraction | None = None,
    end: str | float | Fraction = "1.0",
    **options: Unpack[SolveOptions],
) -> Price:
    """Return what each of `steps` limits (1 to 200) from `start` mornings per afternoon down to `end` costs in changes.

    `start` is by default the highest day of the timetable. A number is read as it is written: 1.1 is eleven tenths.
    """
    _require_scenario(scenario)
    from scheduler.explain.price import compute_frontier
    from scheduler.scenario.policy import exact

    options.setdefault("solver", "scip")
    frontier = compute_frontier(
        scenario,
        steps=steps,
        start=None if start is None else _parse("start", str(start), exact, "1.2"),
        end=_parse("end", str(end), exact, "1.0"),
        options=make_options(**options),
    )
    return Price(frontier)


def exams(scenario: Scenario) -> Exams:
    """Return how long patients wait for the scenario's examinations, and the sessions that reach their targets."""
    _require_scenario(scenario)
    from scheduler.report.exam_sessions import ExamFacts

    return Exams(scenario, ExamFacts.of(scenario))


def study(source: str | Path, *, workers: int | None = None) -> Study:
    """Solve the variants of a study file and return them side by side.

    Without `workers` they are solved one after another in this process; with them in so many processes, which a
    script must start below `if __name__ == "__main__":`.
    """
    from scheduler.study.base import Base, check_study
    from scheduler.study.file.file import read_study
    from scheduler.study.run.in_process import InProcessWorker
    from scheduler.study.run.study_run import run_study
    from scheduler.study.run.variant_folder import VariantFolder
    from scheduler.study.run.variant_solver import VariantTask
    from scheduler.study.run.workers import LocalWorkers, Workers

    file = read_study(Path(source))
    base = Base.read(file.base)
    check_study(file, base)
    task = VariantTask(
        file.solver, float(file.seconds), file.seed, distributions=file.uncertainty, flow=file.flow
    )
    pool: Workers = InProcessWorker() if workers is None else LocalWorkers(workers, task.limit_seconds)
    try:
        with tempfile.TemporaryDirectory() as folder:
            variants = VariantFolder(Path(folder) / "study")
            with variants.lock():
                return Study(file, run_study(file, base, task, variants, pool).rows)
    finally:
        pool.close()


def _require(value: object, kind: type, field: str, makers: Sequence[str]) -> None:
    """Raise InputError where `value` is not of the class; `makers` are the functions that return one."""
    if not isinstance(value, kind):
        wrong = message(
            "this has the type {kind}, not {wanted}", kind=type(value).__name__, wanted=kind.__name__
        )
        remedy = message("Pass what one of these returns: {functions}.", functions=makers)
        raise InputError([Problem(Where(field=field), wrong, remedy, str(value))])


def _require_scenario(value: object) -> None:
    from scheduler.scenario.week import Scenario

    _require(
        value, Scenario, "scenario", ["read_scenario()", "with_settings()", "import_timetable().scenario"]
    )


def _require_plan(value: object, field: str = "plan") -> None:
    _require(value, Plan, field, ["plan()", "read_plan()"])


def _parse_half_day(scenario: Scenario, text: str) -> Cell:
    from scheduler.adjust.typed_words import parse_cell

    try:
        return parse_cell(scenario.week, text)
    except ValueError:
        wrong, remedy = (
            message("this is not a half-day"),
            suggest(text, [cell.key for cell in scenario.cells]),
        )
        raise InputError([Problem(Where(field="at"), wrong, remedy, text)]) from None


def _parse(field: str, text: str, parse: Callable[[str], _T], example: str) -> _T:
    try:
        return parse(text)
    except ValueError:
        wrong, remedy = (
            message("this cannot be understood"),
            message("Write it such as {example}.", example=example),
        )
        raise InputError([Problem(Where(field=field), wrong, remedy, text)]) from None


def _known(field: str, value: str, choices: Sequence[str]) -> str:
    if value not in choices:
        wrong = message("there is no such choice")
        raise InputError([Problem(Where(field=field), wrong, suggest(value, choices), value)])
    return value
