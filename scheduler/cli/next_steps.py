"""The next steps that a command tells after its answer, as calls that can be copied."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scheduler.cli.voice import say
from scheduler.words import Message, Words, message, preferred_language


@dataclass(frozen=True)
class NextStep:
    """What may come next, and the arguments of the call of `menzhen` that does it."""

    what: Message
    arguments: tuple[Message | str, ...]


@dataclass(frozen=True)
class RosterCalls:
    """Calls on the roster in `folder`, of the scenario `source` with the settings of the command that tells them."""

    source: Path
    folder: Path
    settings: Sequence[str] = ()

    def check(self) -> NextStep:
        """Return the step that checks the roster."""
        what = message("check it against every rule, without the engine")
        return NextStep(what, ("check", str(self.source), str(self.folder), *self._set()))

    def edit(self, file: str = "roster.xlsx") -> NextStep:
        """Return the step that prices what was changed by hand in a file of the folder."""
        what = message("change it by hand in {file}, then see what that costs", file=file)
        call = ("edit", str(self.source), str(self.folder), "--from", str(self.folder / file), "--dry-run")
        return NextStep(what, (*call, *self._set()))

    def keep(self, file: str) -> NextStep:
        """Return the step that makes slots and reserve follow the sessions that were changed in a file of the folder."""
        what = message("let slots and reserve follow the sessions of {file}", file=file)
        call = ("edit", str(self.source), str(self.folder), "--from", str(self.folder / file))
        return NextStep(what, (*call, "--out", _folder_beside(self.folder, message("edited")), *self._set()))

    def slots(self) -> NextStep:
        """Return the step that tells waits, idle time and overtime by the roster's times."""
        what = message("see waits, idle time and overtime by its times")
        return NextStep(what, ("slots", str(self.source), str(self.folder), *self._set()))

    def publish(self, reason: str = "") -> NextStep:
        """Return the step that publishes the roster; with a `reason` where it supersedes one that is published."""
        because = ("--reason", reason) if reason else ()
        return NextStep(message("publish it in the ticket ledger"), ("publish", str(self.folder), *because))

    def _set(self) -> tuple[str, ...]:
        return tuple(word for setting in self.settings for word in ("--set", setting))


_PLAN = message("plan the week")


def plan_step(scenario: Path, what: Message = _PLAN, *options: str) -> NextStep:
    """Return the step that plans the week of a scenario: `what` it does, and further options."""
    return NextStep(
        what, ("plan", str(scenario), "--out", _folder_beside(scenario, message("roster")), *options)
    )


def _folder_beside(folder: Path, what: Message) -> Message:
    """Return the path of a folder beside another one, named after it and what it holds."""
    named = folder if folder.name not in ("", "..") else folder.resolve()
    return message("{folder}-{what}", folder=str(named), what=what)


def say_next_steps(steps: Sequence[NextStep], words: Words) -> None:
    """Print the steps, one a line; nothing where there are none."""
    if steps:
        say(message("Next:"), words)
    # Without it the next answer would be in another language than this one.
    language = () if words.language == preferred_language() else ("--lang", words.language)
    for step in steps:
        call = " ".join(_shell_word(words.say(word)) for word in ("menzhen", *step.arguments, *language))
        say(message("  - {what}: {call}", what=step.what, call=call), words)


_PLAIN = re.compile(r"[\w@%+=:,./\\~-]+")
"""A word that every shell takes as it is; letters of any script are."""


def _shell_word(word: str) -> str:
    if _PLAIN.fullmatch(word):
        return word
    return subprocess.list2cmdline([word]) if os.name == "nt" else shlex.quote(word)
