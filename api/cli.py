"""`menzhen serve`, `menzhen keys` and `menzhen db`: found by the command line through an entry point."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.settings import SETTINGS, read_settings
from scheduler.cli.usage import Command
from scheduler.cli.voice import console, say, say_list, table, words_for
from scheduler.words import Words, marked, message

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from scheduler.tickets.store import Store

app = typer.Typer()
keys = typer.Typer(
    name="keys",
    help=marked("Keys of systems, people and partners: make, list, revoke."),
    no_args_is_help=True,
)
database = typer.Typer(
    name="db",
    help=marked("The service's database: bring up to date, back up, restore."),
    no_args_is_help=True,
)
app.add_typer(keys)
app.add_typer(database)


class _ServeCommand(Command):
    def describe(self, words: Words) -> str:
        """Return what the command does, and all settings."""
        heading = words.say(message("Settings are environment variables:"))
        return f"{super().describe(words)}\n\n{heading}\n{settings_text(words)}"


def settings_text(words: Words) -> str:
    """Return the table of settings as lines: name, meaning, default."""
    return "\n".join(
        f"  {setting.name}  {words.say(setting.meaning)} [{setting.default}]" for setting in SETTINGS
    )


@app.command(cls=_ServeCommand, help=marked("Serve rosters over HTTP."))
def serve(
    host: Annotated[str | None, typer.Option("--host", help=marked("Address to listen on."))] = None,
    port: Annotated[
        int | None, typer.Option("--port", help=marked("Port to listen on; 0: any free one."))
    ] = None,
    data: Annotated[Path | None, typer.Option("--data", help=marked("Folder of the database file."))] = None,
) -> None:
    """Serve until interrupted; options take the place of settings of the environment."""
    from api.server import serve as run_server

    options = {"HOST": host, "PORT": port, "DATA": data}
    named = {f"MENZHEN_{name}": str(value) for name, value in options.items() if value is not None}
    run_server(read_settings({**os.environ, **named}))


@keys.command(help=marked("Create a key; it is shown only this once."))
def create(
    name: Annotated[str, typer.Argument(help=marked("Whose it is; two keys of a name may be live."))],
    role: Annotated[
        str,
        typer.Option(
            "--role", help=marked("What it may do."), metavar="viewer|planner|approver|admin|partner"
        ),
    ] = "viewer",
    partner: Annotated[
        str, typer.Option("--partner", help=marked("The partner hospital, for the role partner."))
    ] = "",
    days: Annotated[
        int | None, typer.Option("--days", help=marked("Days until it expires; without it never."))
    ] = None,
) -> None:
    """Create the key and record that in the audit log."""
    from api.store.audit import record_action
    from api.store.keys import Role, create_key, key_seal
    from scheduler.errors import Problem, SettingError, Where, suggest

    if role not in list(Role):
        wrong, remedy = message("there is no such choice"), suggest(role, list(Role))
        raise SettingError([Problem(Where(field="--role"), wrong, remedy, role)])
    now = dt.datetime.now(dt.UTC)

    def create_in(connection: Connection) -> str:
        key = create_key(connection, name, Role(role), now, partner=partner, days=days)
        identity = key.split("_")[1]
        seal = key_seal(connection, identity)
        record_action(connection, "cli", "key made", identity, now, name=name, role=role, seal=seal)
        return key

    say(_open_store().write(create_in), words_for(None))


@keys.command("list", help=marked("List all keys, without their secrets."))
def list_all() -> None:
    """Print the keys."""
    from api.store.keys import list_keys

    words = words_for(None)
    now = dt.datetime.now(dt.UTC)
    rows = [
        (
            key.id,
            key.name,
            key.role,
            key.partner,
            words.say(message("yes") if key.is_live(now) else message("no")),
            "-" if key.expires_at is None else f"{key.expires_at:%Y-%m-%d}",
            "-" if key.used_at is None else f"{key.used_at:%Y-%m-%d %H:%M}",
        )
        for key in _open_store().read(list_keys)
    ]
    headings = ("id", message("name"), message("role"), message("partner"), message("live"))
    console().print(table(words, [*headings, message("expires"), message("last used")], rows))


@keys.command(help=marked("Revoke a key: it opens nothing from now on."))
def revoke(key: Annotated[str, typer.Argument(help=marked("The key's identity."))]) -> None:
    """Revoke the key and record that in the audit log; exit 1 where there is no live key of this identity."""
    from api.store.audit import record_action
    from api.store.keys import revoke_key

    now = dt.datetime.now(dt.UTC)

    def revoke_in(connection: Connection) -> bool:
        done = revoke_key(connection, key, now)
        if done:
            record_action(connection, "cli", "key revoked", key, now)
        return done

    if not _open_store().write(revoke_in):
        say(message("There is no live key {key}.", key=key), words_for(None))
        raise typer.Exit(1)
    say(message("The key {key} is revoked.", key=key), words_for(None))


@database.command(help=marked("Make the tables, or bring them up to date."))
def upgrade() -> None:
    """Upgrade the tables."""
    from api.store.database import upgrade as upgrade_tables

    upgrade_tables(read_settings().url)
    say(message("The tables are up to date."), words_for(None))


@database.command(help=marked("Write a copy of the database, also while serving."))
def backup(file: Annotated[Path, typer.Argument(help=marked("The copy; must be new."))]) -> None:
    """Write the copy."""
    from api.store.copies import back_up

    back_up(read_settings().url, file)
    say(message("The copy is {file}.", file=str(file)), words_for(None))


@database.command(help=marked("Put a copy in the place of the database, also while serving."))
def restore(file: Annotated[Path, typer.Argument(help=marked("The copy."))]) -> None:
    """Put the copy in its place."""
    from api.store.copies import restore as restore_copy

    restore_copy(read_settings().url, file)
    say(message("The database is as it was in {file}.", file=str(file)), words_for(None))


@database.command(
    help=marked("Prove that the record of what was done is whole, and that what it tells of is as it was.")
)
def verify(
    head: Annotated[
        list[str],
        typer.Option(
            "--head", help=marked("An end that was shown before; may be repeated."), metavar="PLACE:HASH:"
        ),
    ] = [],
) -> None:
    """Print the verdict; exit 1 where the record is broken. A database that is not there is not made."""
    from api.store.database import open_store
    from api.store.verify import verify_record
    from scheduler.tickets.hash_chain import Head

    words, remembered = words_for(None), [Head.parse(text) for text in head]
    verdict = open_store(read_settings().url).read(lambda connection: verify_record(connection, remembered))
    if verdict.broken:
        say(message("The record is broken:"), words)
        say_list(verdict.broken, words)
        raise typer.Exit(1)
    say(message("The record is whole: {count:entry|entries}.", count=verdict.entries), words)
    if verdict.entries:
        say(
            message("Keep its end elsewhere; give it to --head next time: {head}", head=str(verdict.head)),
            words,
        )


def _open_store() -> Store:
    """Return the service's store with its tables up to date."""
    from api.store.database import open_store, upgrade

    settings = read_settings()
    upgrade(settings.url)
    return open_store(settings.url)
