"""Problems told: their kinds, their language, and what they keep to themselves."""

from __future__ import annotations

import pytest

from api.web.errors import TITLES
from scheduler.errors import Problem, StoreError, Where
from scheduler.words import Message, message
from tests.api.conftest import Here, Planned


@pytest.mark.parametrize(
    ("wrong", "status"), [(message("the disk is full"), 507), (message("the database is locked"), 503)]
)
def test_a_database_that_cannot_is_told_without_where_it_stands(
    planned: Planned, monkeypatch: pytest.MonkeyPatch, wrong: Message, status: int
) -> None:
    def broken(_: str) -> None:
        where = Where(file="postgresql://menzhen@db.inside/menzhen")
        raise StoreError([Problem(where, wrong, message("Try again."))])

    monkeypatch.setattr(planned.here.service.rosters, "row", broken)
    answer = planned.ask("GET")
    assert answer.status_code == status
    assert answer.headers["Retry-After"] == "5"
    assert "db.inside" not in answer.get_data(as_text=True)


def test_every_kind_of_problem_has_a_name_of_its_own_and_a_status() -> None:
    assert all(400 <= status < 600 for status, _ in TITLES.values())
    assert len({str(title) for _, title in TITLES.values()}) == len(TITLES)


def test_what_is_not_there_and_what_cannot_be_done_are_problems_too(here: Here) -> None:
    for method, path, status in (
        ("GET", "/nowhere", 404),
        ("GET", "rosters/ro-none", 404),
        ("PATCH", "rosters", 405),
        ("GET", "rosters?limit=x", 422),
    ):
        answer = here.ask(method, path)
        assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
        assert answer.json is not None
        assert answer.json["type"].startswith("urn:menzhen:problem:")
        assert answer.json["instance"] == f"urn:menzhen:request:{answer.headers['X-Request-ID']}"
