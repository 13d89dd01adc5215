from __future__ import annotations

from fractions import Fraction

import pytest

from scheduler.scenario.channels import base_clinics, channel_rules
from scheduler.scenario.forecasts import Discharge, ReturnRate
from scheduler.scenario.hospital import Channel, Kind, Level
from scheduler.scenario.policy import SOURCES, ChannelPolicy, Policy, Preset, ReleasePolicy, ReservePolicy
from tests.check.small import clinic, scenario


def own(name: str = "own", channel: Channel = Channel.ON_SITE, **more) -> ChannelPolicy:
    return ChannelPolicy(name=name, channel=channel, **more)


def test_the_partners_reserve_is_the_only_rule_by_default_and_takes_its_numbers_from_the_policy():
    policy = Policy(
        reserve=ReservePolicy(share="1/4", specialties=("eye",), opens_days=9, falls_back_hours=12)
    )
    (rule,) = channel_rules(policy)
    assert (rule.name, rule.channel, rule.share) == (
        "beijing-2019-specialty",
        Channel.PARTNER,
        Fraction(1, 4),
    )
    assert (rule.specialties, rule.from_level) == (("eye",), Level.DEPUTY_CHIEF)
    assert (rule.opens_days, rule.falls_back_hours, rule.falls_back_to) == (9, 12, Channel.PUBLIC)


def test_primary_care_has_three_tenths_half_of_them_expert_two_weeks_before_the_public():
    policy = Policy(presets=("beijing-general",), release=ReleasePolicy(opens_days=5, opens_minute=600))
    (rule,) = channel_rules(policy)
    assert (rule.channel, rule.share, rule.experts_share) == (
        Channel.PRIMARY_CARE,
        Fraction(3, 10),
        Fraction(1, 2),
    )
    assert rule.leave_out == (Kind.SPECIAL_NEED, Kind.INTERNATIONAL)
    assert (rule.opens_days, rule.opens_minute) == (19, 600)


@pytest.mark.parametrize(("public", "opens"), [(7, 28), (60, 60)])
def test_nine_tenths_of_return_visits_can_be_booked_no_later_than_the_public_books(public, opens):
    policy = Policy(presets=("return-visits-90",), release=ReleasePolicy(opens_days=public))
    (rule,) = channel_rules(policy)
    assert (rule.channel, rule.service_level, rule.opens_days) == (
        Channel.RETURN_VISIT,
        Fraction(9, 10),
        opens,
    )


def test_the_reserve_comes_first_then_the_other_presets_then_the_hospitals_own():
    policy = Policy(presets=tuple(reversed(Preset)), channels=(own(number=1),))
    names = [rule.name for rule in channel_rules(policy)]
    assert names == ["beijing-2019-specialty", "beijing-general", "return-visits-90", "own"]


def test_every_preset_has_its_source():
    assert set(SOURCES) == set(Preset)


@pytest.mark.parametrize(
    ("rule", "keys"),
    [
        (own(share=1), {"eye", "ear", "vip"}),
        (own(share=1, specialties=("ear",)), {"ear"}),
        (own(share=1, clinics=("eye", "vip")), {"eye", "vip"}),
        (own(share=1, kinds=("special_need",)), {"vip"}),
        (own(share=1, leave_out=("special_need",)), {"eye", "ear"}),
        (own(return_share=1), {"ear"}),
        (own(share=1, specialties=()), set()),
    ],
)
def test_a_base_is_what_all_its_words_let_in(rule, keys):
    clinics = (clinic(), clinic("ear", "ear", returns=0), clinic("vip", kind="special_need"))
    assert base_clinics(rule, scenario(clinics=clinics)) == keys


@pytest.mark.parametrize(
    ("rule", "keys"),
    [
        (own(return_share=1), {"told", "learned"}),
        (own(service_level="9/10"), {"told", "learned", "ward"}),
    ],
)
def test_a_forecast_is_told_or_learned_and_a_service_level_knows_who_leaves_the_wards(rule, keys):
    week = scenario(
        clinics=(
            clinic(),
            clinic("told", returns=0),
            clinic("learned"),
            clinic("ward", "ear"),
            clinic("vip", "ear", kind="special_need"),
        ),
        returns=(ReturnRate(clinic="learned", per_session=0),),
        discharges=(Discharge(specialty="ear", weekday="mon", patients=0, share=0, days=7),),
    )
    assert base_clinics(rule, week) == keys
