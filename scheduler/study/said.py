"""A sentence that is kept: said in every language at once, so that whoever reads the file later understands it."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.words import Message, Words


@dataclass(frozen=True)
class Said:
    """A sentence in English and in Chinese."""

    en: str
    zh: str

    @classmethod
    def of(cls, what: Message | str) -> Said:
        """Return `what` in both languages."""
        return cls(Words("en").say(what), Words("zh").say(what))

    def to(self, language: str) -> str:
        """Return the sentence in `language`, one of LANGUAGES."""
        return self.zh if language == "zh" else self.en
