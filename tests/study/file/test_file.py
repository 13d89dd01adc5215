from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.errors import StudyError
from scheduler.scenario.patch import RowChange
from scheduler.study.file.file import read_study
from tests.study.study_files import study, told

PATCHES = """
patches:
  strict: {title: The limit is 1.1, set: {policy.ratio.limit: 1.1}}
  away: {stop: ann}
  both: {extends: [strict, away]}
"""


def problems(folder: Path, text: str) -> list[tuple[int | None, str, str | None]]:
    with pytest.raises(StudyError) as error:
        study(folder, text)
    return told(error.value)


def patch_of(folder: Path, text: str):
    return study(folder, f"patches:\n  it: {text}").variants[1].patch


def test_what_is_not_told_has_its_default_and_the_base_is_beside_the_file(tmp_path):
    found = study(tmp_path, "")
    assert (found.name, found.title, found.base) == ("study", "study", tmp_path / "week")
    assert (found.solver, found.seconds, found.seed) == ("highs", 60.0, 0)
    assert [variant.name for variant in found.variants] == ["base"]


def test_how_to_solve_is_read(tmp_path):
    found = study(tmp_path, "name: 周五\ntitle: Friday\nsolver: scip\nseconds: 2.5\nseed: 7")
    assert (found.name, found.title) == ("周五", "Friday")
    assert (found.solver, found.seconds, found.seed) == ("scip", 2.5, 7)


@pytest.mark.parametrize(
    ("text", "asked"), [("", False), ("flow: yes", True), ("flow: 否", False), ("flow: true", True)]
)
def test_patient_flow_is_asked_for(tmp_path, text: str, asked: bool):
    assert study(tmp_path, text).flow is asked


def test_a_flow_that_is_neither_yes_nor_no_is_told(tmp_path):
    assert problems(tmp_path, "flow: perhaps") == [(2, "this is neither yes nor no", "perhaps")]


def test_without_variants_every_patch_is_one_after_the_base(tmp_path):
    found = study(tmp_path, PATCHES)
    assert [variant.name for variant in found.variants] == ["base", "strict", "away", "both"]
    assert [variant.title for variant in found.variants[1:3]] == ["The limit is 1.1", "away"]


def test_a_variant_is_a_patch_or_several_with_the_name_and_title_it_is_given(tmp_path):
    text = "variants: [away, [strict, away], {name: all, title: Everything, patches: [strict, away]}]"
    found = study(tmp_path, f"{PATCHES}{text}").variants
    assert [(variant.name, variant.title) for variant in found[1:]] == [
        ("away", "away"),
        ("strict+away", "The limit is 1.1; away"),
        ("all", "Everything"),
    ]
    assert found[2].digest() == found[3].digest()


def test_a_patch_has_what_it_extends_before_its_own_and_each_only_once(tmp_path):
    text = """
patches:
  root: {rooms: {pool: eye, count: 1}}
  left: {extends: root, set: {policy.ratio.limit: 1.1}}
  right: {extends: root, set: {policy.ratio.limit: 1.3, policy.changes.budget: 3}}
  tip: {extends: [left, right], stop: ann}
"""
    tip = study(tmp_path, text).variants[-1].patch
    assert [row.action for row in tip.rows] == ["rooms", "stop"]
    assert tip.settings == ("policy.ratio.limit=1.3", "policy.changes.budget=3")


def test_rules_are_switched_by_their_keys(tmp_path):
    found = patch_of(tmp_path, "{rules: {ratio_day: off, cover: 必须}}")
    assert found.settings == ("rules.ratio_day=off", "rules.cover=必须")


def test_a_list_of_a_setting_is_written_as_a_cell(tmp_path):
    found = patch_of(tmp_path, "{set: {policy.reserve.leave_out: [expert, mdt]}}")
    assert found.settings == ("policy.reserve.leave_out=expert;mdt",)


def test_rows_are_added_changed_and_removed_by_any_heading_in_the_order_of_the_file(tmp_path):
    found = patch_of(
        tmp_path,
        """
    remove: {template: {doctor: ann, 星期: [mon, tue]}}
    add: {demand: [{clinic: eye, day: fri, half: PM, sessions: 2}]}
    change: {医生: {where: {doctor: ann}, set: {max_sessions: 4, clinics: [a, b], minutes: }}}
""",
    )
    assert found.rows == (
        RowChange("remove", "template", (("doctor", "ann"), ("day", "mon"), ("day", "tue"))),
        RowChange(
            "add", "demand", (), (("clinic", "eye"), ("day", "fri"), ("half", "PM"), ("sessions", "2"))
        ),
        RowChange(
            "change",
            "doctors",
            (("doctor", "ann"),),
            (("max_sessions", "4"), ("clinics", "a;b"), ("minutes", "")),
        ),
    )
    assert [row.at.row for row in found.rows] == [4, 5, 6]


def test_what_is_said_for_short_is_read(tmp_path):
    found = patch_of(
        tmp_path,
        """
    stop: [ann, bob@周五下午]
    pin: {specialty: eye, doctor: [ann, bob]}
    rooms: [{pool: eye, count: 2, at: [fri-pm, mon-am]}, {pool: eye, count: -1}, {pool: eye, count: 0}]
""",
    )
    assert found.rows == (
        RowChange("stop", "doctors", (("doctor", "ann"),)),
        RowChange("stop", "doctors", (("doctor", "bob"), ("day", "fri"), ("half", "PM"))),
        RowChange("pin", "template", (("specialty", "eye"),)),
        RowChange("pin", "template", (("doctor", "ann"),)),
        RowChange("pin", "template", (("doctor", "bob"),)),
        RowChange("rooms", "rooms", (("pool", "eye"), ("at", "fri-pm;mon-am")), (("count", "2"),)),
        RowChange("rooms", "rooms", (("pool", "eye"),), (("count", "-1"),)),
    )


