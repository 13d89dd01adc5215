"""Writers that are killed leave whole steps behind, and every one that they acknowledged."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.tickets.week import Piece, write_week

ROOT = Path(__file__).parents[2]


def test_killed_writers_lose_nothing_that_they_acknowledged(url: str, tmp_path: Path) -> None:
    plenty = [Piece(f"a{n}", [("partner", "", 300), ("public", "", 1)]) for n in range(6)]
    folder = write_week(tmp_path / "week", plenty)
    command = [sys.executable, "-m", "tests.tickets.claims_to_kill", url, str(folder), "15"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert (done.stderr, done.returncode) == ("", 0)
    counts = json.loads(done.stdout)
    assert counts["acknowledged"] >= 15
    assert (counts["lost"], counts["unsound"]) == (0, 0)
