from pathlib import Path

import pytest

from tests.docs.python_samples import DOCUMENTS, run_anew
from tests.docs.samples import ROOT


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_prints_what_the_library_prints(name: str, tmp_path: Path) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "```pycon\n" in text
    assert run_anew(text, tmp_path) == text


def test_a_sample_that_is_out_of_date_is_seen(tmp_path: Path) -> None:
    text = "```pycon\n>>> 1 + 1\n3\n```\n"
    assert run_anew(text, tmp_path) == "```pycon\n>>> 1 + 1\n2\n```\n"
