"""`menzhen import`: a published timetable becomes a scenario."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from scheduler.cli import shared
from scheduler.cli.voice import console, say, table, words_for
from scheduler.words import Words, marked, message

if TYPE_CHECKING:
    from scheduler.clock import Week
    from scheduler.tables.published.finding import Finding

app = typer.Typer()

IMPORTED_FILES = frozenset({"scenario.yaml", "doctors.csv", "clinics.csv", "rooms.csv", "template.csv"})
"""What an import writes. A folder with other tables was worked on by a planner, and is not replaced."""


KIND_WORDS = {"found": message("found"), "assumed": message("assumed"), "repaired": message("repaired")}
"""Names of the kinds of findings."""


@app.command("import", help=marked("Read a published timetable (csv or xlsx) into a scenario folder."))
def import_timetable(
    timetable: Annotated[Path, typer.Argument(help=marked("The published timetable, csv or xlsx."))],
    out: shared.OutFolder,
    week: Annotated[
        str,
        typer.Option("--week", help=marked("ISO week to plan, such as 2026-W30; default: the week after.")),
    ] = "",
    stopped: Annotated[
        str,
        typer.Option("--stopped", help=marked("Stopped sessions (停诊): keep or drop."), metavar="keep|drop"),
    ] = "keep",
    lang: shared.Lang = None,
) -> None:
    """Write the scenario and print what was found, assumed and repaired in the timetable."""
    from scheduler.tables.grids.folder import new_folder
    from scheduler.tables.published.timetable import read_published, to_scenario
    from scheduler.tables.scenario.files import write_scenario

    words = words_for(lang)
    imported = to_scenario(read_published(timetable), week=_parse_week(week), stopped=_parse_stopped(stopped))
    with new_folder(out, IMPORTED_FILES) as folder:
        write_scenario(imported.scenario, folder)
    _print_findings(imported.findings, words)
    say(
        message(
            "The scenario is in {folder}; plan it with: menzhen plan {folder} --out OUT", folder=str(out)
        ),
        words,
    )


def _print_findings(findings: Sequence[Finding], words: Words) -> None:
    rows = [
        (
            words.say(KIND_WORDS[finding.kind]),
            words.say(finding.label),
            finding.value,
            "" if finding.note is None else words.say(finding.note),
        )
        for finding in findings
    ]
    headings = (message("kind"), message("what"), message("value"), message("note"))
    console().print(table(words, headings, rows, right=(2,)))


def _parse_week(text: str) -> Week | None:
    from scheduler.clock import Week
    from scheduler.errors import Problem, SettingError, Where

    if not text:
        return None
    try:
        return Week.parse(text)
    except ValueError:
        wrong, remedy = message("there is no such week"), message("Write an ISO week such as 2026-W30.")
        raise SettingError([Problem(Where(field="--week"), wrong, remedy, text)]) from None


def _parse_stopped(text: str) -> Literal["keep", "drop"]:
    from scheduler.errors import Problem, SettingError, Where

    if text == "keep":
        return "keep"
    if text == "drop":
        return "drop"
    wrong, remedy = message("there is no such choice"), message("Use keep or drop.")
    raise SettingError([Problem(Where(field="--stopped"), wrong, remedy, text)])
