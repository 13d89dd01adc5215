from pathlib import Path

import pytest

from tests.docs.samples import DOCUMENTS, ROOT, run_anew


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_prints_what_the_command_prints(name: str, tmp_path: Path) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert run_anew(text, tmp_path) == text


def test_a_sample_that_is_out_of_date_is_seen(tmp_path: Path) -> None:
    text = "```console\n$ menzhen plan nowhere --out out\nAll is well.\n```\n"
    assert "All is well." not in run_anew(text, tmp_path)
