"""Two solvers give the README's answer for the bundled weeks of whole hospitals."""

import pytest

from tests.scenarios.test_solvers_agree import LARGE, solver_and_readme_agree


# CP-SAT takes minutes for a hospital of 60 doctors, so it is asked for the small weeks only.
@pytest.mark.parametrize("solver", ["highs", "scip"])
@pytest.mark.parametrize("name", LARGE)
def test_the_readme_tells_what_a_solver_finds_for_a_whole_hospital(name: str, solver: str) -> None:
    solver_and_readme_agree(name, solver)
