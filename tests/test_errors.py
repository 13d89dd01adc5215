"""Errors as people read them: a line for each kind of problem, and the nearest names for a few unknown ones."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.errors import (
    MOST_LINES,
    InputError,
    Problem,
    Suggestions,
    Where,
    group_problems,
    is_shown_whole,
    nearest,
    suggest,
)
from scheduler.words import Message, Words, message

NOT_A_DATE = message("this is not a date")
WRITE_A_DATE = message("Write a date such as 2025-10-20.")


def bad_dates(count: int, column: str = "date") -> list[Problem]:
    return [
        Problem(Where("week.csv", row=row, column=column), NOT_A_DATE, WRITE_A_DATE, f"day {row}")
        for row in range(2, count + 2)
    ]


def told(problems: list[Problem], language: str = "en") -> list[str]:
    return InputError(problems).text(Words(language)).splitlines()


def test_three_problems_of_a_kind_are_told_one_by_one() -> None:
    assert told(bad_dates(3))[1:] == [
        f"  - week.csv, row {row}, column date: this is not a date ('day {row}'). Write a date such as 2025-10-20."
        for row in (2, 3, 4)
    ]


def test_one_cause_is_told_once_with_its_count_and_its_first_three_places() -> None:
    assert told(bad_dates(2487)) == [
        "This cannot be used as it is:",
        "  - week.csv, column date: this is not a date, 2487 times; the first: row 2 ('day 2'), row 3 ('day 3'), "
        "row 4 ('day 4'). Write a date such as 2025-10-20.",
        "2487 problems in all; `problems` holds every one.",
    ]


def test_one_cause_is_told_once_in_chinese() -> None:
    assert told(bad_dates(2487), "zh") == [
        "输入有误：",
        "  - week.csv，“date”列：不是日期，共 2487 处，前几处：第 2 行（'day 2'）、第 3 行（'day 3'）、第 4 行（'day 4'）。"
        "请填写日期，如 2025-10-20。",
        "共 2487 个问题，全部见 `problems`。",
    ]


def test_kinds_of_few_problems_are_a_line_each_where_all_would_be_too_many() -> None:
    problems = [problem for column in "abcdefghi" for problem in bad_dates(3, column)]
    lines = told(problems)
    assert len(lines) == 10
    assert lines[1] == (
        "  - week.csv, column a: this is not a date, 3 times: row 2 ('day 2'), row 3 ('day 3'), row 4 ('day 4'). "
        "Write a date such as 2025-10-20."
    )
    assert is_shown_whole(group_problems(problems))


@pytest.mark.parametrize(
    ("language", "last"),
    [
        (
            "en",
            "12 more kinds of problems are not shown. 30 problems in all; `problems` holds every one.",
        ),
        ("zh", "另有 12 类问题未显示。共 30 个问题，全部见 `problems`。"),
    ],
)
def test_more_than_twenty_lines_are_never_told(language: str, last: str) -> None:
    lines = told([problem for column in range(30) for problem in bad_dates(1, f"c{column}")], language)
    assert (len(lines), lines[-1]) == (MOST_LINES, last)


def test_the_last_line_says_where_all_problems_are() -> None:
    text = InputError(bad_dates(4)).text(Words("en"), message("Look into the file."))
    assert text.splitlines()[-1] == "Look into the file."


def test_what_differs_between_the_shown_sentences_is_listed() -> None:
    problems = [
        Problem(
            Where("template", row=row),
            message("as in row {row}", row=row - 1),
            message("Not {day}.", day="mon"),
        )
        for row in range(3, 9)
    ]
    assert (
        "template: as in row 2, 3, 4, 6 times; the first: row 3, row 4, row 5. Not mon." in told(problems)[1]
    )


def test_sentences_within_sentences_tell_the_kind() -> None:
    def problem(inner: Message) -> Problem:
        return Problem(Where("f"), message("{what}!", what=inner), message("Stop."))

    assert len(group_problems([problem(message("one")), problem(message("other"))])) == 2
    assert len(group_problems([problem(message("{n} s", n=1)), problem(message("{n} s", n=2))])) == 1


def test_numbers_of_a_list_are_one_field() -> None:
    fields = ("/pins/0", "/pins/1", "/edits/1/at", "variants[3].rows", "variants[4].rows", "desk1", "desk2")
    problems = [Problem(Where(field=field), message("no"), message("Yes.")) for field in fields]
    assert [len(group.problems) for group in group_problems(problems)] == [2, 1, 2, 1, 1]


def test_a_long_value_is_cut() -> None:
    (line,) = told([Problem(Where(), NOT_A_DATE, WRITE_A_DATE, "x" * 800_000)])[1:]
    assert len(line) < 200


def test_problems_stay_complete_and_survive_a_pickle() -> None:
    error = pickle.loads(pickle.dumps(InputError(bad_dates(100))))
    assert len(error.problems) == len(list(error.lines(Words("en")))) == 100
    assert str(error) == str(InputError(bad_dates(100)))


@given(st.lists(st.tuples(st.sampled_from("abcdefghijklmnopqrstuvwxyz"), st.integers(2, 9)), max_size=60))
def test_every_problem_is_in_one_group_and_in_order(cells: list[tuple[str, int]]) -> None:
    problems = [Problem(Where("f", row=row, column=c), NOT_A_DATE, WRITE_A_DATE) for c, row in cells]
    groups = group_problems(problems)
    assert sorted(p.where.column for g in groups for p in g.problems) == sorted(c for c, _ in cells)
    assert [g.problems[0].where.column for g in groups] == list(dict.fromkeys(c for c, _ in cells))
    assert len(told(problems)) <= MOST_LINES


def test_the_nearest_name_is_found() -> None:
    assert nearest("opthalmology", ["cardiology", "ophthalmology"]) == "ophthalmology"
    assert nearest("门珍", ["急诊", "门诊"]) == "门诊"
    assert nearest("xyz", ["ann", "bob"]) is None
    assert nearest("doctor", ["doctors"], least=95) is None


def test_where_no_name_is_near_few_are_listed_whole_and_many_cut() -> None:
    assert str(suggest("xyz", ["ann", "bob"])) == "Use one of: ann, bob."
    many = suggest("xyz", [f"D{number}" for number in range(100)])
    assert str(many).endswith("D11 and 88 more.")
    assert Words("zh").say(many).endswith("D11，另有 88 个。")


def test_only_the_first_names_are_looked_for() -> None:
    suggestions = Suggestions([f"D{number:03}" for number in range(500)])
    near = [suggestions.nearest(f"D{number:03}x") for number in range(1000)]
    assert near[:20] == [f"D{number:03}" for number in range(20)]
    assert set(near[20:]) == {None}
    assert suggestions.nearest("D003x") == "D003"


def test_a_name_longer_than_any_is_not_looked_for() -> None:
    assert nearest("x" * 800_000, ["x" * 100]) is None