def test_a_digest_is_of_what_is_changed_and_not_of_where_it_stands(tmp_path):
    one = study(tmp_path, "patches:\n  a: {stop: ann}\n").variants[1]
    other = study(tmp_path, "\n\n\npatches:\n  b: {title: Ann, stop: [ann]}\n").variants[1]
    assert one.digest() == other.digest()
    assert one.digest() != study(tmp_path, "patches:\n  a: {stop: bob}\n").variants[1].digest()


def test_the_same_file_gives_the_same_study(tmp_path):
    assert study(tmp_path, PATCHES) == study(tmp_path, PATCHES)


def test_all_problems_of_a_file_are_told_at_once_each_at_its_line(tmp_path):
    text = """titel: x
seconds: 0
seed: -1
solver: higs
patches:
  a/b: {}
  strict: {set: {policy.ratio.limt: 1, policy.ratio.target: 99}}
  shape: [1]
variants: [strct, {name: base, patches: strict}]
sweeps: {over: {}}"""
    assert problems(tmp_path, text) == [
        (2, "there is no such key here", "titel"),
        (3, "this is not a time", "0"),
        (4, "this is not a seed", "-1"),
        (5, "there is no such solver", "higs"),
        (7, "this cannot be the name of a folder", "a/b"),
        (8, "there is no such setting", "policy.ratio.limt"),
        (8, "must be at most 10", "99"),
        (9, "this must be a group of keys and values", None),
        (10, "there is no such patch", "strct"),
        (10, "this name has a meaning of its own", "base"),
        (11, "a value is missing", None),
        (11, "there is nothing in this list", None),
    ]


def test_rows_that_no_base_could_have_are_told(tmp_path):
    text = """patches:
  it:
    add: {doctr: [], doctors: [{doctor: X, min_sessions: q, foo: 3}, 7]}
    change: {doctors: [{where: {doctor: X}, set: {doctor: }}, {where: {}, set: {level: chief}}]}
    remove: {template: {day: fra}}"""
    assert problems(tmp_path, text) == [
        (4, "there is no table of this name", "doctr"),
        (4, "this cannot be understood", "q"),
        (4, "the table doctors has no such column", "foo"),
        (4, "a value is missing", None),
        (4, "this must be a group of keys and values", None),
        (5, "a value is missing", None),
        (5, "a value is missing", None),
        (6, "this cannot be understood", "fra"),
    ]


def test_what_is_said_for_short_and_cannot_be_understood_is_told(tmp_path):
    text = """patches:
  it:
    stop: [ann@noon, {}]
    pin: {specialities: x}
    rooms: [{pool: x, count: 1.5}, {count: 2}, {pool: x, count: 2, at: noon}, {pool: x, count: 100000}]
    rules: {ratio_dy: off, cover: maybe}"""
    assert problems(tmp_path, text) == [
        (4, "this is not a stop", "ann@noon"),
        (4, "one value belongs here", None),
        (5, "there is no such key here", "specialities"),
        (6, "must be a whole number", "1.5"),
        (6, "a value is missing", None),
        (6, "this cannot be understood", "noon"),
        (6, "must be at most 1000", "100000"),
        (7, "there is no such setting", "rules.ratio_dy"),
        (7, "this cannot be understood", "maybe"),
    ]


def test_the_nearest_name_is_suggested(tmp_path):
    with pytest.raises(StudyError) as error:
        study(tmp_path, "patches:\n  strict: {}\nvariants: [strikt]")
    assert str(error.value.problems[0].remedy) == "Did you mean strict?"


def test_a_circle_of_patches_is_told_once_from_the_first_of_them(tmp_path):
    text = "patches:\n  c: {extends: a}\n  a: {extends: b}\n  b: {extends: [c]}\n  me: {extends: me}\n  d: {extends: a}"
    assert problems(tmp_path, text) == [
        (3, "the patch extends itself", "c > a > b > c"),
        (6, "the patch extends itself", "me > me"),
    ]


def test_names_that_a_file_system_may_take_for_one_are_two_of_the_same(tmp_path):
    text = "patches:\n  Friday: {}\n  friday: {}\n"
    assert problems(tmp_path, text) == [(4, "two variants have this name", "friday")]


def test_a_long_chain_and_many_ways_to_the_same_patch_are_no_trouble(tmp_path):
    chain = "".join(f"  p{n}: {{extends: [p{n - 1}, p{n - 2}]}}\n" for n in range(2, 400))
    found = study(tmp_path, f"patches:\n  p0: {{stop: ann}}\n  p1: {{}}\n{chain}variants: [p399]")
    assert len(found.variants[1].patch.rows) == 1


def test_a_file_that_is_no_yaml_empty_or_not_there_is_told(tmp_path):
    for text, wrong in (("a: [", "the text is no YAML from this place on"), ("", "the file is empty")):
        path = tmp_path / "study.yaml"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(StudyError) as error:
            read_study(path)
        assert [str(one.wrong) for one in error.value.problems] == [wrong]
    with pytest.raises(StudyError, match="there is no such file"):
        read_study(tmp_path / "nowhere.yaml")


def test_a_part_that_holds_itself_is_told_and_not_followed_for_ever(tmp_path):
    assert problems(tmp_path, "patches: &a\n  one: *a\nvariants: &b [*b]")


def test_a_text_that_no_file_or_screen_can_show_is_told(tmp_path):
    found = problems(tmp_path, 'title: "\\ud800"\npatches: {it: {title: "\\e[31mred"}}')
    assert found == [
        (2, "a text holds a character that cannot be printed", None),
        (3, "a text holds a character that cannot be printed", None),
    ]
