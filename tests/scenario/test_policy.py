from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from scheduler.exact import exact
from scheduler.scenario.hospital import Channel, Frozen
from scheduler.scenario.policy import (
    ChangesPolicy,
    ChannelPolicy,
    Policy,
    RatioPolicy,
    ReservePolicy,
    SlotPolicy,
    TicketPolicy,
    exact_text,
)


@pytest.mark.parametrize("value", ["1.2", 1.2, "6/5", " 1.20 ", Fraction(6, 5), "12/10"])
def test_a_number_is_held_exactly_as_it_is_written(value):
    assert exact(value) == Fraction(6, 5)


@pytest.mark.parametrize(
    "value",
    ["", "a", None, True, False, "1,2", "nan", "inf", "-inf", "1/0", "1e3", "1" * 41, "1.2.3", [], {}],
)
def test_what_is_no_exact_number_is_refused(value):
    with pytest.raises(ValueError, match=r"expected a number such as 1\.2 or 6/5"):
        exact(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(6, 5), "1.2"),
        (Fraction(2), "2"),
        (Fraction(1, 3), "1/3"),
        (Fraction(1, 8), "0.125"),
        (Fraction(0), "0"),
        (Fraction(-5, 4), "-1.25"),
        (Fraction(2 * 10**17 + 1, 2), "100000000000000000.5"),
    ],
)
def test_a_number_is_written_in_its_shortest_form(value, text):
    assert exact_text(value) == text


@settings(derandomize=True)
@given(st.fractions(0, 10**18, max_denominator=10**6))
def test_a_number_reads_back_as_it_is_written(value):
    assert exact(exact_text(value)) == value


OUT_OF_RANGE = [
    (RatioPolicy, "limit", "0.4"),
    (RatioPolicy, "limit", "10.1"),
    (RatioPolicy, "target", "-1"),
    (RatioPolicy, "specialties_share", "1.01"),
    (RatioPolicy, "evening", "sometimes"),
    (ChangesPolicy, "same_date", -1),
    (ChangesPolicy, "budget", -1),
    (SlotPolicy, "length", 4),
    (SlotPolicy, "limit", 601),
    (SlotPolicy, "rule", "random"),
    (SlotPolicy, "minutes", 0),
    (ReservePolicy, "share", "1.1"),
    (ReservePolicy, "leave_out", ("nobody",)),
    (ReservePolicy, "opens_minute", 1440),
    (TicketPolicy, "default", 501),
]


@pytest.mark.parametrize(("model", "name", "value"), OUT_OF_RANGE)
def test_a_number_out_of_its_range_is_refused(model: type[BaseModel], name, value):
    with pytest.raises(ValidationError) as caught:
        model(**{name: value})
    assert caught.value.errors()[0]["loc"][0] == name


def test_a_setting_nobody_knows_is_refused():
    with pytest.raises(ValidationError):
        RatioPolicy(limits="1.2")


def test_a_policy_cannot_be_changed():
    with pytest.raises(ValidationError):
        Policy().ratio.limit = Fraction(2)


def test_the_defaults_are_those_of_the_plans():
    policy = Policy()
    assert (policy.ratio.limit, policy.ratio.target) == (Fraction(6, 5), Fraction(11, 10))
    assert (policy.ratio.specialties_share, policy.reserve.share) == (Fraction(4, 5), Fraction(3, 10))
    assert (policy.slots.length, policy.slots.limit) == (30, 30)
    assert (policy.changes.same_date, policy.changes.other_date, policy.changes.budget) == (2, 3, None)


def test_every_setting_tells_what_it_means():
    for name, group in Policy.model_fields.items():
        model = type(group.default)
        fields = model.model_fields if isinstance(group.default, Frozen) else {"": group}
        for field, info in fields.items():
            assert info.description, f"policy.{name}.{field}"
    for field, info in ChannelPolicy.model_fields.items():
        assert info.description, field


def test_a_policy_reads_back_from_its_json():
    own = ChannelPolicy(name="desk", channel=Channel.ON_SITE, share="1/3", counts=(Channel.PARTNER,))
    policy = Policy(
        ratio=RatioPolicy(limit="7/6"), reserve=ReservePolicy(specialties=("eye",)), channels=(own,)
    )
    assert Policy.model_validate_json(policy.model_dump_json()) == policy


@pytest.mark.parametrize("text", ["1.2", "6/5", "6:5", "1.2:1", "1.2：1", "１．２"])
def test_a_ratio_is_read_in_every_spelling(text: str) -> None:
    assert exact(text) == Fraction(6, 5)
