"""What people write in their own words, such as reasons: refused where it speaks of a person."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from scheduler.tickets.personal_data import text_problems


def _impersonal(text: str) -> str:
    problems = text_problems(text, "")
    if problems:
        raise PydanticCustomError("personal", "personal data", {"problems": problems})
    return text


FreeText = Annotated[str, AfterValidator(_impersonal)]
"""A text without names of patients and numbers of persons; the refusal never repeats it."""
