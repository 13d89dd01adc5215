"""`menzhen learn`: how long consultations take and who comes, out of records, as the table pace of a scenario."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scheduler.cli.next_steps import plan_step, say_next_steps
from scheduler.cli.shared import Lang
from scheduler.cli.voice import console, say, say_list, table, words_for
from scheduler.words import Message, Words, marked, message

if TYPE_CHECKING:
    import datetime as dt

    from scheduler.pace.judgement import Judgement
    from scheduler.pace.learn import Learned
    from scheduler.pace.records import RecordsRead
    from scheduler.scenario.week import Scenario

app = typer.Typer()


@app.command(help=marked("Learn from records how long consultations take and who comes: the table pace."))
def learn(
    records: Annotated[
        list[Path],
        typer.Argument(help=marked("Records of consultations: csv or xlsx, without anything of patients.")),
    ],
    scenario: Annotated[
        Path,
        typer.Option("--scenario", help=marked("The scenario's folder; pace.csv is written into it.")),
    ],
    since: Annotated[
        str, typer.Option("--since", help=marked("First date that counts, such as 2026-01-01."))
    ] = "",
    lang: Lang = None,
) -> None:
    """Write pace.csv, and print what it rests on and how well it foretells sessions that were held back."""
    from scheduler.pace.learn import learn as learn_pace
    from scheduler.pace.records import read_records
    from scheduler.pace.table import keep_stated, refuse_workbook, write_pace
    from scheduler.tables.scenario.files import read_scenario

    words = words_for(lang)
    refuse_workbook(scenario)
    week = read_scenario(scenario)
    read = read_records(records, week, _parse_since(since))
    learned = learn_pace(read, week)
    rows = keep_stated(learned.rows, week)
    path = write_pace(rows, scenario, words.language)
    _print_basis(read, learned, words)
    _print_rows(learned, words)
    _print_judgement(learned.judgement, words)
    stated = sum(row.quality == "stated" for row in rows)
    if stated:
        say(message("{n:row|rows} of your own {n:=stays|stay} as {n:=it is|they are}.", n=stated), words)
    say(message("Written: {file}. It may be edited.", file=str(path)), words)
    _write_returns(read, week, scenario, words)
    what = message("plan the week with times from it")
    say_next_steps([plan_step(scenario, what, "--set", "policy.slots.rule=learned")], words)


def _write_returns(read: RecordsRead, week: Scenario, folder: Path, words: Words) -> None:
    """Write the table returns where the records tell return visits."""
    from scheduler.pace.returns import keep_others, return_rates
    from scheduler.pace.table import write_learned
    from scheduler.tables.scenario.patient_headings import RETURNS

    rates = return_rates(read.records)
    if rates:
        path = write_learned(RETURNS, keep_others(rates, week), folder, words.language)
        told = message(
            "Return visits a session of {n:clinic|clinics}, by the last weeks of the record: {file}.",
            n=len(rates),
            file=str(path),
        )
        say(told, words)


def _parse_since(text: str) -> dt.date | None:
    from scheduler.errors import Problem, SettingError, Where
    from scheduler.tables.columns.values import parse_date

    if not text:
        return None
    try:
        return parse_date(text)
    except ValueError:
        wrong, remedy = message("this is not a date"), message("Write a date such as 2025-10-20.")
        raise SettingError([Problem(Where(field="--since"), wrong, remedy, text)]) from None


def _print_basis(read: RecordsRead, learned: Learned, words: Words) -> None:
    used = message(
        "{records:consultation|consultations} of {sessions:session|sessions}, out of {rows:row|rows}.",
        records=learned.records,
        sessions=learned.sessions,
        rows=read.rows,
    )
    say(used, words)
    if learned.left_out:
        say(message("Not used:"), words)
        reasons = sorted(learned.left_out.items(), key=lambda item: (-item[1], words.say(item[0])))
        say_list([message("{n}: {reason}", n=n, reason=reason) for reason, n in reasons], words)
    if read.ignored_columns:
        say(message("Columns not read: {columns}.", columns=list(read.ignored_columns)), words)


def _print_rows(learned: Learned, words: Words) -> None:
    """Print the hospital and its specialties: doctors stand in the table."""
    from scheduler.exact import exact_text

    cells = [
        (
            row.key or words.say(message("hospital")),
            str(row.records),
            str(row.sessions),
            exact_text(row.minutes),
            "-" if row.low is None or row.high is None else f"{exact_text(row.low)}-{exact_text(row.high)}",
            str(row.no_show) if learned.knows_no_shows else "-",
            words.say(QUALITY_WORDS[row.quality]),
        )
        for row in learned.rows
        if row.scope != "doctor"
    ]
    console().print(table(words, _HEADINGS, cells, right=(1, 2, 3)))


_HEADINGS = (
    message("whose"),
    message("records"),
    message("sessions"),
    message("minutes"),
    message("doctors, 80 %"),
    message("stay away"),
    message("rests on"),
)

QUALITY_WORDS: dict[str, Message] = {
    "measured": message("starts and ends"),
    "call_times": message("calls and check-ins"),
    "upper_bound": message("calls alone: an upper bound"),
    "stated": message("a planner's word"),
}
"""What the minutes of a row rest on."""


def _print_judgement(judgement: Judgement | None, words: Words) -> None:
    if judgement is None:
        say(message("Too few sessions to hold some back: how well this foretells is not known."), words)
        return
    error = message(
        "Judged on {n:session|sessions} held back, the last fifth by date: a session's length is off by {error} min"
        " (by {naive} with each doctor's plain mean). Sessions inside the interval of 80 %: {coverage} %.",
        n=judgement.sessions,
        error=f"{judgement.error:.1f}",
        naive=f"{judgement.naive_error:.1f}",
        coverage=f"{100 * judgement.coverage:.0f}",
    )
    say(error, words)
    if judgement.no_show_loss is not None and judgement.one_share_loss is not None:
        loss = message(
            "Who stays away: log loss {loss} on {n:booking|bookings} held back ({one} with one share for all).",
            loss=f"{judgement.no_show_loss:.4f}",
            n=judgement.bookings,
            one=f"{judgement.one_share_loss:.4f}",
        )
        say(loss, words)
