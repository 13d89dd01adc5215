import json
import re
from pathlib import Path

import pytest

from scheduler.outcome import Outcome, Status
from scheduler.report.facts import ReportFacts
from scheduler.roster import Plan, Roster
from scheduler.study.base import Base, check_study
from scheduler.study.file.file import read_study
from scheduler.tables.scenario.files import read_scenario
from tests.docs.samples import EXAMPLES, MANUAL, ROOT, STORIES, run_anew, run_story


@pytest.mark.parametrize("story", STORIES, ids=lambda story: Path(story[0]).with_suffix("").as_posix())
def test_a_document_prints_what_the_command_prints(story: tuple[str, ...], tmp_path: Path) -> None:
    for name, text in zip(story, run_story(story, tmp_path), strict=True):
        assert text == (ROOT / name).read_text(encoding="utf-8"), name


def test_the_manual_has_all_its_pages_and_its_study_fits_its_week(tmp_path: Path) -> None:
    assert sorted(MANUAL) == sorted(
        path.relative_to(ROOT).as_posix() for path in (ROOT / "docs/zh").glob("*.md")
    )
    run_story(MANUAL[:2], tmp_path)
    study = read_study(tmp_path / EXAMPLES.name / "比较.yaml")
    check_study(study, Base.read(study.base))
    shown = (ROOT / "docs/zh/whatif.md").read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    assert shown in (EXAMPLES / "比较.yaml").read_text(encoding="utf-8")


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
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
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
