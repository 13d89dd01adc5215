"""`menzhen publish`: a roster becomes the week's published version in the ticket ledger."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from scheduler.cli import database, shared
from scheduler.cli.voice import console, say, table, words_for
from scheduler.words import Message, Words, message

if TYPE_CHECKING:
    from scheduler.tickets.results import HurtClaim, Publication


def add_to(app: typer.Typer, words: Words) -> None:
    """Add the command to the app."""

    @app.command(
        "publish",
        help=words.say(
            message("Publish a roster in the ticket ledger; a new version keeps what was claimed.")
        ),
    )
    def publish(
        roster: Path = shared.roster(words),
        by: str = typer.Option(
            "office", "--by", help=words.say(message("Who publishes: a name or an office."))
        ),
        reason: str = typer.Option(
            "", "--reason", help=words.say(message("Why a new version supersedes the last one."))
        ),
        most: int | None = typer.Option(
            None,
            "--most",
            help=words.say(
                message("Most tickets a partner may hold of one specialty and day; without it any number.")
            ),
        ),
        url: str = database.database(words),
        as_of: str | None = database.as_of(words),
        lang: str = shared.lang(words),
    ) -> None:
        from scheduler.tickets.publications import publish as publish_roster

        voice = words_for(lang)
        at = database.moment_of(as_of)
        with database.opened(url, new=True) as store:
            done = publish_roster(store, roster, at, by, reason=reason, most=most)
        _tell(done, voice)
        if done.new:
            database.tell_pretended(as_of, voice)


def _tell(done: Publication, words: Words) -> None:
    if not done.new:
        said = message(
            "{week}: these files are published already, as version {version}; nothing was changed.",
            week=done.week,
            version=done.version,
        )
        say(said, words)
        return
    said = message(
        "{week} is published as version {version}: {slots} slots, {tickets} tickets.",
        week=done.week,
        version=done.version,
        slots=done.slots,
        tickets=done.tickets,
    )
    say(said, words)
    if done.most is not None:
        said = message("Of one specialty and day a partner may hold {most} tickets at most.", most=done.most)
        say(said, words)
    if done.kept:
        say(message("Claims that stand as they were: {count}.", count=done.kept), words)
    for other in done.other_doctor:
        said = message(
            "{partner}, claim {number} ({referral}): {doctor} sees the patient instead of {was_doctor}.",
            partner=other.partner,
            number=other.number,
            referral=other.referral,
            doctor=other.doctor,
            was_doctor=other.was_doctor,
        )
        say(said, words)
    if done.hurt:
        say(
            message("Claims that lost their place, to be told and claimed anew: {n}", n=len(done.hurt)), words
        )
        headings = (
            message("partner"),
            message("referral"),
            message("slot"),
            message("why"),
            message("now at"),
        )
        rows = [
            (hurt.partner, hurt.referral, hurt.slot, words.say(WHY[hurt.why]), _place(hurt))
            for hurt in done.hurt
        ]
        console().print(table(words, headings, rows, whole=(1, 2)))


WHY: dict[str, Message] = {
    "gone": message("the session does not take place"),
    "moved": message("the session is at another time"),
    "clinic": message("the slot is another clinic's"),
    "fewer": message("the slot has fewer tickets"),
}
"""What hurts a claim, in words."""


def _place(hurt: HurtClaim) -> str:
    from scheduler.clock import clock_text

    if hurt.new_date is None:
        return ""
    at = "" if hurt.new_start is None else f" {clock_text(hurt.new_start)}"
    return f"{hurt.new_date.isoformat()}{at}"
