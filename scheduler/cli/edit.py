"""`menzhen edit`: a roster edited by hand, by command or in a spreadsheet; priced, and kept unless it is only tried."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scheduler.cli import shared
from scheduler.cli.next_steps import RosterCalls, say_next_steps
from scheduler.cli.usage import Command
from scheduler.cli.voice import console, say, table, words_for
from scheduler.errors import CallError, Problem, Where
from scheduler.words import Message, Words, marked, message

if TYPE_CHECKING:
    from scheduler.adjust.edit import Edit, Edited
    from scheduler.adjust.typed_edits import EditTexts
    from scheduler.check.standings import Effect
    from scheduler.roster import Plan
    from scheduler.scenario.week import Scenario

app = typer.Typer()

_Move = Annotated[
    list[str],
    typer.Option(
        "--move",
        help=marked(
            "Put a session to another half-day: 2026-W30.D001.mon-am@fri-pm or 王医生@mon-am@fri-pm."
        ),
        metavar="SESSION@HALF-DAY",
    ),
]
_Swap = Annotated[
    list[str],
    typer.Option(
        "--swap",
        help=marked("Let two sessions change half-days: 王医生@fri-am 李医生@mon-pm."),
        metavar="SESSION SESSION",
    ),
]
_Cover = Annotated[
    list[str],
    typer.Option(
        "--cover", help=marked("Let another doctor hold a session (替诊)."), metavar="SESSION=DOCTOR"
    ),
]
_Add = Annotated[
    list[str],
    typer.Option("--add", help=marked("Add a session (加诊)."), metavar="DOCTOR@HALF-DAY=CLINIC[:TICKETS]"),
]
_Drop = Annotated[
    list[str],
    typer.Option("--drop", help=marked("Let a session not take place (停诊)."), metavar="SESSION"),
]
_Room = Annotated[
    list[str], typer.Option("--room", help=marked("Put a session into a room."), metavar="SESSION=ROOM")
]
_Tickets = Annotated[
    list[str],
    typer.Option(
        "--tickets", help=marked("Give a session another number of tickets."), metavar="SESSION=[CLINIC:]20"
    ),
]
_From = Annotated[
    Path | None,
    typer.Option(
        "--from",
        help=marked(
            "Take the edits from the roster's own file as a planner changed it: sessions.csv or roster.xlsx."
        ),
        metavar="FILE",
    ),
]
_Out = Annotated[
    Path | None, typer.Option("--out", help=marked("Folder for the results; replaced as a whole."))
]


class EditCommand(Command):
    """The command, whose option --swap takes two words each time."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the call, the two words after each --swap as one."""
        joined: list[str] = []
        rest = iter(args)
        for word in rest:
            pair = [next(rest, ""), next(rest, "")] if word == "--swap" else []
            joined += [word, _GLUE.join(pair)] if pair else [word]
        return super().parse_args(ctx, joined)


_GLUE = "\n"
"""What stands between the two sessions of a swap, and in none of them."""


def _pair(text: str) -> tuple[str, str]:
    first, _, second = text.partition(_GLUE)
    return first, second


@app.command(
    cls=EditCommand,
    help=marked("Edit a roster by hand: list the edits, price them, and write the edited roster."),
)
def edit(
    scenario: shared.ScenarioSource,
    roster: shared.RosterFolder,
    out: _Out = None,
    move: _Move = [],
    swap: _Swap = [],
    cover: _Cover = [],
    add: _Add = [],
    drop: _Drop = [],
    room: _Room = [],
    tickets: _Tickets = [],
    source: _From = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=marked("Show what the edits change, and write nothing."))
    ] = False,
    settings: shared.Settings = [],
    seconds: shared.Seconds = 10.0,
    lang: shared.Lang = None,
) -> None:
    """Print the edits and their effect, and write the edited roster; exit 1 where a hard rule is broken further."""
    from scheduler.adjust.edit import Draft
    from scheduler.adjust.typed_edits import EditTexts
    from scheduler.results import write_edited
    from scheduler.tables.scenario.files import read_scenario

    words = words_for(lang)
    texts = EditTexts(move, [_pair(text) for text in swap], cover, add, drop, room, tickets)
    _check_call(texts, source, out, seconds, dry_run=dry_run)
    week = read_scenario(scenario, settings)
    plan, edits = _read_edits(week, roster, texts, source)
    edited = Draft(week, plan).apply(edits)
    if out is None:
        _print_edits(week, plan, edited, words)
        _print_best(week, edited, seconds, words)
    else:
        write_edited(week, edited.plan, edited.effect, out, words.language)
        _print_edits(week, plan, edited, words)
        say(message("The edited roster is in {folder}: open report.html first.", folder=str(out)), words)
        _say_next(RosterCalls(scenario, out, settings), edited, words)
    raise typer.Exit(1 if edited.effect.worse else 0)


