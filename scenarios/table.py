"""The README's table of scenarios; `python -m scenarios.table` solves each and fills it in anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from scenarios.bundled import BUNDLED, ROOT
from scheduler.outcome import Outcome, Tier
from scheduler.rules import rule
from scheduler.scenario.week import Scenario

README = ROOT / "README.md"
_HEADING = "| name | size | what it shows | status | tier values |"


@dataclass(frozen=True)
class Row:
    """A scenario's row of the README: its folder, and the result of solving it."""

    name: str
    size: str
    shows: str
    status: str
    tiers: str

    @property
    def line(self) -> str:
        """The row in the README's spelling."""
        return f"| {self.name} | {self.size} | {self.shows} | {self.status} | {self.tiers} |"


def read_table(text: str) -> dict[str, Row]:
    """Return the rows of the table in `text` by name, in order; raises ValueError where there is none."""
    lines = text.splitlines()
    start = lines.index(_HEADING) + 2
    rows: dict[str, Row] = {}
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        row = Row(*(cell.strip() for cell in line.strip("|").split("|")))
        rows[row.name] = row
    return rows


def with_rows(text: str, rows: Mapping[str, Row]) -> str:
    """Return `text` with these rows in its table, in the order of BUNDLED; a row without a scenario goes."""
    old = read_table(text)
    merged = {**old, **rows}
    lines = text.splitlines(keepends=True)
    start = lines.index(f"{_HEADING}\n") + 2
    lines[start : start + len(old)] = [f"{merged[name].line}\n" for name in BUNDLED if name in merged]
    return "".join(lines)


def new_row(name: str, scenario: Scenario) -> Row:
    """Return the row of a scenario that nobody has written one for: it shows its rule's sentence, or its name."""
    folder, _, key = name.rpartition("/")
    shows = (
        str(rule(key).sentence).removesuffix(".") if folder == "rules" else scenario.name.replace("_", " ")
    )
    return Row(name, "", shows, "?", "?")


def size_text(scenario: Scenario) -> str:
    """Return the scenario's size in words: its doctors, standing sessions and rows of demand."""
    counts = {
        "doctor": len(scenario.doctors),
        "session": len(scenario.standing),
        "demand row": len(scenario.demand),
    }
    return ", ".join(f"{count} {what}{'s' * (count > 1)}" for what, count in counts.items() if count)


def tiers_text(tiers: Iterable[Tier]) -> str:
    """Return the tiers that are not 0, as in `changes 3, fairness 1`, or with a gap `changes 3 (2..)`."""
    values = [
        f"{tier.key} {tier.value}" + (f" ({tier.bound}..)" if tier.gap else "")
        for tier in tiers
        if tier.value
    ]
    return ", ".join(values) or "all 0"


def solved_row(row: Row, scenario: Scenario, outcome: Outcome) -> Row:
    """Return `row` with the size of `scenario` and what came of solving it."""
    tiers = "-" if outcome.roster is None else tiers_text(outcome.tiers)
    return replace(row, size=size_text(scenario), status=str(outcome.status), tiers=tiers)


def solve_all(rows: Mapping[str, Row]) -> dict[str, Row]:
    """Return the rows after every bundled scenario has been solved."""
    from scheduler.plan import make_plan
    from scheduler.tables.scenario.files import read_scenario

    solved: dict[str, Row] = {}
    for name in BUNDLED:
        scenario = read_scenario(ROOT / name)
        row = rows[name] if name in rows else new_row(name, scenario)
        solved[name] = solved_row(row, scenario, make_plan(scenario).outcome)
    return solved


def main(readme: Path = README) -> None:
    """Solve every bundled scenario and write the README's table anew."""
    text = readme.read_text(encoding="utf-8")
    readme.write_text(with_rows(text, solve_all(read_table(text))), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
