"""Examinations for people and machines: what each needs in a sentence, its weeks, and what that rests on."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from scheduler.exact import exact_text
from scheduler.exams.answer import (
    CHANCE,
    MOST_SESSIONS,
    WEEKS_AFTER,
    Course,
    ExamAnswer,
    ExamWeek,
    answer_exams,
)
from scheduler.exams.demand import ExamDemand, exam_demand
from scheduler.report.voice import Voice
from scheduler.scenario.week import Scenario
from scheduler.words import Message, message

ASSUMPTIONS = (
    message(
        "Requests of a week are Poisson around their mean, the same in every week; who waits is"
        " examined in the order of"
        " asking, urgent requests first."
    ),
    message(
        "A week's places lie evenly over its seven days. Whoever stays away asks again, and the place is lost."
    ),
    message(
        "The lead time is that of somebody who asks at the end of the week, behind everybody who then waits."
    ),
)
"""What every number of an answer rests on."""


def percent(chance: float) -> str:
    """Return a chance in whole per cent, rounded down so as not to flatter."""
    return f"{math.floor(100 * min(1.0, chance) + 1e-9)} %"


def days_text(row: dict[str, Any]) -> str:
    """Return the mean lead time of a row in days, and the range that it keeps within four times in five."""
    mean, low, high = (row[f"lead_{name}"] for name in ("mean", "low", "high"))
    text = "-" if mean is None else f"{mean:.1f}"
    return (
        text
        if low == high == mean
        else f"{text} ({'-' if low is None else low}-{'-' if high is None else high})"
    )


def exam_sentences(answer: ExamAnswer) -> Iterator[Message]:
    """Yield what an examination needs until its date, then what holds it afterwards."""
    exam, course = answer.exam, answer.course
    name, days, date = exam_name(answer), exam.target_days, exam.by.isoformat()
    if course is None:
        yield _no_number(answer)
        return
    if answer.is_met:
        yield message(
            "{exam}: the target of {days:day|days} is met; no extra session is needed. On {date} it is kept"
            " with a chance of {chance}.",
            exam=name,
            days=days,
            date=date,
            chance=percent(course.chance_at_date),
        )
    if course.for_good:
        yield message(
            "{exam}: no number of extra sessions until {date} holds it:"
            " {n:more session a week is|more sessions a week are} needed for good.",
            exam=name,
            date=date,
            n=course.for_good,
        )
    if course.extra:
        yield message(
            "{exam}: {extra:extra session|extra sessions} until {date}, {first} in the planned week,"
            " {extra:=brings|bring} the lead time to {days:day|days} with a chance of {chance}.",
            exam=message("{exam}, in addition", exam=name) if course.for_good else name,
            extra=course.extra,
            date=date,
            first=course.sessions[0] - course.steady_sessions,
            days=days,
            chance=percent(course.chance_at_date),
        )
        yield from _one_fewer(answer)
    yield from _afterwards(course)


def _no_number(answer: ExamAnswer) -> Message:
    if answer.fluid is None:
        return message(
            "{exam}: even {most:session|sessions} a week do not keep the target of {days:day|days}.",
            exam=exam_name(answer),
            most=MOST_SESSIONS,
            days=answer.exam.target_days,
        )
    return message(
        "{exam}: no number of extra sessions, up to {most:session|sessions} a week, brings it to"
        " {days:day|days} by {date}; "
        "{n:more session a week is|more sessions a week are} needed to hold it once it is there.",
        exam=exam_name(answer),
        most=MOST_SESSIONS,
        days=answer.exam.target_days,
        date=answer.exam.by.isoformat(),
        n=answer.fluid.for_good,
    )


def _one_fewer(answer: ExamAnswer) -> Iterator[Message]:
    """Yield that the averages' own number is too small, where it is."""
    fluid, course = answer.fluid, answer.course
    if fluid is not None and course is not None and fluid.extra < course.extra:
        yield message(
            "Averages alone would say {n}: with these the chance is {chance}, since requests vary.",
            n=fluid.extra,
            chance=percent(fluid.chance_at_date),
        )


def _afterwards(course: Course) -> Iterator[Message]:
    held = message(
        "Afterwards {n:session|sessions} a week {n:=holds|hold} it: with a chance of at least {lowest}"
        " in the year after, of {steady} in the long run.",
        n=course.steady_sessions,
        lowest=percent(course.lowest_after),
        steady=percent(course.chance_for_good),
    )
    below = message(
        "Afterwards {n:session|sessions} a week {n:=holds|hold} it in the long run, with a chance of"
        " {steady}; in the year after it falls to {lowest} for a while.",
        n=course.steady_sessions,
        lowest=percent(course.lowest_after),
        steady=percent(course.chance_for_good),
    )
    yield held if course.lowest_after >= CHANCE else below


def exam_name(answer: ExamAnswer) -> str:
    """Return the examination with its campus."""
    return f"{answer.exam.exam} ({answer.exam.campus})" if answer.exam.campus else answer.exam.exam


