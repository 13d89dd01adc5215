"""Partners and credits in and out of tables."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from scheduler.errors import InputError, ScenarioError
from scheduler.scenario.hospital import Channel, Credit, Partner
from scheduler.tables.scenario.files import read_scenario, write_scenario
from tests.check.small import scenario


def folder(path: Path, partners: str, owed: str) -> Path:
    write_scenario(scenario(), path)
    (path / "partners.csv").write_text(partners, encoding="utf-8")
    (path / "credits.csv").write_text(owed, encoding="utf-8")
    return path


def test_partners_and_credits_that_are_written_read_back(tmp_path):
    partner = Partner(partner="east", population="60000.5", contract="1/3", minimum=2, days=("mon", "fri"))
    partner = partner.model_copy(update={"channels": (Channel.PRIMARY_CARE, Channel.PARTNER)})
    week = scenario(partners=(partner,), credits=(Credit(partner="east", specialty="eye", credit="-2/7"),))
    write_scenario(week, tmp_path)
    assert read_scenario(tmp_path) == week


def test_chinese_headings_and_weekdays_are_read(tmp_path):
    found = read_scenario(
        folder(
            tmp_path,
            "成员单位,服务人口,转诊人次,协议权重,保底号数,可转诊日,可认领渠道\n城东,6.5,,1/2,3,周一;周五,基层\n",
            "成员单位,科室,结转\n城东,eye,-2/5\n",
        )
    )
    assert found.partners == (
        Partner(
            partner="城东",
            population="6.5",
            contract="0.5",
            minimum=3,
            days=("mon", "fri"),
            channels=("primary_care",),
        ),
    )
    assert found.credits[0].credit == Fraction(-2, 5)


def test_values_out_of_range_are_told_with_their_cells(tmp_path):
    with pytest.raises(InputError) as caught:
        read_scenario(
            folder(
                tmp_path,
                "partner,population,minimum,days,channels\na,-1,0,mon,\nb,1,-1,mon,\nc,1,1,someday,\nd,1,1,,on_site\n",
                "partner,specialty,credit\na,eye,much\n",
            )
        )
    found = {(p.where.row, p.where.column) for p in caught.value.problems}
    assert found == {(2, "population"), (3, "minimum"), (4, "days"), (5, "channels"), (2, "credit")}


def test_credits_of_nobody_known_and_twice_told_are_refused(tmp_path):
    with pytest.raises(ScenarioError) as caught:
        read_scenario(
            folder(
                tmp_path,
                "partner\neast\n",
                "partner,specialty,credit\neast,eye,1\neast,eye,0\nwest,eye,1\neast,foot,1\n",
            )
        )
    found = [(p.where.row, p.where.column) for p in caught.value.problems]
    assert sorted(found) == [(3, "partner"), (4, "partner"), (5, "specialty")]
