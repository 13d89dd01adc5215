"""Every setting of the service: its name, its default, what it means and how its text is read."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scheduler.errors import MenzhenError, Problem, SettingError, Where
from scheduler.words import Message, message

PREFIX = "MENZHEN_"
"""What the name of every setting begins with in the environment."""


@dataclass(frozen=True)
class Setting:
    """One setting; `parse` returns its value or raises ValueError; `expected` says what would be right."""

    field: str
    default: str
    meaning: Message
    expected: Message
    parse: Callable[[str], Any]

    @property
    def name(self) -> str:
        """The variable that sets it."""
        return PREFIX + self.field.upper()


@dataclass(frozen=True)
class Settings:
    """The values of SETTINGS, each under its field's name."""

    data: Path
    database_url: str
    host: str
    port: int
    threads: int
    workers: int
    executor: str
    dask_scheduler: str
    queue: int
    most_seconds: int
    study_variants: int
    study_workers: int
    grace_seconds: int
    stale_seconds: int
    upload_mb: int
    unpacked_mb: int
    readers: int
    reader_seconds: int
    reader_mb: int
    connections: int
    idle_seconds: int
    rate: str
    solve_rate: str
    event_streams: int
    proxies: int
    webhook_hosts: tuple[str, ...]
    notices: Path | None
    log_level: str

    @property
    def url(self) -> str:
        """The database's address: the one that is set, or the file in the data folder."""
        return self.database_url or f"sqlite:///{self.data / 'menzhen.db'}"

    @property
    def is_sqlite(self) -> bool:
        """Return whether the database is one file, for one server only."""
        return self.url.startswith("sqlite")


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of the environment; `NAME_FILE` names a file that holds the value of NAME.

    Raises SettingError with everything that is wrong in them.
    """
    seen = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for setting in SETTINGS:
        try:
            values[setting.field] = setting.parse(_text(setting, seen))
        except MenzhenError as error:
            problems += error.problems
        except ValueError:
            wrong, shown = message("this cannot be understood"), seen.get(setting.name)
            problems.append(Problem(Where(field=setting.name), wrong, setting.expected, shown))
    if not problems:
        problems += _together(values)
    if problems:
        raise SettingError(problems)
    return Settings(**values)


def _text(setting: Setting, seen: Mapping[str, str]) -> str:
    file = seen.get(f"{setting.name}_FILE")
    if not file:
        return seen.get(setting.name, "") or setting.default
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        wrong, remedy = message("the file cannot be read"), message("Name a text file that holds the value.")
        raise SettingError([Problem(Where(field=f"{setting.name}_FILE"), wrong, remedy, file)]) from None


def _together(values: Mapping[str, Any]) -> Iterator[Problem]:
    if values["event_streams"] >= values["threads"]:
        yield Problem(
            Where(field=f"{PREFIX}EVENT_STREAMS"),
            message("open streams would leave no thread for other requests"),
            message("Set it below MENZHEN_THREADS, which is {threads}.", threads=values["threads"]),
            str(values["event_streams"]),
        )
    url = values["database_url"]
    if values["executor"] != "dask":
        return
    if not url or url.startswith("sqlite"):
        yield Problem(
            Where(field=f"{PREFIX}EXECUTOR"),
            message("workers on other machines cannot share a SQLite file"),
            message("Set MENZHEN_DATABASE_URL to a PostgreSQL server, or MENZHEN_EXECUTOR=local."),
            "dask",
        )
    if not values["dask_scheduler"]:
        yield Problem(
            Where(field=f"{PREFIX}DASK_SCHEDULER"),
            message("the address of the Dask scheduler is missing"),
            message("Write it such as tcp://scheduler:8786."),
        )


def _whole(least: int, most: int) -> dict[str, Any]:
    def parse(text: str) -> int:
        number = int(text)
        if not least <= number <= most:
            raise ValueError(text)
        return number

    remedy = message("Write a whole number from {least} to {most}.", least=least, most=most)
    return {"parse": parse, "expected": remedy}


def _one_of(*known: str) -> dict[str, Any]:
    def parse(text: str) -> str:
        if text not in known:
            raise ValueError(text)
        return text

    return {"parse": parse, "expected": message("Use one of: {known}.", known=list(known))}


def _url(text: str) -> str:
    if text and not text.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        raise ValueError(text)
    return text.replace("postgresql://", "postgresql+psycopg://", 1)


def _rate(text: str) -> str:
    from limits import parse_many

    parse_many(text)
    return text


_RATE = message("Write a rate such as 600/minute.")
_TEXT = message("Write a text.")

SETTINGS = (
    Setting("data", "menzhen-data", message("folder of the database file; made where missing"), _TEXT, Path),
    Setting(
        "database_url",
        "",
        message("address of the database; empty: a SQLite file in the data folder"),
        message("Write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME."),
        _url,
    ),
    Setting("host", "127.0.0.1", message("address to listen on"), _TEXT, str),
    Setting("port", "8080", message("port to listen on; 0: any free one"), **_whole(0, 65535)),
    Setting("threads", "32", message("requests that are answered at once"), **_whole(4, 256)),
    Setting("workers", "2", message("solves that run at once on this machine"), **_whole(1, 256)),
    Setting(
        "executor",
        "local",
        message("where solves run: local processes, or workers of a Dask cluster"),
        **_one_of("local", "dask"),
    ),
    Setting("dask_scheduler", "", message("address of the Dask scheduler"), _TEXT, str),
    Setting("queue", "50", message("most solves that wait; further ones are refused"), **_whole(1, 100_000)),
    Setting("most_seconds", "600", message("most seconds that a solve may ask for"), **_whole(1, 86_400)),
    Setting("study_variants", "500", message("most variants of a study"), **_whole(1, 10_000)),
    Setting("study_workers", "1", message("variants of one study that are solved at once"), **_whole(1, 256)),
    Setting(
        "grace_seconds",
        "120",
        message("seconds beyond twice its own after which a solve is ended, whatever it is at"),
        **_whole(1, 3_600),
    ),
    Setting(
        "stale_seconds",
        "15",
        message("seconds without a sign of life after which a solve counts as crashed"),
        **_whole(5, 3_600),
    ),
    Setting("upload_mb", "16", message("most megabytes of a request's body"), **_whole(1, 1_000)),
    Setting("unpacked_mb", "64", message("most megabytes of a workbook, unpacked"), **_whole(1, 1_000)),
    Setting("readers", "2", message("large files that are read at once"), **_whole(1, 64)),
    Setting("reader_seconds", "30", message("most seconds to read a large file"), **_whole(1, 600)),
    Setting(
        "reader_mb", "2000", message("most megabytes of memory to read a large file"), **_whole(500, 64_000)
    ),
    Setting(
        "connections",
        "200",
        message("connections that are open at once, idle ones too"),
        **_whole(10, 10_000),
    ),
    Setting(
        "idle_seconds", "120", message("seconds after which an idle connection is closed"), **_whole(5, 3_600)
    ),
    Setting("rate", "1200/minute", message("most requests of one key"), _RATE, _rate),
    Setting("solve_rate", "60/minute", message("most solves that one key may ask for"), _RATE, _rate),
    Setting("event_streams", "16", message("most event streams that are open at once"), **_whole(1, 200)),
    Setting("proxies", "0", message("reverse proxies in front of the service"), **_whole(0, 5)),
    Setting(
        "webhook_hosts",
        "",
        message("hosts that webhooks may call, such as his.example,10.1.*; empty: none"),
        message("Write names of hosts, parted by commas."),
        lambda text: tuple(part.strip() for part in text.split(",") if part.strip()),
    ),
    Setting(
        "notices",
        "",
        message("JSON file of booking notices by campus; empty: the usual sentences"),
        message("Name a file."),
        lambda text: Path(text) if text else None,
    ),
    Setting(
        "log_level",
        "info",
        message("least level that is logged"),
        **_one_of("debug", "info", "warning", "error"),
    ),
)
"""All settings, in the order in which help and docs tell them."""
