"""`menzhen slots`: how long patients wait by a roster's times, and how near these are to the best."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from scheduler.cli import shared
from scheduler.cli.voice import console, say, say_list, say_other_times, table, words_for
from scheduler.words import Message, Words, marked, message

if TYPE_CHECKING:
    from scheduler.appointments.figures import Figures
    from scheduler.report.appointment_figures import AppointmentFigures
    from scheduler.scenario.week import Scenario

app = typer.Typer()

_MOST_CERTIFIED = 12
_MOST_OVERLOADED = 20


@app.command(help=marked("Waits, idle time and overtime that a roster's times lead to, by the table pace."))
def slots(
    scenario: shared.ScenarioSource,
    roster: shared.RosterFolder,
    prove: Annotated[
        bool,
        typer.Option("--prove", help=marked("Certify some sessions: how near their times are to the best.")),
    ] = False,
    settings: shared.Settings = [],
    lang: shared.Lang = None,
) -> None:
    """Print the figures; exit 1 where no session has a pace."""
    from scheduler.report.appointment_figures import appointment_figures
    from scheduler.tables.roster.read import read_plan
    from scheduler.tables.scenario.files import read_scenario

    words = words_for(lang)
    week = read_scenario(scenario, settings)
    found = appointment_figures(week, read_plan(week, roster))
    if not found.sessions:
        say(
            message(
                "No session can be judged: the table pace tells the pace of no doctor or specialty here."
            ),
            words,
        )
        raise typer.Exit(1)
    _print_figures(found, words)
    if prove:
        _print_certificates(week, found, words)
    _print_overloaded(week, found, words)
    _print_basis(week, found, words)
    say_other_times(week, roster, words)


def _print_figures(found: AppointmentFigures, words: Words) -> None:
    rows = [
        (words.say(name), *_means(figures))
        for name, figures in (
            (message("even, told by the slot"), found.even_by_slot),
            (message("even, told by the minute"), found.even),
            (message("this roster, as it is told"), found.told),
        )
    ]
    headings = (
        message("times"),
        message("wait"),
        message("90 % wait less than"),
        message("idle a session"),
        message("overtime a session"),
        message("cost"),
    )
    say(message("{n:session|sessions}, minutes in the mean:", n=len(found.sessions)), words)
    console().print(table(words, headings, rows, right=range(1, 6)))


def _means(figures: Sequence[Figures]) -> tuple[str, ...]:
    columns = ("wait", "wait_p90", "idle", "overtime", "cost")
    return tuple(f"{sum(getattr(one, name) for one in figures) / len(figures):.1f}" for name in columns)


def _print_certificates(week: Scenario, found: AppointmentFigures, words: Words) -> None:
    from scheduler.report.appointment_figures import certified
    from scheduler.report.voice import Voice

    voice = Voice(words.language)
    rows = [
        (
            week.doctor_name(one.session.doctor),
            voice.short_cell(one.session.at),
            str(one.session.tickets),
            f"{certificate.cost:.2f}",
            f"{certificate.optimum:.2f}",
            f"{round(100 * certificate.gap, 1) + 0.0:+.1f} %",
            f"{certificate.error:.2f}",
        )
        for one, certificate in certified(found, _MOST_CERTIFIED)
    ]
    headings = (
        message("doctor"),
        message("half-day"),
        message("tickets"),
        message("cost"),
        message("of the optimum"),
        message("gap"),
        message("standard error"),
    )
    console().print(table(words, headings, rows, right=range(2, 7)))
    say(
        message(
            "The optimum is that of 1,000 courses, found by L-BFGS with the exact gradient; both are judged on 4,000 fresh"
            " ones. It is the best there is where patients are punctual, else the best nearby."
        ),
        words,
    )


def _print_overloaded(week: Scenario, found: AppointmentFigures, words: Words) -> None:
    from scheduler.report.voice import Voice

    voice = Voice(words.language)
    over = [one for one in found.sessions if one.is_overloaded]
    if not over:
        say(message("Every session has the minutes that its tickets need, in the mean."), words)
        return
    worst = sorted(over, key=lambda one: (one.timed.fits - one.session.tickets, one.session.session))
    rows = [
        (
            week.doctor_name(one.session.doctor),
            voice.short_cell(one.session.at),
            str(one.session.tickets),
            str(one.timed.fits),
            f"{one.timed.mean:.1f}",
        )
        for one in worst[:_MOST_OVERLOADED]
    ]
    say(message("{n:session holds|sessions hold} more tickets than fit, in the mean:", n=len(over)), words)
    headings = (
        message("doctor"),
        message("half-day"),
        message("tickets"),
        message("fit"),
        message("minutes a patient"),
    )
    console().print(table(words, headings, rows, right=range(2, 5)))
    if len(worst) > _MOST_OVERLOADED:
        say(message("The other {n} are not shown.", n=len(worst) - _MOST_OVERLOADED), words)


def _print_basis(week: Scenario, found: AppointmentFigures, words: Words) -> None:
    """Print what the figures rest on: no claim goes without."""
    weights = week.policy.slots
    cost = message(
        "cost: mean wait, and a share for each ticket of {idle} times the idle time and {overtime} times the overtime",
        idle=str(float(weights.idle_weight)),
        overtime=str(float(weights.overtime_weight)),
    )
    draws = message(
        "draws: 1,000 courses of each session, the same for all times; minutes lognormal, seeds fixed"
    )
    say(message("This rests on:"), words)
    say_list([*_record_basis(found), cost, draws], words)


def _record_basis(found: AppointmentFigures) -> Iterator[Message]:
    sources = Counter((one.pace.scope, one.pace.quality) for one in found.sessions)
    own = sum(n for (scope, _), n in sources.items() if scope == "doctor")
    punctual = sum(one.timed.is_punctual for one in found.sessions)
    yield message(
        "pace: of {own:session|sessions} by the doctor's row, of {others} by the specialty's",
        own=own,
        others=len(found.sessions) - own,
    )
    bounds = sum(n for (_, quality), n in sources.items() if quality == "upper_bound")
    if bounds:
        yield message(
            "minutes of {n:session|sessions} are upper bounds: their record has calls alone", n=bounds
        )
    yield message(
        "punctuality: recorded for {known:session|sessions}; in {punctual} patients are taken to come at their time:"
        " where many come early and are seen early, hardly anything is gained over even times",
        known=len(found.sessions) - punctual,
        punctual=punctual,
    )
    if found.without_pace:
        yield message(
            "not judged, and timed evenly: {n:session|sessions} without pace", n=len(found.without_pace)
        )
