"""Files of the service's database."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from api.store.copies import back_up
from api.store.database import upgrade


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps rights by folder")
def test_the_database_and_its_copies_are_their_owners_alone(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        upgrade(f"sqlite:///{tmp_path / 'menzhen.db'}")
        back_up(f"sqlite:///{tmp_path / 'menzhen.db'}", tmp_path / "copy.db")
    finally:
        os.umask(before)
    rights = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    assert set(rights.values()) == {0o600}, rights
