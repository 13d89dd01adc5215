"""`menzhen export`: a roster for other systems: calendars, FHIR resources, lines for the city's ticket platform."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scheduler.cli import shared
from scheduler.cli.voice import say, words_for
from scheduler.errors import CallError, InputError, Problem, Where, suggest
from scheduler.words import Words, marked, message

if TYPE_CHECKING:
    from scheduler.roster import Plan
    from scheduler.scenario.week import Scenario

app = typer.Typer()

FORMATS = ("ics", "fhir", "platform")
"""The choices of --as."""

_Format = Annotated[
    str,
    typer.Option(
        "--as",
        help=marked(
            "ics: doctors' calendars; fhir: FHIR R4B; platform: lines for the city's ticket platform."
        ),
        metavar="|".join(FORMATS),
    ),
]
_Out = Annotated[
    Path,
    typer.Option("--out", help=marked("File to write; for all calendars and for --base a folder.")),
]
_Doctor = Annotated[
    str,
    typer.Option("--doctor", help=marked("Only this doctor's calendar; without it one for each doctor.")),
]
_Base = Annotated[
    str,
    typer.Option(
        "--base",
        help=marked("FHIR as files for bulk publication, which readers find at this address."),
        metavar="URL",
    ),
]
_Notices = Annotated[
    Path | None,
    typer.Option("--notices", help=marked("JSON file of booking notices by campus, for platform.")),
]


@app.command(
    help=marked("Export a roster: calendars (ics), FHIR resources, lines for the city's ticket platform.")
)
def export(
    scenario: shared.ScenarioSource,
    roster: shared.RosterFolder,
    form: _Format,
    out: _Out,
    doctor: _Doctor = "",
    base: _Base = "",
    notices: _Notices = None,
    settings: shared.Settings = [],
    lang: shared.Lang = None,
) -> None:
    """Write the export; nothing is written where anything is wrong."""
    from scheduler.tables.roster.read import read_plan
    from scheduler.tables.scenario.files import read_scenario

    words = words_for(lang)
    _check_call(form, doctor, base, notices)
    week = read_scenario(scenario, settings)
    plan = read_plan(week, roster)
    if form == "ics":
        _write_calendars(week, plan, _last_change(roster), doctor, out, words)
    else:
        _require_slots(plan, roster)
        if form == "fhir":
            _write_fhir(week, plan, _last_change(roster), base, out)
        else:
            _write_platform_lines(week, plan, notices, out, words)
    say(message("The export is in {place}.", place=str(out)), words)


def _check_call(form: str, doctor: str, base: str, notices: Path | None) -> None:
    """Raise CallError with every option that is wrong or of another format."""
    problems = []
    if form not in FORMATS:
        wrong = message("there is no such choice")
        problems.append(Problem(Where(field="--as"), wrong, suggest(form, FORMATS), form))
    for name, value, of in (
        ("--doctor", doctor, "ics"),
        ("--base", base, "fhir"),
        ("--notices", notices, "platform"),
    ):
        if value and form in FORMATS and form != of:
            wrong = message("the option does not go with --as {form}", form=form)
            remedy = message("Leave it out, or use --as {form}.", form=of)
            problems.append(Problem(Where(field=name), wrong, remedy, str(value)))
    if problems:
        raise CallError(problems)


def _require_slots(plan: Plan, folder: Path) -> None:
    if not plan.slots:
        wrong = message("the roster has no slots")
        remedy = message("Name the folder of a plan, with its slots.csv and channels.csv.")
        raise InputError([Problem(Where(file=str(folder)), wrong, remedy)])


def _last_change(folder: Path) -> dt.datetime:
    """Return when the roster was last written, so that the same roster is exported as the same bytes."""
    from scheduler.clock import BEIJING

    seconds = int((folder / "sessions.csv").stat().st_mtime)
    return dt.datetime.fromtimestamp(seconds, BEIJING)


def _write_calendars(
    week: Scenario, plan: Plan, at: dt.datetime, doctor: str, out: Path, words: Words
) -> None:
    from scheduler.report.exports.calendar import PublishedPlan, doctor_calendar
    from scheduler.report.voice import Voice
    from scheduler.tables.grids.folder import new_folder, write_file
    from scheduler.tables.typed_names import parse_doctor, unknown_doctor

    versions, voice = [PublishedPlan(at, plan)], Voice(words.language)
    if doctor:
        doctor = parse_doctor(week, doctor)
        if doctor not in week.doctor_of:
            raise CallError([unknown_doctor(week, doctor, Where(field="--doctor"))])
        write_file(out, doctor_calendar(week, versions, doctor, voice))
        return
    files = {_file_name(name): name for name in sorted({session.doctor for session in plan.roster.held})}
    with new_folder(out, frozenset({*files, *_calendars_in(out)})) as folder:
        for file, name in files.items():
            (folder / file).write_bytes(doctor_calendar(week, versions, name, voice))


def _file_name(doctor: str) -> str:
    return f"{doctor.replace('%', '%25').replace('/', '%2F')}.ics"


def _calendars_in(folder: Path) -> Iterator[str]:
    """Yield the calendars of an earlier export, which may be replaced."""
    if folder.is_dir():
        yield from (path.name for path in folder.glob("*.ics"))


def _write_fhir(week: Scenario, plan: Plan, at: dt.datetime, base: str, out: Path) -> None:
    from scheduler.report.exports.fhir import KINDS, bulk_lines, bundle, manifest, resources
    from scheduler.tables.grids.folder import new_folder, write_file

    if not base:
        content = json.dumps(bundle(week, plan, at), ensure_ascii=False, separators=(",", ":"))
        write_file(out, content.encode())
        return
    files = {"$bulk-publish": json.dumps(manifest(base.rstrip("/"), at))}
    every = list(resources(week, plan))
    files |= {f"{kind}.ndjson": bulk_lines(every, kind) for kind in KINDS}
    with new_folder(out, frozenset(files)) as folder:
        for name, text in files.items():
            (folder / name).write_bytes(text.encode())


def _write_platform_lines(week: Scenario, plan: Plan, path: Path | None, out: Path, words: Words) -> None:
    from scheduler.report.exports.notices import Notices, read_notices
    from scheduler.report.exports.ticket_platform import platform_headings, platform_lines
    from scheduler.report.voice import Voice
    from scheduler.tables.grids.csv_out import csv_bytes
    from scheduler.tables.grids.folder import write_file

    notices = Notices({}) if path is None else read_notices(path)
    lines = platform_lines(week, plan, notices, Voice(words.language))
    write_file(out, csv_bytes(platform_headings(words.language), lines))
