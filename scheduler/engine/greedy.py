"""A roster by hand, in a tenth of a second: mornings go to afternoons, the cheapest first, until the limits are kept.

It proves nothing, and finds nothing where rules are tight. It is what no answer may be worse than, however short the time.
"""

from __future__ import annotations

import numpy as np

from scheduler.engine.columns import NOWHERE, Columns
from scheduler.engine.program import Flags, Ints, Program
from scheduler.engine.rules_of_counts import open_rooms
from scheduler.engine.rules_of_ratios import count_needed_specialties, list_sides
from scheduler.rules import Strictness


def repair_by_hand(columns: Columns, program: Program) -> Ints | None:
    """Return an answer of the program found by hand, or None where what was found breaks a rule."""
    hand = _Hand(columns)
    hand.mend_days()
    hand.mend_specialties()
    answer = program.answer_of(hand.taken())
    return answer if program.holds(answer) else None


class _Hand:
    """The choice of every session of the template, and what that leaves free: half-days of doctors, rooms of pools."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._group, self._doctor, self._cell, self._points, self._pool, self._specialty = (
            columns.array(name) for name in ("group", "doctor", "cell", "points", "pool", "specialty")
        )
        index = columns.index
        side, day = list_sides(index)
        self._side, self._day = np.append(side, 0), np.append(day, -1)
        self._limit = index.scenario.policy.ratio.limit
        self._busy = np.zeros((len(index.doctors), len(index.cells) + 1), dtype=np.int64)
        pools = range(len(index.pools) * len(index.cells))
        self._rooms = np.zeros((len(index.pools), len(index.cells) + 1), dtype=np.int64)
        self._rooms[:, :-1] = np.array([open_rooms(index, place) for place in pools], dtype=np.int64).reshape(
            len(index.pools), -1
        )
        self._rooms[:, -1] = len(columns.standing) + 1
        self._any_room = index.scenario.strictness("rooms") is not Strictness.HARD
        self._choice = self._cheapest()
        np.add.at(self._busy, (self._doctor[self._choice], self._cell[self._choice]), 1)
        np.subtract.at(self._rooms, (self._pool[self._choice], self._cell[self._choice]), 1)

    def _cheapest(self) -> Ints:
        """Return each session's cheapest choice, which for almost all is to stay."""
        own = np.flatnonzero((self._group != NOWHERE) & (self._columns.array("upper") > 0))
        order = own[np.lexsort((self._points[own], self._group[own]))]
        _, first = np.unique(self._group[order], return_index=True)
        return order[first]

    def taken(self) -> Ints:
        """Return how often each choice is taken."""
        taken = np.zeros(len(self._columns), dtype=np.int64)
        taken[self._choice] = 1
        return taken

    def mend_days(self) -> None:
        """On each working day, move mornings to afternoons or let them go until the day keeps the limit."""
        for date in range(len(self._columns.index.scenario.working_dates)):
            while not self._within(*self._counts(self._day[self._cell[self._choice]] == date)):
                if not self._move(
                    self._side[self._cell[self._choice]] * (self._day[self._cell[self._choice]] == date)
                ):
                    break

    def mend_specialties(self) -> None:
        """Move mornings of specialties that miss the limit, those first that lack least, until enough keep it."""
        specialties, needed = count_needed_specialties(self._columns)
        lacking = []
        for specialty in specialties:
            am, pm = self._counts(self._specialty[self._choice] == specialty)
            if not self._meets(am, pm):
                lacking.append((am - pm, specialty))
        left = needed - (len(specialties) - len(lacking))
        for _, specialty in sorted(lacking)[: max(0, left)]:
            while not self._meets(*self._counts(self._specialty[self._choice] == specialty)):
                mine = self._specialty[self._choice] == specialty
                if not self._move(self._side[self._cell[self._choice]] * mine):
                    break

    def _counts(self, chosen: Flags) -> tuple[int, int]:
        sides = self._side[self._cell[self._choice]][chosen]
        return int((sides > 0).sum()), int((sides < 0).sum())

    def _within(self, am: int, pm: int) -> bool:
        return am * self._limit.denominator <= pm * self._limit.numerator

    def _meets(self, am: int, pm: int) -> bool:
        return self._within(am, pm) or abs(am - pm) <= 1

    def _move(self, morning: Ints) -> bool:
        """Change one of the sessions marked 1 to its cheapest free afternoon, or drop it; False where none can."""
        from_ = np.zeros(len(self._columns.standing), dtype=bool)
        from_[self._group[self._choice[morning > 0]]] = True
        current = np.full(len(self._columns.standing), -1, dtype=np.int64)
        current[self._group[self._choice]] = self._choice
        places = np.flatnonzero(
            (self._group != NOWHERE) & from_[self._group] & (self._columns.array("upper") > 0)
        )
        cells = self._cell[places]
        usable = (self._side[cells] < 0) | (cells == NOWHERE)
        usable &= (cells == NOWHERE) | (self._busy[self._doctor[places], cells] == 0)
        usable &= (self._rooms[self._pool[places], cells] > 0) | self._any_room
        places = places[usable]
        if not len(places):
            return False
        surplus = np.zeros(len(self._columns.index.specialties), dtype=np.int64)
        np.add.at(surplus, self._specialty[self._choice], self._side[self._cell[self._choice]])
        best = places[np.lexsort((places, -surplus[self._specialty[places]], self._points[places]))[0]]
        old = current[self._group[best]]
        for place, sign in ((old, -1), (best, 1)):
            self._busy[self._doctor[place], self._cell[place]] += sign
            self._rooms[self._pool[place], self._cell[place]] -= sign
        self._choice[self._choice == old] = best
        return True
