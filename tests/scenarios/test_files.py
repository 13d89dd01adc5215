from functools import cache
from pathlib import Path

import pytest

from scenarios.bundled import BUNDLED, ROOT
from scenarios.table import README, read_table, size_text
from scheduler.scenario.week import Scenario
from scheduler.tables.scenario.files import read_scenario, write_scenario


@cache
def _built(folder: str) -> Scenario:
    return BUNDLED[folder]()


def _bytes(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.mark.parametrize("folder", BUNDLED)
def test_a_folder_holds_what_its_builder_writes(folder: str, tmp_path: Path) -> None:
    write_scenario(_built(folder), tmp_path)
    assert _bytes(ROOT / folder) == _bytes(tmp_path)


@pytest.mark.parametrize("folder", BUNDLED)
def test_a_folder_reads_back_as_its_builder(folder: str) -> None:
    assert read_scenario(ROOT / folder).digest == _built(folder).digest


def test_every_folder_of_scenarios_has_a_builder() -> None:
    found = {path.parent.relative_to(ROOT).as_posix() for path in ROOT.rglob("scenario.yaml")}
    assert found == set(BUNDLED)


def test_the_readme_tells_of_every_scenario_and_its_size() -> None:
    told = read_table(README.read_text(encoding="utf-8"))
    assert {name: row.size for name, row in told.items()} == {
        name: size_text(_built(name)) for name in BUNDLED
    }


def test_the_scenarios_stay_small_enough_to_carry_along() -> None:
    assert sum(path.stat().st_size for path in (ROOT / "large").iterdir()) < 1_000_000
