"""Wishes that are kept together: each gets its own answer, and nobody is left standing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor

import pytest

from scheduler.tickets.group_commit import Line

Answers = Sequence[int | Exception]


def _doubled(wishes: Sequence[int]) -> list[int]:
    return [2 * wish for wish in wishes]


class _Held:
    """Work that begins, and goes on when it is let go."""

    def __init__(self, then: Callable[[Sequence[int]], Answers] = _doubled) -> None:
        self.began, self.go = threading.Event(), threading.Event()
        self.served: list[list[int]] = []
        self._then = then

    def __call__(self, wishes: Sequence[int]) -> Answers:
        self.served.append(list(wishes))
        self.began.set()
        assert self.go.wait(10)
        return self._then(wishes)


def _others_in_line(line: Line[int, int], many: int) -> None:
    while len(line._waiting) < many:
        time.sleep(0.001)


def test_somebody_alone_is_served_alone() -> None:
    assert Line[int, int]().ask(3, _doubled, 1) == 6


def test_all_who_came_meanwhile_are_served_together_and_each_gets_its_own_answer() -> None:
    line, work = Line[int, int](), _Held()
    with ThreadPoolExecutor(5) as pool:
        first = pool.submit(line.ask, 0, work, 10)
        assert work.began.wait(10)
        others = []
        for wish in (1, 2, 3, 4):
            others.append(pool.submit(line.ask, wish, work, 10))
            _others_in_line(line, wish)
        work.go.set()
        assert [one.result(10) for one in (first, *others)] == [0, 2, 4, 6, 8]
    assert work.served == [[0], [1, 2, 3, 4]]


def test_what_is_told_of_one_is_raised_to_that_one_only() -> None:
    def odd_ones_fail(wishes: Sequence[int]) -> Answers:
        return [KeyError(wish) if wish % 2 else wish for wish in wishes]

    line, work = Line[int, int](), _Held(odd_ones_fail)
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(line.ask, 0, work, 10)
        assert work.began.wait(10)
        odd, even = pool.submit(line.ask, 1, work, 10), pool.submit(line.ask, 2, work, 10)
        _others_in_line(line, 2)
        work.go.set()
        assert (first.result(10), even.result(10)) == (0, 2)
        with pytest.raises(KeyError):
            odd.result(10)


@pytest.mark.parametrize(("raised", "seen"), [(ValueError, ValueError), (KeyboardInterrupt, CancelledError)])
def test_when_the_work_fails_all_are_told_and_the_line_goes_on(
    raised: type[BaseException], seen: type[Exception]
) -> None:
    def fail(wishes: Sequence[int]) -> Answers:
        raise raised

    line, work = Line[int, int](), _Held()
    failing = _Held(fail)
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(line.ask, 0, work, 10)
        assert work.began.wait(10)
        leading = pool.submit(line.ask, 1, failing, 10)
        following = pool.submit(line.ask, 2, failing, 10)
        _others_in_line(line, 2)
        failing.go.set()
        work.go.set()
        assert first.result(10) == 0
        told = {type(one.exception(10)) for one in (leading, following)}
    assert told <= {raised, seen}
    assert seen in told
    assert line.ask(3, _doubled, 1) == 6


def test_whoever_waits_for_too_long_leaves_and_is_not_served() -> None:
    line, work = Line[int, int](), _Held()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(line.ask, 0, work, 10)
        assert work.began.wait(10)
        with pytest.raises(TimeoutError):
            line.ask(1, work, 0.01)
        work.go.set()
        assert first.result(10) == 0
    assert work.served == [[0]]


def test_whoever_is_being_served_waits_for_the_answer_however_long() -> None:
    line, work = Line[int, int](), _Held()
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(line.ask, 0, work, 10)
        assert work.began.wait(10)
        slow = _Held()
        others = [pool.submit(line.ask, wish, slow, 0.2) for wish in (1, 2)]
        _others_in_line(line, 2)
        work.go.set()
        assert slow.began.wait(10)
        time.sleep(0.3)
        slow.go.set()
        assert [one.result(10) for one in (first, *others)] == [0, 2, 4]
