"""Errors of input: one family, printed as one readable block of at most twenty lines, a line for each kind of problem."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from scheduler.words import Message, Words, join_messages, message

MOST_LINES = 20
"""Most lines of an error's text, its headline and its last line with them."""

MOST_PLACES = 3
"""Most places that are shown of one kind of problem."""

_LONGEST = 120


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


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
            parts.append(message("sheet {sheet}", sheet=_short(self.sheet)))
        if self.row is not None:
            parts.append(message("row {row}", row=self.row))
        if self.column:
            parts.append(message("column {column}", column=_short(self.column)))
        if self.field:
            parts.append(_short(self.field))
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
        return message(
            "{place}{wrong}{found}. {remedy}",
            place=_place_first(self.where),
            wrong=self.wrong,
            found="" if self.value is None else _found(self.value),
            remedy=self.remedy,
        )


def _place_first(where: Where) -> Message | str:
    place = where.sentence()
    return message("{place}: ", place=place) if place.text else ""


def _found(value: str) -> Message:
    return message(" ({value!r})", value=_short(value))


@dataclass(frozen=True)
class ProblemGroup:
    """Problems of one kind, in their order: the same sentences, about the same column; rows and values differ."""

    problems: tuple[Problem, ...]

    @property
    def shown(self) -> tuple[Problem, ...]:
        """The first problems, those whose places are shown."""
        return self.problems[:MOST_PLACES]

    def cause(self) -> Message:
        """Return what is wrong and the remedy, without places."""
        wrong = _merge_sentences([problem.wrong for problem in self.shown])
        remedy = _merge_sentences([problem.remedy for problem in self.shown])
        return message("{wrong}. {remedy}", wrong=wrong, remedy=remedy)

    def sentence(self) -> Message:
        """Return what is wrong, how often, the first places with what was found there, and the remedy."""
        if len(self.problems) == 1:
            return self.problems[0].sentence()
        common = _common_place([problem.where for problem in self.problems])
        places = [place for place in dict.fromkeys(_own_place(p, common) for p in self.shown) if place.text]
        first = message("; the first: {places}", places=places)
        every = message(": {places}", places=places)
        return message(
            "{place}{wrong}, {count:time|times}{places}. {remedy}",
            place=_place_first(common),
            wrong=_merge_sentences([problem.wrong for problem in self.shown]),
            count=len(self.problems),
            places="" if not places else every if len(self.problems) <= MOST_PLACES else first,
            remedy=_merge_sentences([problem.remedy for problem in self.shown]),
        )


def _common_place(places: Sequence[Where]) -> Where:
    """Return the place without the row and the field where these are not the same everywhere."""
    first = places[0]
    return replace(
        first,
        row=first.row if all(place.row == first.row for place in places) else None,
        field=first.field if all(place.field == first.field for place in places) else "",
    )


def _own_place(problem: Problem, common: Where) -> Message:
    """Return what a problem's place has beyond the `common` one, and what was found there."""
    where = problem.where
    own = Where(
        row=where.row if common.row is None else None, field="" if common.field else where.field
    ).sentence()
    if problem.value is None:
        return own
    if not own.text:
        return message("{value!r}", value=_short(problem.value))
    return message("{place}{found}", place=own, found=_found(problem.value))


def _merge_sentences(sentences: Sequence[Message]) -> Message:
    """Return sentences of one text as one: a value that is not the same in all becomes the list of them."""
    first = sentences[0]
    values: dict[str, Any] = {}
    for name, value in first.values.items():
        each = [sentence.values[name] for sentence in sentences]
        distinct = [one for number, one in enumerate(each) if one not in each[:number]]
        values[name] = value if len(distinct) == 1 else distinct
    return replace(first, values=values)


def group_problems(problems: Iterable[Problem]) -> list[ProblemGroup]:
    """Return the problems by kind, the kinds in the order of their first problems."""
    groups: dict[Hashable, list[Problem]] = {}
    # Thousands of problems share a sentence; by identity, since the problems keep each alive.
    texts: dict[int, Hashable] = {}
    problems = tuple(problems)
    for problem in problems:
        groups.setdefault(_kind(problem, texts), []).append(problem)
    return [ProblemGroup(tuple(group)) for group in groups.values()]


def _kind(problem: Problem, texts: dict[int, Hashable]) -> Hashable:
    where = problem.where
    # What stands at a number of a list, or is named in its own place, is the same field for every number and name.
    field = _NUMBER.sub("#", where.field) if where.field else ""
    if problem.value and field.endswith(problem.value):
        field = field[: -len(problem.value)]
    for sentence in (problem.wrong, problem.remedy):
        if id(sentence) not in texts:
            texts[id(sentence)] = _text_of(sentence)
    said = texts[id(problem.wrong)], texts[id(problem.remedy)]
    return where.file, where.sheet, where.column, field, said


_NUMBER = re.compile(r"(?<![^/.\[])[0-9]+(?![^/.\]])")


def _text_of(value: Any) -> Hashable:
    """Return what a sentence says apart from the single values in it, which may differ from place to place."""
    if isinstance(value, Message):
        return (value.text, *map(_text_of, value.values.values())) if value.values else value.text
    if isinstance(value, (list, tuple)):
        return tuple(map(str, value))
    return tuple(value.items()) if isinstance(value, Mapping) else None


