"""`menzhen ledger`: the office's side of the ticket ledger: fall-backs, use, proof, and advice for the next week."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scheduler.cli import database, shared
from scheduler.cli.partner import Week, print_uses
from scheduler.cli.publish import acceptance_sentence
from scheduler.cli.voice import console, say, say_list, table, words_for
from scheduler.words import Message, Words, marked, message

if TYPE_CHECKING:
    from scheduler.scenario.week import Scenario
    from scheduler.tickets.advice import Advice, PartnerAdvice
    from scheduler.tickets.queries import UseKey
    from scheduler.tickets.verify import Verdict

app = typer.Typer(
    name="ledger",
    help=marked("The ticket ledger: fall-backs, use, proof, and advice for the next week."),
    no_args_is_help=True,
)

_KEYS: dict[str, Message] = {
    "channel": message("channel"),
    "partner": message("partner"),
    "specialty": message("specialty"),
    "doctor": message("doctor"),
    "slot": message("slot"),
}


@app.command(help=marked("Release unclaimed tickets that are due to fall back; run it as often as you like."))
def release(
    url: database.DatabaseUrl = database.DEFAULT_URL,
    as_of: database.AsOf = None,
    lang: shared.Lang = None,
) -> None:
    """Release the tickets and print how many went on to which channel."""
    from scheduler.report.words import CHANNEL_WORDS
    from scheduler.tickets.releases import release as release_tickets

    words, now = words_for(lang), database.parse_time(as_of)
    with database.open_ledger(url) as store:
        done = release_tickets(store, now)
    if not done.tickets:
        say(message("No ticket was due to fall back."), words)
        return
    for channel, tickets in done.tickets:
        name = CHANNEL_WORDS[channel]
        say(message("{tickets:ticket|tickets} went on to {channel}.", tickets=tickets, channel=name), words)
    database.warn_of_rehearsal(as_of, words)


@app.command(help=marked("Report how partners' tickets were used."))
def report(
    by: Annotated[
        list[str],
        typer.Option(
            "--by",
            help=marked("Add up by channel, partner, specialty, doctor or slot; may be given several times."),
            metavar="|".join(_KEYS),
        ),
    ] = ["partner"],
    week: Week = None,
    url: database.DatabaseUrl = database.DEFAULT_URL,
    lang: shared.Lang = None,
) -> None:
    """Print a row for every combination of what is added up by."""
    from scheduler.tickets.queries import list_acceptances, report_use, total_use

    words, keys = words_for(lang), _parse_keys(by)
    with database.open_ledger(url) as store:
        uses = total_use(report_use(store, week=week), *keys)
        acceptances = list_acceptances(store, week=week)
    names = [[str(getattr(use, key)) for key in keys] for use in uses]
    print_uses(uses, [_KEYS[key] for key in keys], names, words)
    for planned, version, acceptance in acceptances:
        done = message("{week}, version {version}", week=planned, version=version)
        say(acceptance_sentence(done, acceptance), words)


@app.command(help=marked("Prove that nothing in the ledger was changed or removed, or show where."))
def verify(
    head: Annotated[
        list[str],
        typer.Option(
            "--head",
            help=marked("The end of a chain as it was shown before; may be given several times."),
            metavar="PLACE:HASH:PARTNER",
        ),
    ] = [],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", help=marked("File for every break, or for the end of every chain."), metavar="FILE"
        ),
    ] = None,
    url: database.DatabaseUrl = database.DEFAULT_URL,
    lang: shared.Lang = None,
) -> None:
    """Print the verdict; exit 1 where something was changed or removed."""
    from scheduler.tickets.hash_chain import Head
    from scheduler.tickets.verify import verify as verify_chains

    words = words_for(lang)
    with database.open_ledger(url) as store:
        verdict = verify_chains(store, remembered=[Head.parse(text) for text in head])
    lines = [str(head) for head in verdict.heads] if verdict.whole else _breaks(verdict, words)
    if out is not None:
        from scheduler.tables.grids.folder import write_file

        write_file(out, "".join(f"{line}\n" for line in lines).encode())
    raise typer.Exit(_print_verdict(verdict, lines, words))


@app.command(
    help=marked("Propose partners' weights and the share for the next scenario, from what was used.")
)
def advice(
    scenario: shared.ScenarioSource,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            help=marked("Folder for a partners.csv with the proposed weights; replaced as a whole."),
        ),
    ] = None,
    settings: shared.Settings = [],
    url: database.DatabaseUrl = database.DEFAULT_URL,
    as_of: database.AsOf = None,
    lang: shared.Lang = None,
) -> None:
    """Print the proposals, and write the weights with `out`."""
    from scheduler.tables.scenario.files import read_scenario
    from scheduler.tickets.advice import advise
    from scheduler.tickets.queries import report_use, total_use

    words, week, today = words_for(lang), read_scenario(scenario, settings), database.parse_time(as_of).date()
    with database.open_ledger(url) as store:
        uses = total_use(report_use(store, before=today), "channel", "partner", "specialty")
    proposals = advise(uses, week.policy.reserve.share)
    _print_advice(proposals, words)
    if out is not None:
        _write_partners(week, proposals, out, words)


@app.command(help=marked("Create the ledger's tables or bring them up to date; save a copy first."))
def upgrade(url: database.DatabaseUrl = database.DEFAULT_URL, lang: shared.Lang = None) -> None:
    """Upgrade the tables."""
    from scheduler.tickets.store import upgrade as upgrade_tables

    words = words_for(lang)
    upgrade_tables(url)
    say(message("The ledger's tables are up to date."), words)


def _parse_keys(by: list[str]) -> tuple[UseKey, ...]:
    from scheduler.errors import CallError, Problem, Where, suggest

    wrong = message("tickets cannot be added up by this")
    problems = [
        Problem(Where(field="--by"), wrong, suggest(key, list(_KEYS)), key) for key in by if key not in _KEYS
    ]
    if problems:
        raise CallError(problems)
    return tuple(dict.fromkeys(by))  # type: ignore[arg-type]


def _breaks(verdict: Verdict, words: Words) -> list[str]:
    """Return a line for each break."""
    return [
        words.say(
            message(
                "{chain}{place}: {wrong}",
                chain=broken.chain or message("the office"),
                place="" if broken.place is None else message(", event {place}", place=broken.place),
                wrong=broken.wrong,
            )
        )
        for broken in verdict.broken
    ]


def _print_verdict(verdict: Verdict, lines: Sequence[str], words: Words) -> int:
    """Print the verdict and its lines, breaks or ends of chains; return 1 where there is a break."""
    rest = message("--out FILE writes them all.")
    if not verdict.whole:
        say_list(lines, words, rest, mark="")
        return 1
    say(
        message(
            "{events:event|events} in {chains:chain|chains}: nothing was changed or removed.",
            events=verdict.events,
            chains=len(verdict.heads),
        ),
        words,
    )
    say(message("Keep these ends elsewhere; give them to --head next time:"), words)
    say_list(lines, words, rest, mark="  ")
    return 0


def _print_advice(proposals: Advice, words: Words) -> None:
    from scheduler.scenario.policy import exact_text

    if not proposals.partners:
        say(message("No session with tickets for partners has taken place yet."), words)
        return
    _print_weights(proposals.partners, words)
    shares = [
        (row.specialty, str(row.given), str(row.kept), exact_text(row.share), words.say(row.reason))
        for row in proposals.shares
    ]
    headings = (message("specialty"), message("given"), message("needed"), message("share"), message("why"))
    console().print(table(words, headings, shares, right=(1, 2, 3)))
    say(message("Proposed: policy.reserve.share={share}", share=exact_text(proposals.share)), words)


def _print_weights(weights: Sequence[PartnerAdvice], words: Words) -> None:
    from scheduler.scenario.policy import exact_text

    headings = (
        message("specialty"),
        message("partner"),
        message("given"),
        message("claimed"),
        message("returned"),
        message("fallen back"),
        message("weight"),
        message("why"),
    )
    any_partner = words.say(message("(any partner)"))
    rows = [
        (
            row.specialty,
            row.partner or any_partner,
            *(str(n) for n in (row.given, row.claimed, row.returned, row.fallen_back)),
            exact_text(row.weight),
            words.say(row.reason),
        )
        for row in weights
    ]
    console().print(table(words, headings, rows, right=range(2, 7)))


def _write_partners(week: Scenario, proposals: Advice, out: Path, words: Words) -> None:
    from scheduler.tables.grids.folder import new_folder
    from scheduler.tables.scenario.files import write_table
    from scheduler.tables.scenario.headings import SCENARIO_TABLES

    (partners,) = (sheet for sheet in SCENARIO_TABLES if sheet.key == "partners")
    with new_folder(out, frozenset({"partners.csv"})) as folder:
        write_table(partners, proposals.update_partners(week.partners), folder / "partners.csv")
    say(
        message(
            "{folder}/partners.csv has the proposed weights as referrals; they count with policy.partners.by_referrals=1.",
            folder=str(out),
        ),
        words,
    )
