import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path.relative_to(ROOT)
    for folder in (".", "docs", "docs/zh", "scenarios")
    for path in (ROOT / folder).glob("*.md")
)
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")


def _missing(page: Path, text: str) -> list[str]:
    links = [link for link in LINK.findall(text) if "://" not in link]
    return [link for link in links if not (ROOT / page).parent.joinpath(link).exists()]


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_link_leads_somewhere(page: Path) -> None:
    assert _missing(page, (ROOT / page).read_text(encoding="utf-8")) == []


def test_a_link_that_leads_nowhere_is_seen() -> None:
    assert _missing(Path("README.md"), "see [this](docs/nowhere.md) and [that](docs/rules.md)") == [
        "docs/nowhere.md"
    ]


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_test_that_a_page_names_is_there(page: Path) -> None:
    named = set(re.findall(r"`(test_\w+)`", (ROOT / page).read_text(encoding="utf-8")))
    if named:
        files = (ROOT / "tests").rglob("test_*.py")
        known = {name for file in files for name in re.findall(r"def (test_\w+)", file.read_text("utf-8"))}
        assert named - known == set()
