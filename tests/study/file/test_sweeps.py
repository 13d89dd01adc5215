from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.errors import StudyError
from scheduler.exact import exact, exact_text
from scheduler.study.file.names import is_name
from scheduler.study.file.sweeps import Range
from tests.study.study_files import study, told

PATCHES = "patches:\n  away: {title: Ann is away, stop: ann}\n  still: {pin: {doctor: bob}}\nvariants: []\n"


def swept(folder: Path, over: str, more: str = "", yes: bool = False):
    text = f"{PATCHES}sweeps:\n  - {{name: s, over: {over}{more}}}"
    return study(folder, text, yes).variants[1:]


def problems(folder: Path, over: str, more: str = "") -> list[tuple[str, str | None]]:
    with pytest.raises(StudyError) as error:
        swept(folder, over, more)
    return [(wrong, value) for _, wrong, value in told(error.value)]


def test_a_grid_has_every_combination_the_last_axis_fastest(tmp_path):
    found = swept(tmp_path, "{policy.ratio.limit: [1.1, 1.2], patches: [none, away]}")
    assert [variant.swept for variant in found] == [
        (("policy.ratio.limit", limit), ("patches", patch))
        for limit in ("1.1", "1.2")
        for patch in ("none", "away")
    ]
    assert [variant.name for variant in found] == [
        "s-limit-1.1-none", "s-limit-1.1-away", "s-limit-1.2-none", "s-limit-1.2-away",
    ]  # fmt: skip
    assert found[1].title == "s: policy.ratio.limit 1.1; Ann is away"
    assert [len(variant.patch.rows) for variant in found] == [0, 1, 0, 1]


def test_one_at_a_time_leaves_every_other_axis_as_the_base_has_it(tmp_path):
    over = "{policy.ratio.limit: [1.1, 1.2], policy.changes.budget: {from: 0, to: 6, step: 3}}"
    found = swept(tmp_path, over, ", mode: one at a time")
    assert [variant.patch.settings for variant in found] == [
        ("policy.ratio.limit=1.1",),
        ("policy.ratio.limit=1.2",),
        ("policy.changes.budget=0",),
        ("policy.changes.budget=3",),
        ("policy.changes.budget=6",),
    ]


def test_every_variant_of_a_sweep_has_the_patches_it_goes_with(tmp_path):
    found = swept(tmp_path, "{patches: [none, away, [still, away]]}", ", with: still")
    assert [[row.action for row in variant.patch.rows] for variant in found] == [
        ["pin"],
        ["pin", "stop"],
        ["pin", "stop"],
    ]


def test_the_number_of_rooms_is_swept_pool_by_pool(tmp_path):
    over = "{rooms: [{pool: eye, at: fri-pm, count: {from: -1, to: 1, step: 1}}, {pool: ear, count: [0, 2]}]}"
    found = swept(tmp_path, over)
    assert [tuple(dict(row.values)["count"] for row in variant.patch.rows) for variant in found] == [
        ("-1",), ("-1", "2"), (), ("2",), ("1",), ("1", "2"),
    ]  # fmt: skip
    assert found[0].swept == (("rooms eye fri-pm", "-1"), ("rooms ear", "0"))


def test_a_swept_value_is_stronger_than_that_of_a_patch(tmp_path):
    text = """patches: {strict: {set: {policy.ratio.limit: 1.1}}}
sweeps: [{name: s, with: strict, over: {policy.ratio.limit: [1.3]}}]"""
    assert study(tmp_path, text).variants[-1].patch.settings == ("policy.ratio.limit=1.3",)


def test_values_that_cannot_stand_in_a_name_are_numbered_or_written_otherwise(tmp_path):
    found = swept(tmp_path, "{policy.ratio.limit: [4/3]}")
    assert [variant.name for variant in found] == ["s-limit-4_3"]
    named = f"{{policy.reserve.specialties: [[眼科, 骨科], {'long' * 15}]}}"
    assert [variant.name for variant in swept(tmp_path, named)] == ["s-1", "s-2"]


