"""Each column of each file of a plan's folder is broken by hand, one at a time: the check names it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from scheduler.adjust.roster_folder import read_roster_folder
from scheduler.check.run import find_violations
from scheduler.errors import InputError
from scheduler.plan import make_plan
from scheduler.results import write_results
from scheduler.scenario.hospital import Channel, Partner
from scheduler.scenario.policy import ChannelPolicy, Policy
from scheduler.scenario.rows import AvailabilityRow
from scheduler.scenario.week import Scenario
from scheduler.tables.leave import LEAVE
from scheduler.tables.roster.headings import ROSTER_TABLES
from scheduler.tables.shares import SHARES
from tests.check.small import MONDAY_ROWS, doctor, monday, row

COLUMNS = [(table.key, key) for table in (*ROSTER_TABLES, LEAVE, SHARES) for key in table.keys]

BROKEN = {
    "session": "2026-W30.bob.tue-am",
    "date": "2026-07-22",
    "half": "EVE",
    "start": "07:10",
    "end": "23:50",
    "campus": "north",
    "specialty": "ear",
    "clinic": "glaucoma",
    "kind": "expert",
    "doctor": "bob",
    "level": "resident",
    "room": "e9",
    "tickets": "77",
    "was_date": "2026-07-22",
    "was_half": "EVE",
    "change": "moved",
    "was_doctor": "bob",
    "slot": "2026-W30.ann.mon-am.99",
    "reserved": "9",
    "channel": "primary_care",
    "holder": "west",
    "opens_at": "2026-07-01T08:00:00+08:00",
    "falls_back_at": "2026-07-18T08:00:00+08:00",
    "falls_back_to": "on_site",
    "ticket": "9",
    "partner": "west",
}
"""What stands in the broken cell; in shares.csv numbers are 9."""


@cache
def week() -> Scenario:
    """A week with a doctor on leave, two partners' shares, and an own channel: every file has rows."""
    return monday(
        doctors=(doctor("ann", "chief"), doctor("bob"), doctor("cid")),
        template=(*MONDAY_ROWS, row("cid", "tue-am", room="e1")),
        clinics=(*monday().clinics, monday().clinics[0].model_copy(update={"clinic": "glaucoma"})),
        availability=(AvailabilityRow(doctor="cid", day="tue", half="AM", state="away"),),
        partners=(Partner(partner="east"),),
        policy=Policy(channels=(ChannelPolicy(name="desk", channel=Channel.ON_SITE, number=1),)),
    )


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("plan")
    write_results(make_plan(week()), folder, "en")
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def named(folder: Path) -> list[str]:
    """Everything that the check of a folder names."""
    try:
        roster = read_roster_folder(week(), folder)
    except InputError as error:
        return [str(problem.sentence()) for problem in error.problems]
    hard = [str(one.sentence) for one in find_violations(week(), roster.plan) if one.hard]
    return [*hard, *(str(problem.sentence()) for problem in (*roster.refusals, *roster.stale))]


def change_cells(content: bytes, column: str, change: Callable[[str], str | None]) -> bytes:
    """Change the first cell of a column for which `change` returns a text."""
    reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    rows = list(reader)
    for line in rows:
        text = change(line[column])
        if text is not None and text != line[column]:
            line[column] = text
            break
    else:
        raise AssertionError(f"no cell of {column} can be changed")
    out = io.StringIO()
    writer = csv.DictWriter(out, reader.fieldnames or [])
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def test_a_folder_that_nobody_touched_is_clean(files, tmp_path):
    assert named(write(tmp_path, files)) == []


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=lambda part: part)
def test_a_cell_broken_by_hand_is_named(table, column, files, tmp_path):
    text = BROKEN.get(column, "9") if table != "shares" or column in ("partner", "specialty") else "9"
    name = f"{table}.csv"
    write(tmp_path, {**files, name: change_cells(files[name], column, lambda cell: text)})
    assert named(tmp_path)


@pytest.mark.parametrize("name", ["slots.csv", "channels.csv", "appointments.csv"])
def test_a_missing_file_is_named(name, files, tmp_path):
    write(tmp_path, {key: content for key, content in files.items() if key != name})
    assert named(tmp_path)
