"""Who a doctor is: by staff number in any spelling, else by name and department; posts are no persons."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scheduler.tables.columns.spellings import folded
from scheduler.tables.published.rows import PublishedRow
from scheduler.text_cache import text_cache


@dataclass(frozen=True)
class Identified:
    """Rows whose `doctor` is a key of its own for each person, and what was decided on the way.

    `names` are the people's names by key where the two differ; `joined` the spellings of staff numbers given up;
    `homonyms` the names that two departments bear; `posts` the names of no person.
    """

    rows: tuple[PublishedRow, ...]
    names: Mapping[str, str]
    joined: tuple[str, ...]
    homonyms: tuple[str, ...]
    posts: tuple[str, ...]
    several_names: tuple[str, ...]


def identify(rows: Sequence[PublishedRow], *, departments: bool) -> Identified:
    """Return the rows with a key for each doctor; `departments` says that the file has a column of departments.

    A row without a number is the person of its name and department that has one, where there is only one.
    """
    numbers = _spellings(Counter(row.number for row in rows if row.number))
    named: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        if row.number:
            named[_alike(row.name), row.specialty].add(numbers[row.number])
    homonyms = _homonyms(rows, numbers, named) if departments else set()
    codes = _spellings(Counter(row.doctor for row in rows if not row.number and _is_code(row.doctor)))
    spelled = _usual_spelling(rows)
    keys: dict[tuple[str, str, str, str, bool], str] = {}
    result = []
    for row in rows:
        facts = (
            row.number,
            row.doctor,
            row.specialty,
            f"{row.campus}\n{row.clinic}" if row.post else "",
            row.post,
        )
        key = keys.get(facts)
        if key is None:
            key = keys[facts] = _key(row, numbers, named, codes, spelled, homonyms)
        result.append(row if row.doctor == key else row._replace(doctor=key))
    return Identified(
        tuple(result),
        _names(result, spelled),
        tuple(sorted({old for old, new in {**numbers, **codes}.items() if old != new})),
        tuple(sorted(homonyms)),
        tuple(sorted({row.doctor for row in result if row.post})),
        tuple(sorted(_of_several_names(result))),
    )


def _key(
    row: PublishedRow,
    numbers: Mapping[str, str],
    named: Mapping[tuple[str, str], set[str]],
    codes: Mapping[str, str],
    spelled: Mapping[str, str],
    homonyms: set[str],
) -> str:
    if row.post:
        return f"{row.name}（{' '.join(part for part in (row.campus, row.clinic) if part)}）"
    if row.number:
        return numbers[row.number]
    owners = named.get((_alike(row.name), row.specialty), set())
    if len(owners) == 1:
        return next(iter(owners))
    if row.doctor in codes:
        return codes[row.doctor]
    name = spelled[_alike(row.doctor)]
    return f"{name}（{row.specialty}）" if name in homonyms else name


def _spellings(written: Counter[str]) -> dict[str, str]:
    """Return the one spelling of each number: 3505 and 003505 are one; the longest form stays."""
    alike: dict[str, list[str]] = defaultdict(list)
    for text in written:
        alike[re.sub(r"\.0$", "", folded(text)).lstrip("0")].append(text)
    return {
        text: max(texts, key=lambda one: (len(one.removesuffix(".0")), written[one], one))
        for texts in alike.values()
        for text in texts
    }


def _is_code(text: str) -> bool:
    return any(char.isdigit() for char in text) and not re.search(r"[\u4e00-\u9fff]", text)


@text_cache
def _alike(name: str) -> str:
    """Return a name as it is compared: middle dots and blanks make no difference."""
    return re.sub(r"[·•・‧．.]", "", folded(name))


def _usual_spelling(rows: Sequence[PublishedRow]) -> dict[str, str]:
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        spellings[_alike(row.name or row.doctor)][row.name or row.doctor] += 1
    return {alike: min(texts, key=lambda text: (-texts[text], text)) for alike, texts in spellings.items()}


def _homonyms(
    rows: Sequence[PublishedRow], numbers: Mapping[str, str], named: Mapping[tuple[str, str], set[str]]
) -> set[str]:
    departments: dict[str, set[str]] = defaultdict(set)
    for doctor, name, specialty in {
        (r.doctor, r.name, r.specialty) for r in rows if not r.number and not r.post
    }:
        unnumbered = len(named.get((_alike(name), specialty), ())) != 1
        if unnumbered and not _is_code(doctor):
            departments[_alike(doctor)].add(specialty)
    spelled = _usual_spelling(rows)
    return {spelled[name] for name, places in departments.items() if len(places) > 1}


def _names(rows: Sequence[PublishedRow], spelled: Mapping[str, str]) -> dict[str, str]:
    names: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        if row.name and not row.post:
            names[row.doctor][spelled[_alike(row.name)]] += 1
    usual = {key: min(found, key=lambda name: (-found[name], name)) for key, found in names.items()}
    return {key: name for key, name in usual.items() if name != key}


def _of_several_names(rows: Sequence[PublishedRow]) -> set[str]:
    names: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.number and row.name:
            names[row.doctor].add(_alike(row.name))
    return {key for key, found in names.items() if len(found) > 1}
