"""`menzhen exams`: how long patients wait for examinations, and the sessions that bring it within the target."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scheduler.cli import shared
from scheduler.cli.next_steps import plan_step, say_next_steps
from scheduler.cli.voice import console, say, table, words_for
from scheduler.words import Message, Words, marked, message

if TYPE_CHECKING:
    from scheduler.report.exam_sessions import ExamFacts

app = typer.Typer()

_MOST_WEEKS = 12
_ExamFolder = Annotated[
    Path | None,
    typer.Option("--out", help=marked("Folder for tables, demand.csv and exams.json; replaced as a whole.")),
]


@app.command(
    help=marked("Lead times of examinations by week, and the fewest extra sessions that keep their targets.")
)
def exams(
    scenario: shared.ScenarioSource,
    out: _ExamFolder = None,
    settings: shared.Settings = [],
    lang: shared.Lang = None,
) -> None:
    """Print the answers; exit 1 where no number of sessions is enough for an examination."""
    from scheduler.report.exam_sessions import ExamFacts
    from scheduler.results import write_exams
    from scheduler.tables.scenario.files import read_scenario

    words = words_for(lang)
    week = read_scenario(scenario, settings)
    facts = ExamFacts.of(week)
    _print_answers(facts, words)
    if out is not None:
        write_exams(week, facts, out, words.language)
        say(message("Results are in {folder}.", folder=str(out)), words)
        if any(one.clinic for one in facts.demand):
            what = message(
                "put {file} in the scenario's place of it, then plan the week", file=str(out / "demand.csv")
            )
            say_next_steps([plan_step(scenario, what)], words)
    raise typer.Exit(any(answer.course is None for answer in facts.answers))


def _print_answers(facts: ExamFacts, words: Words) -> None:
    from scheduler.report.exam_sessions import ASSUMPTIONS, demand_sentence, exam_name, exam_sentences
    from scheduler.report.voice import Voice

    voice = Voice(words.language)
    for answer, row in zip(facts.answers, facts.rows, strict=True):
        for sentence in exam_sentences(answer):
            say(sentence, words)
        weeks = [w for w in facts.weeks if (w["exam"], w["campus"]) == (row["exam"], row["campus"])]
        console().print(
            table(words, (exam_name(answer), *_HEADINGS), _cells(weeks, answer.now.weeks), right=range(1, 9))
        )
    for demand in facts.demand:
        say(demand_sentence(demand, voice), words)
    for assumption in ASSUMPTIONS:
        say(assumption, words)


_HEADINGS: tuple[Message, ...] = (
    message("sessions"),
    message("waiting"),
    message("lead time, days"),
    message("within target"),
    message("sessions needed"),
    message("waiting"),
    message("lead time, days"),
    message("within target"),
)


def _cells(weeks: list[dict[str, Any]], date: int) -> Iterator[list[str]]:
    """Yield the rows of some weeks, at most a dozen and the week of the date: as it is, then with what is needed."""
    courses = [{w["week"]: w for w in weeks if w["course"] == course} for course in ("now", "needed")]
    step = -(-len(courses[0]) // _MOST_WEEKS)
    for number, now in courses[0].items():
        if number % step == 0 or number == date:
            needed = courses[1].get(number)
            yield [
                now["ends"],
                *_week_cells(now),
                *(["", "", "", ""] if needed is None else _week_cells(needed)),
            ]


def _week_cells(week: dict[str, Any]) -> list[str]:
    from scheduler.report.exam_sessions import days_text, percent

    return [str(week["sessions"]), f"{week['waiting']:.0f}", days_text(week), percent(week["chance"])]
