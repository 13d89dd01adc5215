import json
import re
from pathlib import Path

import pytest

from scheduler.outcome import Outcome, Status
from scheduler.report.facts import ReportFacts
from scheduler.roster import Plan, Roster
from scheduler.tables.scenario.files import read_scenario
from tests.docs.samples import DOCUMENTS, ROOT, run_anew


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_prints_what_the_command_prints(name: str, tmp_path: Path) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert run_anew(text, tmp_path) == text


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_first_story_names_what_stands_above_the_limit(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    facts = ReportFacts(
        read_scenario(ROOT / "scenarios/typical", []), Outcome(Status.OPTIMAL, None), Plan(Roster(()))
    )
    limit = facts.scenario.policy.ratio.limit
    above = [balance for _, balance in facts.ratio_before.days if not balance.within(limit)]
    assert [(balance.am, balance.pm) for balance in above] == [(18, 13), (15, 9)]
    specialties = [week for week in facts.specialties if not week.balance_before.settles(limit)]
    glue = "、" if name == "README.zh.md" else "[,\\s]+"
    assert re.search(glue.join(week.specialty for week in specialties), text)
    assert len(facts.specialties) - facts.specialties_needed == 1


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_first_story_names_each_move(name: str, tmp_path: Path) -> None:
    run_anew("```console\n$ menzhen plan scenarios/typical --out out\n```\n", tmp_path)
    facts = json.loads((tmp_path / "out/report.json").read_text(encoding="utf-8"))
    text = (ROOT / name).read_text(encoding="utf-8")
    story = text[text.index("```\n\n") : text.index("report.zh.png" if "zh" in name else "report.png")]
    doctors = read_scenario(ROOT / "scenarios/typical", []).doctor_of
    assert len(facts["changes"]) == 4
    for change in facts["changes"]:
        assert doctors[change["doctor"]].specialty in story


def test_a_sample_that_is_out_of_date_is_seen(tmp_path: Path) -> None:
    text = "```console\n$ menzhen plan nowhere --out out\nAll is well.\n```\n"
    assert "All is well." not in run_anew(text, tmp_path)
