"""`menzhen import`: a published timetable becomes a scenario."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from scheduler.cli import shared
from scheduler.cli.next_steps import plan_step, say_next_steps
from scheduler.cli.voice import console, say, table, words_for
from scheduler.words import Message, Words, marked, message

if TYPE_CHECKING:
    import datetime as dt
    from typing import Literal

    from scheduler.clock import Week
    from scheduler.errors import SettingError
    from scheduler.tables.published.conflicts import Conflicts
    from scheduler.tables.published.finding import Finding
    from scheduler.tables.published.timetable import Imported

app = typer.Typer()

IMPORTED_FILES = frozenset(
    {
        "scenario.yaml",
        "doctors.csv",
        "clinics.csv",
        "levels.csv",
        "rooms.csv",
        "template.csv",
        "left_out.csv",
        "scenario.xlsx",
        "import.html",
    }
)
"""What an import writes. A folder with other tables was worked on by a planner, and is not replaced."""


KIND_WORDS = {"found": message("found"), "assumed": message("assumed"), "repaired": message("repaired")}
"""Names of the kinds of findings."""


_Timetable = Annotated[
    Path, typer.Argument(help=marked("The published timetable: csv, xlsx, xls, xlsb or ods."))
]
_Week = Annotated[
    str, typer.Option("--week", help=marked("ISO week to plan, such as 2026-W30; default: the week after."))
]
_First = Annotated[
    str,
    typer.Option("--from", help=marked("First of the seven days to read, where the file has several weeks.")),
]
_Sheet = Annotated[
    str, typer.Option("--sheet", help=marked("The only sheet to read; default: every timetable in the file."))
]
_Stopped = Annotated[
    str, typer.Option("--stopped", help=marked("Stopped sessions (停诊): keep or drop."), metavar="keep|drop")
]
_Conflicts = Annotated[
    str,
    typer.Option(
        "--conflicts",
        help=marked("A doctor at two campuses at once: keep one session, split the doctor, or refuse."),
        metavar="one|split|refuse",
    ),
]
_Meanings = Annotated[
    list[str],
    typer.Option("--words", help=marked("What a word of the file means, such as 0=停诊; may be repeated.")),
]


@app.command("import", help=marked("Read a published timetable, of any layout, into a scenario folder."))
def import_timetable(
    timetable: _Timetable,
    out: shared.OutFolder,
    week: _Week = "",
    first: _First = "",
    sheet: _Sheet = "",
    stopped: _Stopped = "keep",
    conflicts: _Conflicts = "one",
    word: _Meanings = [],
    lang: shared.Lang = None,
) -> None:
    """Write the scenario and print what was found, assumed and repaired in the timetable."""
    from scheduler.report.import_findings import with_working_time
    from scheduler.tables.published.timetable import ReadOptions, read_published, to_scenario

    words = words_for(lang)
    planned = _parse_week(week)
    options = ReadOptions(
        week=planned,
        sheet=sheet,
        start=_parse_first(first),
        conflicts=cast("Conflicts", _one_of("--conflicts", conflicts, ("one", "split", "refuse"))),
        words=_parse_meanings(word),
    )
    kept = cast("Literal['keep', 'drop']", _one_of("--stopped", stopped, ("keep", "drop")))
    read = read_published(timetable, options)
    imported = with_working_time(to_scenario(read, week=planned, stopped=kept))
    _write(imported, out, words)
    _print_findings(imported.findings, words)
    if imported.left_out:
        say(message("Rows left out, each with its reason: {file}", file=str(out / "left_out.csv")), words)
    say(message("What was understood, beside the file itself: {page}", page=str(out / "import.html")), words)
    say(message("The scenario is in {folder}.", folder=str(out)), words)
    say_next_steps([plan_step(out)], words)


def _write(imported: Imported, out: Path, words: Words) -> None:
    from scheduler.report.import_page import import_html
    from scheduler.tables.grids.folder import new_folder
    from scheduler.tables.published.left_out import write_left_out
    from scheduler.tables.scenario.files import write_scenario
    from scheduler.tables.scenario.starter import STARTER_BOOK, write_book

    with new_folder(out, IMPORTED_FILES) as folder:
        write_scenario(imported.scenario, folder, words.language)
        write_book(folder / STARTER_BOOK, imported.scenario, words.language)
        page = import_html(imported, words.language)
        (folder / "import.html").write_text(page, encoding="utf-8", newline="\n")
        if imported.left_out:
            write_left_out(imported.left_out, folder / "left_out.csv", words)


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

    if not text:
        return None
    try:
        return Week.parse(text)
    except ValueError:
        wrong, remedy = message("there is no such week"), message("Write an ISO week such as 2026-W30.")
        raise _refused("--week", wrong, remedy, text) from None


def _parse_first(text: str) -> dt.date | None:
    from scheduler.tables.columns.values import parse_date

    if not text:
        return None
    try:
        return parse_date(text)
    except ValueError:
        raise _refused(
            "--from", message("this is not a date"), message("Write a date such as 2025-10-20."), text
        ) from None


def _parse_meanings(texts: Sequence[str]) -> dict[str, str]:
    meanings: dict[str, str] = {}
    for text in texts:
        word, equals, meaning = text.replace("＝", "=").partition("=")
        if not (word.strip() and equals):
            wrong, remedy = (
                message("this does not say what a word means"),
                message("Write WORD=MEANING, such as 0=停诊."),
            )
            raise _refused("--words", wrong, remedy, text)
        meanings[word.strip()] = meaning.strip()
    return meanings


def _one_of(option: str, text: str, choices: tuple[str, ...]) -> str:
    if text in choices:
        return text
    raise _refused(
        option, message("there is no such choice"), message("Use one of: {known}.", known=list(choices)), text
    )


def _refused(option: str, wrong: Message, remedy: Message, text: str) -> SettingError:
    from scheduler.errors import Problem, SettingError, Where

    return SettingError([Problem(Where(field=option), wrong, remedy, text)])
