from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from scheduler.errors import MenzhenError
from scheduler.scenario.hospital import Channel, Clinic, Kind, Level
from scheduler.scenario.policy import ChannelPolicy, Policy, Preset, Rounding
from scheduler.scenario.week import Scenario
from scheduler.tables.scenario.files import read_scenario, write_scenario
from scheduler.tables.scenario.setting_fields import channel_key, channel_settings
from scheduler.tables.scenario.settings import find_setting, parse_words, read_entries

EYE = Clinic(clinic="眼科", specialty="眼科", pool="眼科", returns=40)
FULL = ChannelPolicy(
    name="现场: 号.1",
    channel="on_site",
    specialties=("眼科",),
    clinics=("眼科",),
    kinds=("ordinary",),
    leave_out=("mdt", "pharmacy"),
    from_level="attending",
    share="1/7",
    experts_share="0.5",
    rounding="nearest",
    opens_days=3,
    opens_minute=600,
    falls_back_hours=None,
    falls_back_to="primary_care",
    counts=("partner", "return_visit"),
)


def written(folder: Path, yaml: str) -> Path:
    (folder / "scenario.yaml").write_text(f"week: 2026-W30\n{yaml}", encoding="utf-8")
    (folder / "clinics.csv").write_text(
        "clinic,specialty,pool,复诊预测\n眼科,眼科,眼科,40\n", encoding="utf-8"
    )
    return folder


def problems(folder: Path, yaml: str, *words: str) -> list[tuple[int | None, str, str]]:
    with pytest.raises(MenzhenError) as caught:
        read_scenario(written(folder, yaml), words)
    return [(p.where.row, p.where.field, str(p.wrong)) for p in caught.value.problems]


def test_rules_and_forecasts_read_back_as_they_were_written(tmp_path: Path) -> None:
    plain = ChannelPolicy(name="1", channel="return_visit", return_share="9/10")
    policy = Policy(presets=(Preset.BEIJING_GENERAL,), channels=(FULL, plain))
    week = Scenario(week="2026-W30", clinics=(EYE,), policy=policy)
    write_scenario(week, tmp_path)
    assert read_scenario(tmp_path) == week


def test_rules_stand_under_their_names_in_the_yaml(tmp_path: Path) -> None:
    yaml = (
        "policy:\n  presets: [return-visits-90]\n  channels:\n"
        "    desk: {channel: 现场, number: 2, falls_back_hours: none}\n"
        "    early: {channel: primary_care, share: 1/10, kinds: [普通], from_level: 主治医师, counts: [复诊]}\n"
    )
    scenario = read_scenario(written(tmp_path, yaml))
    desk, early = scenario.policy.channels
    assert scenario.policy.presets == (Preset.RETURN_VISITS_90,)
    assert (desk.name, desk.channel, desk.number, desk.falls_back_hours) == ("desk", Channel.ON_SITE, 2, None)
    assert (early.share, early.kinds, early.from_level) == (
        Fraction(1, 10),
        (Kind.ORDINARY,),
        Level.ATTENDING,
    )
    assert early.counts == (Channel.RETURN_VISIT,)
    assert scenario.clinics[0].returns == 40


def test_a_rule_can_be_told_changed_and_completed_on_the_command_line(tmp_path: Path) -> None:
    folder = written(tmp_path, "policy: {channels: {desk: {channel: on_site, number: 2}}}\n")
    words = [
        "policy.channels.desk.number=3",
        "Policy.Channels.gate.Channel=return_visit",
        "policy.channels.gate.share=1/5",
        "policy.presets=beijing-2019-specialty;beijing-general",
    ]
    scenario = read_scenario(folder, words)
    assert [(rule.name, rule.number, rule.share) for rule in scenario.policy.channels] == [
        ("desk", 3, None),
        ("gate", None, Fraction(1, 5)),
    ]
    assert scenario.policy.presets == (Preset.BEIJING_2019_SPECIALTY, Preset.BEIJING_GENERAL)


def test_no_preset_at_all_is_an_empty_list(tmp_path: Path) -> None:
    assert read_scenario(written(tmp_path, "policy: {presets: []}\n")).policy.presets == ()
    assert read_entries(parse_words(["policy.presets="]))[0] == {"policy.presets": ()}


def test_a_name_may_have_dots_and_keeps_its_letters() -> None:
    assert channel_key("policy.channels.A.b.share") == ("A.b", ".", "share")
    assert channel_key("policy.channels.share")[0] == ""
    assert channel_key("policy.ratio.limit") == ("", "", "")
    setting = find_setting("POLICY.channels.A.b.Share")
    assert setting is not None
    assert setting.key == "policy.channels.A.b.share"


def test_every_field_of_a_rule_is_a_setting_with_its_meaning() -> None:
    settings = channel_settings("x")
    fields = [field for field in ChannelPolicy.model_fields if field != "name"]
    assert [setting.key for setting in settings] == [f"policy.channels.x.{field}" for field in fields]
    assert all(str(setting.description) for setting in settings)
    for setting in settings[1:]:
        name = setting.key.rpartition(".")[2]
        assert setting.parse(setting.default) == ChannelPolicy.model_fields[name].default
        for english, chinese in setting.choices.items():
            assert setting.parse(english) == setting.parse(chinese)


def test_all_that_cannot_be_read_is_told_at_its_line(tmp_path: Path) -> None:
    yaml = (
        "policy:\n  presets: [beijing]\n  channels:\n    desk:\n      channel: gate\n      shar: 1\n"
        "    gate:\n      share: 2\n"
    )
    found = sorted(problems(tmp_path, yaml), key=lambda problem: problem[0] or 0)
    assert [(row, field) for row, field, _ in found] == [
        (3, "policy.presets"),
        (6, "policy.channels.desk.channel"),
        (7, "policy.channels.desk.shar"),
        (9, "policy.channels.gate.share"),
        (9, "policy.channels.gate.channel"),
    ]


@pytest.mark.parametrize(
    ("channels", "field"),
    [("5", "policy.channels"), ("[{channel: on_site}]", "policy.channels"), ("{a: 5}", "policy.channels.a")],
)
def test_rules_without_names_or_fields_are_told_what_is_missing(
    tmp_path: Path, channels: str, field: str
) -> None:
    ((row, where, wrong),) = problems(tmp_path, f"policy:\n  channels: {channels}\n")
    assert (row, where) == (3, field)
    assert "a group of keys and values" in wrong


def test_what_does_not_fit_together_is_told_where_it_was_written(tmp_path: Path) -> None:
    yaml = "policy:\n  channels:\n    desk:\n      channel: on_site\n      share: 1\n      number: 1\n"
    found = problems(tmp_path, yaml)
    assert {(row, field) for row, field, _ in found} == {
        (7, "policy.channels.desk.number"),
        (6, "policy.channels.desk.share"),
    }


def test_an_unknown_field_is_told_with_the_nearest() -> None:
    with pytest.raises(MenzhenError) as caught:
        parse_words(["policy.channels.desk.roundin=up"])
    assert str(caught.value.problems[0].remedy) == "Did you mean policy.channels.desk.rounding?"
    assert read_entries(parse_words(["policy.channels.desk.rounding=down"]))[0] == {
        "policy.channels.desk.rounding": Rounding.DOWN
    }
