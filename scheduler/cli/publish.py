"""`menzhen publish`: a roster becomes the week's published version in the ticket ledger."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scheduler.cli import database, shared
from scheduler.cli.voice import console, say, say_error, table, words_for
from scheduler.words import Message, Words, marked, message

if TYPE_CHECKING:
    from scheduler.scenario.week import Scenario
    from scheduler.tickets.results import Acceptance, DoctorChange, HurtClaim, Publication, TimeChange


app = typer.Typer()

WHY: dict[str, Message] = {
    "gone": message("the session does not take place"),
    "moved": message("the session is at another time"),
    "clinic": message("the slot is another clinic's"),
    "fewer": message("the slot has fewer tickets"),
}
"""What hurts a claim, in words."""


_Scenario = Annotated[
    Path | None,
    typer.Option(
        "--scenario",
        help=marked("Scenario to check the hard rules against; needed once the tables were changed by hand."),
    ),
]
_AcceptViolations = Annotated[
    str,
    typer.Option(
        "--accept-violations",
        help=marked("Why the week is published although hard rules are broken; goes on record."),
        metavar="REASON",
    ),
]
_Most = Annotated[
    int | None,
    typer.Option(
        "--most",
        help=marked("Most tickets a partner may hold of one specialty and day; without it any number."),
    ),
]


@app.command(help=marked("Publish a roster in the ticket ledger; a new version keeps what was claimed."))
def publish(
    roster: shared.RosterFolder,
    by: Annotated[str, typer.Option("--by", help=marked("Who publishes: a name or an office."))] = "office",
    reason: Annotated[
        str, typer.Option("--reason", help=marked("Why a new version supersedes the last one."))
    ] = "",
    scenario: _Scenario = None,
    accept_violations: _AcceptViolations = "",
    most: _Most = None,
    settings: shared.Settings = [],
    url: database.DatabaseUrl = database.DEFAULT_URL,
    as_of: database.AsOf = None,
    lang: shared.Lang = None,
) -> None:
    """Publish the roster and print what becomes different for claims; exit 1 where broken rules are not accepted."""
    from scheduler.adjust.hard_rules import accept_violations as accept
    from scheduler.adjust.hard_rules import broken_hard_rules
    from scheduler.report.acceptance import write_acceptance
    from scheduler.tables.scenario.files import read_scenario
    from scheduler.tickets.publications import publish as publish_roster
    from scheduler.tickets.week_files import read_week

    words, now = words_for(lang), database.parse_time(as_of)
    read_week(roster)  # what cannot be read comes first
    week = None if scenario is None else read_scenario(scenario, settings)
    accepted = accept(broken_hard_rules(roster, week), accept_violations)
    _warn_of_changes(roster, week, words)
    with database.open_ledger(url, new=True) as store:
        publication = publish_roster(store, roster, now, by, reason=reason, most=most, accepted=accepted)
    _print_publication(publication, words)
    if accepted is not None and publication.new:
        say(acceptance_sentence(message("Published"), accepted), words)
    if publication.new:
        if not write_acceptance(roster, accepted) and accepted is not None:
            say_error(message("report.html does not tell the reason; the ledger does."), words)
        database.warn_of_rehearsal(as_of, words)


_MOST_LINES = 20
"""Most edits of the workbook that are named."""


def _warn_of_changes(folder: Path, week: Scenario | None, words: Words) -> None:
    """Print which files of the folder were changed by hand since they were written, and what becomes of that."""
    from scheduler.adjust.changed_files import changed_files
    from scheduler.report.write import WORKBOOK

    changed = changed_files(folder) or frozenset()
    tables = sorted(changed - {WORKBOOK})
    if tables:
        say_error(
            message("Changed by hand since it was written, and published so: {files}.", files=tables), words
        )
    if week is not None:
        _warn_of_workbook(folder, week, words)
    elif WORKBOOK in changed and (folder / WORKBOOK).exists():
        unread = message(
            "{file} was changed since it was written. It is not what is published: `menzhen check` names its edits.",
            file=str(folder / WORKBOOK),
        )
        say_error(unread, words)


def _warn_of_workbook(folder: Path, week: Scenario, words: Words) -> None:
    """Print the edits of the workbook that are in no table, and so are not published."""
    from scheduler.adjust.roster_folder import read_roster_folder

    found = read_roster_folder(week, folder)
    edits = [*found.edits, *(problem.sentence() for problem in found.unread)]
    if edits:
        say_error(message("What roster.xlsx says otherwise is not published:"), words)
    for sentence in edits[:_MOST_LINES]:
        say_error(f"  - {words.say(sentence)}", words)
    if len(edits) > _MOST_LINES:
        say_error(message("and {more} more", more=len(edits) - _MOST_LINES), words)


def acceptance_sentence(done: Message, accepted: Acceptance) -> Message:
    """Return the sentence that tells which hard rules are broken in what was done, and why that was accepted."""
    from scheduler.rules import rule

    rules = [message("{rule} ({units})", rule=rule(key).name, units=n) for key, n in accepted.rules.items()]
    return message(
        "{done} although hard rules are broken ({rules}): {reason}",
        done=done,
        rules=rules or message("not checked"),
        reason=accepted.reason,
    )


def _print_publication(publication: Publication, words: Words) -> None:
    if not publication.new:
        unchanged = message(
            "{week}: these files are published already, as version {version}; nothing was changed.",
            week=publication.week,
            version=publication.version,
        )
        say(unchanged, words)
        return
    done = message(
        "{week} is published as version {version}: {slots:slot|slots}, {tickets:ticket|tickets}.",
        week=publication.week,
        version=publication.version,
        slots=publication.slots,
        tickets=publication.tickets,
    )
    say(done, words)
    if publication.most is not None:
        limit = message(
            "Of one specialty and day a partner may hold {most:ticket|tickets} at most.",
            most=publication.most,
        )
        say(limit, words)
    if publication.kept:
        say(message("Unchanged claims: {count}.", count=publication.kept), words)
    for change in publication.other_doctor:
        say(_doctor_sentence(change), words)
    for retimed in publication.retimed:
        say(_time_sentence(retimed), words)
    if publication.hurt:
        _print_hurt(publication.hurt, words)


def _doctor_sentence(change: DoctorChange) -> Message:
    return message(
        "{partner}, claim {number} ({referral}): {doctor} sees the patient instead of {was_doctor}.",
        partner=change.partner,
        number=change.number,
        referral=change.referral,
        doctor=change.doctor,
        was_doctor=change.was_doctor,
    )


def _time_sentence(change: TimeChange) -> Message:
    from scheduler.clock import clock_text

    return message(
        "{partner}, claim {number} ({referral}): the patient is seen at {told} instead of {was_told}, ticket {ticket}.",
        partner=change.partner,
        number=change.number,
        referral=change.referral,
        told=clock_text(change.told),
        was_told=clock_text(change.was_told),
        ticket=change.ticket,
    )


def _print_hurt(claims: Sequence[HurtClaim], words: Words) -> None:
    say(message("Claims that lost their place; their partners must claim again: {n}", n=len(claims)), words)
    headings = (
        message("partner"),
        message("referral"),
        message("slot"),
        message("why"),
        message("now at"),
    )
    rows = [
        (claim.partner, claim.referral, claim.slot, words.say(WHY[claim.why]), _new_place(claim))
        for claim in claims
    ]
    console().print(table(words, headings, rows, whole=(1, 2)))


def _new_place(claim: HurtClaim) -> str:
    from scheduler.clock import clock_text

    if claim.new_date is None:
        return ""
    at = "" if claim.new_start is None else f" {clock_text(claim.new_start)}"
    return f"{claim.new_date.isoformat()}{at}"
