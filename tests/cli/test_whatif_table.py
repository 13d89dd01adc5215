from __future__ import annotations

from dataclasses import replace

import pytest
from rich.console import Console

from scheduler.cli.whatif import WIDTH, describe_failures, rich_table
from scheduler.words import Message, Words
from tests.study.table_rows import at_point, rows

EN = Words("en")


def printed(rows, words=EN, width=WIDTH):
    console = Console(width=200, highlight=False, color_system=None)
    with console.capture() as seen:
        console.print(rich_table(rows, words, width))
    return [line.rstrip() for line in seen.get().splitlines() if line.strip()]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_table_fits_the_terminal_and_keeps_its_most_important_columns(language):
    many = [at_point(f"A title that takes some room {n}", 13 - n % 3, 10 + n, 50 * n) for n in range(9)]
    lines = printed([at_point("base", 13, 10, 0), *many[1:], *rows()[2:]], Words(language))
    assert max(map(Console().render_str, lines), key=lambda text: text.cell_len).cell_len <= WIDTH
    first = next(line for line in lines if line.startswith(" A title that takes some room 1"))
    assert "50 (+50)" in first
    assert "1.09" in first


def test_columns_in_which_no_roster_differs_make_room():
    variants = [at_point("base", 13, 10, 4), at_point("other", 12, 10, 5)]
    headings = " ".join(printed(variants)[:4])
    assert "highest day" in headings
    assert "doctors" not in headings
    wider = replace(variants[1].figures.roster.changes, doctors=("ann", "bob"))
    figures = replace(variants[1].figures, roster=replace(variants[1].figures.roster, changes=wider))
    assert "doctors" in " ".join(printed([variants[0], replace(variants[1], figures=figures)])[:4])


def test_a_long_value_has_its_difference_below_it():
    lines = printed([at_point("base", 13, 10, 4), at_point("other", 12, 10, 4)])
    assert "1.20 Mon" in lines[-2]
    assert "(-0.10)" in lines[-1]


def test_the_base_alone_is_a_table():
    assert any("As it stands" in line for line in printed(rows()[:1]))


def test_every_variant_without_a_roster_says_why_and_the_cheapest_way_out():
    variants = rows()
    ways = (
        Message.from_json({"en": "open a room", "zh": "开一间诊室"}),
        Message.from_json({"en": "wait", "zh": "等"}),
    )
    variants[2] = replace(variants[2], figures=replace(variants[2].figures, ways=ways))
    assert list(describe_failures(variants, EN)) == [
        "周五不开诊: No <room> is open on Friday.",
        "  A remedy: open a room",
        "Broken: It stopped.",
    ]