def _say_next(calls: RosterCalls, edited: Edited, words: Words) -> None:
    say_next_steps([calls.check(), *([] if edited.effect.worse else [calls.publish()])], words)


def _check_call(
    texts: EditTexts, source: Path | None, out: Path | None, seconds: float, *, dry_run: bool
) -> None:
    shared.solver_options("highs", seconds, 0)
    problems = []
    if source is None and not any(vars(texts).values()):
        remedy = message("Name an edit such as --move, or --from with an edited file.")
        problems.append(Problem(Where(), message("there is nothing to edit"), remedy))
    if dry_run == (out is not None):
        remedy = message("Name the folder by --out, or only try the edits by --dry-run.")
        problems.append(
            Problem(Where(field="--out"), message("it is not clear where the roster goes"), remedy)
        )
    if problems:
        raise CallError(problems)


def _read_edits(
    week: Scenario, roster: Path, texts: EditTexts, source: Path | None
) -> tuple[Plan, tuple[Edit, ...]]:
    """Return the plan to be edited, and all edits of it: those of a file first."""
    from scheduler.adjust.edited_file import read_edited_file
    from scheduler.adjust.typed_edits import parse_edits
    from scheduler.tables.roster.read import read_plan
    from scheduler.tables.roster.told_times import require_told_times

    require_told_times(week, roster)
    if source is None:
        plan = read_plan(week, roster)
        return plan, parse_edits(week, plan, texts)
    edited = read_edited_file(week, roster, source)
    return edited.plan, (*edited.edits, *parse_edits(week, edited.plan, texts))


def _print_edits(week: Scenario, plan: Plan, edited: Edited, words: Words) -> None:
    """Print what becomes of the sessions and of the rules."""
    from scheduler.adjust.roster_edits import edited_sentences

    sentences = edited_sentences(week, plan.roster, edited.plan.roster)
    if not sentences:
        say(message("The edits change no session."), words)
    for sentence in sentences:
        say(sentence, words)
    _print_effect(edited.effect, words)


_MOST_MOVES = 10
"""Most sessions of a better roster that are printed."""


def _print_best(week: Scenario, edited: Edited, seconds: float, words: Words) -> None:
    """Solve the week with these edits in it, and print what they cost at best."""
    from scheduler.adjust.best_with_edits import best_with_edits
    from scheduler.adjust.roster_edits import edited_sentences
    from scheduler.cli.progress import show_progress
    from scheduler.roster import Roster

    options = shared.solver_options("highs", seconds, 0)
    keys = {session.session for session in edited.sessions}
    with show_progress(words) as on_progress:
        best = best_with_edits(
            week, edited.plan.roster, keys, options, on_progress, runner=shared.engine_runner()
        )
    if best is None:
        return
    say(best.sentence, words)
    if not best.is_worth_the_moves:
        return
    moved = {session.session: session for session in best.moved}
    now = Roster(tuple(s for s in edited.plan.roster.sessions if s.session in moved))
    sentences = edited_sentences(week, now, Roster(best.moved))
    for sentence in sentences[:_MOST_MOVES]:
        say(sentence, words)
    if len(sentences) > _MOST_MOVES:
        say(message("and {more} more", more=len(sentences) - _MOST_MOVES), words)


def _print_effect(effect: Effect, words: Words) -> None:
    """Print the units of each rule that changes, what vanishes and appears, and whether a hard rule is broken further."""
    from scheduler.rules import rule

    if effect.units:
        rows = [
            (words.say(rule(key).name), str(now), str(then), f"{then - now:+d}")
            for key, (now, then) in effect.units.items()
        ]
        headings = (message("rule"), message("now"), message("then"), message("change"))
        console().print(table(words, headings, rows, right=(1, 2, 3)))
    else:
        say(message("No rule gains or loses a unit."), words)
    _print_violations(effect, words)
    if effect.worse:
        say(
            message("{count:violation|violations} of hard rules would be new.", count=len(effect.worse)),
            words,
        )
    else:
        say(message("No hard rule would be broken further."), words)


_MOST_LINES = 20
"""Most violations that vanish, and that appear, which are printed."""


def _print_violations(effect: Effect, words: Words) -> None:
    from scheduler.rules import rule

    changes: list[tuple[Message, str, str, str]] = []
    for what, violations in ((message("vanishes"), effect.vanished), (message("appears"), effect.appeared)):
        shown = sorted(violations, key=lambda violation: not violation.hard)[:_MOST_LINES]
        changes += [(what, words.say(rule(v.rule).name), str(v.amount), words.say(v.sentence)) for v in shown]
    if changes:
        lines = [(words.say(what), *rest) for what, *rest in changes]
        places = (message("what"), message("rule"), message("units"), message("what is wrong"))
        console().print(table(words, places, lines, right=(2,)))
    hidden = sum(max(0, len(each) - _MOST_LINES) for each in (effect.vanished, effect.appeared))
    if hidden:
        say(message("and {more} more", more=hidden), words)
