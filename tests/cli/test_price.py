from __future__ import annotations

import pytest

from scenarios.smallest import INFEASIBLE, RULES
from scheduler.tables.scenario.files import write_scenario


def test_a_price_is_reported_point_by_point(menzhen, week):
    code, out, err = menzhen("price", week, "--steps", 3)
    assert (code, err) == (0, "")
    assert out.startswith("Today's highest day, Mon, is at 2.00 (2 : 1).")
    rows = [line.split() for line in out.splitlines() if line.strip()[:1].isdigit()]
    assert rows == [
        ["2.0000", "0", "0", "proved"],
        ["1.5000", "2", "+2", "1", "proved"],
        ["1.0000", "2", "+0", "1", "proved"],
    ]


def test_a_price_is_written_where_a_folder_is_named_the_same_each_time(menzhen, week, tmp_path, files):
    out = tmp_path / "price"
    assert menzhen("price", week, "--steps", 2, "--out", out)[0] == 0
    first = files(out)
    assert set(first) == {"price.csv", "price.html"}
    assert menzhen("price", week, "--steps", 2, "--out", out)[0] == 0
    assert files(out) == first


def test_limits_are_read_exactly(menzhen, week, tmp_path):
    out = tmp_path / "price"
    assert menzhen("price", week, "--from", "5/3", "--to", "1.1", "--steps", 2, "--out", out)[0] == 0
    lines = (out / "price.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines] == ["limit", "5/3", "1.1"]


def test_demand_is_priced_by_what_is_left_unmet(menzhen, tmp_path):
    write_scenario(RULES["cover"](), tmp_path / "week")
    code, out, _ = menzhen("price", tmp_path / "week", "--steps", 2)
    assert code == 0
    assert "short of demand" in out
    assert "change points" not in out


def test_where_no_point_can_be_reached_the_answer_is_no(menzhen, tmp_path):
    write_scenario(INFEASIBLE["too_few_rooms"](), tmp_path / "week")
    code, out, _ = menzhen("price", tmp_path / "week", "--steps", 2)
    assert code == 1
    assert "No roster keeps every day within 1.00." in out


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--from", "even"), "--from: this is not a ratio ('even')"),
        (("--to", "0"), "--to: the ratio is out of range ('0')"),
        (("--steps", "0"), "--steps: the number of points is out of range ('0')"),
        (("--from", "1", "--to", "2"), "--from: the frontier would go up ('1')"),
        (("--solver", "cplex"), "--solver: there is no such choice ('cplex')"),
    ],
)
def test_a_wrong_call_is_reported_and_nothing_written(menzhen, week, tmp_path, words, expected):
    code, out, err = menzhen("price", week, "--out", tmp_path / "price", *words)
    assert (code, out) == (2, "")
    assert expected in err
    assert not (tmp_path / "price").exists()


def test_a_folder_of_other_things_is_left_alone(menzhen, week, tmp_path):
    (tmp_path / "price").mkdir()
    (tmp_path / "price/notes.txt").write_text("mine")
    code, _, err = menzhen("price", week, "--steps", 1, "--out", tmp_path / "price")
    assert code == 2
    assert "notes.txt" in err
