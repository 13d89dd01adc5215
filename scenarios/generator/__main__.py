"""Writes a generated scenario: `python -m scenarios.generator --size 5x --seed 7 --out DIR`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from scenarios.generator import Size, generate
from scheduler.errors import MenzhenError
from scheduler.tables.grids.folder import new_folder
from scheduler.tables.scenario.files import SCENARIO_FILES, write_scenario
from scheduler.words import Words, preferred_language


def _size(text: str) -> Size:
    try:
        return Size.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the scenario that the arguments ask for; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m scenarios.generator", description=__doc__)
    parser.add_argument("--size", type=_size, required=True, help="typical, large, or a factor such as 5x")
    parser.add_argument("--seed", type=int, required=True, help="any whole number")
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    asked = parser.parse_args(arguments)
    try:
        with new_folder(asked.out, SCENARIO_FILES) as folder:
            write_scenario(generate(asked.size, asked.seed), folder)
    except MenzhenError as error:
        print(error.text(Words(preferred_language())), file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
