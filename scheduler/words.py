"""Sentences for people, in Chinese or English: written once in English, translated where they are shown."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "zh")
"""Languages of every sentence that is shown; English is the source, Chinese the catalogue."""

_LOCALE = Path(__file__).parent / "locale"


@dataclass(frozen=True)
class Message:
    """A sentence that is not yet in any language: the English text with {names}, and their values.

    A value may itself be a Message or a sequence of Messages; it is translated with the rest.
    """

    text: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return Words("en").say(self)

    def __hash__(self) -> int:
        return hash(str(self))


def message(text: str, /, **values: Any) -> Message:
    """Return the sentence `text` with `values`; the literal text is what the catalogue is made from."""
    return Message(text, values)


def marked(text: str, /) -> str:
    """Return `text` itself: marks a sentence that must be kept as plain text, so that the catalogue holds it too."""
    return text


@cache
def _catalogue(language: str) -> Any:
    from babel.support import Translations

    return Translations.load(str(_LOCALE), [language], domain="menzhen")


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
        return text.format(**{name: self._value(value) for name, value in what.values.items()})

    def _value(self, value: Any) -> Any:
        if isinstance(value, Message):
            return self.say(value)
        if isinstance(value, (list, tuple)):
            return self.join(value)
        return value

    def join(self, parts: Iterable[Any]) -> str:
        """Return `parts` as an enumeration: commas in English, the enumeration comma in Chinese."""
        glue = "、" if self.language == "zh" else ", "
        return glue.join(str(self._value(part)) for part in parts)


def preferred_language(environment: Mapping[str, str] | None = None) -> str:
    """Return the language the environment asks for: MENZHEN_LANG, then the locale; English if neither says."""
    seen = os.environ if environment is None else environment
    for name in ("MENZHEN_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = seen.get(name, "").lower()
        if value:
            return "zh" if value.startswith("zh") else "en"
    return "en"
