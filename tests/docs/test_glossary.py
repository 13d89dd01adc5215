"""The glossary holds the words that the project uses, and the Chinese catalogue none of those it no longer uses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
GLOSSARY = ROOT / "docs" / "glossary.md"
CATALOGUE = ROOT / "scheduler" / "locale" / "zh" / "LC_MESSAGES" / "menzhen.po"

CORE = (
    *("standing session", "held session", "block", "column", "crew", "flow", "tier", "carry-over", "ledger"),
    *("variant", "patch", "replication", "remedy", "pool", "incumbent", "bound", "gap", "relaxation"),
    *("heartbeat", "retry", "idempotency key", "scenario", "template"),
)
"""Words of the code that a newcomer looks up."""

RETIRED = ("出诊模板", "半日", "午别", "号段台账", "替代方案")
"""Chinese words that were replaced: 固定出诊表, 半天, 半天, 号源台账, 解决办法."""


def _text() -> str:
    files = [
        p for d in ("scheduler", "api", "docs") for p in (ROOT / d).rglob("*") if p.suffix in (".py", ".md")
    ]
    return "\n".join(p.read_text(encoding="utf-8") for p in files if p != GLOSSARY).lower()


def test_words_of_the_code_are_in_the_glossary() -> None:
    english = " ".join(
        line.split("|")[2] for line in GLOSSARY.read_text("utf-8").splitlines() if "|" in line[1:]
    )
    missing = [word for word in CORE if not re.search(rf"\b{word}\b", english)]
    assert missing == []


def test_words_of_the_glossary_are_used_in_code_or_documents() -> None:
    text = _text()
    unused = [word for word in CORE if not re.search(rf"\b{word.replace(' ', '[ _-]?')}(s|es)?\b", text)]
    assert unused == []


@pytest.mark.parametrize("word", RETIRED)
def test_the_chinese_catalogue_uses_no_retired_word(word: str) -> None:
    with CATALOGUE.open("rb") as file:
        sentences = [entry for entry in read_po(file, locale="zh") if entry.id]
    assert [entry.id for entry in sentences if word in str(entry.string)] == []
