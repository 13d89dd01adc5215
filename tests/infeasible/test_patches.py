"""The patch of every remedy, pasted into a study file: the study finds the week that the remedy promised."""

from __future__ import annotations

import pytest

from scheduler.infeasible.remedies import find_remedies
from scheduler.study.base import Base, check_study
from scheduler.study.file.file import read_study
from scheduler.study.run.variant_solver import VariantTask, solve_variant
from scheduler.tables.scenario.files import write_scenario
from scheduler.tables.scenario.patch_text import patches_text
from tests.infeasible.test_remedies import KINDS, solve


@pytest.mark.parametrize("build", [build for build, *_ in KINDS])
def test_a_remedy_pasted_into_a_study_gives_the_week_that_it_promised(build, tmp_path):
    scenario = build()
    remedies = {f"remedy-{number}": one for number, one in enumerate(find_remedies(scenario, solve), start=1)}
    assert remedies
    write_scenario(scenario, tmp_path / "week")
    path = tmp_path / "study.yaml"
    patches = patches_text({name: remedy.patch for name, remedy in remedies.items()})
    path.write_text(f"base: week\n{patches}", encoding="utf-8")
    study, base = read_study(path), Base.read(tmp_path / "week")
    check_study(study, base)
    variants = {variant.name: variant for variant in study.variants}
    for name, remedy in remedies.items():
        assert base.patched(variants[name]).digest == remedy.scenario.digest, remedy.steps
        figures = solve_variant(base, variants[name], VariantTask(seconds=20)).figures
        assert figures is not None
        assert figures.keeps_rules
        assert (figures.status, figures.tiers) == (remedy.outcome.status, remedy.outcome.tiers)
