"""Rows of a leave list understood: whose leave, when, and who may take the sessions over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from scheduler.adjust.stops import CoverWish
from scheduler.adjust.typed_spans import cells_between, parse_cells, parse_halves
from scheduler.clock import Cell, Half
from scheduler.errors import Problem, Where, suggest
from scheduler.scenario.week import Scenario
from scheduler.tables.columns.complaints import MISSING
from scheduler.tables.columns.spellings import folded
from scheduler.tables.columns.values import parse_flag
from scheduler.tables.leave_list import LeaveRow
from scheduler.tables.typed_names import find_bearers, unknown_doctor
from scheduler.words import message

_COVER_WORDS = (
    (None, frozenset(("-", "--", "—", "——", "/", "待定"))),
    (
        True,
        frozenset(
            (
                "替诊",
                "替",
                "代诊",
                "需",
                "需要",
                "要",
                "可",
                "可以",
                "可替",
                "可替诊",
                "需替诊",
                "需要替诊",
                "安排替诊",
            )
        ),
    ),
    (
        False,
        frozenset(
            ("停诊", "停", "不替", "不替诊", "不需", "不需要", "无需", "无需替诊", "不用", "不安排", "nobody")
        ),
    ),
)
"""Whether a cover is wanted, in words; None leaves it open."""

_TITLE = re.compile(r"(?:副?主任|主治|住院)?(?:医师|医生|大夫)$|副?主任$|副?教授$|[(（\[【].*?[)）\]】]")
_SEVERAL = re.compile(r"\s*[、,，;；/\n]\s*")
_TIMES = message("Write 2026-07-22, 7月22日, 周三下午, 7月20日-7月24日 or 本周.")
_HALVES = message("Write AM, PM, EVE or all day (上午, 下午, 夜诊, 全天).")
_NO_TIME = message("this is not a time of the week")


@dataclass(frozen=True)
class Leave:
    """A row of a leave list understood; without a wish it leaves open who covers."""

    doctors: tuple[str, ...]
    cells: frozenset[Cell]
    wish: CoverWish | None


@dataclass
class LeaveReader:
    """Reads the rows of a leave list for a scenario, and collects what is wrong with them."""

    scenario: Scenario
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._names = {key: doctor.name for key, doctor in self.scenario.doctor_of.items()}

    def read(self, row: LeaveRow) -> Leave | None:
        """Return what a row means; None where that cannot be told, which is then among the problems."""
        before = len(self.problems)
        leave = Leave(tuple(self._doctors(row)), self._cells(row), self._wish(row))
        return leave if len(self.problems) == before else None

    def _doctors(self, row: LeaveRow) -> Iterator[str]:
        """Yield the doctors of a row: by staff number where it is known, else by the name, of which there may be several."""
        number, name, specialty = row.text("number"), row.text("doctor"), row.text("specialty")
        by_number = self._find(number, "")
        if not name and not number:
            self.problems.append(
                Problem(row.at("doctor"), MISSING, message("Write the doctor's key or name."))
            )
        elif len(by_number) == 1:
            yield by_number[0]
            self._check_name(row, by_number[0], self._find(name, specialty) if name else by_number)
        elif not name:
            self.problems.append(self._unknown(number, row.at("number")))
        else:
            for text in (name,) if self._find(name, "") else filter(None, _SEVERAL.split(name)):
                bearers = self._find(text, specialty)
                if len(bearers) == 1:
                    yield bearers[0]
                else:
                    self.problems.append(self._unknown(text, row.at("doctor")))

    def _check_name(self, row: LeaveRow, numbered: str, named: tuple[str, ...]) -> None:
        """Add a problem where the name beside a staff number is somebody else's."""
        known = self._names[numbered]
        if numbered not in named and (named or known):
            wrong = message(
                "the number {number} is that of {other}", number=numbered, other=known or numbered
            )
            remedy = message("Correct the name or the number.")
            self.problems.append(Problem(row.at("doctor"), wrong, remedy, row.text("doctor")))

    def _find(self, text: str, specialty: str) -> tuple[str, ...]:
        """Return the doctors whom a text means, with a title or without; of several those of the specialty."""
        if text in self._names:
            return (text,)
        bearers = find_bearers(self._names, text) or find_bearers(self._names, _TITLE.sub("", text.strip()))
        told = folded(specialty)
        near = [key for key in bearers if told and told in folded(self.scenario.doctor_of[key].specialty)]
        return tuple(near or bearers)

    def _unknown(self, text: str, where: Where) -> Problem:
        problem = unknown_doctor(self.scenario, text, where)
        if find_bearers(self._names, text):
            return problem
        # A list is kept by names: the nearest of them helps more than a key.
        known = [*dict.fromkeys(filter(None, self._names.values())), *self._names]
        return Problem(where, problem.wrong, suggest(_TITLE.sub("", text.strip()) or text, known), text)

    def _cells(self, row: LeaveRow) -> frozenset[Cell]:
        first, last = row.text("from") or row.text("day"), row.text("to")
        if not first:
            self.problems.append(Problem(row.at("from"), MISSING, _TIMES))
            return frozenset()
        week = self.scenario.week
        try:
            ends = last and last != first
            cells = cells_between(week, first, last) if ends else parse_cells(week, first, "date")
        except ValueError:
            text = f"{first} – {last}" if last else first
            self.problems.append(Problem(row.at("from"), _NO_TIME, _TIMES, text))
            return frozenset()
        halves = self._halves(row)
        return frozenset(cell for cell in cells if cell.half in halves)

    def _halves(self, row: LeaveRow) -> frozenset[Half]:
        try:
            return parse_halves(row.text("half"))
        except ValueError:
            self.problems.append(Problem(row.at("half"), _NO_TIME, _HALVES, row.text("half")))
            return frozenset()

    def _wish(self, row: LeaveRow) -> CoverWish | None:
        """Return who may cover; None where the row leaves it open."""
        wanted, named = self._cover(row, "cover"), self._cover(row, "substitute")
        if named is None or not named.is_wanted:
            return wanted or named if "cover" in row.cells else named
        if wanted is not None and not wanted.is_wanted:
            wrong = message("no cover is wanted, and a doctor is named who covers")
            self.problems.append(Problem(row.at("substitute"), wrong, message("Keep one of the two.")))
        return named

    def _cover(self, row: LeaveRow, key: str) -> CoverWish | None:
        text, word = row.text(key), folded(row.text(key))
        if not text:
            return None
        for wanted, words in _COVER_WORDS:
            if word in words:
                return None if wanted is None else CoverWish(wanted)
        try:
            return CoverWish(parse_flag(text))
        except ValueError:
            bearers = self._find(text, row.text("specialty"))
        if len(bearers) == 1:
            return CoverWish(doctor=bearers[0])
        self.problems.append(self._unknown(text, row.at(key)))
        return None