def demand_sentence(demand: ExamDemand, voice: Voice) -> Message:
    """Return whether the sessions of the planned week are demand that `plan` places, or why not."""
    doubts = voice.join(demand.doubts)
    if not demand.clinic:
        return message(
            "{exam}: its {n:session|sessions} of the planned week cannot be planned here: {why}.",
            exam=demand.exam.exam,
            n=demand.sessions,
            why=doubts,
        )
    if doubts:
        return message(
            "{exam}: {n:session|sessions} in the planned week, as demand; not all can be placed as the"
            " timetable stands: {why}.",
            exam=demand.exam.exam,
            n=demand.sessions,
            why=doubts,
        )
    return message(
        "{exam}: {n:session|sessions} in the planned week, as demand that plan places.",
        exam=demand.exam.exam,
        n=demand.sessions,
    )


HEADINGS = (
    "exam",
    "campus",
    "target_days",
    "by",
    "weeks",
    "requests",
    "places",
    "waiting",
    "lead_mean",
    "lead_low",
    "lead_high",
    "chance_now",
    "for_good",
    "extra",
    "chance",
    "lowest_after",
    "chance_for_good",
    "fluid_extra",
    "fluid_chance",
)
"""Columns of exam_sessions.csv; days, sessions and chances; empty where no number of sessions is enough."""

WEEK_HEADINGS = (
    "exam",
    "campus",
    "course",
    "week",
    "ends",
    "sessions",
    "waiting",
    "waiting_low",
    "waiting_high",
    "lead_mean",
    "lead_low",
    "lead_high",
    "chance",
)
"""Columns of exam_weeks.csv: the end of every week with the sessions of now, and with those that are needed."""


def exam_row(answer: ExamAnswer, weeks: Sequence[ExamWeek]) -> dict[str, Any]:
    """Return the answer by HEADINGS; `weeks` are those with the sessions of now, the first of them now."""
    exam, course, fluid, lead = answer.exam, answer.course, answer.fluid, weeks[0].lead
    values = (
        exam.exam,
        exam.campus,
        exam.target_days,
        exam.by.isoformat(),
        answer.now.weeks,
        exact_text(exam.requests),
        exam.slots * exam.sessions,
        exam.waiting,
        _rounded(lead.mean),
        lead.low,
        lead.high,
        _rounded(answer.now.chance_at_date),
        None if fluid is None else fluid.for_good,
        None if course is None else course.extra,
        None if course is None else _rounded(course.chance_at_date),
        None if course is None else _rounded(course.lowest_after),
        None if fluid is None else _rounded(fluid.chance_for_good),
        None if fluid is None else fluid.extra,
        None if fluid is None else _rounded(fluid.chance_at_date),
    )
    return dict(zip(HEADINGS, values, strict=True))


def week_row(answer: ExamAnswer, course: str, week: ExamWeek) -> dict[str, Any]:
    """Return a week by WEEK_HEADINGS; `course` is `now` or `needed`."""
    lead = week.lead
    values = (
        answer.exam.exam,
        answer.exam.campus,
        course,
        week.week,
        week.ends.isoformat(),
        week.sessions,
        _rounded(week.waiting),
        week.waiting_low,
        week.waiting_high,
        _rounded(lead.mean),
        lead.low,
        lead.high,
        _rounded(week.chance),
    )
    return dict(zip(WEEK_HEADINGS, values, strict=True))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(min(value, 1.0) if 1 < value < 1 + 1e-9 else value, 6)


@dataclass(frozen=True)
class ExamFacts:
    """The answers of a scenario's examinations with the rows of both tables and the demand of the"
    " planned week."""

    answers: tuple[ExamAnswer, ...]
    rows: list[dict[str, Any]]
    weeks: list[dict[str, Any]]
    demand: tuple[ExamDemand, ...]

    @classmethod
    def of(cls, scenario: Scenario) -> ExamFacts:
        """Return what the scenario's examinations need; raises ScenarioError as `answer_exams` does."""
        answers, monday = answer_exams(scenario), scenario.week.dates[0]
        rows, weeks = [], []
        for answer in answers:
            now = tuple(answer.now.by_week(monday))
            rows.append(exam_row(answer, now))
            weeks += [week_row(answer, "now", week) for week in now]
            if answer.course is not None and not answer.is_met:
                weeks += [week_row(answer, "needed", week) for week in answer.course.by_week(monday)]
        return cls(answers, rows, weeks, exam_demand(scenario, answers))


def exams_json(scenario: Scenario, facts: ExamFacts, voice: Voice) -> str:
    """Return the answers as JSON, keys sorted."""
    content = {
        "scenario": scenario.digest,
        "week": str(scenario.week),
        "chance": CHANCE,
        "weeks_after": WEEKS_AFTER,
        "assumptions": [voice.say(assumption) for assumption in ASSUMPTIONS],
        "exams": facts.rows,
        "weeks": facts.weeks,
        "demand": [
            {
                "clinic": one.clinic,
                "exam": one.exam.exam,
                "sessions": one.sessions,
                "doubts": [voice.say(doubt) for doubt in one.doubts],
            }
            for one in facts.demand
        ],
    }
    return json.dumps(content, sort_keys=True, indent=2, ensure_ascii=False) + "\n"
