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
    "build": message("building the model"),
    "parts": message("specialties that share nothing, one after the other"),
    "rooms": message("rooms"),
    "price": message("prices"),
    "explain": message("looking for reasons and remedies"),
}
"""Names of the engine's stages; a rule's key is named by its sentence."""


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
        event, say = self._event, self._words.say
        stage = STAGE_WORDS.get(event.stage) or (
            rule(event.stage).sentence if event.stage in KEYS else message("start")
        )
        best = "-" if event.best is None else str(event.best)
        bound = "-" if event.bound is None else str(event.bound)
        seconds = f"{time.monotonic() - self._started:.1f}"
        return say(
            message(
                "{stage}  best {best}  bound {bound}  {seconds} s",
                stage=stage,
                best=best,
                bound=bound,
                seconds=seconds,
            )
        )
