"""The rules on who may book, in the order they are laid out: the partners' reserve, other presets, the hospital's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scheduler.scenario.forecasts import NOT_AFTER_DISCHARGE
from scheduler.scenario.hospital import Channel, Clinic, Kind
from scheduler.scenario.policy import ChannelPolicy, Policy, Preset, Rounding

if TYPE_CHECKING:
    from scheduler.scenario.week import Scenario

RESERVE = str(Preset.BEIJING_2019_SPECIALTY)
"""Name of the rule that holds the partners' reserve; `reserve_expert` checks its share and spread."""

_EARLIER = 14
_RETURNS_OPEN = 28


def channel_rules(policy: Policy) -> tuple[ChannelPolicy, ...]:
    """Return the rules of the policy, presets spelled out."""
    return (*_presets(policy), *policy.channels)


def _presets(policy: Policy) -> Iterator[ChannelPolicy]:
    if Preset.BEIJING_2019_SPECIALTY in policy.presets:
        yield _reserve(policy)
    if Preset.BEIJING_GENERAL in policy.presets:
        yield _primary_care(policy)
    if Preset.RETURN_VISITS_90 in policy.presets:
        yield _return_visits(policy)


def _reserve(policy: Policy) -> ChannelPolicy:
    reserve = policy.reserve
    return ChannelPolicy(
        name=RESERVE,
        channel=Channel.PARTNER,
        specialties=reserve.specialties,
        leave_out=reserve.leave_out,
        from_level=policy.experts.from_level,
        share=reserve.share,
        rounding=Rounding.UP,
        opens_days=reserve.opens_days,
        opens_minute=reserve.opens_minute,
        falls_back_hours=reserve.falls_back_hours,
    )


def _primary_care(policy: Policy) -> ChannelPolicy:
    return ChannelPolicy(
        name=str(Preset.BEIJING_GENERAL),
        channel=Channel.PRIMARY_CARE,
        leave_out=(Kind.SPECIAL_NEED, Kind.INTERNATIONAL),
        share="3/10",
        experts_share="1/2",
        rounding=Rounding.UP,
        opens_days=policy.release.opens_days + _EARLIER,
        opens_minute=policy.release.opens_minute,
        # The text names no hour at which they fall back: that of the partners' reserve serves both.
        falls_back_hours=policy.reserve.falls_back_hours,
    )


def _return_visits(policy: Policy) -> ChannelPolicy:
    return ChannelPolicy(
        name=str(Preset.RETURN_VISITS_90),
        channel=Channel.RETURN_VISIT,
        service_level="9/10",
        # Booked when the patient leaves the visit before, so never later than the public books.
        opens_days=max(_RETURNS_OPEN, policy.release.opens_days),
        opens_minute=policy.release.opens_minute,
        falls_back_hours=policy.reserve.falls_back_hours,
    )


def base_clinics(rule: ChannelPolicy, scenario: Scenario) -> frozenset[str]:
    """Return the keys of the clinics whose tickets are in the rule's base.

    Of a rule on return visits these are the clinics with a forecast, and of a service level also those of the
    specialties that patients are discharged from.
    """
    return frozenset(clinic.clinic for clinic in scenario.clinics if _in_base(rule, clinic, scenario))


def _in_base(rule: ChannelPolicy, clinic: Clinic, scenario: Scenario) -> bool:
    return (
        (rule.specialties == "all" or clinic.specialty in rule.specialties)
        and (not rule.clinics or clinic.clinic in rule.clinics)
        and (not rule.kinds or clinic.kind in rule.kinds)
        and clinic.kind not in rule.leave_out
        and (not _of_returns(rule) or _has_forecast(rule, clinic, scenario))
    )


def _of_returns(rule: ChannelPolicy) -> bool:
    return rule.return_share is not None or rule.service_level is not None


def _has_forecast(rule: ChannelPolicy, clinic: Clinic, scenario: Scenario) -> bool:
    own = clinic.returns is not None or clinic.clinic in scenario.return_rates
    from_wards = clinic.specialty in scenario.discharges_of and clinic.kind not in NOT_AFTER_DISCHARGE
    return own or (rule.service_level is not None and from_wards)
