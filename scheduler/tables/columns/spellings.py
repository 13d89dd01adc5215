"""Texts as they are compared: width, case, blanks and traditional characters make no difference."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache


def simplified(text: str) -> str:
    """Return `text` with full-width forms made plain, traditional characters simplified, in lower case."""
    if text.isascii():
        return text.casefold()
    return unicodedata.normalize("NFKC", text).translate(_plain()).casefold()


def folded(text: str) -> str:
    """Return `text` as it is compared: simplified, and without blanks."""
    return "".join(simplified(text).split())


@cache
def _plain() -> Mapping[int, int | None]:
    """Return the simplified character of each traditional one, and nothing for marks that nobody sees."""
    from opencc import OpenCC

    characters = [chr(code) for code in range(0x4E00, 0xA000)]
    # A character a line, or the converter would look at words.
    plain = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    pairs = zip(characters, plain, strict=True)
    return {
        **{ord(old): ord(new) for old, new in pairs if old != new},
        **dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060")),
    }
