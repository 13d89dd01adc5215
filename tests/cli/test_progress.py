"""The line that is drawn while a week is solved, in planners' words."""

from __future__ import annotations

import pytest

from scheduler.cli.progress import STAGE_WORDS, progress_line
from scheduler.engine.options import Event
from scheduler.rules import KEYS
from scheduler.words import LANGUAGES, Words


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (Event("read"), "reading the scenario (2.3 s)"),
        (Event("changes"), "Few sessions change. (2.3 s)"),
        (Event("changes", 48, 45), "Few sessions change. 48 so far, at least 45 (2.3 s)"),
        (Event("changes", 45, 45), "Few sessions change. 45: fewer will not do (2.3 s)"),
        (Event("price", 3, 15), "prices 3 of 15 (2.3 s)"),
    ],
)
def test_the_line_tells_what_is_done_and_how_far_it_is(event, line):
    assert Words("en").say(progress_line(event, 2.31)) == line


@pytest.mark.parametrize("stage", sorted({*STAGE_WORDS, *KEYS}))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_stage_has_a_name_that_is_not_its_key(stage, language):
    assert not Words(language).say(progress_line(Event(stage), 0)).startswith((f"{stage} (", f"{stage}（"))
