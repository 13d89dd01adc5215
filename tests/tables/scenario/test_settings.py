from fractions import Fraction

import pytest

from scheduler.clock import Hours, Week
from scheduler.errors import MenzhenError, SettingError
from scheduler.rules import DEFAULT_TIERS, KEYS, Strictness
from scheduler.scenario.hospital import Frozen, Kind, Level
from scheduler.scenario.policy import Policy
from scheduler.tables.scenario.settings import known_settings, parse_words, read_entries, setting_of


def values(*words: str) -> dict[str, object]:
    return read_entries(parse_words(words))[0]


def refused(*words: str) -> SettingError:
    with pytest.raises(SettingError) as caught:
        parse_words(words)
    return caught.value


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("name=x=y", "x=y"),
        ("week=2026-W31", Week(2026, 31)),
        ("halves.AM=08:00-12:00", Hours.parse("08:00-12:00")),
        ("halves.am = 08:00-12:00", Hours.parse("08:00-12:00")),
        ("halves.西院.PM=14:30-17:30", Hours.parse("14:30-17:30")),
        ("halves.AM=08:00～10:00；10:15—11:30", Hours.parse("08:00-10:00;10:15-11:30")),
        ("policy.ratio.limit=1.1", Fraction(11, 10)),
        ("policy.ratio.limit=11/10", Fraction(11, 10)),
        ("policy.changes.budget=60", 60),
        ("policy.changes.budget=none", None),
        ("policy.reserve.specialties=眼科;骨科", ("眼科", "骨科")),
        ("policy.reserve.specialties=all", "all"),
        ("policy.reserve.leave_out=特需；国际", (Kind.SPECIAL_NEED, Kind.INTERNATIONAL)),
        ("policy.reserve.leave_out=", ()),
        ("policy.experts.from_level=主任医师", Level.CHIEF),
        ("rules.ratio_specialties=off", Strictness.OFF),
        ("rules.cover=必须", Strictness.HARD),
        ("tiers=cover;changes", ("cover", "changes")),
    ],
)
def test_a_setting_is_read_exactly(word: str, value: object) -> None:
    assert list(values(word).values()) == [value]


def test_the_last_word_on_a_setting_counts() -> None:
    assert values("name=a", "name=b") == {"name": "b"}


def test_an_unknown_setting_is_told_with_the_nearest_one() -> None:
    problem = refused("policy.ratio.limt=1").problems[0]
    assert problem.value == "policy.ratio.limt"
    assert str(problem.remedy) == "Did you mean policy.ratio.limit?"


@pytest.mark.parametrize(
    ("word", "wrong", "remedy"),
    [
        ("policy.ratio.limit=99", "must be at most 10", "from 0.5 to 10"),
        ("policy.changes.budget=-1", "must be at least 0", "at least 0"),
        ("policy.tickets.default=2.5", "must be a whole number", "from 0 to 500"),
        ("policy.slots.length=600m", "must be a whole number", "minutes of a slot"),
        ("policy.slots.rule=zigzag", "must be one of the known words", "even, front_loaded, learned"),
        ("policy.ratio.evening=maybe", "must be one of the known words", "leave_out, as_afternoon"),
        ("policy.ratio.limit=1e999999999", "cannot be understood", "from 0.5 to 10"),
        ("policy.reserve.leave_out=night", "cannot be understood", "special_need"),
        ("policy.reserve.specialties=" + "x" * 121, "at most 120 characters", "all"),
        ("policy.experts.from_level=boss", "cannot be understood", "deputy_chief"),
        ("rules.cover=perhaps", "cannot be understood", "hard, soft, off"),
        ("week=2026-W54", "cannot be understood", "2026-W30"),
        ("halves.PM=17:00-13:00", "cannot be understood", "08:00-11:30"),
    ],
)
def test_a_bad_value_is_told_in_plain_words_with_what_would_be_right(
    word: str, wrong: str, remedy: str
) -> None:
    (problem,) = refused(word).problems
    key, _, value = word.partition("=")
    assert problem.where.field == key
    assert problem.value == value
    assert wrong in str(problem.wrong)
    assert remedy in str(problem.remedy)


def test_all_that_is_wrong_is_told_at_once() -> None:
    error = refused("policy.ratio.limit=99", "nonsense", "rules.cver=off", "week=soon", "name=fine")
    assert len(error.problems) == 4
    assert isinstance(error, MenzhenError)
    assert error.exit_code == 2


def test_every_field_of_the_policy_and_every_rule_is_a_setting() -> None:
    keys = [setting.key for setting in known_settings()]
    fields = [
        f"policy.{group}.{name}"
        for group, outer in Policy.model_fields.items()
        if isinstance(outer.default, Frozen)
        for name in type(outer.default).model_fields
    ]
    rules = [f"rules.{key}" for key in KEYS]
    assert keys == [
        "name",
        "week",
        "halves.AM",
        "halves.PM",
        "halves.EVE",
        *fields,
        "policy.presets",
        *rules,
        "tiers",
    ]


@pytest.mark.parametrize("setting", known_settings(), ids=lambda setting: setting.key)
def test_the_default_of_a_setting_reads_as_the_default(setting) -> None:
    assert str(setting.description)
    if setting.key == "policy.presets":
        assert setting.parse(setting.default) == Policy().presets
    elif setting.key.startswith("policy."):
        _, group, name = setting.key.split(".")
        assert setting.parse(setting.default) == getattr(getattr(Policy(), group), name)
    elif setting.key == "tiers":
        assert setting.parse(setting.default) == DEFAULT_TIERS
    elif setting.default:
        assert str(setting.parse(setting.default)) == setting.default


@pytest.mark.parametrize("setting", known_settings(), ids=lambda setting: setting.key)
def test_the_words_of_a_setting_are_read_in_both_languages(setting) -> None:
    for english, chinese in setting.choices.items():
        assert setting.parse(english) == setting.parse(chinese)


def test_settings_are_found_in_any_case() -> None:
    assert setting_of()["halves.am"].key == "halves.AM"
