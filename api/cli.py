"""`menzhen serve`, `menzhen keys` and `menzhen db`: found by the command line through an entry point."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from api.settings import SETTINGS, Settings, read_settings
from scheduler.cli.usage import in_our_words
from scheduler.cli.voice import console, say, table, words_for
from scheduler.words import Words, message

if TYPE_CHECKING:
    from scheduler.tickets.store import Store

_ROLES = "viewer|planner|approver|admin|partner"


def add_to(app: typer.Typer, words: Words) -> None:
    """Add the commands to the app."""
    _serve(app, words)
    for name, about, build in (
        ("keys", message("Keys of systems, people and partners: make, list, revoke."), _keys),
        ("db", message("The service's database: bring up to date, back up, restore."), _database),
    ):
        group = typer.Typer(name=name, help=words.say(about), no_args_is_help=True, rich_markup_mode=None)
        build(group, words)
        in_our_words(group, words)
        app.add_typer(group, name=name, help=words.say(about))


def settings_text(words: Words) -> str:
    """Return the table of settings as lines: name, meaning, default."""
    return "\n".join(
        f"  {setting.name}  {words.say(setting.meaning)} [{setting.default}]" for setting in SETTINGS
    )


def _serve(app: typer.Typer, words: Words) -> None:
    about = words.say(message("Serve rosters over HTTP. Settings are variables of the environment:"))

    @app.command("serve", help=f"{about}\n\n{settings_text(words)}")
    def serve(
        host: str | None = typer.Option(None, "--host", help=words.say(message("Address to listen on."))),
        port: int | None = typer.Option(
            None, "--port", help=words.say(message("Port to listen on; 0: any free one."))
        ),
        data: Path | None = typer.Option(
            None, "--data", help=words.say(message("Folder of the database file."))
        ),
    ) -> None:
        from api.server import serve as run

        told = {"host": host, "port": port, "data": data}
        run(_settings({name: str(value) for name, value in told.items() if value is not None}))


def _settings(told: dict[str, str]) -> Settings:
    import os

    return read_settings({**os.environ, **{f"MENZHEN_{name.upper()}": value for name, value in told.items()}})


def _store() -> Store:
    from api.store.database import open_store, upgrade

    settings = read_settings()
    upgrade(settings.url)
    return open_store(settings.url)


def _keys(group: typer.Typer, words: Words) -> None:
    @group.command("create", help=words.say(message("Make a key; it is shown this once.")))
    def create(
        name: str = typer.Argument(
            ..., help=words.say(message("Whose it is; two keys of a name may be live."))
        ),
        role: str = typer.Option(
            "viewer", "--role", help=words.say(message("What it may do.")), metavar=_ROLES
        ),
        partner: str = typer.Option(
            "", "--partner", help=words.say(message("The partner hospital, for the role partner."))
        ),
        days: int | None = typer.Option(
            None, "--days", help=words.say(message("Days until it expires; without it never."))
        ),
    ) -> None:
        from api.store.audit import record_action
        from api.store.keys import Role, create_key
        from scheduler.errors import Problem, SettingError, Where, suggest

        if role not in list(Role):
            wrong, remedy = message("there is no such choice"), suggest(role, list(Role))
            raise SettingError([Problem(Where(field="--role"), wrong, remedy, role)])
        now = dt.datetime.now(dt.UTC)

        def step(connection: object) -> str:
            made = create_key(connection, name, Role(role), now, partner=partner, days=days)  # type: ignore[arg-type]
            record_action(connection, "cli", "key made", made.split("_")[1], now, name=name, role=role)  # type: ignore[arg-type]
            return made

        key = _store().write(step)
        say(key, words_for(None))

    @group.command("list", help=words.say(message("List all keys, without their secrets.")))
    def list_() -> None:
        from api.store.keys import list_keys

        voice = words_for(None)
        now = dt.datetime.now(dt.UTC)
        rows = [
            (
                key.id,
                key.name,
                key.role,
                key.partner,
                voice.say(message("yes")) if key.is_live(now) else voice.say(message("no")),
                "-" if key.expires_at is None else f"{key.expires_at:%Y-%m-%d}",
                "-" if key.used_at is None else f"{key.used_at:%Y-%m-%d %H:%M}",
            )
            for key in _store().read(list_keys)
        ]
        headings = ("id", message("name"), message("role"), message("partner"), message("live"))
        console().print(table(voice, [*headings, message("expires"), message("last used")], rows))

    @group.command("revoke", help=words.say(message("Revoke a key: it opens nothing from now on.")))
    def revoke(key: str = typer.Argument(..., help=words.say(message("The key's identity.")))) -> None:
        from api.store.audit import record_action
        from api.store.keys import revoke_key

        now = dt.datetime.now(dt.UTC)

        def step(connection: object) -> bool:
            done = revoke_key(connection, key, now)  # type: ignore[arg-type]
            if done:
                record_action(connection, "cli", "key revoked", key, now)  # type: ignore[arg-type]
            return done

        if not _store().write(step):
            say(message("There is no live key {key}.", key=key), words_for(None))
            raise typer.Exit(1)
        say(message("The key {key} is revoked.", key=key), words_for(None))


def _database(group: typer.Typer, words: Words) -> None:
    @group.command("upgrade", help=words.say(message("Make the tables, or bring them up to date.")))
    def upgrade_() -> None:
        from api.store.database import upgrade

        upgrade(read_settings().url)
        say(message("The tables are up to date."), words_for(None))

    @group.command("backup", help=words.say(message("Write a copy of the database, also while serving.")))
    def backup(file: Path = typer.Argument(..., help=words.say(message("The copy; must be new.")))) -> None:
        from api.store.copies import back_up

        back_up(read_settings().url, file)
        say(message("The copy is {file}.", file=str(file)), words_for(None))

    @group.command(
        "restore", help=words.say(message("Put a copy in the place of the database, also while serving."))
    )
    def restore_(file: Path = typer.Argument(..., help=words.say(message("The copy.")))) -> None:
        from api.store.copies import restore

        restore(read_settings().url, file)
        say(message("The database is as it was in {file}.", file=str(file)), words_for(None))

    @group.command("verify", help=words.say(message("Prove that the record of what was done is whole.")))
    def verify() -> None:
        from api.store.audit import find_broken_entry

        place = _store().read(find_broken_entry)
        if place is None:
            say(message("The record is whole."), words_for(None))
            return
        say(message("The record is broken at its entry {place}.", place=place), words_for(None))
        raise typer.Exit(1)
