"""Errors of input: one family, printed as one readable block."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scheduler.words import Message, Words, join_messages, message


@dataclass(frozen=True)
class Where:
    """A place in the input: any of file, sheet, row (1 is the heading), column heading, or dotted field."""

    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    field: str = ""

    def text(self, words: Words) -> str:
        """Return the place as people name it, the widest part first."""
        return words.say(self.sentence())

    def sentence(self) -> Message:
        """Return the place as a message; an empty one where nothing is known of it."""
        parts: list[Message | str] = [self.file] if self.file else []
        if self.sheet:
            parts.append(message("sheet {sheet}", sheet=self.sheet))
        if self.row is not None:
            parts.append(message("row {row}", row=self.row))
        if self.column:
            parts.append(message("column {column}", column=self.column))
        if self.field:
            parts.append(self.field)
        return join_messages(parts, message(", "))


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where, what was found, and what would be right."""

    where: Where
    wrong: Message
    remedy: Message
    value: str | None = None

    def text(self, words: Words) -> str:
        """Return the problem as one line and its remedy."""
        return words.say(self.sentence())

    def sentence(self) -> Message:
        """Return the problem and its remedy as a message."""
        place = self.where.sentence()
        return message(
            "{place}{wrong}{found}. {remedy}",
            place=message("{place}: ", place=place) if place.text else "",
            wrong=self.wrong,
            found="" if self.value is None else message(" ({value!r})", value=self.value),
            remedy=self.remedy,
        )


class MenzhenError(Exception):
    """Base of all errors a user can cause or meet; `problems` holds every one that was found, in order.

    `exit_code` is 2 (the input or the call is wrong) unless a subclass says otherwise.
    """

    exit_code = 2
    headline = message("This cannot be used as it is:")

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(self.text(Words("en")))

    def __reduce__(self) -> tuple[object, ...]:
        # By itself an exception is pickled with its text, from which its problems cannot be made anew.
        return type(self), (self.problems,), self.__dict__

    def text(self, words: Words) -> str:
        """Return all problems as one block."""
        lines = [words.say(self.headline)]
        lines += [f"  - {problem.text(words)}" for problem in self.problems]
        return "\n".join(lines)


class InputError(MenzhenError):
    """A file or table cannot be read as what it should be."""


class StudyError(InputError):
    """A study cannot be read, or does not fit its base."""

    headline = message("The study cannot be used as it is:")


class ScenarioError(MenzhenError):
    """The parts of a scenario do not fit together."""

    headline = message("The scenario does not hold together:")


class SettingError(MenzhenError):
    """A setting on the command line or in the policy is unknown or out of range."""

    headline = message("A setting is wrong:")


class CallError(MenzhenError):
    """The command line names a command or option that is none, or leaves out what it needs."""

    headline = message("The call is wrong:")


class OutputError(MenzhenError):
    """Results cannot be written where they should go; what was there before is untouched."""

    headline = message("The results cannot be written; nothing was changed:")


class EngineError(MenzhenError):
    """The solver process broke down; nothing was written."""

    headline = message("The solver stopped without an answer; nothing was written:")


class StoreError(MenzhenError):
    """The ledger's database cannot be used, or not now; nothing of the step was written."""

    headline = message("The ledger cannot be used; nothing was written:")


class ClaimError(MenzhenError):
    """A ticket is not given, or not taken back: the answer is no."""

    exit_code = 1
    headline = message("The ledger refuses this; nothing was written:")


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name most like `name`, or None where none is near."""
    matches = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.5)
    return matches[0] if matches else None


def suggest(name: str, known: Sequence[str]) -> Message:
    """Return the remedy for an unknown name: the nearest known one, or the whole list."""
    near = nearest(name, known)
    if near is not None:
        return message("Did you mean {near}?", near=near)
    return message("Use one of: {known}.", known=list(known))
