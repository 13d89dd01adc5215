"""The same random edits by command, in roster.xlsx and over HTTP give the same roster, slots, reserve and check."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from openpyxl import load_workbook

import scheduler as menzhen
from api.routes.roster_tables import view_of
from api.routes.rosters import solved_roster
from scheduler.adjust.edit import Draft
from scheduler.adjust.edited_file import read_edited_file
from scheduler.check.run import find_violations
from scheduler.clock import Cell
from scheduler.plan import make_plan
from scheduler.results import write_results
from scheduler.roster import Plan, Session
from scheduler.scenario.hospital import Partner
from scheduler.scenario.week import Scenario
from scheduler.tables.roster.write import plan_lines
from tests.adjust.small import row, scenario
from tests.api.conftest import Here

PARTNERS = (Partner(partner="east", population=60_000), Partner(partner="west", population=30_000))
HALVES = ("mon-am", "mon-pm", "tue-am", "tue-pm", "wed-am", "wed-pm", "thu-am", "fri-pm")


def week() -> Scenario:
    rows = [row(who, at) for who, at in zip(("ann", "bob", "cid", "dan") * 2, HALVES, strict=True)]
    return scenario(*rows, row("eve", "mon-am", "ear"), row("ann", "fri-am", "glaucoma"), partners=PARTNERS)


class Wish(NamedTuple):
    """One edit, as each of the three ways says it; `row` are cells of the list of sessions, none where it is deleted."""

    command: tuple[str, str]
    body: Mapping[str, Any]
    session: str
    row: Mapping[str, object] | None


def wishes(week: Scenario, plan: Plan, seed: int) -> list[Wish]:
    """One to four edits of different sessions, at half-days where the doctors have none."""
    rng = random.Random(seed)
    sessions = rng.sample(list(plan.roster.held), rng.randint(1, 4))
    taken = {(s.doctor, s.at) for s in plan.roster.held}
    free = [(d, c) for d in sorted(week.doctor_of) for c in week.cells if (d, c) not in taken]
    rng.shuffle(free)
    return [_wish(rng, week, session, free) for session in sessions]


def _wish(rng: random.Random, week: Scenario, session: Session, free: list[tuple[str, Cell]]) -> Wish:
    key, clinic = session.session, session.blocks[0].clinic
    kind, count = rng.choice(["move", "cover", "drop", "tickets", "add"]), rng.randint(5, 40)
    doctor, cell = free.pop(
        next(n for n, place in enumerate(free) if kind == "add" or place[0] == session.doctor)
    )
    when = {"date": cell.date.isoformat(), "half": str(cell.half)}
    at = cell.key
    match kind:
        case "move":
            return Wish(("move", f"{key}@{at}"), {"op": "move", "session": key, "at": at}, key, when)
        case "cover":
            other = rng.choice(sorted(week.doctor_of.keys() - {session.doctor}))
            body = {"op": "move", "session": key, "doctor": other}
            return Wish(("cover", f"{key}={other}"), body, key, {"doctor": other, "name": ""})
        case "tickets":
            body = {"op": "move", "session": key, "blocks": [{"clinic": clinic, "tickets": count}]}
            return Wish(("tickets", f"{key}={count}"), body, key, {"tickets": count})
        case "add":
            blocks = [{"clinic": "glaucoma", "tickets": count}]
            body = {"op": "add", "doctor": doctor, "at": at, "blocks": blocks}
            cells = {**when, "doctor": doctor, "clinic": "glaucoma", "tickets": count}
            return Wish(("add", f"{doctor}@{at}=glaucoma:{count}"), body, "", cells)
    return Wish(("drop", key), {"op": "drop", "session": key}, key, None)


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("planned")
    write_results(make_plan(week()), folder, "en")
    return folder


def by_command(base: menzhen.Plan, edits: Sequence[Wish]) -> Plan:
    words: dict[str, list[str]] = {}
    for wish in edits:
        words.setdefault(wish.command[0], []).append(wish.command[1])
    return menzhen.edit(base, **words).plan.plan  # type: ignore[arg-type]


def in_the_workbook(week: Scenario, folder: Path, edits: Sequence[Wish], copy: Path) -> Plan:
    book = load_workbook(folder / "roster.xlsx")
    sheet = book["Sessions"]
    for wish in edits:
        rows = {sheet.cell(number, 1).value: number for number in range(2, sheet.max_row + 1)}
        number = rows.get(wish.session, sheet.max_row + 1)
        if wish.row is None:
            sheet.delete_rows(number)
        else:
            _write(sheet, number, wish.row)
    book.save(copy)
    edited = read_edited_file(week, folder, copy)
    return Draft(week, edited.plan).apply(edited.edits).plan


def _write(sheet: Any, number: int, row: Mapping[str, object]) -> None:
    columns = {sheet.cell(1, column).value: column for column in range(1, sheet.max_column + 1)}
    for key, value in row.items():
        sheet.cell(number, columns[key]).value = value


def over_http(here: Here, week: Scenario, edits: Sequence[Wish]) -> Plan:
    roster = here.plan(week)
    body = {"edits": [wish.body for wish in edits]}
    answer = here.ask("POST", f"rosters/{roster}/edits", json=body, headers={"If-Match": '"v1"'})
    assert answer.status_code == 201, answer.get_data(as_text=True)
    with here.app.test_request_context():
        plan = view_of(solved_roster(roster)).plan
    assert plan is not None
    return plan


@pytest.mark.parametrize("seed", range(8))
def test_three_ways_to_edit_are_one(here: Here, planned: Path, tmp_path: Path, seed: int) -> None:
    scenario = week()
    base = menzhen.read_plan(scenario, planned)
    edits = wishes(scenario, base.plan, seed)
    plans = [
        by_command(base, edits),
        in_the_workbook(scenario, planned, edits, tmp_path / "edited.xlsx"),
        over_http(here, scenario, edits),
    ]
    tables = [{key: list(lines) for key, lines in plan_lines(plan, scenario).items()} for plan in plans]
    assert tables[0] == tables[1] == tables[2]
    checks = [find_violations(scenario, plan) for plan in plans]
    assert checks[0] == checks[1] == checks[2]