def test_what_cannot_be_swept_is_told(tmp_path):
    assert problems(tmp_path, "{policy.ratio.limt: [1]}") == [
        ("there is no such setting", "policy.ratio.limt")
    ]
    assert problems(tmp_path, "{policy.ratio.limit: []}") == [("there is nothing in this list", None)]
    assert problems(tmp_path, "{policy.ratio.limit: [1, 99]}") == [("must be at most 10", "99")]
    assert problems(tmp_path, "{}") == [("there is nothing in this list", None)]
    assert problems(tmp_path, "{policy.ratio.limit: [1, 1]}") == [
        ("this value stands in the list already", "1")
    ]
    assert problems(tmp_path, "{policy.ratio.limit: {from: 1, to: 2}}") == [("a value is missing", None)]
    assert problems(tmp_path, "{policy.ratio.limit: {from: 1, to: 2, step: 0}}") == [("the step is 0", None)]
    assert problems(tmp_path, "{policy.ratio.limit: {from: 2, to: 1, step: 1}}") == [
        ("the steps lead away from the end of the range", None)
    ]
    assert problems(tmp_path, "{policy.changes.budget: {from: 1, to: 2, step: 0.5}}") == [
        ("must be a whole number", "1.5")
    ]
    assert problems(tmp_path, "{policy.ratio.limit: {from: one, to: 2, step: 1}}") == [
        ("this is not a number", "one")
    ]
    assert problems(tmp_path, "{patches: [nobody]}") == [("there is no such patch", "nobody")]
    assert problems(tmp_path, "{rooms: {pool: eye, count: [x]}}") == [("must be a whole number", "x")]
    assert problems(tmp_path, "{patches: [away]}", ", mode: all") == [("there is no such mode", "all")]


def test_too_many_variants_are_counted_and_not_made_unless_that_is_wanted(tmp_path):
    ranges = "{policy.ratio.limit: {from: 1, to: 2, step: 0.01}, policy.changes.budget: {from: 1, to: 100, step: 1}}"
    assert problems(tmp_path, ranges) == [("the study has 10100 variants, more than 10000", None)]
    assert len(swept(tmp_path, ranges, yes=True)) == 10100
    endless = "{policy.ratio.limit: {from: 1, to: 2, step: 0.00000000000001}}"
    with pytest.raises(StudyError, match="the study has 100000000000001 variants, more than 1000000"):
        swept(tmp_path, endless, yes=True)


def test_every_value_of_a_sweep_is_a_part_and_of_a_long_one_its_ends(tmp_path):
    over = "{policy.ratio.limit: {from: 1, to: 2, step: 0.01}, patches: [none, away]}"
    found = study(tmp_path, f"{PATCHES}sweeps: [{{name: s, over: {over}}}]").parts
    assert [part.name for part in found] == [
        "away", "still", "s: policy.ratio.limit 1", "s: policy.ratio.limit 2",
        "s: patches none", "s: patches away",
    ]  # fmt: skip


decimals = st.decimals(-50, 50, places=3)


@given(first=decimals, step=decimals.filter(bool), count=st.integers(1, 60), past=st.fractions(0, 1))
def test_a_range_is_exact_and_ends_at_the_last_step_that_does_not_pass_its_end(
    first: Decimal, step: Decimal, count: int, past: Fraction
) -> None:
    start, by = Fraction(first), Fraction(step)
    last = start + by * (count - 1) + by * past * Fraction(99, 100)
    found = [exact(text) for text in Range(**{"from": start, "to": last, "step": by}).texts()]
    assert found == [start + by * number for number in range(count)]


limits = st.lists(st.integers(100, 1000).map(lambda n: Fraction(n, 100)), min_size=1, max_size=4, unique=True)
budgets = st.lists(st.integers(0, 60), min_size=1, max_size=4, unique=True)
patches = st.lists(st.sampled_from(["none", "away", "still"]), min_size=1, unique=True)


@settings(max_examples=30)
@given(limits=limits, budgets=budgets, patches=patches, grid=st.booleans())
def test_a_sweep_has_as_many_variants_as_its_mode_says_each_with_its_values_and_a_name_of_its_own(
    limits: list[Fraction], budgets: list[int], patches: list[str], grid: bool
) -> None:
    texts = [exact_text(limit) for limit in limits]
    over = f"{{policy.ratio.limit: {_listed(texts)}, policy.changes.budget: {budgets}, patches: {_listed(patches)}}}"
    with TemporaryDirectory() as folder:
        found = swept(Path(folder), over, f", mode: {'grid' if grid else 'one at a time'}")
        again = swept(Path(folder), over, f", mode: {'grid' if grid else 'one at a time'}")
    sizes = (len(limits), len(budgets), len(patches))
    assert len(found) == (sizes[0] * sizes[1] * sizes[2] if grid else sum(sizes))
    assert found == again
    assert len({variant.name for variant in found}) == len({variant.swept for variant in found}) == len(found)
    assert all(is_name(variant.name) for variant in found)
    for variant in found:
        settings = [f"{key}={text}" for key, text in variant.swept if key != "patches"]
        assert list(variant.patch.settings) == settings


def _listed(texts: list[str]) -> str:
    return f"[{', '.join(texts)}]"
