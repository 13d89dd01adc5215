"""The live display of a running solve: stage, best, bound, seconds. Nothing of it where nobody watches."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from scheduler.cli.voice import error_console
from scheduler.engine.options import Event, ProgressCallback, ignore_progress
from scheduler.rules import KEYS, rule
from scheduler.words import Message, Words, message

STAGE_WORDS: dict[str, Message] = {
    "read": message("reading the scenario"),
    "build": message("listing what every session can do"),
    "parts": message("specialties that share nothing, one after the other"),
    "rooms": message("giving out rooms"),
    "price": message("prices"),
    "explain": message("looking for reasons and remedies"),
    "slots": message("slots and who may book them"),
    "check": message("checking every rule"),
    "write": message("writing the results"),
}
"""Names of the stages; a rule's key is named by its sentence."""

_COUNTED = frozenset({"parts", "price"})
"""Stages whose two numbers are how many are done, and of how many."""


@contextmanager
def show_progress(words: Words) -> Iterator[ProgressCallback]:
    """Give a callback that draws the progress on a terminal, and that does nothing anywhere else."""
    screen = error_console()
    if not screen.is_terminal:
        yield ignore_progress
        return
    from rich.live import Live

    display = _Display(words)
    with Live(display.text(), console=screen, refresh_per_second=8, transient=True) as live:

        def on_progress(event: Event | None) -> None:
            display.update(event)
            live.update(display.text())

        yield on_progress


class _Display:
    """The one line that is drawn again and again."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._event = Event("build")
        self._started = time.monotonic()

    def update(self, event: Event | None) -> None:
        """Take in an event of the engine; None means only that time has passed."""
        if event is not None:
            self._event = event

    def text(self) -> str:
        """Return the line as it stands now."""
        return self._words.say(progress_line(self._event, time.monotonic() - self._started))


def progress_line(event: Event, seconds: float) -> Message:
    """Return what is being done, how far it is, and since how many seconds."""
    stage = STAGE_WORDS.get(event.stage) or (
        rule(event.stage).sentence if event.stage in KEYS else message("start")
    )
    since, far = f"{seconds:.1f}", _how_far(event)
    if far is None:
        return message("{stage} ({seconds} s)", stage=stage, seconds=since)
    return message("{stage} {far} ({seconds} s)", stage=stage, far=far, seconds=since)


def _how_far(event: Event) -> Message | None:
    best, bound = event.best, event.bound
    if best is None or bound is None:
        return None
    if event.stage in _COUNTED:
        return message("{done} of {total}", done=best, total=bound)
    if best == bound:
        return message("{best}: fewer will not do", best=best)
    return message("{best} so far, at least {bound}", best=best, bound=bound)
