"""Names in a study: they become names of folders, so that they must be fit for every file system."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator

from scheduler.study.file.entry import EntryError, Text
from scheduler.study.study import BASE
from scheduler.words import message

MOST_LETTERS = 60
"""Most characters of a name: in Chinese that is what a file system takes, with room for an ending."""

_NAME = re.compile(r"\w([\w.+=@ -]*[\w+=@-])?")


def is_name(text: str) -> bool:
    """Return whether a text can be a name: letters of any language, digits, and - _ . + = @ or blanks inside it."""
    return len(text) <= MOST_LETTERS and _NAME.fullmatch(text) is not None


def name_key(name: str) -> str:
    """Return a name as it is compared: file systems may take capital for small letters."""
    return unicodedata.normalize("NFC", name).casefold()


def safe_name(text: str) -> str:
    """Return a text with what no name can hold replaced by _."""
    return re.sub(r"[^\w.+=@-]", "_", unicodedata.normalize("NFC", text))


def check_name(name: str, reserved: tuple[str, ...] = ()) -> str:
    """Return the name; raises EntryError where it cannot be one, or is one of those `reserved` for another use."""
    if not is_name(name):
        remedy = message(
            "Use at most {most} letters and digits, with - _ . + = @ inside the name.", most=MOST_LETTERS
        )
        raise EntryError(message("this cannot be the name of a folder"), remedy, name)
    if name_key(name) in reserved:
        raise EntryError(message("this name has a meaning of its own"), message("Choose another name."), name)
    return name


Name = Annotated[Text, AfterValidator(check_name)]
"""A name of a study."""

VariantName = Annotated[Text, AfterValidator(lambda name: check_name(name, (BASE,)))]
"""A name of a variant, or the first part of it; the base has one of its own."""
