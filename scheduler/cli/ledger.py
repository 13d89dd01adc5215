"""`menzhen ledger`: the office's side of the ticket ledger: fall-backs, use, proof, and advice for the next week."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from scheduler.cli import database, shared
from scheduler.cli.partner import tell_uses
from scheduler.cli.voice import console, say, table, words_for
from scheduler.words import Message, Words, message

if TYPE_CHECKING:
    from scheduler.scenario.week import Scenario
    from scheduler.tickets.advice import Advice
    from scheduler.tickets.queries import UseKey
    from scheduler.tickets.verify import Verdict

_BY: dict[str, Message] = {
    "channel": message("channel"),
    "partner": message("partner"),
    "specialty": message("specialty"),
    "doctor": message("doctor"),
    "slot": message("slot"),
}


def add_to(app: typer.Typer, words: Words) -> None:
    """Add the group of commands to the app."""
    group = typer.Typer(
        name="ledger",
        help=words.say(message("The ticket ledger: fall-backs, use, proof, and advice for the next week.")),
        no_args_is_help=True,
    )
    _release(group, words)
    _report(group, words)
    _verify(group, words)
    _advice(group, words)
    _upgrade(group, words)
    app.add_typer(group)


def _release(group: typer.Typer, words: Words) -> None:
    @group.command(
        "release",
        help=words.say(
            message("Let unclaimed tickets fall back whose hour has come; run it as often as you like.")
        ),
    )
    def release(
        url: str = database.database(words),
        as_of: str | None = database.as_of(words),
        lang: str = shared.lang(words),
    ) -> None:
        from scheduler.report.words import CHANNEL_WORDS
        from scheduler.tickets.releases import release as release_tickets

        voice, at = words_for(lang), database.moment_of(as_of)
        with database.opened(url) as store:
            done = release_tickets(store, at)
        if not done.tickets:
            say(message("No ticket was due to fall back."), voice)
        for channel, tickets in done.tickets:
            said = message(
                "{tickets} tickets went on to {channel}.", tickets=tickets, channel=CHANNEL_WORDS[channel]
            )
            say(said, voice)
        if done.tickets:
            database.tell_pretended(as_of, voice)


def _report(group: typer.Typer, words: Words) -> None:
    @group.command("report", help=words.say(message("Tell how partners' tickets were used.")))
    def report(
        by: list[str] = typer.Option(
            ["partner"],
            "--by",
            help=words.say(
                message("Add up by channel, partner, specialty, doctor or slot; may be given several times.")
            ),
            metavar="|".join(_BY),
        ),
        week: str | None = typer.Option(
            None, "--week", help=words.say(message("One week, such as 2026-W30; without it all."))
        ),
        url: str = database.database(words),
        lang: str = shared.lang(words),
    ) -> None:
        from scheduler.tickets.queries import report_use, total_use

        voice, keys = words_for(lang), _keys(by)
        with database.opened(url) as store:
            uses = total_use(report_use(store, week=week), *keys)
        names = [[str(getattr(use, key)) for key in keys] for use in uses]
        tell_uses(uses, tuple(_BY[key] for key in keys), names, voice)


def _keys(by: list[str]) -> tuple[UseKey, ...]:
    from scheduler.errors import CallError, Problem, Where, suggest

    wrong = message("tickets cannot be added up by this")
    problems = [
        Problem(Where(field="--by"), wrong, suggest(key, list(_BY)), key) for key in by if key not in _BY
    ]
    if problems:
        raise CallError(problems)
    return tuple(dict.fromkeys(by))  # type: ignore[arg-type]


def _verify(group: typer.Typer, words: Words) -> None:
    @group.command(
        "verify",
        help=words.say(message("Prove that nothing in the ledger was changed or removed, or show where.")),
    )
    def verify(
        head: list[str] = typer.Option(
            [],
            "--head",
            help=words.say(message("The end of a chain as it was shown before; may be given several times.")),
            metavar="PLACE:HASH:PARTNER",
        ),
        url: str = database.database(words),
        lang: str = shared.lang(words),
    ) -> None:
        from scheduler.tickets.hash_chain import Head
        from scheduler.tickets.verify import verify as walk

        voice = words_for(lang)
        with database.opened(url) as store:
            found = walk(store, remembered=[Head.parse(text) for text in head])
        raise typer.Exit(_tell_verdict(found, voice))


def _tell_verdict(found: Verdict, words: Words) -> int:
    for broken in found.broken:
        say(
            message(
                "{chain}{place}: {wrong}",
                chain=broken.chain or message("the office"),
                place="" if broken.place is None else message(", event {place}", place=broken.place),
                wrong=broken.wrong,
            ),
            words,
        )
    if not found.whole:
        return 1
    said = message(
        "{events} events in {chains} chains: nothing was changed or removed.",
        events=found.events,
        chains=len(found.heads),
    )
    say(said, words)
    say(message("Keep these ends elsewhere; give them to --head next time:"), words)
    for one in found.heads:
        say(f"  {one}", words)
    return 0


def _advice(group: typer.Typer, words: Words) -> None:
    @group.command(
        "advice",
        help=words.say(
            message("Propose partners' weights and the share for the next scenario, from what was used.")
        ),
    )
    def advice(
        scenario: Path = shared.scenario(words),
        out: Path | None = typer.Option(
            None,
            "--out",
            help=words.say(
                message("Folder for a partners.csv with the proposed weights; replaced as a whole.")
            ),
        ),
        settings: list[str] = shared.settings(words),
        url: str = database.database(words),
        as_of: str | None = database.as_of(words),
        lang: str = shared.lang(words),
    ) -> None:
        from scheduler.tables.scenario.files import read_scenario
        from scheduler.tickets.advice import advise
        from scheduler.tickets.queries import report_use, total_use

        voice, week = words_for(lang), read_scenario(scenario, settings)
        with database.opened(url) as store:
            uses = total_use(
                report_use(store, before=database.moment_of(as_of).date()), "channel", "partner", "specialty"
            )
        found = advise(uses, week.policy.reserve.share)
        _tell_advice(found, voice)
        if out is not None:
            _write_partners(week, found, out, voice)


def _upgrade(group: typer.Typer, words: Words) -> None:
    @group.command(
        "upgrade",
        help=words.say(message("Bring the ledger's tables up to date, or make them; save a copy before.")),
    )
    def upgrade(
        url: str = database.database(words),
        lang: str = shared.lang(words),
    ) -> None:
        from scheduler.tickets.store import upgrade as bring_up_to_date

        voice = words_for(lang)
        bring_up_to_date(url)
        say(message("The ledger's tables are up to date."), voice)


def _tell_advice(found: Advice, words: Words) -> None:
    from scheduler.scenario.policy import exact_text

    if not found.partners:
        say(message("No session with tickets for partners has taken place yet."), words)
        return
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
            one.specialty,
            one.partner or any_partner,
            *(str(n) for n in (one.given, one.claimed, one.returned, one.fallen_back)),
            exact_text(one.weight),
            words.say(one.reason),
        )
        for one in found.partners
    ]
    console().print(table(words, headings, rows, right=range(2, 7)))
    shares = [
        (one.specialty, str(one.given), str(one.kept), exact_text(one.share), words.say(one.reason))
        for one in found.shares
    ]
    measures = (message("specialty"), message("given"), message("needed"), message("share"), message("why"))
    console().print(table(words, measures, shares, right=(1, 2, 3)))
    say(message("Proposed: policy.reserve.share={share}", share=exact_text(found.share)), words)


def _write_partners(week: Scenario, found: Advice, out: Path, words: Words) -> None:
    from scheduler.tables.grids.folder import new_folder
    from scheduler.tables.scenario.files import write_table
    from scheduler.tables.scenario.headings import SCENARIO_TABLES

    (table_of,) = (one for one in SCENARIO_TABLES if one.key == "partners")
    with new_folder(out, frozenset({"partners.csv"})) as folder:
        write_table(table_of, found.update_partners(week.partners), folder / "partners.csv")
    said = message(
        "{folder}/partners.csv has the proposed weights as referrals; they count with policy.partners.by_referrals=1.",
        folder=str(out),
    )
    say(said, words)
