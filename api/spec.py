"""The OpenAPI document as a file. `python -m api.spec` writes docs/openapi.json anew."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask_openapi.openapi import OpenAPI

_FILE = Path(__file__).parents[1] / "docs" / "openapi.json"


def document_text(app: OpenAPI) -> str:
    """Return the app's document as text, keys sorted; the version of the program is left out of it."""
    document = dict(app.api_doc)
    document["info"] = {**document["info"], "version": "1"}
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


class _Nothing:
    capacity, is_shared = 0, False

    def __init__(self, *_: object) -> None:
        pass

    def submit(self, job: str, attempt: int, limit: float) -> None:
        """Do nothing."""

    def kill(self, job: str) -> None:
        """Do nothing."""

    def shutdown(self) -> None:
        """Do nothing."""


def write_document() -> None:
    """Write the document of an app without anything in it."""
    from api import create_app
    from api.settings import read_settings

    with tempfile.TemporaryDirectory() as folder:
        app = create_app(read_settings({"MENZHEN_DATA": folder}), _Nothing)
        _FILE.write_text(document_text(app), encoding="utf-8")


if __name__ == "__main__":
    write_document()
