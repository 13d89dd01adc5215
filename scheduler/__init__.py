"""Menzhen: outpatient clinic rosters, balanced, slotted and reserved, with the fewest changes and a proof.

    import scheduler as menzhen

    week = menzhen.read_scenario("scenarios/typical")
    plan = menzhen.plan(week, seconds=60)
    plan.changes

The names below are the library for notebooks and scripts; docs/python.md shows each at work. They are loaded when
first used, so that the command line starts at once.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scheduler.engine.options import Options as Options
    from scheduler.errors import MenzhenError as MenzhenError
    from scheduler.interface.functions import candidates as candidates
    from scheduler.interface.functions import check as check
    from scheduler.interface.functions import compare as compare
    from scheduler.interface.functions import edit as edit
    from scheduler.interface.functions import exams as exams
    from scheduler.interface.functions import import_timetable as import_timetable
    from scheduler.interface.functions import plan as plan
    from scheduler.interface.functions import plan_weeks as plan_weeks
    from scheduler.interface.functions import price as price
    from scheduler.interface.functions import read_plan as read_plan
    from scheduler.interface.functions import read_scenario as read_scenario
    from scheduler.interface.functions import repair as repair
    from scheduler.interface.functions import study as study
    from scheduler.interface.functions import why as why
    from scheduler.interface.functions import with_settings as with_settings
    from scheduler.interface.functions import write_scenario as write_scenario
    from scheduler.interface.results import Answer as Answer
    from scheduler.interface.results import Edit as Edit
    from scheduler.interface.results import Exams as Exams
    from scheduler.interface.results import Plan as Plan
    from scheduler.interface.results import Price as Price
    from scheduler.interface.results import Repair as Repair
    from scheduler.interface.results import Study as Study
    from scheduler.interface.results import Timetable as Timetable
    from scheduler.scenario.week import Scenario as Scenario

_MODULES = {
    "scheduler.engine.options": "Options",
    "scheduler.errors": "MenzhenError",
    "scheduler.interface.functions": (
        "candidates check compare edit exams import_timetable plan plan_weeks price read_plan read_scenario repair "
        "study why with_settings write_scenario"
    ),
    "scheduler.interface.results": "Answer Edit Exams Plan Price Repair Study Timetable",
    "scheduler.scenario.week": "Scenario",
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names.split()}

__all__ = [*sorted(_MODULE_OF), "__version__"]


class _Library(ModuleType):
    """This package, whose functions `plan`, `check`, `compare` and `study` bear the names of submodules.

    The import system writes a submodule into its package when it is first loaded; the functions must stay.
    """

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _MODULE_OF and isinstance(value, ModuleType)):
            super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return list(__all__)


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("menzhen")
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_MODULE_OF[name]), name)
    globals()[name] = value
    return value


sys.modules[__name__].__class__ = _Library
