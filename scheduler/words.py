"""Sentences for people, in Chinese or English: written once in English, translated where they are shown."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

LANGUAGES = ("en", "zh")
"""Languages of every sentence that is shown; English is the source, Chinese the catalogue."""

_LOCALE = Path(__file__).parent / "locale"


@dataclass(frozen=True, eq=False)
class Message:
    """A sentence that is not yet in any language: the English text with {names}, and their values.

    A name may bear the words for one and for several, {n:session moves|sessions move}; a language without plurals has
    the name alone.

    A value may itself be a Message or a sequence of Messages; it is translated with the rest. A value that is a
    mapping holds one text for each language. Messages are equal where they read the same in every language.
    """

    text: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return Words("en").say(self) if self.values else self.text

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Message):
            return NotImplemented
        if (self.text, self.values) == (other.text, other.values):
            return True
        # In this order: where the English differs, no catalogue is loaded.
        return str(self) == str(other) and self.in_every_language() == other.in_every_language()

    def __hash__(self) -> int:
        return hash(str(self))

    def to_json(self) -> dict[str, Any]:
        """Return the message as plain data, values other than numbers as text."""
        return {"text": self.text, "values": {name: _to_json(value) for name, value in self.values.items()}}

    def in_every_language(self) -> dict[str, str]:
        """Return its text by language, for files that are read without the program."""
        return {language: Words(language).say(self) for language in LANGUAGES}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Message:
        """Return the message of what `to_json` or `in_every_language` gave; raises KeyError for anything else."""
        if "text" not in content:
            return cls("{sentence}", {"sentence": {language: content[language] for language in LANGUAGES}})
        return cls(content["text"], {name: _from_json(value) for name, value in content["values"].items()})


def _to_json(value: Any) -> Any:
    if isinstance(value, Message):
        return value.to_json()
    if isinstance(value, (list, tuple)):
        return [_to_json(part) for part in value]
    if isinstance(value, Mapping):
        return dict(value)
    return value if isinstance(value, (int, float)) or value is None else str(value)


def _from_json(value: Any) -> Any:
    if isinstance(value, list):
        return [_from_json(part) for part in value]
    return Message.from_json(value) if isinstance(value, dict) and "text" in value else value


def join_messages(parts: Sequence[Message | str], glue: Message | str) -> Message:
    """Return `parts` as one message, in their order, with `glue` between them."""
    text = "{glue}".join(f"{{part{number}}}" for number in range(len(parts)))
    return Message(text, {"glue": glue, **{f"part{number}": part for number, part in enumerate(parts)}})


def message(text: str, /, **values: Any) -> Message:
    """Return the sentence `text` with `values`; the literal text is what the catalogue is made from."""
    return Message(text, values)


def marked(text: str, /) -> str:
    """Return `text` itself: marks a sentence that must stay plain text, so that the catalogue has it too."""
    return text


@cache
def _catalogue(language: str) -> Any:
    from babel.support import Translations

    return Translations.load(str(_LOCALE), [language], domain="menzhen")


def counted(number: Any, forms: str) -> str:
    """Return a number with its words, of which `forms` holds those for 1 and for any other: `session|sessions`."""
    one, _, other = forms.partition("|")
    return f"{number} {one if str(number) == '1' else other}"


class _Counts(Formatter):
    """Understands {n:session|sessions}, the number with its word, and {n:=is|are}, the word alone."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if "|" not in format_spec:
            return str(super().format_field(value, format_spec))
        if format_spec.startswith("="):
            return counted(value, format_spec[1:]).removeprefix(f"{value} ")
        return counted(value, format_spec)


_COUNTS = _Counts()


class Words:
    """One language's voice: turns messages into text."""

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            raise ValueError(f"unknown language {language!r}: use one of {', '.join(LANGUAGES)}")
        self.language = language

    def translate(self, text: str) -> str:
        """Return the catalogue's text for the English `text`, or `text` itself where there is none."""
        if self.language == "en" or not text:
            return text
        return str(_catalogue(self.language).gettext(text))

    def say(self, what: Message | str) -> str:
        """Return `what` in this language, its values filled in."""
        if isinstance(what, str):
            return self.translate(what)
        text = self.translate(what.text)
        if not what.values:
            return text
        values = {name: self._value(value) for name, value in what.values.items()}
        return _COUNTS.vformat(text, (), values) if "|" in text else text.format(**values)

    def _value(self, value: Any) -> Any:
        if isinstance(value, Message):
            return self.say(value)
        if isinstance(value, (list, tuple)):
            return self.join(value)
        return value[self.language] if isinstance(value, Mapping) else value

    def join(self, parts: Iterable[Any]) -> str:
        """Return `parts` as an enumeration: commas in English, the enumeration comma in Chinese."""
        glue = "、" if self.language == "zh" else ", "
        return glue.join(str(self._value(part)) for part in parts)


def preferred_language(environment: Mapping[str, str] | None = None) -> str:
    """Return the language the environment asks for: MENZHEN_LANG, then the locale; English if neither says."""
    variables = os.environ if environment is None else environment
    for name in ("MENZHEN_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = variables.get(name, "").lower()
        if value:
            return "zh" if value.startswith("zh") else "en"
    return "en"
