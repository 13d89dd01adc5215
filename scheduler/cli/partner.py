"""`menzhen partner`: what a partner hospital holds, claims and gives back."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import typer

from scheduler.cli import database, shared
from scheduler.cli.voice import console, say, table, words_for
from scheduler.words import Message, Words, message

if TYPE_CHECKING:
    from scheduler.roster import Channel
    from scheduler.tickets.queries import PartnerClaim, TicketUse

_CHANNELS = ("partner", "primary_care")


def add_to(app: typer.Typer, words: Words) -> None:
    """Add the group of commands to the app."""
    group = typer.Typer(
        name="partner",
        help=words.say(message("What partner hospitals hold, claim and give back.")),
        no_args_is_help=True,
    )
    _list(group, words)
    _slots(group, words)
    _claim(group, words)
    _return(group, words)
    app.add_typer(group)


def _partner(words: Words) -> str:
    partner: str = typer.Argument(..., help=words.say(message("The partner's key, as in the scenario.")))
    return partner


def _referral(words: Words) -> str:
    referral: str = typer.Option(
        ...,
        "--referral",
        help=words.say(
            message("The partner's own number of the case: letters, digits, hyphens; no patient data.")
        ),
    )
    return referral


def _channel(words: Words) -> str:
    channel: str = typer.Option(
        "partner",
        "--channel",
        help=words.say(message("Tickets of which channel: partner or primary_care.")),
        metavar="|".join(_CHANNELS),
    )
    return channel


def _list(group: typer.Typer, words: Words) -> None:
    @group.command(
        "list", help=words.say(message("List the partners and their use, or one partner's claims."))
    )
    def listed(
        partner: str | None = typer.Argument(
            None, help=words.say(message("A partner whose claims are listed; without it all partners."))
        ),
        week: str | None = typer.Option(
            None, "--week", help=words.say(message("One week, such as 2026-W30; without it all."))
        ),
        url: str = database.database(words),
        lang: str = shared.lang(words),
    ) -> None:
        from scheduler.tickets.queries import find_claims, report_use, total_use

        voice = words_for(lang)
        with database.opened(url) as store:
            if partner is not None:
                claims = [one for one in find_claims(store, partner) if week in (None, one.week)]
                _tell_claims(partner, claims, voice)
                return
            uses = total_use(report_use(store, week=week), "partner")
        tell_uses(uses, (message("partner"),), [[use.partner] for use in uses], voice)


def _slots(group: typer.Typer, words: Words) -> None:
    @group.command(
        "slots", help=words.say(message("List the slots in which a partner can claim tickets now."))
    )
    def slots(
        partner: str = _partner(words),
        channel: str = _channel(words),
        url: str = database.database(words),
        as_of: str | None = database.as_of(words),
        lang: str = shared.lang(words),
    ) -> None:
        from scheduler.clock import BEIJING, clock_text
        from scheduler.tickets.queries import list_available_slots

        voice, at, kind = words_for(lang), database.moment_of(as_of), channel_of(channel)
        with database.opened(url) as store:
            found = list_available_slots(store, partner, at, channel=kind)
        if not found:
            say(message("Nothing is left for {partner} now.", partner=partner), voice)
            return
        headings = (
            message("date"),
            message("from"),
            message("slot"),
            message("clinic"),
            message("doctor"),
            message("own tickets"),
            message("for any partner"),
            message("until"),
        )
        rows = [
            (
                one.date.isoformat(),
                clock_text(one.start),
                one.slot,
                one.clinic,
                one.doctor,
                str(one.own),
                str(one.shared),
                "" if one.until is None else f"{one.until.astimezone(BEIJING):%Y-%m-%d %H:%M}",
            )
            for one in found
        ]
        console().print(table(voice, headings, rows, right=(5, 6), whole=(2,)))


def _claim(group: typer.Typer, words: Words) -> None:
    @group.command("claim", help=words.say(message("Claim one ticket of a slot for a partner.")))
    def claimed(
        partner: str = _partner(words),
        slot: str = typer.Option(
            ..., "--slot", help=words.say(message("The slot, as `partner slots` lists it."))
        ),
        referral: str = _referral(words),
        channel: str = _channel(words),
        url: str = database.database(words),
        as_of: str | None = database.as_of(words),
        lang: str = shared.lang(words),
    ) -> None:
        from scheduler.tickets.claims import claim

        voice, at, kind = words_for(lang), database.moment_of(as_of), channel_of(channel)
        with database.opened(url) as store:
            done = claim(store, partner, slot, referral, at, channel=kind)
        said = message(
            "{partner} has a ticket of {slot} for {referral}: its claim number {number}.",
            partner=done.partner,
            slot=done.slot,
            referral=done.referral,
            number=done.number,
        )
        say(said, voice)
        database.tell_pretended(as_of, voice)


def _return(group: typer.Typer, words: Words) -> None:
    @group.command("return", help=words.say(message("Give back the ticket that a partner claimed.")))
    def returned(
        partner: str = _partner(words),
        referral: str = _referral(words),
        url: str = database.database(words),
        as_of: str | None = database.as_of(words),
        lang: str = shared.lang(words),
    ) -> None:
        from scheduler.report.words import CHANNEL_WORDS
        from scheduler.tickets.returns import return_claim

        voice, at = words_for(lang), database.moment_of(as_of)
        with database.opened(url) as store:
            done = return_claim(store, partner, referral, at)
        where = (
            message("It is held for partners again.")
            if done.went_to is None
            else message("Its hour has passed: it went on to {channel}.", channel=CHANNEL_WORDS[done.went_to])
        )
        said = message(
            "{partner} gave back the ticket of {slot}. {where}",
            partner=done.partner,
            slot=done.slot,
            where=where,
        )
        say(said, voice)
        database.tell_pretended(as_of, voice)


def channel_of(text: str) -> Channel:
    """Return the channel of this name; raises CallError for one that partners do not claim from."""
    from scheduler.errors import CallError, Problem, Where, suggest
    from scheduler.roster import Channel

    if text not in _CHANNELS:
        wrong = message("partners claim nothing from such a channel")
        raise CallError([Problem(Where(field="--channel"), wrong, suggest(text, _CHANNELS), text)])
    return Channel(text)


def tell_uses(
    uses: tuple[TicketUse, ...], headings: tuple[Message, ...], names: list[list[str]], words: Words
) -> None:
    """Print how tickets were used, a row a use, its week and the `names` first; an empty name is any partner's."""
    if not uses:
        say(message("No such tickets are published."), words)
        return
    counts = (
        message("given"),
        message("claimed"),
        message("returned"),
        message("fallen back"),
        message("lost their place"),
    )
    any_partner = words.say(message("(any partner)"))
    rows = [
        (
            use.week,
            *(name or any_partner for name in mine),
            *(str(n) for n in (use.given, use.claimed, use.returned, use.fallen_back, use.hurt)),
        )
        for use, mine in zip(uses, names, strict=True)
    ]
    first = 1 + len(headings)
    right = range(first, first + len(counts))
    console().print(table(words, (message("week"), *headings, *counts), rows, right=right))


def _tell_claims(partner: str, claims: list[PartnerClaim], words: Words) -> None:
    from scheduler.cli.publish import WHY

    if not claims:
        say(message("{partner} has claimed nothing.", partner=partner), words)
        return
    headings = (
        message("number"),
        message("referral"),
        message("slot"),
        message("state"),
        message("claimed at"),
        message("ended at"),
        message("why"),
    )
    rows = [
        (
            str(one.number),
            one.referral,
            one.slot,
            words.say(_STATES[one.state]),
            _at(one.claimed_at),
            _at(one.ended_at),
            "" if one.why is None else words.say(WHY[one.why]),
        )
        for one in claims
    ]
    console().print(table(words, headings, rows, right=(0,), whole=(1, 2)))


_STATES: dict[str, Message] = {
    "live": message("claimed"),
    "returned": message("returned"),
    "hurt": message("lost its place"),
}


def _at(at: dt.datetime | None) -> str:
    from scheduler.clock import BEIJING

    return "" if at is None else f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M}"