class MenzhenError(Exception):
    """Base of all errors a user can cause or meet; `problems` holds every one that was found, in order.

    Its text is at most MOST_LINES lines long and tells each kind of problem once. `exit_code` is 2 (the input or the
    call is wrong) unless a subclass says otherwise.
    """

    exit_code = 2
    headline = message("This cannot be used as it is:")

    def __init__(self, problems: Iterable[Problem]) -> None:
        super().__init__()
        self.problems: tuple[Problem, ...] = tuple(problems)

    def __str__(self) -> str:
        # Not before it is read: of thousands of variants' errors only the problems are.
        return self.text(Words("en"))

    def __reduce__(self) -> tuple[object, ...]:
        # By itself an exception is pickled without what its constructor needs.
        return type(self), (self.problems,), self.__dict__

    def text(self, words: Words, rest: Message | None = None) -> str:
        """Return the problems as one block: each, where they are few, else a line for each kind.

        `rest` is the last line where some are not shown: it says where they are.
        """
        groups = group_problems(self.problems)
        whole = is_shown_whole(groups)
        if whole and len(self.problems) < MOST_LINES:
            return "\n".join([words.say(self.headline), *map(_as_line, self.lines(words))])
        shown = groups if whole else groups[: MOST_LINES - 2]
        lines = [words.say(self.headline), *(_as_line(words.say(group.sentence())) for group in shown)]
        if whole:
            return "\n".join(lines)
        last = rest or message(
            "{count:problem|problems} in all; `problems` holds every one.", count=len(self.problems)
        )
        if len(groups) > len(shown):
            hidden = len(groups) - len(shown)
            last = message(
                "{count:more kind of problem is|more kinds of problems are} not shown. {rest}",
                count=hidden,
                rest=last,
            )
        return "\n".join([*lines, words.say(last)])

    def lines(self, words: Words) -> Iterable[str]:
        """Return the whole list: every problem, one a line."""
        return (problem.text(words) for problem in self.problems)


def is_shown_whole(groups: Sequence[ProblemGroup]) -> bool:
    """Return whether every problem of the groups is shown with its place in an error's text."""
    return len(groups) < MOST_LINES and all(len(group.problems) <= MOST_PLACES for group in groups)


def _as_line(text: str) -> str:
    return f"  - {text}"


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


class PublicationError(MenzhenError):
    """A week is not published as it is: the answer is no."""

    exit_code = 1
    headline = message("The week breaks hard rules; nothing was published:")


class ClaimError(MenzhenError):
    """A ticket is not given, or not taken back: the answer is no."""

    exit_code = 1
    headline = message("The ledger refuses this; nothing was written:")


class Suggestions:
    """The nearest of some known names to names that are unknown, worked out for the first few different ones.

    More would be read by nobody, and thousands of unknown names must not cost more than the rest of the reading. Made
    once for all rows that are held against the same names.
    """

    def __init__(self, known: Collection[str]) -> None:
        self.known = known
        self._sorted: list[str] | None = None
        self._nearest: dict[str, str | None] = {}

    def nearest(self, name: str) -> str | None:
        """Return the known name most like `name`; None where none is near, or enough were looked for already."""
        if name not in self._nearest:
            if len(self._nearest) == _MOST_LOOKED_FOR:
                return None
            if self._sorted is None:
                self._sorted = sorted(self.known)[:_MOST_KNOWN]
            self._nearest[name] = _most_alike(name, self._sorted, _NEAR)
        return self._nearest[name]

    def remedy(self, name: str) -> Message:
        """Return the remedy for an unknown name: the nearest known one, or which there are."""
        near = self.nearest(name)
        if near is not None:
            return message("Did you mean {near}?", near=near)
        return self._list

    @cached_property
    def _list(self) -> Message:
        if len(self.known) <= _MOST_LISTED:
            return message("Use one of: {known}.", known=list(self.known))
        few = list(itertools.islice(self.known, _FEW_LISTED))
        return message("Use one of: {known} and {count} more.", known=few, count=len(self.known) - len(few))


_MOST_LOOKED_FOR = 20
_MOST_KNOWN = 20_000
_LONGEST_LOOKED_FOR = 120
_NEAR = 50
_MOST_LISTED, _FEW_LISTED = 40, 12


def _most_alike(name: str, known: Sequence[str], least: int) -> str | None:
    from rapidfuzz import fuzz, process

    if len(name) > _LONGEST_LOOKED_FOR:
        return None
    found = process.extractOne(name, known, scorer=fuzz.ratio, score_cutoff=least)
    return None if found is None else found[0]


def nearest(name: str, known: Collection[str], least: int = _NEAR) -> str | None:
    """Return the known name most like `name`, or None where none is alike by `least` per cent."""
    return _most_alike(name, sorted(known), least)


def suggest(name: str, known: Collection[str]) -> Message:
    """Return the remedy for an unknown name: the nearest known one, or which there are; in loops, use `Suggestions`."""
    return Suggestions(known).remedy(name)
