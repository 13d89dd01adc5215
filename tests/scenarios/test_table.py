import pytest

from scenarios.smallest import RULES
from scenarios.table import Row, new_row, read_table, solved_row, tiers_text, with_rows
from scheduler.outcome import Outcome, Status, Tier
from scheduler.roster import Roster

TEXT = """# Scenarios

| name | size | what it shows | status | tier values |
|---|---|---|---|---|
| rules/cover | ? | demand is worth a wish | ? | ? |
| typical | 60 doctors | a hospital | optimal | changes 9 |

After the table.
"""


def test_the_table_is_read_by_name() -> None:
    rows = read_table(TEXT)
    assert list(rows) == ["rules/cover", "typical"]
    assert rows["typical"] == Row("typical", "60 doctors", "a hospital", "optimal", "changes 9")


def test_a_text_without_the_table_is_refused() -> None:
    with pytest.raises(ValueError, match="not in list"):
        read_table("# Scenarios\n")


def test_a_row_is_replaced_and_everything_else_stays() -> None:
    row = Row("typical", "60 doctors", "a hospital", "feasible", "changes 8")
    assert with_rows(TEXT, {"typical": row}) == TEXT.replace("optimal | changes 9", "feasible | changes 8")


def test_a_scenario_without_a_row_gets_one_in_its_place() -> None:
    rows = {name: new_row(name, RULES["changes"]()) for name in ("rules/changes", "calendar/national_day")}
    table = read_table(with_rows(TEXT, rows))
    assert list(table) == ["rules/cover", "rules/changes", "calendar/national_day", "typical"]
    assert table["rules/changes"].shows == "Few sessions change"
    assert table["calendar/national_day"].shows == "changes"


def test_a_row_without_a_scenario_goes() -> None:
    gone = TEXT.replace("| rules/cover |", "| rules/gone |")
    assert list(read_table(with_rows(gone, {}))) == ["typical"]


def test_tiers_of_nothing_are_left_out() -> None:
    assert tiers_text([Tier("cover", 0, 0), Tier("changes", 3, 3)]) == "changes 3"
    assert tiers_text([Tier("cover", 0, 0)]) == "all 0"


def test_a_gap_is_told_with_its_bound() -> None:
    assert tiers_text([Tier("changes", 3, 2)]) == "changes 3 (2..)"


def test_an_answer_without_a_roster_has_no_tier_values() -> None:
    row = read_table(TEXT)["rules/cover"]
    outcome = Outcome(Status.INFEASIBLE, None)
    assert solved_row(row, RULES["cover"](), outcome) == Row(
        "rules/cover", "1 doctor, 1 demand row", row.shows, "infeasible", "-"
    )


def test_an_answer_with_a_roster_fills_in_status_and_tiers() -> None:
    row = read_table(TEXT)["rules/cover"]
    outcome = Outcome(Status.OPTIMAL, Roster(()), (Tier("preferences", 1, 1),))
    solved = solved_row(row, RULES["changes"](), outcome)
    assert (solved.size, solved.status, solved.tiers) == ("1 doctor, 1 session", "optimal", "preferences 1")
