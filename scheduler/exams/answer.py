"""What shortens the list of an examination: extra sessions until a date, sessions for good, and the weeks with both."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from scheduler.clock import Week as IsoWeek
from scheduler.errors import Problem, ScenarioError, Where
from scheduler.exams.distribution import Distribution
from scheduler.exams.lead import Lead, Supply
from scheduler.exams.queue import Week, relief_capacity, target_queue
from scheduler.scenario.forecasts import Exam
from scheduler.scenario.week import Scenario
from scheduler.words import message

CHANCE = 0.8
"""The chance with which the lead time is to be within its target."""

MOST_SESSIONS = 500
"""Most sessions of a week, as in the tables of a scenario."""

WEEKS_AFTER = 52
"""Weeks after the date over which it is looked at whether the target is kept."""

_SHOWN_AFTER = 4
_MOST_WEEKS = 156


@dataclass(frozen=True)
class ExamWeek:
    """The end of a week: places of the week, waiting patients (mean, chances .1 and .9), lead time, chance of the target."""

    week: int
    ends: dt.date
    sessions: int
    waiting: float
    waiting_low: int
    waiting_high: int
    lead: Lead
    chance: float


@dataclass(frozen=True)
class Course:
    """Sessions of the weeks until the date, `extra` ones of them, and those of every week for good."""

    exam: Exam
    weeks: int
    for_good: int = 0
    extra: int = 0

    @property
    def steady_sessions(self) -> int:
        """Sessions of every week, the extra ones until the date left out."""
        return self.exam.sessions + self.for_good

    @property
    def sessions(self) -> tuple[int, ...]:
        """Sessions of each week until the date: the extra ones are spread evenly, earlier weeks have one more."""
        each, more = divmod(self.extra, self.weeks)
        return tuple(self.steady_sessions + each + (week < more) for week in range(self.weeks))

    def supply(self, week: int) -> Supply:
        """Return the places that follow the end of a week; week 0 is now."""
        exam = self.exam
        places = tuple(sessions * exam.slots for sessions in self.sessions[week:])
        urgent = float(exam.requests * exam.urgent_share)
        return Supply(places, self.steady_sessions * exam.slots, float(1 - exam.no_show), urgent)

    def waiting(self, weeks: int) -> Iterator[Distribution]:
        """Yield the list now, then at the end of each of so many weeks."""
        exam, waiting = self.exam, Distribution.at(self.exam.waiting)
        yield waiting
        steady = itertools.repeat(self.steady_sessions, max(0, weeks - self.weeks))
        for sessions in itertools.chain(self.sessions[:weeks], steady):
            waiting = _week(exam, sessions).after(waiting)
            yield waiting

    def chance(self, waiting: Distribution, week: int) -> float:
        """Return the chance of somebody who asks at the end of a week to be examined within the target."""
        return self.supply(week).chance_within(waiting, self.exam.target_days)

    @cached_property
    def chance_at_date(self) -> float:
        """The chance of the target for somebody who asks on the date."""
        *_, waiting = self.waiting(self.weeks)
        return self.chance(waiting, self.weeks)

    @cached_property
    def lowest_after(self) -> float:
        """The lowest chance of the target at the end of a week in the year after the date."""
        after = itertools.islice(self.waiting(self.weeks + WEEKS_AFTER), self.weeks, None)
        return min(self.chance(waiting, self.weeks) for waiting in after)

    @cached_property
    def chance_for_good(self) -> float:
        """The chance of the target once the extra sessions are long over; 0 where the list grows."""
        steady = _week(self.exam, self.steady_sessions).steady()
        return 0.0 if steady is None else self.chance(steady, self.weeks)

    def by_week(self, monday: dt.date) -> Iterator[ExamWeek]:
        """Yield now, then the end of every week until the date and of some after it; the first week begins on `monday`."""
        for number, waiting in enumerate(self.waiting(self.weeks + _SHOWN_AFTER)):
            sessions = (self.exam.sessions, *self.sessions)[number : number + 1] or (self.steady_sessions,)
            yield ExamWeek(
                number,
                monday + dt.timedelta(7 * number - 1),
                sessions[0],
                waiting.mean,
                waiting.quantile(0.1),
                waiting.quantile(0.9),
                self.supply(number).lead(waiting),
                self.chance(waiting, number),
            )


def _week(exam: Exam, sessions: int) -> Week:
    return Week(float(exam.requests), sessions * exam.slots, float(1 - exam.no_show))


@dataclass(frozen=True)
class ExamAnswer:
    """What an examination needs: `now` without any further session, `course` with the fewest; None: no number is enough.

    `fluid` is the course with the extra sessions that the averages alone ask for, rounded up.
    """

    exam: Exam
    now: Course
    course: Course | None
    fluid: Course | None

    @property
    def is_met(self) -> bool:
        """Whether the sessions of now are enough."""
        return self.course == self.now


def answer_exams(scenario: Scenario) -> tuple[ExamAnswer, ...]:
    """Return what each row of the table `exams` needs, in their order.

    Raises ScenarioError where there is none, or a date is not one that weeks can be counted to.
    """
    problems = list(_problems(scenario))
    if problems:
        raise ScenarioError(problems)
    return tuple(_answer(exam, _weeks_until(scenario.week, exam.by)) for exam in scenario.exams)


def _weeks_until(week: IsoWeek, date: dt.date) -> int:
    """Return how many whole weeks, the planned one first, have ended on `date`."""
    return ((date - week.dates[0]).days + 1) // 7


def _problems(scenario: Scenario) -> Iterator[Problem]:
    if not scenario.exams:
        wrong = message("there is no examination")
        remedy = message("Write the table exams: a row for each examination that patients wait for.")
        yield Problem(Where(file="exams"), wrong, remedy)
    first, last = scenario.week.dates[-1], scenario.week.dates[0] + dt.timedelta(7 * _MOST_WEEKS - 1)
    for row, exam in enumerate(scenario.exams, start=2):
        if not 1 <= _weeks_until(scenario.week, exam.by) <= _MOST_WEEKS:
            wrong = message(
                "no whole week, or more than three years, lie between the planned week and this date"
            )
            remedy = message(
                "Write a date from {first} to {last}.", first=first.isoformat(), last=last.isoformat()
            )
            yield Problem(Where(file="exams", row=row, column="by"), wrong, remedy, exam.by.isoformat())


def _answer(exam: Exam, weeks: int) -> ExamAnswer:
    now = Course(exam, weeks)
    for_good = _fewest(
        lambda more: replace(now, for_good=more).chance_for_good, MOST_SESSIONS - exam.sessions
    )
    if for_good is None:
        return ExamAnswer(exam, now, None, None)
    base = replace(now, for_good=for_good)
    most = (MOST_SESSIONS - base.steady_sessions) * weeks
    fluid = replace(base, extra=min(_fluid_extra(base), most))
    extra = _fewest(lambda more: replace(base, extra=more).chance_at_date, most, fluid.extra)
    course = None if extra is None else replace(base, extra=extra)
    return ExamAnswer(exam, now, course, fluid)


def _fluid_extra(base: Course) -> int:
    """Return the extra sessions until the date if nothing ever varied, rounded up."""
    exam = base.exam
    kept = exam.slots * (1 - exam.no_show)
    routine = kept * base.steady_sessions - exam.requests * exam.urgent_share
    target = target_queue(routine, Fraction(exam.target_days, 7))
    a_week = relief_capacity(exam.requests, Fraction(exam.waiting), target, base.weeks)
    return max(0, math.ceil((a_week / kept - base.steady_sessions) * base.weeks))


def _fewest(chance: Callable[[int], float], most: int, near: int = 0) -> int | None:
    """Return the smallest number from 0 to `most` whose chance is large enough; the chance grows with the number.

    The search begins at `near` and doubles its steps.
    """
    if most < 0 or chance(most) < CHANCE:
        return None
    low, high, step = -1, most, 1
    at = near
    while low < at < high:
        if chance(at) >= CHANCE:
            high, at = at, at - step
        else:
            low, at = at, at + step
        step *= 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if chance(middle) >= CHANCE else (middle, high)
    return high
