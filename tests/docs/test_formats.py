import json

from scheduler.outcome import Outcome, Status
from scheduler.report.facts import ReportFacts
from scheduler.report.json import json_text
from scheduler.roster import Plan, Roster
from scheduler.scenario import Scenario
from tests.docs.made import FORMATS, renewed


def test_the_tables_of_the_formats_are_those_of_the_program() -> None:
    text = FORMATS.read_text(encoding="utf-8")
    assert renewed(text) == text


def test_a_table_that_is_out_of_date_is_seen() -> None:
    text = renewed(FORMATS.read_text(encoding="utf-8"))
    old = text.replace("| `policy.ratio.limit` | `1.2` |", "| `policy.ratio.limit` | `1.3` |")
    assert old != text
    assert renewed(old) == text


def test_every_key_of_the_report_is_explained() -> None:
    scenario = Scenario(week="2026-W30")
    facts = ReportFacts(scenario, Outcome(Status.INFEASIBLE, None), Plan(Roster(())), ())
    section = FORMATS.read_text(encoding="utf-8").partition("### report.json")[2].partition("###")[0]
    first_cells = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    explained = {name.strip(" `") for cell in first_cells for name in cell.split(",")}
    assert explained == set(json.loads(json_text(facts, {})))
