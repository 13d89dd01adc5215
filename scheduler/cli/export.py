"""`menzhen export`: a roster as it is published: printed forms, and calendars, FHIR and lines for other systems."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from scheduler.cli import database, shared
from scheduler.cli.voice import say, words_for
from scheduler.errors import CallError, InputError, Problem, Where, suggest
from scheduler.words import Words, marked, message

if TYPE_CHECKING:
    from scheduler.roster import Plan
    from scheduler.scenario.week import Scenario

app = typer.Typer()

PRINTED = ("departments", "clinics", "doors", "month", "changes")
"""Forms that people read; `scheduler.forms.catalogue` says what each is made of."""

PRINTED_FORMATS = ("xlsx", "html", "csv", "docx")

FORMATS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(PRINTED, PRINTED_FORMATS),
    "platform": ("csv",),
    "ics": ("ics",),
    "fhir": ("json",),
}
"""The choices of --form, each with those of --format, the usual one first."""

OPTIONS_OF: Mapping[str, tuple[str, ...]] = {
    "--against": ("changes",),
    "--by": ("month",),
    "--doctor": ("ics",),
    "--base": ("fhir",),
    "--notices": ("platform",),
    "--database": ("platform", "fhir"),
    "--as-of": ("platform", "fhir"),
}
"""Options of few forms."""

GROUPS = ("department", "doctor")
"""The choices of --by, the usual one first."""

_Rosters = Annotated[
    list[Path],
    typer.Argument(
        metavar="DIR",
        help=marked("The folder of the roster (sessions.csv and others); for a month one for each week."),
    ),
]
_Form = Annotated[
    str,
    typer.Option(
        "--form",
        help=marked(
            "departments: weekly tables; clinics: the hospital's website; doors: a sheet a room; month: a calendar "
            "of several weeks; changes: against another roster; platform: the city's ticket platform; "
            "ics: doctors' calendars; fhir: FHIR R4B."
        ),
        metavar="|".join(FORMATS),
    ),
]
_Format = Annotated[
    str,
    typer.Option(
        "--format",
        help=marked("File format; without it that of --out, or xlsx where it names none."),
        metavar="|".join(PRINTED_FORMATS),
    ),
]
_Against = Annotated[
    Path | None,
    typer.Option("--against", help=marked("For changes: the folder of the roster before."), metavar="DIR0"),
]
_By = Annotated[
    str,
    typer.Option("--by", help=marked("For month: a calendar for each of them."), metavar="|".join(GROUPS)),
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
_Database = Annotated[
    str,
    typer.Option(
        "--database",
        help=marked(
            "For platform and fhir: the ticket ledger; a published week then has its tickets as they are."
        ),
        metavar="URL",
    ),
]
_AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of", help=marked("With --database: tickets as they are then; from now on."), metavar="TIME"
    ),
]
_As = Annotated[str, typer.Option("--as", hidden=True)]


@app.command(
    help=marked(
        "Publish a roster: tables of departments, clinics, doors, months and changes; calendars (ics), FHIR, platform."
    )
)
def export(
    scenario: shared.ScenarioSource,
    rosters: _Rosters,
    out: _Out,
    form: _Form = "",
    file_format: _Format = "",
    against: _Against = None,
    by: _By = "",
    doctor: _Doctor = "",
    base: _Base = "",
    notices: _Notices = None,
    url: _Database = "",
    as_of: _AsOf = None,
    old_form: _As = "",
    settings: shared.Settings = [],
    lang: shared.Lang = None,
) -> None:
    """Write the export; nothing is written where anything is wrong."""
    from scheduler.tables.scenario.files import read_scenario

    words = words_for(lang)
    options = {"--against": against, "--by": by, "--doctor": doctor, "--base": base, "--notices": notices}
    options |= {"--database": url, "--as-of": as_of}
    _check_call(form, old_form, rosters, {name: str(value) for name, value in options.items() if value})
    chosen = _choose_format(form, file_format, out)
    week = read_scenario(scenario, settings)
    if form in PRINTED:
        folders = rosters if against is None else [against, *rosters]
        _write_printed_form(week, folders, form, by, _Target(out, chosen), words)
    else:
        ledger = _Ledger(url, as_of) if url else None
        _write_for_systems(week, rosters[0], form, doctor, base, notices, ledger, out, words)
    say(message("The export is in {place}.", place=str(out)), words)


def _check_call(form: str, old_form: str, rosters: Sequence[Path], options: Mapping[str, str]) -> None:
    """Raise CallError with every option that is missing, wrong or of another form."""
    problems = []
    if old_form:
        wrong, remedy = message("this option has a new name"), message("Write --form {form}.", form=old_form)
        problems.append(Problem(Where(field="--as"), wrong, remedy, old_form))
    elif form not in FORMATS:
        wrong = message("there is no such choice") if form else message("this is missing")
        problems.append(Problem(Where(field="--form"), wrong, suggest(form, FORMATS), form or None))
    else:
        problems += _problems_of_form(form, rosters, options)
    if options.get("--by", GROUPS[0]) not in GROUPS:
        wrong = message("there is no such choice")
        problems.append(
            Problem(Where(field="--by"), wrong, suggest(options["--by"], GROUPS), options["--by"])
        )
    if problems:
        raise CallError(problems)


def _problems_of_form(form: str, rosters: Sequence[Path], options: Mapping[str, str]) -> Iterator[Problem]:
    for name, value in options.items():
        if form not in OPTIONS_OF[name]:
            wrong = message("the option does not go with --form {form}", form=form)
            remedy = message("Leave it out, or use --form {form}.", form=list(OPTIONS_OF[name]))
            yield Problem(Where(field=name), wrong, remedy, value)
    if form == "changes" and "--against" not in options:
        remedy = message("Name the folder of the roster before.")
        yield Problem(Where(field="--against"), message("this is missing"), remedy)
    if "--as-of" in options and "--database" not in options:
        wrong, remedy = (
            message("a time needs a ledger"),
            message("Name it with --database, or leave --as-of out."),
        )
        yield Problem(Where(field="--as-of"), wrong, remedy, options["--as-of"])
    if form != "month" and len(rosters) > 1:
        wrong = message("only a month is made of several rosters")
        remedy = message("Name one roster, or use --form {form}.", form="month")
        yield Problem(Where(field="DIR"), wrong, remedy, str(rosters[1]))


def _choose_format(form: str, file_format: str, out: Path) -> str:
    """Return the format: the one asked for, else that of the file's name, else the form's usual one."""
    formats = FORMATS[form]
    ending = out.suffix.lower().removeprefix(".")
    if not file_format:
        return ending if ending in formats else formats[0]
    if file_format not in formats:
        wrong = message("the form {form} has no such format", form=form)
        raise CallError([Problem(Where(field="--format"), wrong, suggest(file_format, formats), file_format)])
    if ending in PRINTED_FORMATS and ending != file_format:
        wrong = message("the file's name ends like another format")
        remedy = message("Let --out end in .{ending}, or leave --format out.", ending=file_format)
        raise CallError([Problem(Where(field="--out"), wrong, remedy, str(out))])
    return file_format


class _Ledger(NamedTuple):
    """The ledger that an export follows, and the time as of which; None: now."""

    url: str
    as_of: str | None


class _Target(NamedTuple):
    """Where a form is written, and in which format."""

    out: Path
    file_format: str


def _write_printed_form(
    week: Scenario, folders: Sequence[Path], form: str, by: str, target: _Target, words: Words
) -> None:
    from scheduler.forms.catalogue import PRINTED as FORMS
    from scheduler.forms.catalogue import WRITERS
    from scheduler.forms.facts import FormFacts
    from scheduler.forms.weeks import calendar_of, read_weeks
    from scheduler.report.voice import Voice
    from scheduler.tables.grids.folder import write_file

    weeks = read_weeks(week, folders)
    if form == "month":
        weeks = calendar_of(weeks, folders)
    kind, voice = FORMS[form], Voice(words.language)
    make = kind.doctors if by == GROUPS[1] and kind.doctors is not None else kind.make
    made = make([FormFacts(one, voice) for one in weeks])
    write_file(target.out, WRITERS[target.file_format](made))


def _write_for_systems(
    week: Scenario,
    roster: Path,
    form: str,
    doctor: str,
    base: str,
    notices: Path | None,
    ledger: _Ledger | None,
    out: Path,
    words: Words,
) -> None:
    from scheduler.tables.roster.read import read_plan
    from scheduler.tables.roster.standalone import read_standalone_roster
    from scheduler.tables.roster.told_times import require_told_times

    week = read_standalone_roster(roster).in_scenario(week)
    plan = read_plan(week, roster)
    if form == "ics":
        _write_calendars(week, plan, _last_change(roster), doctor, out, words)
        return
    _require_slots(plan, roster)
    require_told_times(week, roster)
    if ledger is not None:
        plan = _with_ledger(week, plan, roster, ledger)
    if form == "fhir":
        _write_fhir(week, plan, _last_change(roster), base, out)
    else:
        _write_platform_lines(week, plan, notices, out, words)


def _require_slots(plan: Plan, folder: Path) -> None:
    if not plan.slots:
        wrong = message("the roster has no slots")
        remedy = message("Name the folder of a plan, with its slots.csv and channels.csv.")
        raise InputError([Problem(Where(file=str(folder)), wrong, remedy)])


def _with_ledger(week: Scenario, plan: Plan, folder: Path, ledger: _Ledger) -> Plan:
    """Return the plan with its tickets as the ledger has them; raises InputError where it is not what is published."""
    from scheduler.tickets.held_tickets import read_held_tickets, refuse_past
    from scheduler.tickets.version_rows import files_digest
    from scheduler.tickets.week_files import read_week

    at, files = database.parse_time(ledger.as_of), read_week(folder)
    with database.open_ledger(ledger.url) as store:
        if ledger.as_of is not None:
            store.read(lambda connection: refuse_past(connection, at, "--as-of"))
        held = store.read(lambda connection: read_held_tickets(connection, str(week.week), at))
    if held is None or held.digest != files_digest(files, held.most):
        wrong = message("this roster is not what the ledger has published for {week}", week=str(week.week))
        remedy = message("Name the folder that was published, or leave --database out.")
        raise InputError([Problem(Where(file=str(folder)), wrong, remedy)])
    return held.in_plan(plan)


def _last_change(folder: Path) -> dt.datetime:
    """Return when the roster was last written, so that the same roster is exported as the same bytes."""
    from scheduler.clock import BEIJING

    seconds = int((folder / "sessions.csv").stat().st_mtime)
    return dt.datetime.fromtimestamp(seconds, BEIJING)


def _write_calendars(
    week: Scenario, plan: Plan, at: dt.datetime, doctor: str, out: Path, words: Words
) -> None:
    from scheduler.report.exports.calendar import PublishedVersion, calendar_sessions, doctor_calendar
    from scheduler.report.voice import Voice
    from scheduler.tables.grids.folder import new_folder, write_file
    from scheduler.tables.typed_names import parse_doctor, unknown_doctor

    weeks, voice = [[PublishedVersion(at, calendar_sessions(week, plan))]], Voice(words.language)
    if doctor:
        doctor = parse_doctor(week, doctor)
        if doctor not in week.doctor_of:
            raise CallError([unknown_doctor(week, doctor, Where(field="--doctor"))])
        write_file(out, doctor_calendar(week.doctor_name(doctor), weeks, doctor, voice))
        return
    files = {_file_name(name): name for name in sorted({session.doctor for session in plan.roster.held})}
    with new_folder(out, frozenset({*files, *_calendars_in(out)})) as folder:
        for file, name in files.items():
            content = doctor_calendar(week.doctor_name(name), weeks, name, voice)
            (folder / file).write_bytes(content)


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
