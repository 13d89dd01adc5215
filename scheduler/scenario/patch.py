"""Changes of a scenario as plain data, and as a study file writes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scheduler.errors import Where

Pairs = tuple[tuple[str, str], ...]
"""Columns of a table, each with the text of a cell."""


@dataclass(frozen=True)
class RowChange:
    """Rows of a table that are added, changed or removed, or one of the short forms for people and rooms.

    `action` is add, change or remove. `where` names the rows by their values (text, as a table's cells hold it; none
    for add), those of one column being alternatives; `values` is what is written into them (none for remove).

    The short forms are:
    - stop: `where` names one doctor, and may name a day and a half; without them the doctor does not come at all.
    - pin: `where` names one doctor or one specialty; their sessions of the template stay where they are.
    - rooms: `where` names one pool, and may name half-days (`at`); `values` hold the `count` of rooms to open then, or
      below 0 to close.

    `at` is the place in the study file where the change is written.
    """

    action: str
    table: str
    where: Pairs = ()
    values: Pairs = ()
    at: Where = field(default=Where(), compare=False)

    def entry(self) -> Any:
        """Return the change as an item of its action's list in a study file."""
        where = _lists(self.where)
        match self.action:
            case "add":
                return dict(self.values)
            case "remove":
                return where
            case "change":
                return {"where": where, "set": dict(self.values)}
            case "stop":
                half_day = f"@{where['day']}-{where['half'].lower()}" if "day" in where else ""
                return f"{where['doctor']}{half_day}"
            case "rooms":
                at = {"at": where["at"].split(";")} if "at" in where else {}
                return {**where, **at, "count": dict(self.values)["count"]}
        return self.where[0][1]


@dataclass(frozen=True)
class Patch:
    """What is changed in a scenario: settings such as `policy.ratio.limit=1.1`, then rows, both in order.

    `settings_at` is the place in the study file of each setting; it is as long as `settings`, or empty.
    """

    settings: tuple[str, ...] = ()
    rows: tuple[RowChange, ...] = ()
    settings_at: tuple[Where, ...] = field(default=(), compare=False)

    def __add__(self, other: Patch) -> Patch:
        """Return the patch that does what this one does, then what the other does; where they stand is left out."""
        return Patch(self.settings + other.settings, self.rows + other.rows)

    def to_json(self) -> dict[str, Any]:
        """Return the patch as JSON, to be stored; where it stands is left out."""
        rows = [[row.action, row.table, row.where, row.values] for row in self.rows]
        return {"settings": self.settings, "rows": rows}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Patch:
        """Return the patch of what `to_json` gave."""
        rows = (
            RowChange(action, table, tuple(map(tuple, where)), tuple(map(tuple, values)))
            for action, table, where, values in content["rows"]
        )
        return cls(tuple(content["settings"]), tuple(rows))

    def entry(self) -> dict[str, Any]:
        """Return the patch as a study file writes it under the patch's name: texts, lists and groups of them.

        Changes of rows stand together by action, in the order in which the actions come first.
        """
        entry: dict[str, Any] = {}
        for word in self.settings:
            key, _, value = word.partition("=")
            group, _, rule = key.partition("rules.")
            entry.setdefault("set" if group or not rule else "rules", {})[rule or key] = value
        for change in self.rows:
            match change.action:
                case "stop" | "rooms":
                    entry.setdefault(change.action, []).append(change.entry())
                case "pin":
                    entry.setdefault("pin", {}).setdefault(change.where[0][0], []).append(change.entry())
                case _:
                    tables = entry.setdefault(change.action, {})
                    tables.setdefault(change.table, []).append(change.entry())
        return entry


def _lists(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return the pairs as a group, the values of a column that is named several times as a list."""
    columns: dict[str, list[str]] = {}
    for column, text in pairs:
        columns.setdefault(column, []).append(text)
    return {column: texts[0] if len(texts) == 1 else texts for column, texts in columns.items()}
