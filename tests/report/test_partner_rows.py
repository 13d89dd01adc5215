"""The fairness table of the partners, on the page, in the workbook, in report.json and in shares.csv."""

from __future__ import annotations

import json
from fractions import Fraction
from io import BytesIO

import pytest
from openpyxl import load_workbook

from scheduler.hospital import Partner
from scheduler.plan import make_plan
from scheduler.report.facts import ReportFacts
from scheduler.report.html import html_text
from scheduler.report.json import json_text
from scheduler.report.partner_rows import partner_rows, signed_text
from scheduler.report.workbook import workbook_bytes
from scheduler.results import write_results
from tests.check.small import row, scenario

EAST, WEST = Partner(partner="east", name="东院", population=3), Partner(partner="west", population=2)
ROWS = (row("ann", "mon-pm", tickets=20), row("bob", "mon-pm", tickets=20))


@pytest.fixture(scope="module")
def planned():
    return make_plan(scenario(template=ROWS, partners=(EAST, WEST), rules={"expert_presence": "off"}))


@pytest.fixture(scope="module")
def facts(planned):
    return ReportFacts(planned.scenario, planned.outcome, planned.plan, planned.violations)


def test_a_row_sums_up_a_partners_week(facts):
    east, west = partner_rows(facts)
    assert (east.name, east.entitled, east.given, east.carried) == (
        "东院",
        Fraction(18, 5),
        4,
        Fraction(-2, 5),
    )
    assert (west.name, west.part, west.levels) == ("west", (2, 6), (2,))


def test_the_page_and_the_workbook_show_the_table(facts):
    assert "What each partner gets" in html_text(facts, "en")
    book = load_workbook(BytesIO(workbook_bytes(facts, "en")))
    assert [cell.value for cell in book["Partners"][4]][:4] == ["东院", 3.6, 4, -0.4]


def test_without_partners_neither_has_it():
    planned = make_plan(scenario(template=ROWS, rules={"expert_presence": "off"}))
    facts = ReportFacts(planned.scenario, planned.outcome, planned.plan, planned.violations)
    assert "What each partner gets" not in html_text(facts, "en")
    assert "Partners" not in load_workbook(BytesIO(workbook_bytes(facts, "en"))).sheetnames


def test_report_json_has_exact_parts(facts):
    east = json.loads(json_text(facts, {}))["partners"][0]
    assert (east["entitled"], east["given"], east["carried"]) == ("3.6", 4, "-0.4")
    assert east["levels"] == {"chief": 4}


def test_shares_csv_has_a_row_a_partner_and_specialty(planned, tmp_path):
    write_results(planned, tmp_path, "en")
    lines = (tmp_path / "shares.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("partner,specialty,entitled,credit,given,carried,mean_position,resident")
    assert lines[1].startswith("east,eye,3.6,0,4,-0.4,")


@pytest.mark.parametrize(("value", "text"), [("-2/5", "-0.40"), ("1/3", "0.33"), ("-1/1000", "0.00")])
def test_a_credit_is_shown_with_its_sign(value, text):
    assert signed_text(Fraction(value)) == text
