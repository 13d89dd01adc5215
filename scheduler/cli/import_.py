"""`menzhen import`: a published timetable becomes a scenario."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import typer

from scheduler.cli import shared
from scheduler.cli.voice import console, say, table, words_for
from scheduler.words import Words, message

IMPORTED_FILES = frozenset({"scenario.yaml", "doctors.csv", "clinics.csv", "rooms.csv", "template.csv"})
"""What an import writes. A folder with other tables was worked on by a planner, and is not replaced."""


def add_to(app: typer.Typer, words: Words) -> None:
    """Add the command to the app."""

    @app.command(
        "import", help=words.say(message("Read a published timetable (csv or xlsx) into a scenario folder."))
    )
    def import_timetable(
        timetable: Path = typer.Argument(
            ..., help=words.say(message("The published timetable, csv or xlsx."))
        ),
        out: Path = shared.out(words),
        week: str = typer.Option(
            "",
            "--week",
            help=words.say(message("ISO week to plan, such as 2026-W30; default: the week after.")),
        ),
        stopped: Any = typer.Option(
            "keep",
            "--stopped",
            help=words.say(message("Stopped sessions (停诊): keep or drop.")),
            metavar="keep|drop",
        ),
        lang: str = shared.lang(words),
    ) -> None:
        _import(timetable, out, week, stopped, words_for(lang))


def _import(timetable: Path, out: Path, week: str, stopped: str, words: Words) -> None:
    from scheduler.tables.grids.folder import new_folder
    from scheduler.tables.published.timetable import read_published, to_scenario
    from scheduler.tables.scenario.files import write_scenario

    imported = to_scenario(read_published(timetable), week=_week(week), stopped=_stopped(stopped))
    with new_folder(out, IMPORTED_FILES) as folder:
        write_scenario(imported.scenario, folder)
    rows = [
        (
            words.say(KIND_WORDS[finding.kind]),
            words.say(finding.label),
            finding.value,
            "" if finding.note is None else words.say(finding.note),
        )
        for finding in imported.findings
    ]
    headings = (message("kind"), message("what"), message("value"), message("note"))
    console().print(table(words, headings, rows, right=(2,)))
    say(
        message(
            "The scenario is in {folder}; plan it with: menzhen plan {folder} --out OUT", folder=str(out)
        ),
        words,
    )


KIND_WORDS = {"found": message("found"), "assumed": message("assumed"), "repaired": message("repaired")}
"""Names of the kinds of findings."""


def _week(text: str) -> Any:
    from scheduler.clock import Week
    from scheduler.errors import Problem, SettingError, Where

    if not text:
        return None
    try:
        return Week.parse(text)
    except ValueError:
        wrong, remedy = message("there is no such week"), message("Write an ISO week such as 2026-W30.")
        raise SettingError([Problem(Where(field="--week"), wrong, remedy, text)]) from None


def _stopped(text: str) -> Literal["keep", "drop"]:
    from scheduler.errors import Problem, SettingError, Where

    if text == "keep":
        return "keep"
    if text == "drop":
        return "drop"
    wrong, remedy = message("this is no way to treat stopped sessions"), message("Use keep or drop.")
    raise SettingError([Problem(Where(field="--stopped"), wrong, remedy, text)])
