from __future__ import annotations

import re
from pathlib import Path

import pytest

from scenarios.bundled import ROOT
from scheduler.study.base import Base, check_study
from scheduler.study.file.entry import Entry
from scheduler.study.file.file import StudyFile, read_study
from scheduler.study.file.patches import PatchEntry
from scheduler.study.file.sweeps import SweepEntry, VariantEntry

TEXT = (Path(__file__).parents[2] / "docs/whatif.md").read_text(encoding="utf-8")


def keys_below(heading: str) -> tuple[str, ...]:
    """Return the keys of the first table below a heading."""
    table = re.split(r"\n\n(?!\|)", TEXT.split(f"\n{heading}\n")[1].split("\n| key |")[1])[0]
    return tuple(re.findall(r"^\| `(\w+)`", table, re.MULTILINE))


@pytest.mark.parametrize(
    ("heading", "entry"),
    [
        ("## The study file", StudyFile),
        ("### Patches", PatchEntry),
        ("### Variants", VariantEntry),
        ("### Sweeps", SweepEntry),
    ],
)
def test_every_key_of_a_study_is_told_and_no_other(heading: str, entry: type[Entry]) -> None:
    assert sorted(keys_below(heading)) == sorted(entry.known_keys())


def test_the_study_that_is_shown_fits_the_bundled_week(tmp_path: Path) -> None:
    shown = re.findall(r"^```yaml\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)[0]
    path = tmp_path / "october.yaml"
    path.write_text(shown.replace("../typical", str(ROOT / "typical")), encoding="utf-8")
    study = read_study(path)
    check_study(study, Base.read(study.base))
    assert len(study.variants) == 1 + 3 + 4 * 2
