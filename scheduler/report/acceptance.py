"""What report.html tells of a week that was published although hard rules are broken: which ones, and why."""

from __future__ import annotations

import re
from pathlib import Path

from scheduler.errors import OutputError
from scheduler.report.html import pages
from scheduler.report.voice import Voice
from scheduler.rules import rule
from scheduler.tables.grids.folder import write_file
from scheduler.tickets.results import Acceptance
from scheduler.words import Message, message

_PLACE = re.compile(r"(?<=<!-- acceptance -->\n).*?(?=<!-- /acceptance -->)", re.DOTALL)


def broken_rule(key: str, units: int) -> Message:
    """Return the sentence of a rule and by how many units it is broken."""
    return message(
        "{sentence} Broken: {units} {unit}", sentence=rule(key).sentence, units=units, unit=rule(key).unit
    )


def add_acceptance(page: str, acceptance: Acceptance | None, language: str | None = None) -> str:
    """Return the page of a report with the acceptance in place of any before; without a `language` in the page's own.

    A page of an earlier version, which has no place for it, is returned as it is.
    """
    spoken = language or ("zh" if '<html lang="zh' in page else "en")
    return _PLACE.sub(lambda _: "" if acceptance is None else _section(acceptance, Voice(spoken)), page, 1)


def write_acceptance(folder: Path, acceptance: Acceptance | None) -> bool:
    """Let report.html in a roster's folder tell the acceptance; return whether it does: it may be missing or older."""
    path = folder / "report.html"
    try:
        page = path.read_text(encoding="utf-8")
        told = add_acceptance(page, acceptance)
        if told != page:
            write_file(path, told.encode())
    except (OSError, UnicodeDecodeError, OutputError):
        return False
    return _PLACE.search(page) is not None


def _section(acceptance: Acceptance, voice: Voice) -> str:
    rules = [voice.say(broken_rule(key, units)) for key, units in acceptance.rules.items()]
    text: str = (
        pages()
        .get_template("acceptance.html")
        .render(_=voice.translate, rules=rules, reason=acceptance.reason)
    )
    return text
