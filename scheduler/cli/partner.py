"""`menzhen partner`: what a partner hospital holds, claims and gives back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from scheduler.cli import database, shared
from scheduler.cli.voice import console, say, table, words_for
from scheduler.words import Message, Words, marked, message

if TYPE_CHECKING:
    from scheduler.roster import Channel
    from scheduler.tickets.queries import PartnerClaim, TicketUse
    from scheduler.tickets.results import AvailableSlot, ClaimResult

app = typer.Typer(
    name="partner",
    help=marked("What partner hospitals hold, claim and give back."),
    no_args_is_help=True,
)

_CHANNELS = ("partner", "primary_care")

_STATES: dict[str, Message] = {
    "live": message("claimed"),
    "returned": message("returned"),
    "hurt": message("lost its place"),
}

Week = Annotated[
    str | None, typer.Option("--week", help=marked("One week, such as 2026-W30; without it all."))
]
_Partner = Annotated[str, typer.Argument(help=marked("The partner's key, as in the scenario."))]
_Referral = Annotated[
    str,
    typer.Option(
        "--referral",
        help=marked("The partner's own number of the case: letters, digits, hyphens; no patient data."),
    ),
]
_Channel = Annotated[
    str,
    typer.Option(
        "--channel",
        help=marked("Channel of the tickets: partner or primary_care."),
        metavar="|".join(_CHANNELS),
    ),
]


@app.command("list", help=marked("List the partners and their use, or one partner's claims."))
def list_partners(
    partner: Annotated[
        str | None,
        typer.Argument(help=marked("A partner whose claims are listed; without it all partners.")),
    ] = None,
    week: Week = None,
    url: database.DatabaseUrl = database.DEFAULT_URL,
    lang: shared.Lang = None,
) -> None:
    """Print the use of tickets by partner, or the claims of one."""
    from scheduler.tickets.queries import find_claims, report_use, require_partner, total_use

    words = words_for(lang)
    with database.open_ledger(url) as store:
        if partner is not None:
            claims = [claim for claim in find_claims(store, partner) if week in (None, claim.week)]
            if not claims:
                require_partner(store, partner)
            _print_claims(partner, claims, words)
            return
        uses = total_use(report_use(store, week=week), "partner")
    print_uses(uses, (message("partner"),), [[use.partner] for use in uses], words)


@app.command("slots", help=marked("List the slots in which a partner can claim tickets now."))
def list_slots(
    partner: _Partner,
    channel: _Channel = "partner",
    url: database.DatabaseUrl = database.DEFAULT_URL,
    as_of: database.AsOf = None,
    lang: shared.Lang = None,
) -> None:
    """Print the slots with the tickets held for this partner and for any."""
    from scheduler.tickets.queries import list_available_slots, require_partner

    words, now, claimed_from = words_for(lang), database.parse_time(as_of), parse_channel(channel)
    with database.open_ledger(url) as store:
        slots = list_available_slots(store, partner, now, channel=claimed_from)
        if not slots:
            require_partner(store, partner)
    if slots:
        _print_slots(slots, words)
    else:
        say(message("Nothing is left for {partner} now.", partner=partner), words)


@app.command("claim", help=marked("Claim one ticket of a slot for a partner."))
def claim_ticket(
    partner: _Partner,
    slot: Annotated[str, typer.Option("--slot", help=marked("The slot, as `partner slots` lists it."))],
    referral: _Referral,
    channel: _Channel = "partner",
    url: database.DatabaseUrl = database.DEFAULT_URL,
    as_of: database.AsOf = None,
    lang: shared.Lang = None,
) -> None:
    """Claim the ticket and print the number of the claim, and what its patient is told."""
    from scheduler.tickets.claims import claim

    words, now, claimed_from = words_for(lang), database.parse_time(as_of), parse_channel(channel)
    with database.open_ledger(url) as store:
        done = claim(store, partner, slot, referral, now, channel=claimed_from)
    say(
        message(
            "{partner} has a ticket of {slot} for {referral}: its claim number {number}.",
            partner=done.partner,
            slot=done.slot,
            referral=done.referral,
            number=done.number,
        ),
        words,
    )
    say(appointment_sentence(done), words)
    database.warn_of_rehearsal(as_of, words)


@app.command("return", help=marked("Give back the ticket that a partner claimed."))
def return_ticket(
    partner: _Partner,
    referral: _Referral,
    url: database.DatabaseUrl = database.DEFAULT_URL,
    as_of: database.AsOf = None,
    lang: shared.Lang = None,
) -> None:
    """Give the ticket back and print who can have it now."""
    from scheduler.report.words import CHANNEL_WORDS
    from scheduler.tickets.returns import return_claim

    words, now = words_for(lang), database.parse_time(as_of)
    with database.open_ledger(url) as store:
        done = return_claim(store, partner, referral, now)
    where = (
        message("It is held for partners again.")
        if done.went_to is None
        else message("Its hour has passed: it went on to {channel}.", channel=CHANNEL_WORDS[done.went_to])
    )
    say(
        message(
            "{partner} gave back the ticket of {slot}. {where}",
            partner=done.partner,
            slot=done.slot,
            where=where,
        ),
        words,
    )
    database.warn_of_rehearsal(as_of, words)


def appointment_sentence(claimed: ClaimResult) -> Message:
    """Return the sentence that tells when the patient of a claim is seen, which ticket it is, and when to come."""
    from scheduler.clock import clock_text

    seen = message("Seen on {date} at {told}", date=claimed.date.isoformat(), told=clock_text(claimed.told))
    if claimed.ticket is None or claimed.come is None:
        return message("{seen}.", seen=seen)
    return message(
        "{seen}, ticket {ticket} of its slot; the patient should come at {come}.",
        seen=seen,
        ticket=claimed.ticket,
        come=clock_text(claimed.come),
    )


def parse_channel(text: str) -> Channel:
    """Return the channel of this name; raises CallError for one that partners do not claim from."""
    from scheduler.errors import CallError, Problem, Where, suggest
    from scheduler.roster import Channel

    if text not in _CHANNELS:
        wrong = message("partners cannot claim from this channel")
        raise CallError([Problem(Where(field="--channel"), wrong, suggest(text, _CHANNELS), text)])
    return Channel(text)


def print_uses(
    uses: Sequence[TicketUse], headings: Sequence[Message], names: Sequence[Sequence[str]], words: Words
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
            *(name or any_partner for name in names_of_use),
            *(str(n) for n in (use.given, use.claimed, use.returned, use.fallen_back, use.hurt)),
        )
        for use, names_of_use in zip(uses, names, strict=True)
    ]
    first = 1 + len(headings)
    right = range(first, first + len(counts))
    console().print(table(words, (message("week"), *headings, *counts), rows, right=right))


def _print_slots(slots: Sequence[AvailableSlot], words: Words) -> None:
    from scheduler.clock import clock_text

    headings = (
        message("date"),
        message("next at"),
        message("slot"),
        message("clinic"),
        message("doctor"),
        message("own tickets"),
        message("for any partner"),
        message("until"),
    )
    rows = [
        (
            slot.date.isoformat(),
            clock_text(slot.times[0]),
            slot.slot,
            slot.clinic,
            slot.doctor,
            str(slot.own),
            str(slot.shared),
            _local_time(slot.until),
        )
        for slot in slots
    ]
    console().print(table(words, headings, rows, right=(5, 6), whole=(2,)))


def _print_claims(partner: str, claims: Sequence[PartnerClaim], words: Words) -> None:
    from scheduler.cli.publish import WHY
    from scheduler.clock import clock_text

    if not claims:
        say(message("{partner} has claimed nothing.", partner=partner), words)
        return
    headings = (
        message("number"),
        message("referral"),
        message("slot"),
        message("ticket"),
        message("time"),
        message("state"),
        message("claimed at"),
        message("ended at"),
        message("why"),
    )
    rows = [
        (
            str(claim.number),
            claim.referral,
            claim.slot,
            "" if claim.ticket is None else str(claim.ticket),
            f"{claim.date.isoformat()} {clock_text(claim.told)}",
            words.say(_STATES[claim.state]),
            _local_time(claim.claimed_at),
            _local_time(claim.ended_at),
            "" if claim.why is None else words.say(WHY[claim.why]),
        )
        for claim in claims
    ]
    console().print(table(words, headings, rows, right=(0, 3), whole=(1, 2, 5)))


def _local_time(time: dt.datetime | None) -> str:
    from scheduler.clock import BEIJING

    return "" if time is None else f"{time.astimezone(BEIJING):%Y-%m-%d %H:%M}"
