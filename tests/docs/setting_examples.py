"""Every example in the documents that applies settings: words such as `policy.ratio.limit=1.1`, parts of files, studies."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from scheduler.scenario.cell_text import cell_text
from scheduler.study.file.file import StudyFile
from scheduler.study.file.patches import PatchEntry
from scheduler.tables.scenario.yaml import SCENARIO_YAML, parse_settings
from tests.docs.samples import ROOT

DOCUMENTS = tuple(
    sorted(p.relative_to(ROOT).as_posix() for p in (*ROOT.glob("README*.md"), *ROOT.glob("docs/**/*.md")))
)
_SETTINGS = frozenset({"name", "week", "halves", "policy", "rules", "tiers"})
"""First parts of the keys of what a scenario says outside its tables."""

_KEY = rf"(?:{'|'.join(sorted(_SETTINGS))})(?:\.[\w-]+)*"
_WORD = re.compile(rf"""(?:--set ["']?|["'`]){_KEY}=(?![A-Z]+\b)[^\s"'`]+""")
_DEFAULT = re.compile(rf"^\| `({_KEY})` \| `([^`{{]+)` \|", re.MULTILINE)
_ROW = re.compile(rf"^\| `({'|'.join(PatchEntry.known_keys())})` \| `(.+?)` \|", re.MULTILINE)
_INLINE = re.compile(r"`(\{[^`]*\}|\w+: [^`]*)`")
_BLOCK = re.compile(
    r"^```yaml\n(?P<fenced>.*?)^```$|(?<=\n\n)(?P<indented>(?: {4}[^\n]*\n)+)|^(?P<printed>patches:\n(?:  [^\n]*\n)+)",
    re.MULTILINE | re.DOTALL,
)
_BODY = re.compile(r"^curl .* -d ['\"]\{.*", re.MULTILINE)
_SCENARIO = re.compile(r"(?<= )(scenarios/[\w/-]+|本周)(?= )")
_OWN_RULE = "policy.channels.NAME."
_OWN_RULE_WORDS = (f"{_OWN_RULE}channel=on_site", f"{_OWN_RULE}number=1")
"""What a channel rule must tell, beside the key that a table tells the default of."""

_PARTS: Mapping[frozenset[str], Any] = {
    frozenset({"from", "to", "step"}): lambda part: {"policy.ratio.limit": part},
    frozenset({"pool", "at", "count"}): lambda part: {"rooms": part},
}
"""What a sweep goes over, by the keys of a part of it that is shown alone."""


@dataclass(frozen=True)
class Example:
    """Where an example stands, the scenario that it is given to, and the settings or the study that it gives."""

    document: str
    line: int
    scenario: str
    words: tuple[str, ...] = ()
    study: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.document}:{self.line}"


def examples(document: str) -> Iterator[Example]:
    """Yield every example of a document."""
    text = (ROOT / document).read_text(encoding="utf-8")
    manual = "本周" if document.startswith("docs/zh/") else ""
    week, hospital = manual or "scenarios/rules/ratio_day", manual or "scenarios/typical"
    for number, line in enumerate(text.splitlines(), 1):
        if words := tuple(match[0].lstrip("-set \"'`") for match in _WORD.finditer(line)):
            named = _SCENARIO.search(line)
            yield Example(document, number, named[1] if named else week, words)
    for match in _DEFAULT.finditer(text):
        yield Example(document, _line(text, match), week, _default(match[1], match[2]))
    for line, content in _contents(text):
        if content.keys() <= _SETTINGS:
            yield Example(document, line, hospital, _words(content))
        elif "set" in content:
            yield Example(document, line, week, tuple(content["set"]))
        elif content.keys() <= set(StudyFile.known_keys()):
            base = content.pop("base", hospital)
            yield Example(document, line, hospital if base.startswith("..") else base, study=content)


def _contents(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield each part of a scenario's or a study's file with its line, as the content of such a file."""
    for match in _BLOCK.finditer(text):
        content = _parsed(match["fenced"] or match["indented"] or match["printed"])
        if isinstance(content, dict):
            yield _line(text, match), content
    for match in _BODY.finditer(text):
        words = shlex.split(match[0])
        body = json.loads(words[words.index("-d") + 1])
        yield _line(text, match), body.get("study", body)
    for match in _ROW.finditer(text):
        yield _line(text, match), _patch(match[1], _parsed(match[2]))
    for match in _INLINE.finditer(text):
        content = _parsed(match[1])
        if not isinstance(content, dict):
            continue
        if over := _PARTS.get(frozenset(content)):
            yield _line(text, match), {"sweeps": [{"name": "shown", "over": over(content)}]}
        elif content.keys() <= set(PatchEntry.known_keys()):
            ((key, value),) = content.items()
            yield _line(text, match), _patch(key, value)
        elif match[1][0] != "{":
            yield _line(text, match), content


def _patch(key: str, value: Any) -> dict[str, Any]:
    named = value if key == "extends" else ()
    return {"patches": {**{name: {"title": name} for name in named}, "shown": {key: value}}}


def _parsed(text: str) -> Any:
    try:
        return yaml.load(text, yaml.BaseLoader)
    except yaml.YAMLError:
        return None


def _words(content: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the words that say what a part of scenario.yaml says."""
    document = parse_settings(SCENARIO_YAML, yaml.safe_dump(dict(content), allow_unicode=True))
    assert not document.problems, document.problems
    return tuple(
        f"{key}={written if isinstance(written, str) else cell_text(written)}"
        for key, written in ((key, entry.written) for key, entry in document.entries.items())
    )


def _default(key: str, value: str) -> tuple[str, ...]:
    own = _OWN_RULE_WORDS if key.startswith(_OWN_RULE) else ()
    return (f"{key}={value}", *own)


def _line(text: str, match: re.Match[str]) -> int:
    return text.count("\n", 0, match.start()) + 1
