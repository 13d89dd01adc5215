"""Files of a roster's folder that are no longer as they were written: somebody changed them by hand."""

from __future__ import annotations

import json
from pathlib import Path

from scheduler.report.write import file_digests
from scheduler.tables.roster.write import PLAN_FILES


def changed_files(folder: Path) -> frozenset[str] | None:
    """Return the names of files that were changed, added or taken away since report.json was written.

    None where nobody can tell: report.json is missing, or of an earlier version.
    """
    try:
        written = dict(json.loads((folder / "report.json").read_text(encoding="utf-8"))["files"])
        present = file_digests(folder)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    # Rosters of earlier versions have no digest of their workbook.
    names = written.keys() | (present.keys() & PLAN_FILES)
    return frozenset(name for name in names if written.get(name) != present.get(name))
