"""What a hostile request is: where it goes, with whose key, and how its body grows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

JSON = "application/json"


@dataclass(frozen=True)
class Hostile:
    """A request to `path` with a key of the `role`; `body` makes one of about so many bytes."""

    path: str
    role: str
    body: Callable[[int], bytes]
    content_type: str = JSON
