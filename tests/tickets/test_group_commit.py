"""Requests written in groups: each gets its own result, and no thread waits for ever."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor

import pytest

from scheduler.tickets.group_commit import GroupCommit

Answers = Sequence[int | Exception]


def _doubled(requests: Sequence[int]) -> list[int]:
    return [2 * request for request in requests]


class _BlockedWork:
    """Work that begins, and goes on when `go` is set."""

    def __init__(self, then: Callable[[Sequence[int]], Answers] = _doubled) -> None:
        self.began, self.go = threading.Event(), threading.Event()
        self.served: list[list[int]] = []
        self._then = then

    def __call__(self, requests: Sequence[int]) -> Answers:
        self.served.append(list(requests))
        self.began.set()
        assert self.go.wait(10)
        return self._then(requests)


def _wait_for_queue(commits: GroupCommit[int, int], size: int) -> None:
    while len(commits._queue) < size:
        time.sleep(0.001)


def test_a_single_request_is_served_alone() -> None:
    assert GroupCommit[int, int]().submit(3, _doubled, 1) == 6


def test_all_requests_that_came_meanwhile_are_served_together_and_each_gets_its_own_result() -> None:
    commits, work = GroupCommit[int, int](), _BlockedWork()
    with ThreadPoolExecutor(5) as pool:
        first = pool.submit(commits.submit, 0, work, 10)
        assert work.began.wait(10)
        others = []
        for request in (1, 2, 3, 4):
            others.append(pool.submit(commits.submit, request, work, 10))
            _wait_for_queue(commits, request)
        work.go.set()
        assert [one.result(10) for one in (first, *others)] == [0, 2, 4, 6, 8]
    assert work.served == [[0], [1, 2, 3, 4]]


def test_the_error_of_one_request_is_raised_to_that_one_only() -> None:
    def odd_ones_fail(requests: Sequence[int]) -> Answers:
        return [KeyError(request) if request % 2 else request for request in requests]

    commits, work = GroupCommit[int, int](), _BlockedWork(odd_ones_fail)
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(commits.submit, 0, work, 10)
        assert work.began.wait(10)
        odd, even = pool.submit(commits.submit, 1, work, 10), pool.submit(commits.submit, 2, work, 10)
        _wait_for_queue(commits, 2)
        work.go.set()
        assert (first.result(10), even.result(10)) == (0, 2)
        with pytest.raises(KeyError):
            odd.result(10)


@pytest.mark.parametrize(
    ("raised", "expected"), [(ValueError, ValueError), (KeyboardInterrupt, CancelledError)]
)
def test_when_the_work_fails_it_fails_for_all_and_later_requests_are_served(
    raised: type[BaseException], expected: type[Exception]
) -> None:
    def fail(requests: Sequence[int]) -> Answers:
        raise raised

    commits, work = GroupCommit[int, int](), _BlockedWork()
    failing = _BlockedWork(fail)
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(commits.submit, 0, work, 10)
        assert work.began.wait(10)
        leading = pool.submit(commits.submit, 1, failing, 10)
        following = pool.submit(commits.submit, 2, failing, 10)
        _wait_for_queue(commits, 2)
        failing.go.set()
        work.go.set()
        assert first.result(10) == 0
        errors = {type(one.exception(10)) for one in (leading, following)}
    assert errors <= {raised, expected}
    assert expected in errors
    assert commits.submit(3, _doubled, 1) == 6


def test_a_request_that_waits_for_too_long_is_taken_back_and_not_served() -> None:
    commits, work = GroupCommit[int, int](), _BlockedWork()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(commits.submit, 0, work, 10)
        assert work.began.wait(10)
        with pytest.raises(TimeoutError):
            commits.submit(1, work, 0.01)
        work.go.set()
        assert first.result(10) == 0
    assert work.served == [[0]]


def test_a_request_that_is_being_served_waits_for_its_result_however_long() -> None:
    commits, work = GroupCommit[int, int](), _BlockedWork()
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(commits.submit, 0, work, 10)
        assert work.began.wait(10)
        slow = _BlockedWork()
        others = [pool.submit(commits.submit, request, slow, 0.2) for request in (1, 2)]
        _wait_for_queue(commits, 2)
        work.go.set()
        assert slow.began.wait(10)
        time.sleep(0.3)
        slow.go.set()
        assert [one.result(10) for one in (first, *others)] == [0, 2, 4]
